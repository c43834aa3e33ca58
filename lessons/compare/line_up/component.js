// Models in a line-up: their digits in columns, and one number of each on an axis that all share.
// Python measures; here is what a hand does: choose a digit, another measure, another order.

const TEN = 10;
const HTML = `<div class="bar"><span class="switch" role="radiogroup"></span><button type="button" class="sort" aria-pressed="false"></button></div>
<div class="head" aria-hidden="true"><span class="asked"></span><span class="ten">${"<b></b>".repeat(TEN)}</span><span class="axis"></span></div>
<div class="rows" role="radiogroup"></div>`;
const ROW = `<button type="button" class="name" tabindex="-1"><b></b><small></small></button>
  <span class="ten">${`<button type="button" role="radio" tabindex="-1"><canvas></canvas></button>`.repeat(TEN)}</span>
  <span class="number"><span class="track"><i class="reference"></i><i class="dot"></i></span><output></output></span>`;

class LineUp {
  constructor(root, messenger) {
    this.messenger = messenger;
    this.element = document.createElement("div");
    this.element.className = "line-up";
    this.element.innerHTML = HTML;
    root.append(this.element);
    this.$ = (selector) => this.element.querySelector(selector);
    this.calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.resize = new ResizeObserver(() => this.alone());
    this.resize.observe(this.element);
    this.$(".rows").addEventListener("keydown", (event) => this.press(event));
    this.$(".sort").addEventListener("click", () => this.tell({ order: this.shown.order === "course" ? "measure" : "course" }));
  }

  update(data) {
    if (!this.data || data.revision !== this.data.revision) this.shown = { ...data.shown };
    this.data = data;
    this.lines = new Map(data.lines.map((line) => [line.name, line]));
    if (!this.lines.has(this.shown.model)) this.shown.model = data.shown.model;
    this.alone();
    this.element.style.setProperty("--rows", data.lines.length);
    this.furnish();
    this.words();
    this.pictures();
    this.show();
  }

  alone() {
    if (this.data) this.axis(this.data.axes[this.shown.measure]);
    this.element.toggleAttribute("data-alone", getComputedStyle(this.element).getPropertyValue("--gm-room") !== "");
  }

  /** As many rows and buttons as there are; what is there already stays, and keeps its place. */
  furnish() {
    const rows = this.$(".rows");
    const known = new Map([...rows.children].map((row) => [row.dataset.name, row]));
    for (const [name, row] of known) if (!this.lines.has(name)) row.remove();
    this.rows = new Map(this.data.lines.map(({ name }) => [name, known.get(name) ?? this.row(name)]));
    const measures = Object.keys(this.data.axes);
    if (this.$(".switch").children.length === measures.length) return;
    this.$(".switch").replaceChildren(...measures.map((measure) => {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", role: "radio" });
      button.dataset.measure = measure;
      button.addEventListener("click", () => this.tell({ measure }));
      button.addEventListener("keydown", (event) => this.turn(event, measures));
      return partOf(button, measure);
    }));
  }

  row(name) {
    const row = document.createElement("div");
    row.className = "row";
    row.dataset.name = name;
    row.innerHTML = ROW;
    row.querySelector(".name").addEventListener("click", () => this.choose(name, this.shown.digit));
    row.querySelectorAll(".ten button").forEach((button, digit) => button.addEventListener("click", () => this.choose(name, digit)));
    this.$(".rows").append(row);
    return row;
  }

  words() {
    const { words, lines, axes } = this.data;
    this.$(".switch").setAttribute("aria-label", words.measures);
    for (const button of this.$(".switch").children) button.textContent = words[`measure-${button.dataset.measure}`];
    this.$(".sort").textContent = words.sort;
    this.$(".rows").setAttribute("aria-label", words.digits);
    this.$(".asked").textContent = words.asked;
    this.$(".head .ten").querySelectorAll("b").forEach((head, digit) => (head.textContent = digit));
    for (const line of lines) {
      const row = this.rows.get(line.name);
      row.querySelector(".name b").textContent = line.title;
      row.querySelector(".name small").textContent = line.note;
      row.toggleAttribute("data-has", line.has);
      row.toggleAttribute("data-real", line.real);
      row.dataset.role = line.role;
      row.querySelectorAll(".ten button").forEach((button, digit) => {
        button.disabled = !line.has;
        button.setAttribute("aria-label", words[line.asks ? "digit-asked" : "digit"].replace("#", line.title).replace("%", line.asks ? digit : digit + 1));
      });
      row.querySelector(".name").disabled = !line.has;
    }
    if (!(this.shown.measure in axes)) this.shown.measure = Object.keys(axes)[0];
  }

  pictures() {
    const { side, lines, pixels } = this.data;
    if (pixels === this.painted && this.paper === this.colours().join()) return;
    [this.painted, this.paper] = [pixels, this.colours().join()];
    const values = Float32Array.from(atob(pixels), (c) => c.charCodeAt(0) / 255);
    const [paper, ink] = this.colours();
    let at = 0;
    for (const line of lines) {
      for (const canvas of this.rows.get(line.name).querySelectorAll("canvas")) {
        if (line.has) paintPixels(canvas, values.subarray(at, (at += side * side)), side, paper, ink);
        else canvas.width = canvas.height = side;
      }
    }
  }

  colours() {
    return ["--gm-bg", "--gm-ink"].map((name) => colourOf(this.element, name));
  }

  // --- what a hand does

  tell(changes) {
    Object.assign(this.shown, changes);
    this.show(true);
    this.messenger.push({ ...this.shown });
    this.messenger.flush();
  }

  choose(model, digit) {
    this.tell({ model, digit });
    this.button(model, digit).focus({ preventScroll: true });
  }

  /** Arrow keys go from digit to digit and from row to row, Home and End to the ends of a row. */
  press(event) {
    const way = arrowOf(event);
    const ends = { Home: 0, End: TEN - 1 };
    if (!way && !(event.key in ends)) return;
    event.preventDefault();
    const order = this.order().filter((name) => this.lines.get(name).has);
    const row = Math.min(Math.max(order.indexOf(this.shown.model) + (way?.[0] ?? 0), 0), order.length - 1);
    const digit = way ? Math.min(Math.max(this.shown.digit + way[1], 0), TEN - 1) : ends[event.key];
    if (order.length) this.choose(order[row], digit);
  }

  /** Arrow keys on the switch. */
  turn(event, measures) {
    const way = arrowOf(event);
    if (!way) return;
    event.preventDefault();
    const next = (measures.indexOf(this.shown.measure) + way[0] + way[1] + measures.length) % measures.length;
    this.tell({ measure: measures[next] });
    this.$(`[data-measure="${measures[next]}"]`).focus();
  }

  button(model, digit) {
    return this.rows.get(model).querySelectorAll(".ten button")[digit];
  }

  // --- how it looks

  /** The names from top to bottom: what is real stands first. */
  order() {
    const { lines, orders } = this.data;
    const first = lines.filter(({ real }) => real).map(({ name }) => name);
    const others = lines.filter(({ real }) => !real).map(({ name }) => name);
    const places = orders[this.shown.measure];
    if (this.shown.order === "measure") others.sort((a, b) => rank(places, a) - rank(places, b));
    return [...first, ...others];
  }

  show(animated = false) {
    const { measure, model, digit, order } = this.shown;
    for (const button of this.$(".switch").children) {
      const chosen = button.dataset.measure === measure;
      Object.assign(button, { ariaChecked: chosen, tabIndex: chosen ? 0 : -1 });
    }
    this.$(".sort").ariaPressed = order === "measure";
    this.arrange(animated);
    this.axis(this.data.axes[measure]);
    for (const [name, row] of this.rows) {
      this.number(row, this.lines.get(name), measure);
      row.toggleAttribute("data-chosen", name === model);
      row.querySelectorAll(".ten button").forEach((button, place) => {
        const chosen = name === model && place === digit;
        Object.assign(button, { ariaChecked: chosen, tabIndex: chosen ? 0 : -1 });
      });
    }
    Object.assign(this.element.dataset, { measure, model, digit, order: this.order().join(" ") });
  }

  /** Rows that change their places are seen to go there. */
  arrange(animated) {
    const order = this.order();
    const rows = this.$(".rows");
    if ([...rows.children].map((row) => row.dataset.name).join() === order.join()) return;
    const focused = this.element.getRootNode().activeElement;
    const before = new Map([...this.rows].map(([name, row]) => [name, row.offsetTop]));
    rows.append(...order.map((name) => this.rows.get(name)));
    if (rows.contains(focused)) focused.focus({ preventScroll: true });
    if (!animated || this.calm) return;
    for (const [name, row] of this.rows) {
      const far = before.get(name) - row.offsetTop;
      if (far) row.animate([{ transform: `translateY(${far}px)` }, { transform: "none" }], { duration: 400, easing: "ease-out" });
    }
  }

  axis(axis) {
    const place = this.$(".axis");
    const part = this.shown.measure;
    partOf(place, part);
    place.replaceChildren(...this.apart(axis, place.clientWidth).map(([value, label]) => {
      const tick = document.createElement("i");
      tick.textContent = label;
      tick.style.left = `${100 * along(axis, value)}%`;
      return tick;
    }));
    this.$(".rows").dataset.unit = this.data.words[`unit-${this.shown.measure}`];
  }

  /** The ticks that have room beside each other; the last one, with the unit, is always there. */
  apart(axis, width) {
    let next = Infinity;
    return axis.ticks.toReversed().filter(([value, label]) => {
      const [at, half] = [along(axis, value) * width, 4 * label.length];
      if (width && at + half > next - 4) return false;
      next = at - half;
      return true;
    });
  }

  number(row, line, measure) {
    const axis = this.data.axes[measure];
    const number = line.numbers[measure];
    const real = this.data.lines.find((one) => one.real)?.numbers[measure]?.at;
    const has = number && number.at !== null;
    const [dot, reference] = [".dot", ".reference"].map((place) => row.querySelector(place));
    dot.hidden = !has;
    if (has) dot.style.left = `${100 * along(axis, number.at)}%`;
    dot.toggleAttribute("data-bound", Boolean(number?.bound));
    reference.hidden = real === null || real === undefined;
    if (!reference.hidden) reference.style.left = `${100 * along(axis, real)}%`;
    row.querySelector("output").textContent = number?.text ?? "";
    row.toggleAttribute("data-none", !has);
    partOf(row.querySelector(".number"), line.real ? `${measure} real` : measure);
    partOf(row.querySelector(".ten"), line.real ? "digits real" : "digits");
    partOf(row.querySelector(".name"), line.real ? `names real` : "names");
  }

  destroy() {
    this.resize.disconnect();
    this.element.remove();
  }
}

/** The place of a name in an order; after all others where it is not in it. */
function rank(order, name) {
  const place = order.indexOf(name);
  return place < 0 ? order.length : place;
}

/** Where a value lies on an axis, from 0 to 1. */
function along({ low, high, log }, value) {
  const [from, to, at] = log ? [low, high, value].map(Math.log) : [low, high, value];
  return Math.min(Math.max((at - from) / (to - from || 1), 0), 1);
}

export default live(LineUp);
