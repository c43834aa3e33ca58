// How the climb looks: curves, slope or trail, and the bound over the steps. No state of its own.

const signed = (value, digits) => value.toFixed(digits).replace(/^-(?=[0.]*$)/, "").replace("-", "−");

/** At most so many round values between two ends, each with how it is written. */
function levels(low, high, most) {
  const step = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500].find((one) => (high - low) / one <= most) ?? 1000;
  const first = Math.ceil(low / step);
  const values = Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) => (first + i) * step);
  return values.map((value) => [value, signed(value, step < 0.1 ? 2 : step < 1 ? 1 : 0)]);
}

/** Ticks of the ELBO at the left of a plot, where they leave room for what stands above it. */
const upright = (low, high, most, down, room) => levels(low, high, most)
  .map(([value, label]) => [down(value), label])
  .filter(([y]) => y >= room)
  .map(([y, label]) => tag("path", { d: `M-4 ${y}H0`, class: "base" }) + tag("text", { x: -8, y: y + 4, "text-anchor": "end" }, label));

const LEFT = -52; // where the figure begins, from its plot; as in style.css

/** Where a name (its middle at [x + width / 2, y - 5]) lies on no curve, near its own and far from others; `taken` is another's place. */
function free(lines, own, text, taken, width, height) {
  const long = [...text].reduce((sum, letter) => sum + (letter > "\u2e80" ? 13 : 7.4), 4);
  let best = { cost: Infinity };
  for (let y = 14; y <= height - 6; y += 6) {
    for (let x = 4; x <= width - long; x += 8) {
      const near = lines.map((points) => distance(points, x - 4, x + long + 4, y - 15, y + 5));
      const others = Math.min(...near.filter((_, k) => k !== own));
      const crowded = taken && Math.abs(y - taken.y) < 18 && x < taken.x + taken.long && taken.x < x + long;
      const cost = near[own] - 0.5 * Math.min(others, 40) + 100 * near.filter((away) => away === 0).length + (others < near[own] ? 40 : 0) + (crowded ? 1000 : 0);
      if (cost < best.cost) best = { cost, x, y, long };
    }
  }
  return best;
}

/** How far a curve passes above or below a box. */
function distance(points, left, right, top, bottom) {
  let least = Infinity;
  for (let i = 1; i < points.length; i += 1) {
    if (points[i][0] < left || points[i - 1][0] > right) continue;
    const [high, low] = [Math.min(points[i][1], points[i - 1][1]), Math.max(points[i][1], points[i - 1][1])];
    least = Math.min(least, Math.max(0, high - bottom, top - low));
  }
  return least;
}

/** One of equally spaced values as a point: across the width, and up from the bottom. */
const spread = (values, width, height, top) => Array.from(values, (y, i) => [(i / (values.length - 1)) * width, height * (1 - Math.min(y / top, 1.2))]);

/** The posterior as an area, q at the first step thin, q at this step strong. */
function curves({ posterior, q, points, top, z, words }, step, width, height) {
  const at = (k) => spread(q.slice(k * points, (k + 1) * points), width, height, top);
  const outline = spread(posterior, width, height, top);
  const under = (d) => `${d}L${width} ${height}L0 ${height}Z`;
  const [begin, now, end] = [at(0), at(step), at(q.length / points - 1)];
  const named = free([outline, begin, end], 0, words.posterior, null, width, height);
  const beside = free([outline, begin, now], 2, "q(z)", named, width, height);
  const inside = [
    tag("path", { d: under(line(outline)), class: "p-area" }),
    tag("path", { d: line(outline), class: "p" }),
    tag("path", { d: line(begin), class: "q begin" }),
    tag("path", { d: line(now), class: "q" }),
  ];
  const parts = [
    tag("svg", { width, height, class: "cut" }, inside.join("")),
    tag("text", { x: named.x, y: named.y, class: "ink" }, words.posterior),
    tag("text", { x: beside.x, y: beside.y, class: "green" }, "q(z)"),
    tag("path", { d: `M0 ${height}H${width}`, class: "base" }),
  ];
  for (let tick = Math.ceil(z[0]); tick <= z[1]; tick++) {
    const x = ((tick - z[0]) / (z[1] - z[0])) * width;
    parts.push(tag("text", { x, y: height + 18, "text-anchor": "middle" }, tick === z[1] ? "z" : tick));
  }
  return parts.join("");
}

/** Where theta stands along an axis of the landscape, as a share of it. */
const share = ({ ranges }, axis, theta) => (theta - ranges[axis][0]) / (ranges[axis][1] - ranges[axis][0]);

/** Two numbers: the path over the bands, and the best q of the family as a ring. */
function trail({ landscape }, step, width, height) {
  const place = ([a, b]) => [width * share(landscape, 0, a), height * (1 - share(landscape, 1, b))];
  const points = landscape.path.slice(0, step + 1).map(place);
  const [[x0, y0], [x, y], [bx, by]] = [points[0], points.at(-1), place(landscape.best)];
  const parts = [
    tag("path", { d: line(points), class: "way" }),
    tag("circle", { cx: x0, cy: y0, r: 4, class: "first" }),
    tag("circle", { cx: bx, cy: by, r: 8, class: "best" }),
    tag("circle", { cx: x, cy: y, r: 5, class: "here" }),
    ...across(landscape, width, height),
    tag("text", { x: LEFT, y: -8, class: "axis" }, landscape.names[1]),
  ];
  for (const [theta, label] of landscape.ticks[1]) parts.push(tag("text", { x: -8, y: place([0, theta])[1] + 4, "text-anchor": "end" }, label));
  return parts.join("");
}

/** One number: the ELBO over it, a dot for every step so far, and the ceiling log p(x). */
function slope({ landscape, elbo, best, log_evidence, words }, step, width, height) {
  const top = Math.min(...landscape.heights);
  const reach = Math.min(Math.max(...landscape.heights), Math.max(...elbo.map((value) => log_evidence - value)) * 1.3 + 0.2);
  const depth = Math.max(reach, top + 0.1);
  const down = (gap) => 22 + (height - 30) * Math.min(gap / depth, 1.3);
  const curve = Array.from(landscape.heights, (gap, i) => [(i / (landscape.heights.length - 1)) * width, down(gap)]);
  const place = (k) => [width * share(landscape, 0, landscape.path[k][0]), down(log_evidence - elbo[k])];
  const parts = [
    tag("path", { d: `M0 ${down(0)}H${width}`, class: "ceiling" }),
    tag("text", { x: 4, y: down(0) - 7, class: "ink" }, `log p(x) ${signed(log_evidence, 4)}`),
    tag("text", { x: LEFT, y: -8, class: "axis" }, words.axis),
    ...upright(log_evidence - depth, log_evidence, 5, (value) => down(log_evidence - value), 12),
    tag("path", { d: line(curve.filter(([, y]) => y <= height)), class: "elbo" }),
  ];
  for (let k = 0; k < step; k += 1) parts.push(tag("circle", { cx: place(k)[0], cy: place(k)[1], r: 2.5, class: "passed" }));
  const [[bx, by], [x, y]] = [[width * share(landscape, 0, landscape.best[0]), down(log_evidence - best)], place(step)];
  parts.push(tag("circle", { cx: bx, cy: by, r: 8, class: "best" }), tag("circle", { cx: x, cy: y, r: 5, class: "here" }));
  parts.push(tag("path", { d: `M0 ${height}H${width}`, class: "base" }), ...across(landscape, width, height));
  return parts.join("");
}

/** Ticks and name of the axis across. */
const across = (landscape, width, height) => [
  ...landscape.ticks[0].map(([theta, label]) => tag("text", { x: width * share(landscape, 0, theta), y: height + 18, "text-anchor": "middle" }, label)),
  tag("text", { x: width, y: height + 34, "text-anchor": "end", class: "axis" }, landscape.names[0]),
];

/** The ELBO over all steps, faint where it is still to come; above it the ceiling, and a mark of what the family can reach. */
function trace({ elbo, best, log_evidence, words }, step, width, height) {
  const gaps = elbo.map((value) => log_evidence - value);
  const depth = Math.max(...gaps) * 1.08 + 0.02;
  const place = (k) => [(k / (elbo.length - 1)) * width, 14 + (height - 18) * (gaps[k] / depth)];
  const points = gaps.map((_, k) => place(k));
  const bestY = 14 + (height - 18) * ((log_evidence - best) / depth);
  const [x, y] = points[step];
  return [
    tag("path", { d: `M0 14H${width}`, class: "ceiling" }),
    tag("text", { x: width, y: 8, "text-anchor": "end", class: "ink" }, `log p(x) ${signed(log_evidence, 4)}`),
    tag("text", { x: LEFT, y: 8, class: "axis" }, words.axis),
    ...upright(log_evidence - depth, log_evidence, 3, (value) => 14 + (height - 18) * ((log_evidence - value) / depth), 26),
    tag("text", { x: 0, y: height + 18, "text-anchor": "middle" }, 0),
    tag("text", { x: width, y: height + 18, "text-anchor": "middle" }, elbo.length - 1),
    tag("path", { d: `M0 ${bestY}H${width}`, class: "limit" }),
    bestY > 36 ? tag("text", { x: width / 2, y: bestY - 6, "text-anchor": "middle", class: "halo" }, `${words.best} ${signed(best, 4)}`) : "",
    tag("path", { d: line(points), class: "to-come" }),
    tag("path", { d: line(points.slice(0, step + 1)), class: "elbo" }),
    tag("path", { d: `M${x} 14V${y}`, class: "gap" }),
    tag("circle", { cx: x, cy: y, r: 5, class: "here" }),
  ].join("");
}

/** What is under the pointer of time, in words and numbers. */
function said({ elbo, log_evidence, parameters, words }, step) {
  const names = Object.entries(parameters).map(([name, values]) => `${words[`parameter-${name}`]} ${signed(values[step], 4)}`);
  return [...names, `ELBO ${signed(elbo[step], 4)}`, `${words.gap} ${signed(log_evidence - elbo[step], 4)}`].join("   ");
}
