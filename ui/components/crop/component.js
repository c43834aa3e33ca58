// A picture that can be turned by quarters and from which a square is cut, by mouse, finger or keys. The square is kept
// in shares of the longer side of the turned picture; Python hears of it when the hand rests.

const SMALLEST = 0.04; // of the longer side
const CORNER = 16; // CSS pixels around a corner by which the square is taken to change its size
const STEP = 0.01; // of an arrow key; five times that with Shift
const REST = 300; // milliseconds after a key
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const SIZES = { "+": 1, "=": 1, PageUp: 1, "-": -1, _: -1, PageDown: -1 };

const HTML = `
<div class="field" tabindex="0" role="application" aria-describedby="keys">
  <canvas></canvas><div class="square"><i></i><i></i><i></i><i></i></div>
</div>
<p class="hint"></p><p id="keys" class="aloud"></p><p class="told aloud" aria-live="polite"></p>
<div class="buttons">
  <button type="button" class="left"><span aria-hidden="true">↺</span></button>
  <button type="button" class="right"><span aria-hidden="true">↻</span></button>
  <button type="button" class="whole"></button>
</div>`;

const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

class Crop {
  constructor(root) {
    this.element = document.createElement("div");
    this.element.className = "crop";
    this.element.innerHTML = HTML;
    root.append(this.element);
    [this.field, this.canvas, this.frame] = [".field", "canvas", ".square"].map((name) => this.element.querySelector(name));
    this.pointer = null;
    this.listen();
  }

  $(name) { return this.element.querySelector(name); }

  destroy() {
    clearTimeout(this.waits);
    this.element.remove();
  }

  /** Take over what Python sends; another picture begins with what has been cut from it. */
  update(data, setStateValue) {
    Object.assign(this, { labels: data.labels, setStateValue });
    this.element.style.setProperty("--size", `${data.size}px`);
    this.field.setAttribute("aria-label", data.labels.picture);
    this.$("#keys").textContent = data.labels.keys;
    this.$(".hint").textContent = data.labels.hint;
    this.$(".whole").textContent = data.labels.whole;
    for (const side of ["left", "right"]) {
      this.$(`.${side}`).setAttribute("aria-label", data.labels[side]);
      this.$(`.${side}`).title = data.labels[side];
    }
    if (this.name === data.name) return;
    Object.assign(this, { name: data.name, turns: data.cut.turns, square: data.cut.square, image: new Image() });
    const { image } = this;
    image.onload = () => image === this.image && this.paint();
    image.src = data.picture;
  }

  /** Width and height of the turned picture in shares of the longer of the two. */
  get extent() {
    const { naturalWidth: width, naturalHeight: height } = this.image;
    const sides = this.turns % 2 ? [height, width] : [width, height];
    return sides.map((side) => side / Math.max(width, height));
  }

  paint() {
    const { canvas, image, turns } = this;
    const [width, height] = [image.naturalWidth, image.naturalHeight];
    [canvas.width, canvas.height] = turns % 2 ? [height, width] : [width, height];
    const context = canvas.getContext("2d");
    context.translate(canvas.width / 2, canvas.height / 2);
    context.rotate((turns * Math.PI) / 2);
    context.drawImage(image, -width / 2, -height / 2);
    const [wide, high] = this.extent;
    this.field.style.width = `${100 * wide}%`;
    this.field.style.aspectRatio = `${wide} / ${high}`;
    this.element.dataset.turns = turns;
    this.show();
  }

  show() {
    const { frame, square, labels } = this;
    const [wide, high] = this.extent;
    this.element.toggleAttribute("data-cut", Boolean(square));
    this.$(".whole").setAttribute("aria-disabled", !square && !this.turns);
    const percent = square?.map((share) => Math.round(100 * share)) ?? [];
    this.$(".told").textContent = square ? percent.reduce((text, share) => text.replace("#", share), labels.told) : "";
    if (!square) return;
    const [left, top, side] = square;
    const box = { left: left / wide, top: top / high, width: side / wide, height: side / high };
    for (const [name, share] of Object.entries(box)) frame.style[name] = `${100 * share}%`;
  }

  listen() {
    const { field } = this;
    field.addEventListener("pointerdown", (event) => this.press(event));
    field.addEventListener("pointermove", (event) => event.pointerId === this.pointer && this.follow(this.place(event)));
    field.addEventListener("pointerup", (event) => event.pointerId === this.pointer && this.release(true));
    for (const name of ["pointercancel", "lostpointercapture"]) {
      field.addEventListener(name, (event) => event.pointerId === this.pointer && this.release(false));
    }
    field.addEventListener("keydown", (event) => this.type(event));
    field.addEventListener("blur", () => this.waits && this.send());
    this.$(".left").addEventListener("click", () => this.turn(3));
    this.$(".right").addEventListener("click", () => this.turn(1));
    this.$(".whole").addEventListener("click", () => this.whole());
  }

  /** Where an event happened, in shares of the longer side, within the picture. */
  place(event) {
    const box = this.canvas.getBoundingClientRect();
    const [wide, high] = this.extent;
    const shares = [((event.clientX - box.left) / box.width) * wide, ((event.clientY - box.top) / box.height) * high];
    return [clamp(shares[0], 0, wide), clamp(shares[1], 0, high)];
  }

  press(event) {
    if (event.button !== 0 || !event.isPrimary || this.pointer !== null || !this.image?.naturalWidth) return;
    this.pointer = event.pointerId;
    this.before = this.square;
    this.field.setPointerCapture(event.pointerId);
    const at = this.place(event);
    const near = (CORNER / this.canvas.getBoundingClientRect().width) * this.extent[0];
    this.held = this.square ? this.grip(at, near) : { corner: at };
  }

  /** What is taken at a place: the square itself, its size by the corner opposite to the one, or a new square. */
  grip([x, y], near) {
    const [left, top, side] = this.square;
    const [across, down] = [x - left, y - top];
    const corner = [across, down].every((one) => Math.min(Math.abs(one), Math.abs(one - side)) < near);
    if (corner) return { corner: [across < side / 2 ? left + side : left, down < side / 2 ? top + side : top] };
    const inside = [across, down].every((one) => one > 0 && one < side);
    return inside ? { offset: [across, down] } : { corner: [x, y] };
  }

  follow([x, y]) {
    const { held, extent: [wide, high] } = this;
    if (held.offset) {
      this.move(x - held.offset[0], y - held.offset[1]);
    } else {
      const [cx, cy] = held.corner;
      const room = [x < cx ? cx : wide - cx, y < cy ? cy : high - cy];
      const side = Math.min(Math.max(Math.abs(x - cx), Math.abs(y - cy)), ...room);
      if (side >= SMALLEST) this.square = [x < cx ? cx - side : cx, y < cy ? cy - side : cy, side];
    }
    this.show();
  }

  move(left, top) {
    const [, , side] = this.square;
    const [wide, high] = this.extent;
    this.square = [clamp(left, 0, Math.max(0, wide - side)), clamp(top, 0, Math.max(0, high - side)), side];
  }

  /** The hand is lifted; what was broken off is undone. */
  release(done) {
    this.pointer = null;
    if (!done) this.square = this.before;
    this.show();
    if (done && this.square !== this.before) this.send();
  }

  type(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.image?.naturalWidth) return;
    const { key } = event;
    if (key.toLowerCase() === "r") this.turn(event.shiftKey ? 3 : 1);
    else if (key === "Escape") this.whole();
    else if (ARROWS[key] || SIZES[key]) this.shift(ARROWS[key] ?? [0, 0], SIZES[key] ?? 0, event.shiftKey ? 5 * STEP : STEP);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Move the square, or change its size about its middle; the first key puts it into the middle of the picture. */
  shift([dx, dy], grow, step) {
    const [wide, high] = this.extent;
    const most = Math.min(wide, high);
    if (!this.square) {
      this.square = [(wide - 0.6 * most) / 2, (high - 0.6 * most) / 2, 0.6 * most];
    } else {
      const [left, top, side] = this.square;
      const now = clamp(side + 2 * grow * step, SMALLEST, most);
      this.square = [left, top, now];
      this.move(left + dx * step + (side - now) / 2, top + dy * step + (side - now) / 2);
    }
    this.show();
    clearTimeout(this.waits);
    this.waits = setTimeout(() => this.send(), REST);
  }

  turn(turns) {
    if (!this.image?.naturalWidth) return;
    for (let i = 0; i < turns; i++) {
      const [, high] = this.extent;
      if (this.square) this.square = [high - this.square[1] - this.square[2], this.square[0], this.square[2]];
      this.turns = (this.turns + 1) % 4;
    }
    this.paint();
    this.send();
  }

  whole() {
    if (!this.square && !this.turns) return;
    Object.assign(this, { square: null, turns: 0 });
    this.paint();
    this.send();
  }

  send() {
    clearTimeout(this.waits);
    this.waits = null;
    const square = this.square?.map((share) => Math.round(1e4 * clamp(share, 0, 1)) / 1e4) ?? null;
    this.setStateValue("cut", { name: this.name, turns: this.turns, square });
  }
}

// Streamlit calls this again, on the same element, when picture, words or theme change.
export default function ({ data, parentElement, setStateValue }) {
  return keep(parentElement, () => new Crop(parentElement), (crop) => crop.update(data, setStateValue));
}
