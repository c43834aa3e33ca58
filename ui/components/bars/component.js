// Distributions as bars on one scale. The knob on a bar is dragged or moved with the arrow keys, the number below typed.

const SCALES = [0.25, 0.5, 1]; // the shares that may fill the height
const STEP = 0.01;
const ROOM = 480; // pixels below which the numbers of many bars have two digits only

/** The bars of one distribution; `told` hears of every change, `top` is the share that fills the height. */
class Distribution {
  constructor(told) {
    this.told = told;
    this.element = document.createElement("section");
    this.element.innerHTML = `<header><b></b><output></output></header><div class="columns"></div><p role="status"></p>`;
  }

  update({ title, role, values }, outcomes, words, fresh) {
    this.words = words;
    this.element.style.setProperty("--role", `var(--gm-${role})`);
    this.element.setAttribute("aria-label", title);
    this.element.querySelector("b").textContent = title;
    if (values.length !== this.columns?.length) this.build(values.length);
    this.columns.forEach(({ label, knob, number }, i) => {
      label.textContent = outcomes[i];
      for (const control of [knob, number]) control.setAttribute("aria-label", `${title}: ${words.bar.replace("#", outcomes[i])}`);
    });
    if (fresh) this.values = this.base = [...values];
  }

  build(length) {
    this.columns = Array.from({ length }, (_, i) => {
      const column = document.createElement("div");
      column.innerHTML = `<div class="track"><i></i><button type="button" role="slider" aria-valuemin="0" aria-valuemax="1"></button></div><input inputmode="decimal"><span></span>`;
      const [track, number, label] = column.children;
      const knob = track.querySelector("button");
      track.addEventListener("pointerdown", (event) => this.grab(event, i));
      track.addEventListener("pointermove", (event) => this.held === i && this.drag(event));
      for (const end of ["pointerup", "pointercancel"]) track.addEventListener(end, () => this.release());
      knob.addEventListener("focus", () => (this.base = this.values));
      knob.addEventListener("keydown", (event) => this.press(event, i));
      number.addEventListener("focus", () => number.select());
      number.addEventListener("change", () => this.typed(i, number.value));
      return { column, track, knob, number, label };
    });
    this.element.querySelector(".columns").replaceChildren(...this.columns.map(({ column }) => column));
  }

  grab(event, i) {
    event.preventDefault();
    const { track, knob } = this.columns[i];
    knob.focus({ preventScroll: true });
    track.setPointerCapture(event.pointerId);
    this.base = this.values;
    this.held = i;
    this.drag(event);
  }

  drag(event) {
    const box = this.columns[this.held].track.getBoundingClientRect();
    this.move(this.held, ((box.bottom - event.clientY) / box.height) * this.top);
  }

  release() {
    if (this.held === undefined) return;
    this.held = undefined;
    this.told(true);
  }

  press(event, i) {
    const step = event.shiftKey ? 10 * STEP : STEP;
    const [more, less] = [this.values[i] + step, this.values[i] - step];
    const to = { ArrowUp: more, ArrowRight: more, ArrowDown: less, ArrowLeft: less, Home: 0, End: 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.move(i, to);
  }

  /** The hand sets one part; the others are scaled from what they were when the hand came. */
  move(i, value) {
    this.values = rescale(this.base, i, value);
    this.element.querySelector("p").textContent = "";
    this.told(false);
  }

  /** What is typed counts as it is, and the others stay; what is no share is put back, and it is said why. */
  typed(i, text) {
    const value = numberOf(text);
    const share = value >= 0 && value <= 1;
    this.element.querySelector("p").textContent = share ? "" : refusal(this.words.refused, text);
    if (!share) return this.show(this.top);
    this.values = this.base = this.values.with(i, value);
    this.told(true);
  }

  show(top) {
    this.top = top;
    const short = this.columns.length > 6 && this.element.clientWidth < ROOM;
    this.columns.forEach(({ track, knob, number }, i) => {
      track.style.setProperty("--share", Math.min(1, this.values[i] / top));
      number.value = short ? this.values[i].toFixed(2).replace(/^0/, "") : this.values[i].toFixed(3);
      knob.setAttribute("aria-valuenow", this.values[i].toFixed(3));
    });
    const sum = this.values.reduce((total, value) => total + value, 0);
    const off = isOff(sum);
    this.element.toggleAttribute("data-off", off);
    this.element.querySelector("output").textContent = off ? `${this.words.sum} ${writtenSum(sum, 6)} ≠ 1` : "";
  }
}

class Bars {
  constructor(root, messenger) {
    this.element = document.createElement("div");
    this.element.className = "bars";
    root.append(this.element);
    this.messenger = messenger;
    this.resize = new ResizeObserver(() => this.series && this.show());
    this.resize.observe(this.element);
  }

  destroy() {
    this.resize.disconnect();
    this.element.remove();
  }

  update({ series, outcomes, words, revision }) {
    const shape = series.map((one) => `${one.name}${one.values.length}`).join();
    if (shape !== this.shape) {
      this.series = Object.fromEntries(series.map((one) => [one.name, new Distribution((ended) => this.changed(ended))]));
      this.element.replaceChildren(...Object.values(this.series).map((one) => one.element));
    }
    const fresh = revision !== this.revision || shape !== this.shape;
    [this.shape, this.revision] = [shape, revision];
    this.element.toggleAttribute("data-many", outcomes.length > 6);
    for (const one of series) this.series[one.name].update(one, outcomes, words, fresh);
    this.show();
  }

  changed(ended) {
    this.show();
    this.messenger.push(Object.fromEntries(Object.entries(this.series).map(([name, { values }]) => [name, values])));
    if (ended) this.messenger.flush();
  }

  /** One scale for all, as small as the highest bar allows; while a bar is held it stays. */
  show() {
    const all = Object.values(this.series);
    const highest = Math.max(...all.flatMap((one) => one.values));
    if (all.every((one) => one.held === undefined)) this.top = SCALES.find((scale) => highest <= scale) ?? 1;
    for (const one of all) one.show(this.top);
  }
}

export default live(Bars);
