// Bars of one distribution. The knob on a bar is dragged or moved with the arrow keys, the number below it typed.

const HEIGHT = 132;
const STEP = 0.01;

class Bars {
  constructor(root, send) {
    this.element = document.createElement("section");
    this.element.className = "bars";
    this.element.innerHTML = `<header><b></b><output></output></header><div class="columns"></div>`;
    root.append(this.element);
    this.messenger = new Messenger(send);
  }

  update({ name, values, outcomes, words, role, revision }) {
    const fresh = revision !== this.revision || values.length !== this.values?.length;
    Object.assign(this, { name, words, outcomes, revision });
    this.element.style.setProperty("--role", `var(--gm-${role})`);
    this.element.setAttribute("aria-label", words.title);
    this.element.querySelector("b").textContent = words.title;
    if (values.length !== this.columns?.length) this.build(values.length);
    this.columns.forEach(({ label, knob, number }, i) => {
      label.textContent = outcomes[i];
      for (const control of [knob, number]) control.setAttribute("aria-label", words.bar.replace("#", outcomes[i]));
    });
    if (fresh) {
      this.base = [...values];
      this.show(values);
      this.fit();
    }
  }

  build(length) {
    this.columns = Array.from({ length }, (_, i) => {
      const column = document.createElement("div");
      column.innerHTML = `<div class="track"><i></i><button type="button" role="slider" aria-valuemin="0" aria-valuemax="1"></button></div><input inputmode="decimal"><span></span>`;
      const [track, number, label] = column.children;
      const knob = track.querySelector("button");
      track.style.height = `${HEIGHT}px`;
      track.addEventListener("pointerdown", (event) => this.grab(event, i));
      track.addEventListener("pointermove", (event) => this.held === i && this.drag(event));
      for (const end of ["pointerup", "pointercancel"]) track.addEventListener(end, () => this.release());
      knob.addEventListener("focus", () => (this.base = [...this.values]));
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
    this.base = [...this.values];
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
    this.fit();
    this.messenger.flush();
  }

  press(event, i) {
    const step = event.shiftKey ? 10 * STEP : STEP;
    const to = { ArrowUp: this.values[i] + step, ArrowRight: this.values[i] + step, ArrowDown: this.values[i] - step, ArrowLeft: this.values[i] - step, Home: 0, End: 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.move(i, to);
    this.fit();
  }

  /** The hand sets one part; the others are scaled from what they were when the hand came. */
  move(i, value) {
    this.tell(rescale(this.base, i, value));
  }

  /** What is typed counts as it is, and the others stay; nonsense is put back. */
  typed(i, text) {
    const value = numberOf(text);
    if (!(value >= 0 && value <= 1)) return this.show(this.values);
    const values = this.values.with(i, value);
    this.base = values;
    this.tell(values);
    this.fit();
  }

  tell(values) {
    this.show(values);
    this.messenger.push({ [this.name]: values });
  }

  /** The axis ends at 1, or at 0.5 when no bar is higher; never while a bar is held. */
  fit() {
    this.top = Math.max(...this.values) > 0.5 ? 1 : 0.5;
    this.show(this.values);
  }

  show(values) {
    this.values = values;
    const digits = this.columns.length > 6 && this.element.clientWidth < 480 ? 2 : 3;
    this.columns.forEach(({ track, knob, number }, i) => {
      track.style.setProperty("--share", Math.min(1, values[i] / (this.top ?? 1)));
      number.value = digits === 2 ? values[i].toFixed(2).replace(/^0/, "") : values[i].toFixed(3);
      knob.setAttribute("aria-valuenow", values[i].toFixed(3));
    });
    const sum = values.reduce((total, value) => total + value, 0);
    const off = Math.abs(sum - 1) > 1e-9;
    this.element.toggleAttribute("data-off", off);
    this.element.querySelector("output").textContent = off ? `${this.words.sum} ${Number(sum.toFixed(6))} ≠ 1` : "";
  }
}

export default function ({ data, parentElement, setStateValue }) {
  parentElement.bars ??= new Bars(parentElement, (values) => setStateValue("values", values));
  parentElement.bars.update(data);
  return () => {
    parentElement.bars?.element.remove();
    delete parentElement.bars;
  };
}
