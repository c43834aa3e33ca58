// How the fit looks: where things are, paths and marks. No state of its own.

const CURVE_POINTS = 120;
const TICKS = { mu: [-4, -2, 0, 2, 4], sigma: [0.2, 0.5, 1, 2, 4] };

/** The density of N(mu, sigma^2) at x. */
const normal = (x, mu, sigma) => Math.exp(-(((x - mu) / sigma) ** 2) / 2) / (sigma * Math.sqrt(2 * Math.PI));

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
