// How the fit looks: where things are, the bands of a landscape, paths and marks. No state of its own.

const BANDS = [0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50]; // nats above the least
const CURVE_POINTS = 120;
const TICKS = { mu: [-4, -2, 0, 2, 4], sigma: [0.2, 0.5, 1, 2, 4] };

const icon = (path) => `<svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true"><path d="${path}" fill="currentColor"/></svg>`;
const ICONS = {
  play: icon("M3 1.5v11L12 7z"),
  pause: icon("M3 2h3v10H3zM8 2h3v10H8z"),
  back: icon("M11 2v10L4.5 7zM2.5 2h2v10h-2z"),
  step: icon("M3 2v10l6.5-5zM9.5 2h2v10h-2z"),
};

/** An SVG element's markup with attributes. */
const tag = (name, attributes, content = "") =>
  `<${name} ${Object.entries(attributes).map(([key, value]) => `${key}="${value}"`).join(" ")}>${content}</${name}>`;

const line = (points) => points.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");

/** base64 of little-endian float32. */
function readFloats(text) {
  return new Float32Array(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
}

/** The density of N(mu, sigma^2) at x. */
const normal = (x, mu, sigma) => Math.exp(-(((x - mu) / sigma) ** 2) / 2) / (sigma * Math.sqrt(2 * Math.PI));

/** The landscape as bands of one colour, the less of it the lower, with a line where a band begins. */
function paintBands(canvas, heights, columns, rows, colour, width, height) {
  const ratio = globalThis.devicePixelRatio || 1;
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
  const least = heights.reduce((a, b) => Math.min(a, b), Infinity);
  const logs = heights.map((value) => Math.log(value - least + BANDS[0] / 2)); // steep slopes bend less there
  const edges = BANDS.map((edge) => Math.log(edge + BANDS[0] / 2));
  const bands = new Uint8Array(w * h);
  for (let y = 0; y < h; y++) {
    const v = ((h - 0.5 - y) / h) * (rows - 1);
    const row = Math.min(Math.max(Math.floor(v), 0), rows - 2);
    for (let x = 0; x < w; x++) {
      const u = ((x + 0.5) / w) * (columns - 1);
      const column = Math.min(Math.floor(u), columns - 2);
      const at = row * columns + column;
      const below = logs[at] + (logs[at + 1] - logs[at]) * (u - column);
      const above = logs[at + columns] + (logs[at + columns + 1] - logs[at + columns]) * (u - column);
      const value = below + (above - below) * (v - row);
      let band = 0;
      while (band < edges.length && value >= edges[band]) band++;
      bands[y * w + x] = band;
    }
  }
  const context = canvas.getContext("2d");
  const image = context.createImageData(w, h);
  for (let i = 0; i < bands.length; i++) {
    const edge = bands[i] !== bands[i + 1] || bands[i] !== bands[i + w];
    image.data.set(colour, 4 * i);
    image.data[4 * i + 3] = 255 * (0.04 + (0.34 * bands[i]) / BANDS.length + (edge ? 0.22 : 0));
  }
  context.putImageData(image, 0, 0);
}

/** What lies over a landscape: axes, every path up to a step, and the optima. */
function overlay(direction, place, size, step, words) {
  const [width, height] = size;
  const parts = [];
  for (const mu of TICKS.mu) parts.push(tag("text", { x: place(mu, 1)[0], y: height + 18, "text-anchor": "middle" }, String(mu).replace("-", "−")));
  for (const sigma of TICKS.sigma) parts.push(tag("text", { x: -8, y: place(0, sigma)[1] + 4, "text-anchor": "end" }, sigma));
  parts.push(tag("text", { x: width, y: height + 18, "text-anchor": "end", class: "axis" }, "μ"));
  parts.push(tag("text", { x: -8, y: -10, "text-anchor": "end", class: "axis" }, "σ"));
  for (const [mu, sigma, kl, kind] of direction.optima) {
    const [x, y] = place(mu, sigma);
    if (kind === "saddle") {
      parts.push(tag("path", { d: `M${x - 5} ${y - 5}l10 10m0 -10l-10 10`, class: "saddle" }));
      continue;
    }
    parts.push(tag("circle", { cx: x, cy: y, r: 7, class: "minimum" }));
    const right = x < width - 70;
    parts.push(tag("text", { x: right ? x + 12 : x - 12, y: y + 4, "text-anchor": right ? "start" : "end", class: "value" }, kl.toFixed(3)));
  }
  direction.mu.forEach((path, i) => {
    const points = path.slice(0, step + 1).map((mu, k) => place(mu, direction.sigma[i][k]));
    parts.push(tag("path", { d: line(points), class: i ? "path" : "path own" }));
    const [[x0, y0], [x, y]] = [points[0], points.at(-1)];
    parts.push(tag("circle", { cx: x, cy: y, r: i ? 3 : 5, class: i ? "end" : "end own" }));
    if (i) parts.push(tag("circle", { cx: x0, cy: y0, r: 2.5, class: "begin" }));
  });
  return parts.join("");
}

/** p as an area, and every q of both directions at a step; the visitor's own stand out and have names. */
function strip(data, width, height, step, words) {
  const { mu: [low, high], curve: [xs, ys], directions } = data;
  const own = Object.entries(directions).map(([name, d]) => ({ name, mu: d.mu[0][step], sigma: d.sigma[0][step] }));
  const top = 1.12 * Math.max(...ys, ...own.map(({ sigma }) => normal(0, 0, sigma)).map((peak) => Math.min(peak, 2.5 * Math.max(...ys))));
  const place = (x, y) => [((x - low) / (high - low)) * width, height - (y / top) * height];
  const shape = (mu, sigma) => line(Array.from({ length: CURVE_POINTS + 1 }, (_, i) => {
    const x = low + ((high - low) * i) / CURVE_POINTS;
    return place(x, normal(x, mu, sigma));
  }));
  const outline = line(xs.map((x, i) => place(x, ys[i])));
  const parts = [tag("path", { d: `${outline}L${width} ${height}L0 ${height}Z`, class: "p-area" }), tag("path", { d: outline, class: "p" })];
  const peak = ys.indexOf(Math.max(...ys));
  const [px, py] = place(xs[peak], 0.6 * ys[peak]);
  parts.push(tag("text", { x: px, y: py, "text-anchor": "middle", class: "p-name" }, "p"));
  for (const [name, d] of Object.entries(directions))
    d.mu.slice(1).forEach((path, i) => parts.push(tag("path", { d: shape(path[step], d.sigma[i + 1][step]), class: `q ${name}` })));
  for (const { name, mu, sigma } of own) {
    parts.push(tag("path", { d: shape(mu, sigma), class: `q own ${name}` }));
    const top = name === "forward"; // one on its q's top, one beside it: two q's at one place do not write over each other
    const [x, y] = top ? place(mu, normal(0, 0, sigma)) : place(mu + 0.9 * sigma, normal(0.9 * sigma, 0, sigma));
    const at = { x: Math.min(Math.max(top ? x : x + 10, 60), width - 70), y: Math.max(y - 8, 14), "text-anchor": top ? "middle" : "start" };
    parts.push(tag("text", { ...at, class: "name" }, words[name]));
  }
  for (const x of TICKS.mu) parts.push(tag("text", { x: place(x, 0)[0], y: height + 48, "text-anchor": "middle" }, String(x).replace("-", "−")));
  return parts.join("");
}
