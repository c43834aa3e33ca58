// A plane through the space of vectors, drawn to scale: regions of the nearest code, z and e, the arrows, and a copy of z
// to be dragged. What stands at each code's place is decoded already, so a hand gets its answer at once.

const EDGE = { left: 40, right: 10, top: 10, bottom: 42 }; // CSS pixels around the square
const LARGEST = 380; // of its side
const [STEP, LARGE] = [0.01, 0.05]; // of the side, by an arrow key, and with Shift
const HEAD = 12; // of an arrow, pixels
const PICTURE = 28;
const LEVELS = 3; // of paper, for the regions of other codes
const HTML = `<div class="plot"><svg aria-hidden="true"></svg><div class="field"><button type="button" class="grip" role="slider"></button></div></div>
<div class="now"><div class="frame"><canvas role="img"></canvas></div><p></p></div>`;

/** Round numbers from `low` to `high`, about four of them. */
function ticksBetween(low, high) {
  const power = 10 ** Math.floor(Math.log10((high - low) / 4));
  const step = power * [1, 2, 5, 10].find((one) => one * power >= (high - low) / 5);
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(10)));
}

const written = (number) => String(number).replace("-", "−");

/** Whether a place is in a polygon whose corners go round anticlockwise. */
function holds(corners, [x, y]) {
  return corners.every(([x1, y1], i) => {
    const [x2, y2] = corners[(i + 1) % corners.length];
    return (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1) >= 0;
  });
}

class Slice {
  constructor(root) {
    this.element = document.createElement("div");
    this.element.className = "slice";
    this.element.innerHTML = HTML;
    root.append(this.element);
    this.$ = (selector) => this.element.querySelector(selector);
    this.take(this.$(".field"), this.$(".grip"));
    this.resize = new ResizeObserver(() => this.data && this.draw());
    this.resize.observe(this.element);
  }

  update(data) {
    if (data.name !== this.data?.name) this.at = data.descent.map((one) => data.reach * one); // where the dotted line ends
    this.data = data;
    this.pixels = Float32Array.from(atob(data.pictures), (c) => c.charCodeAt(0) / 255);
    this.draw();
    this.show();
  }

  // --- what a hand does

  /** A press or a drag moves the copy of z there, arrow keys move it on, Home brings it back. */
  take(field, grip) {
    const follow = (event) => {
      const box = field.getBoundingClientRect();
      const { box: [left, right, bottom, top] } = this.data;
      this.moveTo(left + ((event.clientX - box.left) / box.width) * (right - left), top - ((event.clientY - box.top) / box.height) * (top - bottom));
    };
    field.addEventListener("pointerdown", (event) => {
      if (event.button || !this.data) return;
      event.preventDefault();
      field.setPointerCapture(event.pointerId);
      grip.focus({ preventScroll: true });
      this.held = true;
      follow(event);
    });
    field.addEventListener("pointermove", (event) => this.held && follow(event));
    for (const end of ["pointerup", "pointercancel"]) field.addEventListener(end, () => (this.held = false));
    grip.addEventListener("keydown", (event) => this.press(event));
  }

  press(event) {
    const way = arrowOf(event);
    if (!this.data || (!way && event.key !== "Home")) return;
    event.preventDefault();
    const { box: [left, right] } = this.data;
    const step = (event.shiftKey ? LARGE : STEP) * (right - left);
    if (way) this.moveTo(this.at[0] + step * way[1], this.at[1] - step * way[0]);
    else this.moveTo(0, 0);
  }

  moveTo(x, y) {
    const { box: [left, right, bottom, top] } = this.data;
    this.at = [Math.min(Math.max(x, left), right), Math.min(Math.max(y, bottom), top)];
    this.show();
  }

  // --- what comes of it

  /** The nearest code where the copy of z is, what the decoder makes of it, and what that costs. */
  show() {
    const { regions, words, code, box: [left, right, bottom, top], cell } = this.data;
    const found = Math.max(regions.findIndex(({ corners }) => holds(corners, this.at)), 0);
    const own = regions.find((one) => one.code === code);
    const here = regions[found];
    const change = here.loss - own.loss;
    const differs = Math.abs(change) < 5e-4 ? words.same : (change > 0 ? words.more : words.less).replace("#", Math.abs(change).toFixed(3));
    const said = words.now.replace("#", here.code).replace("%", here.loss.toFixed(3)) + differs;
    const grip = this.$(".grip");
    grip.style.left = `${(100 * (this.at[0] - left)) / (right - left)}%`;
    grip.style.top = `${(100 * (top - this.at[1])) / (top - bottom)}%`;
    const facts = { valuemin: 0, valuemax: Math.hypot(right - left, top - bottom).toFixed(3), valuenow: Math.hypot(...this.at).toFixed(3), valuetext: said, label: words.plane };
    for (const [fact, one] of Object.entries(facts)) grip.setAttribute(`aria-${fact}`, one);
    this.$("p").textContent = said;
    const canvas = this.$("canvas");
    const [paper, ink] = ["--gm-bg", "--gm-ink"].map((name) => colourOf(this.element, name));
    paintPixels(canvas, this.pixels.subarray(found * PICTURE ** 2, (found + 1) * PICTURE ** 2), PICTURE, paper, ink);
    canvas.setAttribute("aria-label", words.decoded);
    this.$(".frame").style.cssText = `--x:${(100 * (cell % 7)) / 7}%;--y:${(100 * Math.floor(cell / 7)) / 7}%`;
    Object.assign(this.element.dataset, { code: here.code, loss: here.loss.toFixed(4) });
  }

  // --- drawing

  draw() {
    const { box: [left, right, bottom, top] } = this.data;
    const side = Math.max(Math.min(this.element.clientWidth - EDGE.left - EDGE.right, LARGEST), 1);
    const place = ([x, y]) => [EDGE.left + (side * (x - left)) / (right - left), EDGE.top + (side * (top - y)) / (top - bottom)];
    const svg = this.$("svg");
    const [width, height] = [side + EDGE.left + EDGE.right, side + EDGE.top + EDGE.bottom];
    for (const [name, one] of Object.entries({ width, height, viewBox: `0 0 ${width} ${height}` })) svg.setAttribute(name, one);
    svg.innerHTML = this.regions(place) + this.axes(place, side) + this.arrows(place) + this.names(place);
    this.$(".field").style.cssText = `left:${EDGE.left}px;top:${EDGE.top}px;width:${side}px;height:${side}px`;
    if (this.at) this.show();
  }

  regions(place) {
    const { regions, numbers, code } = this.data;
    const level = (one) => (one === code ? "own" : `level-${one % LEVELS}`);
    const paths = regions.map((one) => tag("path", { class: `region ${level(one.code)}`, "data-code": one.code, d: `${line(one.corners.map(place))}Z` }));
    return paths.join("") + numbers.map(([one, x, y]) => text(place([x, y]), one, "number", "middle", [0, 5])).join("");
  }

  axes(place, side) {
    const { box: [left, right, bottom, top], words } = this.data;
    const foot = EDGE.top + side;
    const below = ticksBetween(left, right).map((x) => [place([x, 0])[0], x]);
    const beside = ticksBetween(bottom, top).map((y) => [place([0, y])[1], y]);
    const marks = [...below.map(([x]) => `M${x} ${foot}v4`), ...beside.map(([y]) => `M${EDGE.left} ${y}h-4`)].join("");
    return tag("path", { class: "axis", d: `M${EDGE.left} ${EDGE.top}V${foot}H${EDGE.left + side}${marks}` })
      + below.map(([x, value]) => text([x, foot], written(value), "tick", "middle", [0, 18])).join("")
      + beside.map(([y, value]) => text([EDGE.left, y], written(value), "tick", "end", [-8, 4])).join("")
      + text([EDGE.left + side / 2, foot], words.axis, "tick", "middle", [0, 36]);
  }

  arrows(place) {
    const { e, descent: [u, v], reach, handed, pull, crossed } = this.data;
    const zero = place([0, 0]);
    const crossings = crossed.map((t) => { const [cx, cy] = place([t * u, t * v]); return tag("circle", { class: "crossing", cx, cy, r: 3 }); });
    const dot = (name, [cx, cy]) => tag("circle", { class: name, cx, cy, r: 6 });
    return tag("path", { class: "ray", d: line([zero, place([reach * u, reach * v])]) }) + crossings.join("")
      + arrow("pull", zero, place([pull, 0])) + arrow("handed", place([e, 0]), place([e + handed * u, handed * v]))
      + arrow("handed borrowed", zero, place([handed * u, handed * v])) + dot("e", place([e, 0])) + dot("z", zero);
  }

  /** z and e below their points, the arrows' names beside their tips, and how far the ray goes at its end. */
  names(place) {
    const { e, descent: [u, v], reach, handed, pull, words } = this.data;
    const names = [text(place([0, 0]), "z", "name q", "end", [-4, 20]), text(place([e, 0]), "e", "name model", "start", [4, 20])];
    if (handed) {
      names.push(text(place([e + handed * u, handed * v]), "−g", "name model", "start", [6, -4]));
      names.push(text(place([handed * u, handed * v]), words.handed, "name model", "end", [-6, u < 0 ? 16 : -4]));
      names.push(text(place([reach * u, reach * v]), `t = ${reach.toFixed(2)}`, "end", u < 0 ? "start" : "end", [0, -17]));
    }
    if (pull) names.push(text(place([pull / 2, 0]), words.commitment, "name error", "middle", [0, 36]));
    return names.join("");
  }

  destroy() {
    this.resize.disconnect();
    this.element.remove();
  }
}

function text([x, y], words, name, anchor, [dx, dy]) {
  return tag("text", { class: name, x: (x + dx).toFixed(1), y: (y + dy).toFixed(1), "text-anchor": anchor }, words);
}

/** A line with a head that is no longer than itself; nothing where it has no length. */
function arrow(name, [x0, y0], [x, y]) {
  const long = Math.hypot(x - x0, y - y0);
  if (!long) return "";
  const head = Math.min(HEAD, long);
  const [ux, uy] = [(head * (x - x0)) / long, (head * (y - y0)) / long];
  const tip = [[x, y], [x - ux - 0.4 * uy, y - uy + 0.4 * ux], [x - ux + 0.4 * uy, y - uy - 0.4 * ux]];
  return tag("path", { class: `arrow ${name}`, d: line([[x0, y0], [x - 0.8 * ux, y - 0.8 * uy]]) })
    + tag("path", { class: `head ${name}`, d: `${line(tip)}Z` });
}

export default function ({ data, parentElement }) {
  return keep(parentElement, () => new Slice(parentElement), (slice) => slice.update(data));
}
