// Points laid over a chart. They are where the hand puts them at once; the curves below follow from the server.

const APART = 24; // pixels at least between a centre and the end that is measured from it: both can be taken

class Handles {
  constructor(root, messenger) {
    this.element = document.createElement("div");
    this.element.className = "handles";
    root.append(this.element);
    this.messenger = messenger;
    this.resize = new ResizeObserver(() => this.place());
    this.resize.observe(this.element);
    this.values = {};
  }

  destroy() {
    this.resize.disconnect();
    this.element.remove();
  }

  update({ frame, points, revision }) {
    const names = JSON.stringify(points.map(({ x, y }) => [x.name, y.name]));
    if (revision !== this.revision || names !== this.names)
      this.values = Object.fromEntries(points.flatMap(({ x, y }) => [x, y]).filter((one) => one.name).map((one) => [one.name, one.value]));
    if (names !== this.names) this.build(points);
    Object.assign(this, { frame, points, revision, names });
    this.element.style.height = `${frame.height}px`;
    this.place();
  }

  build(points) {
    this.buttons = points.map((_, i) => {
      const button = document.createElement("button");
      Object.assign(button, { type: "button" });
      button.setAttribute("role", "slider");
      button.addEventListener("pointerdown", (event) => this.grab(event));
      button.addEventListener("pointermove", (event) => this.held?.i === i && this.drag(event));
      for (const end of ["pointerup", "pointercancel"]) button.addEventListener(end, () => this.release());
      button.addEventListener("keydown", (event) => this.press(event, i));
      return button;
    });
    this.element.replaceChildren(...this.buttons);
  }

  /** Where a coordinate stands in the chart's units. */
  at(one) {
    return (one.name ? this.values[one.name] : one.value) + (one.base ? this.values[one.base] : 0);
  }

  scales() {
    const { margin: [left, right, top, bottom], height, x, y } = this.frame;
    const width = this.element.clientWidth - left - right;
    return { x: { from: left, per: width / (x[1] - x[0]), low: x[0] }, y: { from: height - bottom, per: -(height - top - bottom) / (y[1] - y[0]), low: y[0] } };
  }

  place() {
    if (!this.frame || !this.element.clientWidth) return;
    const scales = this.scales();
    this.points.forEach((point, i) => {
      const button = this.buttons[i];
      const moving = ["x", "y"].filter((axis) => point[axis].name);
      for (const axis of ["x", "y"]) button.style.setProperty(`--${axis}`, `${this.pixel(point[axis], scales[axis])}px`);
      button.dataset.moves = moving.join("");
      const [first] = moving.map((axis) => point[axis]);
      const said = moving.map((axis) => Number(this.values[point[axis].name].toFixed(4)));
      const facts = { label: point.label, valuemin: first.low, valuemax: first.high, valuenow: said[0], valuetext: said.join(", ") };
      for (const [fact, value] of Object.entries(facts)) button.setAttribute(`aria-${fact}`, value);
    });
  }

  /** Where a coordinate is shown: where it stands, and an end not on top of the centre that it belongs to. */
  pixel(one, scale) {
    const pixel = (value) => scale.from + (value - scale.low) * scale.per;
    if (!one.base) return pixel(this.at(one));
    const centre = pixel(this.values[one.base]);
    return scale.per > 0 ? Math.max(pixel(this.at(one)), centre + APART) : Math.min(pixel(this.at(one)), centre - APART);
  }

  /** The handle nearest to the pointer: the rings in which they can be taken may overlap. */
  nearest(event) {
    const distances = this.buttons.map((button) => {
      const { left, top, width, height } = button.getBoundingClientRect();
      return Math.hypot(event.clientX - left - width / 2, event.clientY - top - height / 2);
    });
    return distances.indexOf(Math.min(...distances));
  }

  grab(event) {
    event.preventDefault();
    const i = this.nearest(event);
    const [button, point, scales] = [this.buttons[i], this.points[i], this.scales()];
    button.focus({ preventScroll: true });
    button.setPointerCapture(event.pointerId);
    const start = { x: event.clientX, y: event.clientY };
    const from = { x: point.x.name && this.values[point.x.name], y: point.y.name && this.values[point.y.name] };
    this.held = { i, start, from, scales };
  }

  drag(event) {
    const { i, start, from, scales } = this.held;
    const now = { x: event.clientX, y: event.clientY };
    for (const axis of ["x", "y"]) this.set(this.points[i][axis], from[axis] + (now[axis] - start[axis]) / scales[axis].per);
    this.tell();
  }

  release() {
    this.held = undefined;
    this.messenger.flush();
  }

  /** Left and right go along x, up and down along y; a handle that moves one way only takes all four. */
  press(event, i) {
    const direction = { ArrowRight: ["x", 1], ArrowLeft: ["x", -1], ArrowUp: ["y", 1], ArrowDown: ["y", -1] }[event.key];
    if (!direction) return;
    event.preventDefault();
    const point = this.points[i];
    const axis = point[direction[0]].name ? direction[0] : point.x.name ? "x" : "y";
    const one = point[axis];
    this.set(one, this.values[one.name] + direction[1] * one.step * (event.shiftKey ? 5 : 1));
    this.tell();
  }

  set(one, value) {
    if (!one.name) return;
    const stepped = Number((Math.round(value / one.step) * one.step).toFixed(9)); // without the dust of binary fractions
    this.values[one.name] = Math.min(Math.max(stepped, one.low), one.high);
  }

  tell() {
    this.place();
    this.messenger.push({ ...this.values });
  }
}

export default live(Handles);
