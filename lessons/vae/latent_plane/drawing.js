// What the latent plane draws with: colours of the theme, pictures as paper and ink, points, ellipses. No state.

const SIDE = 28; // pixels of a digit

/** Role colours of the current theme, as CSS colours and, for mixing pixels, as [r, g, b]. */
function readPalette(element) {
  const style = getComputedStyle(element);
  const colour = (name) => style.getPropertyValue(`--st-${name}`).trim();
  const palette = {
    paper: colour("background-color"), ink: colour("text-color"), muted: colour("gray-text-color"),
    border: colour("border-color"), data: colour("blue-text-color"), model: colour("orange-text-color"),
    q: colour("green-text-color"), error: colour("violet-text-color"), font: colour("font"),
  };
  palette.rgb = Object.fromEntries(["paper", "ink", "error"].map((name) => [name, toRgb(palette[name])]));
  return palette;
}

/** Copies one decoded digit into the map of `tiles` x `tiles` digits. */
function placeTile(map, pixels, row, column, tiles) {
  for (let y = 0; y < SIDE; y++) {
    map.set(pixels.subarray(y * SIDE, (y + 1) * SIDE), ((row * SIDE + y) * tiles + column) * SIDE);
  }
}

/** Canvas sized for the screen's own pixels; drawing goes on in CSS pixels. */
function sharpContext(canvas, size) {
  const ratio = globalThis.devicePixelRatio || 1;
  if (canvas.width !== Math.round(size * ratio)) canvas.width = canvas.height = Math.round(size * ratio);
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, size, size);
  return context;
}

/** Points (x, y in CSS pixels, interleaved) by class; a chosen class stands out, the others step back. */
function paintPoints(context, points, labels, chosen, palette) {
  for (const front of [false, true]) {
    if (front && chosen === null) break;
    context.beginPath();
    const size = front ? 2.6 : 1.7;
    for (let i = 0; i < labels.length; i++) {
      if (chosen !== null && (labels[i] === chosen) !== front) continue;
      context.rect(points[2 * i] - size / 2, points[2 * i + 1] - size / 2, size, size);
    }
    context.fillStyle = palette.data;
    context.globalAlpha = front ? 0.9 : chosen === null ? 0.66 : 0.1; // 0.6 makes 3 : 1 on the paper of both themes
    context.fill();
  }
  context.globalAlpha = 1;
}

/** For each class the middle of its points in the cell where it is dense and alone: (members / all) x members is largest. */
function classPlaces(means, labels, extent) {
  const [cells, classes] = [18, 10];
  const bins = Array.from({ length: cells * cells }, () => ({ all: 0, count: new Array(classes).fill(0), sum: new Array(2 * classes).fill(0) }));
  const cell = (v) => Math.min(cells - 1, Math.max(0, Math.floor(((v + extent) / (2 * extent)) * cells)));
  for (let i = 0; i < labels.length; i++) {
    const bin = bins[cell(means[2 * i + 1]) * cells + cell(means[2 * i])];
    bin.all++;
    bin.count[labels[i]]++;
    bin.sum[2 * labels[i]] += means[2 * i];
    bin.sum[2 * labels[i] + 1] += means[2 * i + 1];
  }
  return Array.from({ length: classes }, (_, c) => {
    const score = (bin) => (bin.all ? bin.count[c] ** 2 / bin.all : 0);
    const best = bins.reduce((a, b) => (score(b) > score(a) ? b : a));
    return [best.sum[2 * c] / best.count[c], best.sum[2 * c + 1] / best.count[c]];
  });
}

/** Moves points, in CSS pixels, until no two are nearer than `distance`, and none nearer than `clear` to a fixed one. */
function apart(points, distance, fixed, clear) {
  const moved = points.map((point) => [...point]);
  const push = (i, from, least, share) => {
    const gap = moved[i].map((v, d) => v - from[d]);
    const length = Math.hypot(...gap);
    if (length >= least) return [0, 0];
    const along = length > 1e-6 ? gap.map((v) => v / length) : [Math.cos(i), Math.sin(i)];
    const step = along.map((v) => v * (least - length) * share);
    moved[i] = moved[i].map((v, d) => v + step[d]);
    return step;
  };
  for (let round = 0; round < 30; round++) {
    for (let i = 0; i < moved.length; i++) {
      for (let j = 0; j < i; j++) {
        const step = push(i, moved[j], distance, 0.5);
        moved[j] = moved[j].map((v, d) => v - step[d]);
      }
    }
    for (let i = 0; i < moved.length; i++) fixed.forEach((point) => push(i, point, clear, 1));
  }
  return moved;
}

const SVG = "http://www.w3.org/2000/svg";

/** Appends an SVG element; returns it. */
function svg(parent, name, attributes, text) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text !== undefined) node.textContent = text;
  parent.append(node);
  return node;
}

/** A label in a pill, so that it reads on any background; `middle([width, height])` says where, or null for nowhere. */
function pill(parent, text, colour, palette, middle) {
  const group = svg(parent, "g", { class: "pill" });
  const label = svg(group, "text", { "text-anchor": "middle", fill: colour, "font-size": 13, "font-weight": 600, "font-family": palette.font }, text);
  const [width, height] = [label.getComputedTextLength() + 14, 22];
  const found = middle([width, height]);
  if (!found) return group.remove();
  const [x, y] = found;
  label.setAttribute("x", x);
  label.setAttribute("y", y + 4.5);
  group.prepend(svg(group, "rect", { x: x - width / 2, y: y - height / 2, width, height, rx: 11, fill: palette.paper, stroke: colour }));
  return group;
}

/** The 1 sigma and 2 sigma ellipses of a Gaussian, to scale, turned by `tilt`; in two dimensions they hold 39.3 % and 86.5 %. */
function ellipses(parent, [cx, cy], [rx, ry], tilt, colour) {
  const transform = `rotate(${(-tilt * 180) / Math.PI} ${cx} ${cy})`; // the screen's y points down
  for (const scale of [2, 1]) {
    svg(parent, "ellipse", {
      cx, cy, rx: Math.max(rx * scale, 0.75), ry: Math.max(ry * scale, 0.75), stroke: colour, "stroke-width": 2,
      fill: colour, "fill-opacity": scale === 1 ? 0.22 : 0.1, transform,
    });
  }
}
