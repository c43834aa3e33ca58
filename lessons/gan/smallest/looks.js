// How the smallest GAN looks: its field, its path, and the eigenvalues beside the unit circle. No state of its own.

const HALF = 2; // the plane is [-2, 2] in both numbers
const [EVERY, LONG] = [0.4, 0.3]; // between two arrows, and their length at most, in the plane's unit
const FAR = 40; // a line that leaves the plane is drawn as far as this
const HALO = 1.7; // the complex plane is [-1.7, 1.7]: no eigenvalue lies further out

const onPlane = (side) => ([x, y]) => [((x + HALF) / (2 * HALF)) * side, ((HALF - y) / (2 * HALF)) * side];
const onCircle = (side) => ([x, y]) => [((x + HALO) / (2 * HALO)) * side, ((HALO - y) / (2 * HALO)) * side];
const isInside = ([x, y]) => Math.abs(x) <= HALF && Math.abs(y) <= HALF;

/** An arrow's shaft and open head, [x, y] in pixels. */
function arrow([x0, y0], [x, y], head) {
  const long = Math.hypot(x - x0, y - y0);
  if (long < 0.5) return "";
  const [ux, uy] = [((x - x0) / long) * Math.min(head, long), ((y - y0) / long) * Math.min(head, long)];
  const ends = [1, -1].map((way) => [x - ux - 0.6 * way * uy, y - uy + 0.6 * way * ux]);
  return `${line([[x0, y0], [x, y]])}${line([ends[0], [x, y], ends[1]])}`;
}

/** Where both want to go from each place of a lattice: the direction is exact, and long arrows are shortened. */
function field(game, side) {
  const place = onPlane(side);
  const marks = [];
  for (let i = -5; i < 5; i++) {
    for (let j = -5; j < 5; j++) {
      const [x, y] = [(i + 0.5) * EVERY, (j + 0.5) * EVERY];
      const [u, v] = velocity(game, [x, y]);
      const long = Math.hypot(u, v) || 1;
      const half = ((LONG / 2) * Math.tanh(long / 0.6)) / long;
      marks.push(arrow(place([x - half * u, y - half * v]), place([x + half * u, y + half * v]), side * 0.014));
    }
  }
  return tag("path", { d: marks.join(""), class: "arrows" });
}

/** Both axes through the equilibrium, -1 and 1 on them, and their names at their ends. */
function axes(side, words) {
  const place = onPlane(side);
  const [middle] = place([0, 0]);
  const lines = tag("path", { d: `M0 ${middle}H${side}M${middle} 0V${side}`, class: "axis" });
  const ticks = [-1, 1].map((at) => {
    const [x, y] = place([at, at]);
    const said = at < 0 ? "−1" : "1";
    const posts = tag("path", { d: `M${x} ${middle - 4}v8M${middle - 4} ${y}h8`, class: "axis" });
    return posts + tag("text", { x, y: middle + 19, "text-anchor": "middle" }, said) + tag("text", { x: middle - 9, y: y + 5, "text-anchor": "end" }, said);
  });
  const names = tag("text", { x: side - 10, y: middle - 15, "text-anchor": "end", class: "name theta" }, words.theta)
    + tag("text", { x: middle + 10, y: 20, class: "name psi" }, words.psi);
  return lines + ticks.join("") + names;
}

function equilibrium(side) {
  const [x, y] = onPlane(side)([0, 0]);
  return tag("circle", { cx: x, cy: y, r: 5.5, class: "equilibrium" });
}

/** Its name, which the path may not hide. */
const itsName = (side, words) => tag("text", { x: side / 2 + 11, y: side / 2 + 20, class: "name equal" }, words.equilibrium);

/** The end of a line from one place to the next, no further than it takes to leave the plane. */
function cut([x0, y0], [x, y]) {
  const share = Math.min(1, FAR / (Math.hypot(x - x0, y - y0) || 1));
  return [x0 + share * (x - x0), y0 + share * (y - y0)];
}

/** What has been of the path, dot by dot, and paler what is to come. */
function path(places, at, side) {
  const place = onPlane(side);
  const drawn = (some) => line(some.filter((one, i) => !i || Math.hypot(...some[i - 1]) < FAR).map((one, i) => place(i ? cut(some[i - 1], one) : one)));
  const dots = places.slice(0, at).filter(isInside).map((one) => {
    const [x, y] = place(one);
    return `M${x.toFixed(1)} ${y.toFixed(1)}h0`;
  });
  return tag("path", { d: drawn(places), class: "ahead" })
    + tag("path", { d: drawn(places.slice(0, at + 1)), class: "been" })
    + tag("path", { d: dots.join(""), class: "dots" });
}

/** The newest place; beyond the plane it waits at the edge, as an arrow that points out. */
function newest(one, side) {
  const [x, y] = onPlane(side)(one.map((value) => Math.min(Math.max(value, -HALF), HALF)));
  if (isInside(one)) return tag("circle", { cx: x, cy: y, r: 6.5, class: "newest" });
  const inwards = (at) => Math.min(Math.max(at, 10), side - 10);
  const turn = (Math.atan2(-one[1], one[0]) * 180) / Math.PI;
  return tag("path", { d: "M9 0L-6 7L-2 0L-6 -7Z", class: "newest", transform: `translate(${inwards(x)} ${inwards(y)}) rotate(${turn.toFixed(1)})` });
}

/** What each player wants at the newest place, at its true length: the generator along theta, the discriminator along psi. */
function wishes(game, one, side) {
  if (!isInside(one)) return "";
  const place = onPlane(side);
  const [u, v] = velocity(game, one);
  return tag("path", { d: arrow(place(one), place([one[0] + u, one[1]]), 9), class: "wish theta" })
    + tag("path", { d: arrow(place(one), place([one[0], one[1] + v]), 9), class: "wish psi" });
}

/** The unit circle of the complex plane, and both eigenvalues. */
function circle(two, side) {
  const place = onCircle(side);
  const [[middle], [right], [left]] = [[0, 0], [1, 0], [-1, 0]].map(place);
  const marks = [[right, "1", "start", 6], [left, "−1", "end", -6]].map(([x, said, anchor, off]) =>
    tag("text", { x: x + off, y: middle - 5, "text-anchor": anchor }, said));
  const dots = two.map((one) => {
    const [x, y] = place(one);
    return tag("circle", { cx: x.toFixed(1), cy: y.toFixed(1), r: 5, class: "lambda" });
  });
  return tag("path", { d: `M0 ${middle}H${side}M${middle} 0V${side}`, class: "axis" })
    + tag("circle", { cx: middle, cy: middle, r: right - middle, class: "unit" }) + marks.join("") + dots.join("");
}

/** A number as it stands in a sentence: a true minus, no exponent, and nothing that is too long to be read. */
function written(value, decimals) {
  if (Math.abs(value) > FURTHEST) return value > 0 ? "> 1,000,000" : "< −1,000,000";
  const fitting = Math.abs(value) < 100 ? decimals : Math.abs(value) < 1e4 ? 1 : 0;
  const text = Math.abs(value).toFixed(fitting).replace(/\B(?=(\d{3})+(?!\d))(?<!\.\d*)/g, ",");
  return value < 0 && Number(text.replaceAll(",", "")) ? `−${text}` : text;
}
