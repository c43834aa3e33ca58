// The leaves on measured axes: where each stands, the ring that is its variety, and a place for its name.

const MARGIN = { left: 44, right: 14, top: 34, bottom: 40 }; // CSS pixels around the axes
const RING = 13; // radius of a leaf's ring, CSS pixels
const RELATIVE = 9; // of another model of its family
const GAP = 7; // between a ring and what is said of it
const TIMES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

/** A logarithmic scale of [low, high] onto [from, to]. */
const logScale = (low, high, from, to) => (value) => from + ((Math.log(value) - Math.log(low)) / (Math.log(high) - Math.log(low))) * (to - from);

/** Powers of ten around these values, with room beside the outermost. */
function decades(values) {
  const low = Math.floor(Math.log10(Math.min(...values) * 0.7));
  const high = Math.ceil(Math.log10(Math.max(...values) * 1.5));
  return Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i));
}

/** The scales of the marks within a box, and their ticks. To the right is slower, further up is nearer to real digits. */
function axesOf(marks, width, height) {
  const times = decades(marks.map((mark) => mark.milliseconds));
  const worst = Math.max(...marks.map((mark) => mark.times)) * 1.35;
  const [left, right, top, bottom] = [MARGIN.left, width - MARGIN.right, MARGIN.top, height - MARGIN.bottom];
  const x = logScale(times[0], times.at(-1), left + RING, right);
  const y = logScale(1, Math.max(worst, 2), top + 6, bottom);
  return { x, y, left, right, top, bottom, times, levels: TIMES.filter((level) => level <= worst) };
}

/** Milliseconds as one reads them. */
const duration = (ms, words) => (ms >= 1000 ? words.s.replace("#", ms / 1000) : words.ms.replace("#", ms));

function drawAxes({ x, y, left, right, top, bottom, times, levels }, words, narrow) {
  const shown = times.filter((_, i) => !narrow || i % 2 === 0);
  const ticks = shown.map((time) => tag("path", { class: "tick", d: line([[x(time), bottom], [x(time), bottom + 5]]) })
    + tag("text", { x: x(time), y: bottom + 19, "text-anchor": "middle" }, duration(time, words)));
  const grid = levels.map((level) => tag("path", { class: level === 1 ? "real" : "grid", d: line([[left, y(level)], [right, y(level)]]) })
    + tag("text", { x: left - 7, y: y(level) + 4.5, "text-anchor": "end" }, `${level}`));
  const ends = tag("text", { x: left - 30, y: 13 }, words.quality)
    + tag("text", { x: right, y: bottom + 36, "text-anchor": "end" }, words.speed)
    + tag("text", { class: "real", x: right, y: y(1) - 6, "text-anchor": "end" }, words.real);
  return [...grid, tag("path", { class: "axis", d: line([[left, bottom], [right, bottom]]) }), ...ticks, ends].join("");
}

/** A ring around a place, filled as far as the share says. */
function drawRing([x, y], radius, share) {
  const length = 2 * Math.PI * radius;
  const about = { cx: x.toFixed(1), cy: y.toFixed(1), r: radius };
  return tag("circle", { class: "track", ...about })
    + tag("circle", { class: "share", ...about, "stroke-dasharray": `${(share * length).toFixed(1)} ${length.toFixed(1)}`, transform: `rotate(-90 ${x.toFixed(1)} ${y.toFixed(1)})` });
}

const common = (a, b) => Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0])) * Math.max(0, Math.min(a[3], b[3]) - Math.max(a[1], b[1]));
const outside = ([x0, y0, x1, y1], [left, top, right, bottom]) => Math.max(0, left - x0) + Math.max(0, top - y0) + Math.max(0, x1 - right) + Math.max(0, y1 - bottom);

/** Upper left corner of a box of this size beside a ring, in the `room` and where it covers least of what is `taken`. */
function placeBeside([x, y], radius, { width, height }, taken, room) {
  const far = radius + GAP;
  const corners = [
    [x + far, y - height / 2], [x - far - width, y - height / 2], [x - width / 2, y + far], [x - width / 2, y - far - height],
    [x + far, y - 12], [x + far, y - height + 12], [x - far - width, y - 12], [x - far - width, y - height + 12],
    [x - 10, y + far], [x - 10, y - far - height], [x - width + 10, y + far], [x - width + 10, y - far - height],
  ];
  const cost = ([left, top]) => {
    const box = [left, top, left + width, top + height];
    return taken.reduce((sum, other) => sum + common(box, other), 0) + 1000 * outside(box, room);
  };
  const costs = corners.map(cost);
  const [left, top] = corners[costs.indexOf(Math.min(...costs))];
  taken.push([left, top, left + width, top + height]);
  return [left, top];
}
