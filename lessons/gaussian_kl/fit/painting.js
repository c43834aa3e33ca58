// How the fit looks: where things are, paths and marks. No state of its own.

const CURVE_POINTS = 120;
const TICKS = { mu: [-4, -2, 0, 2, 4], sigma: [0.2, 0.5, 1, 2, 4] };
const DISTINCT = 0.12; // in mu and log sigma: two q's that are nearer look like one

/** The density of N(mu, sigma^2) at x. */
const normal = (x, mu, sigma) => Math.exp(-(((x - mu) / sigma) ** 2) / 2) / (sigma * Math.sqrt(2 * Math.PI));

/** What lies over a landscape: axes, every path up to a step, and the optima; numbers keep clear of all of it. */
function overlay(direction, place, size, step, words) {
  const parts = axes(place, size, words);
  const paths = direction.mu.map((path, i) => path.map((mu, k) => place(mu, direction.sigma[i][k])));
  const optima = direction.optima.map(([mu, sigma, kl, kind]) => ({ at: place(mu, sigma), kl, kind }));
  const cross = ([x, y]) => along([[x - 5, y - 5], [x + 5, y + 5]], 2).concat(along([[x + 5, y - 5], [x - 5, y + 5]], 2));
  const taken = [...paths.flatMap((path) => along(path)), ...paths.flatMap(([[x, y]], i) => disc(x, y, i ? 3 : 11))];
  for (const { at, kind } of optima) taken.push(...(kind === "saddle" ? cross(at) : disc(...at, 8)));
  for (const { at: [x, y], kind } of optima) {
    if (kind === "saddle") parts.push(tag("path", { d: `M${x - 5} ${y - 5}l10 10m0 -10l-10 10`, class: "saddle" }));
    else parts.push(tag("circle", { cx: x, cy: y, r: 7, class: "minimum" }));
  }
  paths.forEach((path, i) => {
    parts.push(tag("path", { d: line(path.slice(0, step + 1)), class: i ? "path" : "path own" }));
    const [[x0, y0], [x, y]] = [path[0], path[step]];
    parts.push(tag("circle", { cx: x, cy: y, r: i ? 3 : 5, class: i ? "end" : "end own" }));
    if (i) parts.push(tag("circle", { cx: x0, cy: y0, r: 2.5, class: "begin" }));
  });
  const labels = new Labels(...size, taken);
  for (const { at, kl, kind } of optima) if (kind !== "saddle") parts.push(labels.put(kl.toFixed(3), around(...at), "value"));
  return parts.join("");
}

function axes(place, [width, height], words) {
  const across = TICKS.mu.map((mu) => tag("text", { x: place(mu, 1)[0], y: height + 18, "text-anchor": "middle" }, String(mu).replace("-", "−")));
  const up = TICKS.sigma.map((sigma) => tag("text", { x: -8, y: place(0, sigma)[1] + 4, "text-anchor": "end" }, sigma));
  const names = [[width, height + 18, "end", "μ"], [-31, -9, "start", words.log]];
  return [...across, ...up, ...names.map(([x, y, anchor, name]) => tag("text", { x, y, "text-anchor": anchor, class: "axis" }, name))];
}

/** Places for the number of a minimum. */
const around = (x, y) => [
  [x + 12, y + 4, "start"], [x - 12, y + 4, "end"], [x, y + 23, "middle"], [x, y - 13, "middle"],
  [x + 9, y + 19, "start"], [x - 9, y + 19, "end"], [x + 9, y - 10, "start"], [x - 9, y - 10, "end"],
  [x, y + 30, "middle"], [x, y - 20, "middle"],
];

/** p as an area, and every q of both directions at a step; the visitor's own stand out and have names. */
function strip(data, width, height, step, words) {
  const { mu: [low, high], curve: [xs, ys], directions } = data;
  const all = Object.entries(directions).flatMap(([name, d]) => d.mu.map((path, i) => ({ name, own: !i, mu: path[step], sigma: d.sigma[i][step] })));
  const own = all.filter((one) => one.own);
  const most = Math.max(...ys);
  const top = 1.12 * Math.max(most, ...own.map(({ sigma }) => Math.min(normal(0, 0, sigma), 2.5 * most)));
  const place = (x, y) => [((x - low) / (high - low)) * width, height - (y / top) * height];
  const shape = ({ mu, sigma }) => Array.from({ length: CURVE_POINTS + 1 }, (_, i) => low + ((high - low) * i) / CURVE_POINTS).map((x) => place(x, normal(x, mu, sigma)));
  const outline = xs.map((x, i) => place(x, ys[i]));
  const parts = [tag("path", { d: `${line(outline)}L${width} ${height}L0 ${height}Z`, class: "p-area" }), tag("path", { d: line(outline), class: "p" })];
  const curves = [...all.filter((one) => !one.own), ...own].map((one) => ({ ...one, points: shape(one) }));
  for (const { name, points, own: mine } of curves) parts.push(tag("path", { d: line(points), class: `q ${mine ? "own " : ""}${name}` }));
  const labels = new Labels(width, height, [outline, ...curves.map((one) => one.points)].flatMap((points) => along(points)));
  const [px, py] = place(xs[ys.indexOf(most)], 0.6 * most);
  parts.push(labels.put("p", [[px, py, "middle"]], "p-name"));
  for (const one of own) parts.push(labels.put(words[one.name], beside(one, place), "name"));
  const other = farthest(all, own);
  if (other) parts.push(labels.put(words.others, beside(other, place), "name other"));
  for (const x of TICKS.mu) parts.push(tag("text", { x: place(x, 0)[0], y: height + 48, "text-anchor": "middle" }, String(x).replace("-", "−")));
  return parts.join("");
}

/** Of the q's from other starts the one that looks least like those of the visitor; none if all look the same. */
function farthest(all, own) {
  const apart = (one, two) => Math.abs(one.mu - two.mu) + Math.abs(Math.log(one.sigma / two.sigma));
  const others = all.filter((one) => !one.own).map((one) => ({ one, far: Math.min(...own.map((two) => apart(one, two))) }));
  const best = others.reduce((a, b) => (b.far > a.far ? b : a));
  return best.far > DISTINCT ? best.one : undefined;
}

/** Places for the name of a q: on its top if that is of D(p||q), else beside it; then wherever it touches its curve. */
function beside({ name, mu, sigma }, place) {
  const flank = (t) => {
    const [x, y] = place(mu + t * sigma, normal(t, 0, 1) / sigma);
    return t > 0 ? [x + 10, y - 6, "start"] : [x - 10, y - 6, "end"];
  };
  const [x, y] = place(mu, normal(0, 0, sigma));
  const on = [[x, Math.max(y - 8, 14), "middle"], [x, y + 16, "middle"]];
  const sides = [0.9, -0.9, 1.3, -1.3, 1.7, -1.7, 2.2, -2.2].map(flank).map(([a, b, anchor]) => [a, Math.max(b, 14), anchor]);
  return [...(name === "forward" ? [...on, ...sides] : [...sides, ...on]), [x, y - 26, "middle", 2], [x, y - 44, "middle", 4]];
}
