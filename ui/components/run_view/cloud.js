// The plane of a running training: its dots by class, numerals where classes are dense, the prior. No state.

const CELLS = 20; // in each direction, to find where a class is dense
const CLASSES = 10;
const NUMERAL = 20; // CSS pixels from one numeral to the next, at least

/** Colours of the current theme. */
function readColours(element) {
  const style = getComputedStyle(element);
  const colour = (name) => style.getPropertyValue(`--st-${name}`).trim();
  const colours = {
    paper: colour("background-color"), ink: colour("text-color"), muted: colour("gray-text-color"),
    data: colour("blue-text-color"), font: colour("font"),
  };
  return { ...colours, rgb: { paper: toRgb(colours.paper), ink: toRgb(colours.ink) } };
}

/** The bytes in a base64 text. */
function bytes(text) {
  return Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
}

/** What Python sent as numbers in the plane: points interleaved, labels, half-width, centre of the prior, numerals. */
function planeOf(data) {
  const steps = new Uint16Array(bytes(data.points).buffer);
  const points = Float32Array.from(steps, (v) => (v / 65535 * 2 - 1) * data.scale);
  const plane = { points, labels: bytes(data.labels), extent: data.extent, prior: data.prior };
  return { ...plane, numerals: numerals(plane, data.size) };
}

/** For each class where it is dense and among itself, and how clearly it is to be seen: 0 while it mixes with others. */
function numerals(plane, size) {
  const { points, labels, extent } = plane;
  const cell = (v) => Math.floor(((v + extent) / (2 * extent)) * CELLS);
  const counts = new Float32Array(CELLS * CELLS * CLASSES);
  const sums = new Float32Array(2 * counts.length);
  const members = new Float32Array(CLASSES);
  for (let i = 0; i < labels.length; i++) {
    const [column, row] = [cell(points[2 * i]), cell(points[2 * i + 1])];
    if (labels[i] >= CLASSES) continue;
    members[labels[i]]++;
    if (Math.min(column, row) < 0 || Math.max(column, row) >= CELLS) continue;
    const bin = (row * CELLS + column) * CLASSES + labels[i];
    counts[bin]++;
    sums[2 * bin] += points[2 * i];
    sums[2 * bin + 1] += points[2 * i + 1];
  }
  const found = Array.from({ length: CLASSES }, () => ({ score: 0, x: 0, y: 0, clear: 0 }));
  for (let row = 0; row < CELLS; row++) {
    for (let column = 0; column < CELLS; column++) {
      const near = around(counts, sums, row, column);
      const all = near.count.reduce((a, b) => a + b);
      for (let c = 0; c < CLASSES; c++) {
        const score = near.count[c] ** 2 / (all || 1);
        if (score <= found[c].score) continue;
        const apart = near.count[c] > 0.55 * all && near.count[c] > 0.12 * members[c];
        found[c] = { score, x: near.x[c] / near.count[c], y: near.y[c] / near.count[c], clear: apart ? 1 : 0 };
      }
    }
  }
  return spread(found, (2 * extent * NUMERAL) / size);
}

/** By class, how many points lie in a cell and the eight around it, and the sums of their coordinates. */
function around(counts, sums, row, column) {
  const near = { count: new Array(CLASSES).fill(0), x: new Array(CLASSES).fill(0), y: new Array(CLASSES).fill(0) };
  for (let r = Math.max(0, row - 1); r <= Math.min(CELLS - 1, row + 1); r++) {
    for (let c = Math.max(0, column - 1); c <= Math.min(CELLS - 1, column + 1); c++) {
      for (let k = 0; k < CLASSES; k++) {
        const bin = (r * CELLS + c) * CLASSES + k;
        near.count[k] += counts[bin];
        near.x[k] += sums[2 * bin];
        near.y[k] += sums[2 * bin + 1];
      }
    }
  }
  return near;
}

/** Moves the numerals that are seen until no two of them are nearer than `distance`. */
function spread(found, distance) {
  const seen = found.filter((one) => one.clear);
  for (let round = 0; round < 20; round++) {
    for (const [i, a] of seen.entries()) {
      for (const b of seen.slice(0, i)) {
        const length = Math.hypot(a.x - b.x, a.y - b.y);
        if (length >= distance) continue;
        const [dx, dy] = length > 1e-6 * distance ? [(a.x - b.x) / length, (a.y - b.y) / length] : [1, 0];
        const step = (distance - length) / 2;
        a.x += dx * step; a.y += dy * step;
        b.x -= dx * step; b.y -= dy * step;
      }
    }
  }
  return found;
}

/** A plane on the way from one to the next, `share` of it done; both have as many points. */
function between(from, to, share) {
  const mix = (a, b) => a + (b - a) * share;
  const points = to.points.map((v, i) => mix(from.points[i], v));
  const labelled = to.numerals.map((b, c) => {
    const a = from.numerals[c].clear ? from.numerals[c] : { ...b, clear: 0 }; // what appears does not come flying
    const goal = b.clear ? b : { ...a, clear: 0 };
    return { x: mix(a.x, goal.x), y: mix(a.y, goal.y), clear: mix(a.clear, goal.clear) };
  });
  const prior = to.prior && from.prior ? to.prior.map((v, d) => mix(from.prior[d], v)) : to.prior;
  return { points, labels: to.labels, extent: mix(from.extent, to.extent), prior, numerals: labelled };
}

/** Paints a plane into a square canvas, sharp on the screen's own pixels. */
function paintPlane(canvas, plane, colours) {
  const size = canvas.clientWidth;
  const ratio = globalThis.devicePixelRatio || 1;
  if (canvas.width !== Math.round(size * ratio)) canvas.width = canvas.height = Math.round(size * ratio);
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, size, size);
  const scale = size / (2 * plane.extent);
  const place = (x, y) => [(x + plane.extent) * scale, (plane.extent - y) * scale];
  paintDots(context, plane, place, colours);
  if (plane.prior) paintPrior(context, place(...plane.prior), scale, colours);
  paintNumerals(context, plane.numerals, place, colours);
  paintExtent(context, plane.extent, size, colours);
}

function paintDots(context, plane, place, colours) {
  const side = 2;
  context.beginPath();
  for (let i = 0; i < plane.points.length; i += 2) {
    const [x, y] = place(plane.points[i], plane.points[i + 1]);
    context.rect(x - side / 2, y - side / 2, side, side);
  }
  context.fillStyle = colours.data;
  context.globalAlpha = 0.6;
  context.fill();
  context.globalAlpha = 1;
}

/** The circles at one and two standard deviations of N(0, I), dotted. */
function paintPrior(context, [x, y], scale, colours) {
  context.strokeStyle = colours.ink;
  context.lineWidth = 1.5;
  context.lineCap = "round";
  context.setLineDash([0.1, 4]);
  for (const sigma of [1, 2]) {
    context.beginPath();
    context.arc(x, y, sigma * scale, 0, 2 * Math.PI);
    context.stroke();
  }
  context.setLineDash([]);
}

function paintNumerals(context, all, place, colours) {
  context.font = `600 15px ${colours.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  all.forEach(({ x, y, clear }, digit) => {
    if (!clear) return;
    context.globalAlpha = clear;
    haloed(context, String(digit), ...place(x, y), colours.ink, colours.paper);
  });
  context.globalAlpha = 1;
}

/** How far the plane reaches, in its lower right corner. */
function paintExtent(context, extent, size, colours) {
  context.font = `400 13px ${colours.font}`;
  context.textAlign = "right";
  context.textBaseline = "alphabetic";
  haloed(context, `±${extent.toFixed(extent % 1 ? 1 : 0)}`, size - 7, size - 7, colours.muted, colours.paper);
}

function haloed(context, text, x, y, colour, halo) {
  context.lineJoin = "round";
  context.lineWidth = 5;
  context.strokeStyle = halo;
  context.strokeText(text, x, y);
  context.fillStyle = colour;
  context.fillText(text, x, y);
}
