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

const ROUNDS = 5; // in which each label looks for a better place, given the others
const FIRST = 0.01; // of the area of a label, for each place further down the list: rather to the right

/** Where the upper left corner of a box may be, beside a ring. */
function cornersBeside([x, y], radius, { width, height }) {
  const far = radius + GAP;
  return [
    [x + far, y - height / 2], [x - far - width, y - height / 2], [x + far, y - 12], [x + far, y - height + 12],
    [x - far - width, y - 12], [x - far - width, y - height + 12], [x - width / 2, y + far], [x - width / 2, y - far - height],
    [x - 10, y + far], [x - 10, y - far - height], [x - width + 10, y + far], [x - width + 10, y - far - height],
  ];
}

/**
 * Upper left corners of labels, {at, radius, width, height}, each beside its ring, in the `room`, [left, top, right,
 * bottom], and where they cover least of each other and of the boxes that are `taken`.
 */
function placeLabels(labels, taken, room) {
  const box = ([left, top], { width, height }) => [left, top, left + width, top + height];
  const places = labels.map(({ at, radius, ...size }) => cornersBeside(at, radius, size));
  const chosen = places.map(([first]) => first);
  for (let round = 0; round < ROUNDS; round++) {
    labels.forEach((label, i) => {
      const others = chosen.map((corner, j) => box(corner, labels[j])).filter((_, j) => j !== i);
      const cost = (corner, place) => {
        const own = box(corner, label);
        const covered = [...taken, ...others].reduce((sum, other) => sum + common(own, other), 0);
        return covered + 1000 * outside(own, room) + FIRST * place * label.width;
      };
      const costs = places[i].map(cost);
      chosen[i] = places[i][costs.indexOf(Math.min(...costs))];
    });
  }
  return chosen;
}

const square = ([x, y], half) => [x - half, y - half, x + half, y + half];

/** Small boxes along a line from one place to another, which labels keep off. */
function along([x0, y0], [x1, y1], number = 12) {
  return Array.from({ length: number }, (_, i) => square([x0 + ((x1 - x0) * i) / number, y0 + ((y1 - y0) * i) / number], 4));
}

/** The boxes of the numbers beside the upward axis. */
const besideAxis = ({ y, left, levels }) => levels.map((level) => [left - 34, y(level) - 9, left - 4, y(level) + 9]);
