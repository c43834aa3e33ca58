// The latent plane of a VAE: hold a point and see what the real decoder makes of it, at any kept epoch.
// Python sends the picture x with its q(z|x) and words; nothing is sent back while something moves, only where it stopped.
// markup.js lists what there is, geometry.js says where things are, labels.js what is written there, painting.js how it looks;
// here is what a person does.

const KEY_STEP = 0.05;
const GLIDE_MS = 420; // of the dots to another epoch, and of the point to another picture
const normal = () => Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());

class LatentPlane extends PlanePainting {
  constructor(root) {
    super();
    this.element = document.createElement("div");
    this.element.className = "latent-plane";
    this.element.innerHTML = HTML;
    root.append(this.element);
    this.maps = new Map();
    this.flowing = {};
    this.layers = { map: false, digits: true, prior: true };
    this.chosen = null; // class that stands out
    this.dragged = {}; // ends of the path that are being moved
    this.calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.$ = (selector) => this.element.querySelector(selector);
    for (const [selector, part] of Object.entries(PARTS)) partOf(this.$(selector), part);
    this.onShelf = () => this.latest && this.update(...this.latest);
    addEventListener("genmodels:shelf", this.onShelf);
    this.resize = new ResizeObserver(() => this.shelf && this.draw());
    this.resize.observe(this.$(".square"));
    this.listen();
  }

  destroy() {
    removeEventListener("genmodels:shelf", this.onShelf);
    this.resize.disconnect();
    Object.values(this.flowing).forEach(cancelAnimationFrame);
    this.stop();
    clearTimeout(this.rest);
    this.element.remove();
  }

  update(data, send) {
    this.latest = [data, send];
    const shelf = globalThis.genmodels?.get(data.payload);
    if (!shelf) return; // the decoder is still on its way and will announce itself; until then all stays as it is
    [this.data, this.send, this.shelf, this.palette] = [data, send, shelf, readPalette(this.element)];
    if (this.loaded !== data.payload) this.load();
    if (this.revision !== data.revision) {
      this.stop();
      [this.revision, this.view] = [data.revision, structuredClone(data.view)];
      this.means = this.meansOf(this.view.epoch);
    } else if (this.placed !== data.placed) this.glide(data.view.z); // to the mean of what was drawn
    this.placed = data.placed;
    this.own(data.pad);
    this.dragged = {};
    this.x = Uint8Array.from(atob(data.x.pixels), (c) => c.charCodeAt(0));
    this.b = Uint8Array.from(atob(data.b.pixels), (c) => c.charCodeAt(0));
    this.words();
    this.draw();
    if (data.report && this.reported !== data.payload) {
      this.reported = data.payload;
      sayPainted(this.element, this.data.page, () => this.send("painted", this.loaded));
    }
  }

  /** The pad beside the map, and what is said of a drawing that could not be used. */
  own({ labels, blank, refused }) {
    this.pad ??= new Pad(this.$(".own"), { key: "vae", blank });
    this.pad.update({ key: "vae", labels, size: 400 }, (_, drawing) => this.drawn(drawing));
    if (blank && this.padded !== this.revision) this.pad.wipe();
    this.padded = this.revision;
    const box = this.$(".refused");
    box.hidden = !refused;
    box.querySelector("p").textContent = refused?.sentence ?? "";
    Object.assign(box.querySelector("button"), { textContent: refused?.anyway ?? "", hidden: !refused?.anyway });
  }

  drawn(drawing, anyway = false) {
    this.drawing = drawing;
    this.stop();
    this.send("drawing", drawing && { ...drawing, anyway, moved: move() });
  }

  load() {
    clearInterval(this.timer);
    clearTimeout(this.rest);
    Object.values(this.flowing).forEach(cancelAnimationFrame);
    this.playing = null;
    this.loaded = this.data.payload;
    this.revision = this.chosen = null;
    this.decoders = [];
    this.labels = this.shelf.tensors.labels;
    this.maps.clear();
  }

  listen() {
    const square = this.$(".square");
    square.addEventListener("pointerdown", (event) => {
      if (!this.view) return;
      square.setPointerCapture(event.pointerId);
      event.preventDefault();
      this.held = this.grab(event);
      this.numeral = event.target.closest(".numerals button"); // a click on a numeral is not a move
      this.from = this.local(event);
      if (!this.numeral) this.follow(event);
      this.$(`.handle.${this.held === "t" ? "z" : this.held}`).focus({ preventScroll: true });
    });
    square.addEventListener("pointermove", (event) => {
      if (!this.held) return;
      if (this.numeral && Math.hypot(...this.local(event).map((v, d) => v - this.from[d])) < 4) return;
      this.numeral = null;
      this.follow(event);
    });
    const release = () => {
      if (!this.held) return;
      this.held = null;
      if (this.numeral) this.choose(Number(this.numeral.textContent));
      else this.settle();
    };
    square.addEventListener("pointerup", release);
    square.addEventListener("pointercancel", release);
    for (const name of ["z", "a", "b"]) {
      this.$(`.handle.${name}`).addEventListener("keydown", (event) => this.key(event, name));
    }
    this.$(".path input").addEventListener("input", (event) => this.set({ t: Number(event.target.value) }, true));
    this.$(".path .play").addEventListener("click", () => this.play("path"));
    this.$(".epochs input").addEventListener("input", (event) => this.toEpoch(Number(event.target.value)));
    this.$(".epochs .play").addEventListener("click", () => this.play("epochs"));
    this.$(".epochs .back").addEventListener("click", () => this.toEpoch(this.view.epoch - 1));
    this.$(".epochs .step").addEventListener("click", () => this.toEpoch(this.view.epoch + 1));
    this.$(".draw-q").addEventListener("click", () => {
      const step = this.turned(this.widths.map((width) => width * normal()));
      this.set({ z: this.mu.map((m, d) => m + step[d]) }, true);
    });
    this.$(".draw-p").addEventListener("click", () => this.set({ z: this.data.centre.map((c, d) => c + (this.line && d ? 0 : normal())) }, true));
    this.$(".refused button").addEventListener("click", () => this.drawn(this.drawing, true));
    this.$(".reset").addEventListener("click", () => this.set({ z: [...this.mu] }, true));
  }

  /** Shows one class alone, or all again. */
  choose(digit) {
    this.chosen = this.chosen === digit ? null : digit;
    this.draw();
  }

  /** Which handle a press takes: in path mode an end if it is near, otherwise the point itself. */
  grab(event) {
    if (this.view.mode !== "path") return "z";
    const [x, y] = this.local(event);
    const near = this.ends.map((end) => Math.hypot(...this.place(end).map((v, d) => v - [x, y][d])));
    if (Math.min(...near) > 24) return "t";
    return near[0] < near[1] ? "a" : "b";
  }

  local(event) {
    const box = this.$(".square").getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  follow(event) {
    const z = this.pick(...this.local(event));
    if (this.held === "z") this.set({ z });
    else if (this.held === "t") {
      const [a, b] = this.ends;
      const along = [b[0] - a[0], b[1] - a[1]];
      const share = ((z[0] - a[0]) * along[0] + (z[1] - a[1]) * along[1]) / (along[0] ** 2 + along[1] ** 2 || 1);
      this.set({ t: Math.round(100 * clamp(share, 0, 1)) / 100 });
    } else this.drag(this.held, z);
  }

  key(event, name) {
    const along = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (event.key === "r" || event.key === "R") return this.set({ z: [...this.mu] }, true);
    if (!along) return;
    event.preventDefault();
    if (name === "z" && this.view.mode === "path") return this.set({ t: clamp(this.view.t + 0.02 * (along[0] + along[1]), 0, 1) }, true);
    if (name === "z" && this.manifold) {
      const tile = this.tileOf(this.view.z).map((v, d) => clamp(v + along[d], 0, this.grid.length - 1));
      return this.set({ z: tile.map((i) => this.grid[i]) }, true);
    }
    if (this.line) along[1] = 0;
    const step = event.shiftKey ? 5 * KEY_STEP : KEY_STEP;
    const from = { z: this.view.z, a: this.ends[0], b: this.ends[1] }[name];
    const to = from.map((v, d) => clamp(v + step * along[d], -this.data.extent, this.data.extent));
    if (name === "z") this.set({ z: to }, true);
    else this.drag(name, to, true);
  }

  /** Moves end "a" or "b" of the path. */
  drag(end, z, rests = false) {
    this.dragged[end] = z;
    this.set({}, rests);
  }

  /** Changes the view and draws it; `rests` also tells Python, once things have stood still for a moment. */
  set(change, rests = false) {
    if ("z" in change) cancelAnimationFrame(this.flowing.point);
    Object.assign(this.view, change);
    this.changed = move();
    this.draw("mode" in change);
    if (!rests) return;
    clearTimeout(this.rest);
    this.rest = setTimeout(() => this.settle(), REST_MS);
  }

  /** Python hears where everything stands; the ends of a path snap to the nearest test digit. */
  settle() {
    clearTimeout(this.rest);
    const { a, b } = this.dragged;
    if (a) this.view.digit = this.nearest(a);
    if (b) this.view.to = this.nearest(b);
    const point = (index) => [this.means[2 * index], this.means[2 * index + 1]];
    this.dragged = { a: a && point(this.view.digit), b: b && point(this.view.to) }; // until Python sends their pictures
    this.draw();
    this.send("view", { ...this.view, payload: this.loaded, revision: this.revision, moved: this.changed, z: this.view.z.map((v) => Math.round(1e4 * v) / 1e4) });
  }

  toEpoch(epoch, playing = false) {
    if (!playing) this.stop();
    epoch = clamp(epoch, 0, this.data.epochs.length - 1);
    if (epoch === this.view.epoch) return;
    const atMean = Math.hypot(this.view.z[0] - this.mu[0], this.view.z[1] - this.mu[1]) < 1e-3;
    const [from, to] = [this.means, this.meansOf(epoch)];
    this.view.epoch = epoch;
    this.changed = move();
    if (atMean) this.view.z = [...this.mu]; // the point goes with the picture it stands for
    this.morph(from, to);
    clearTimeout(this.rest);
    this.rest = setTimeout(() => this.settle(), REST_MS);
  }

  /** The cloud of means flows to its next shape. */
  morph(from, to) {
    this.flow("dots", (share) => (this.means = share === 1 ? to : from.map((v, i) => v + (to[i] - v) * share)));
  }

  /** The point goes to another place, unless a hand takes it on the way. */
  glide(to) {
    const from = this.view.z;
    this.flow("point", (share) => (this.view.z = from.map((v, d) => v + (to[d] - v) * share)));
  }

  /** `step(share)` for shares that grow to 1; `what` flows one way at a time. */
  flow(what, step) {
    const start = performance.now();
    cancelAnimationFrame(this.flowing[what]);
    const frame = (now) => {
      const share = this.calm ? 1 : clamp((now - start) / GLIDE_MS, 0, 1);
      step(1 - (1 - share) ** 3);
      this.draw();
      if (share < 1) this.flowing[what] = requestAnimationFrame(frame);
    };
    frame(start);
  }

  play(which) {
    const playing = this.playing === which;
    this.stop();
    if (playing) return;
    this.playing = which;
    if (which === "epochs") {
      if (this.view.epoch === this.data.epochs.length - 1) this.toEpoch(0, true);
      this.timer = setInterval(() => {
        this.toEpoch(this.view.epoch + 1, true);
        if (this.view.epoch === this.data.epochs.length - 1) this.stop();
      }, 900);
    } else {
      if (this.view.t >= 1) this.view.t = 0;
      let last = performance.now();
      const frame = (now) => {
        if (this.playing !== "path") return;
        this.set({ t: clamp(this.view.t + (now - last) / 3000, 0, 1) });
        last = now;
        if (this.view.t >= 1) this.stop();
        else requestAnimationFrame(frame);
      };
      requestAnimationFrame(frame);
    }
    this.draw();
  }

  stop() {
    clearInterval(this.timer);
    if (!this.playing) return;
    this.playing = null;
    this.settle();
    this.draw();
  }
}

export default function ({ data, parentElement, setStateValue }) {
  return keep(parentElement, () => new LatentPlane(parentElement), (plane) => plane.update(data, setStateValue));
}
