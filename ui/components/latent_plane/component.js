// The latent plane of a two-dimensional VAE: hold a point z and see what the real decoder makes of it, at any kept epoch.
// Python sends the picture x with its q(z|x) and words; nothing is sent back while something moves, only where it stopped.

const TILES = 16; // of the map behind the points; the manifold has the grid that Python names
const KEY_STEP = 0.05;
const REST_MS = 250; // a burst of arrow keys is one move

const HTML = `
<div class="head">
  <div class="modes" role="radiogroup"></div>
  <div class="layers"></div>
</div>
<div class="body">
  <div class="side">
    <figure class="data x"><figcaption></figcaption><canvas></canvas><p></p></figure>
    <figure class="q spread"><figcaption></figcaption><svg></svg><p></p></figure>
    <figure class="data b"><figcaption></figcaption><canvas></canvas><p></p></figure>
  </div>
  <div class="square">
    <canvas class="base"></canvas><svg class="over"></svg><div class="numerals"></div>
    <button type="button" role="slider" class="handle z"></button>
    <button type="button" role="slider" class="handle a">A</button>
    <button type="button" role="slider" class="handle b">B</button>
  </div>
  <div class="side">
    <figure class="model xhat"><figcaption></figcaption><canvas></canvas><p></p></figure>
    <figure class="error residual"><figcaption></figcaption><canvas></canvas><p></p></figure>
    <figure class="plain blend"><figcaption></figcaption><canvas></canvas><p></p></figure>
  </div>
</div>
<div class="strip"></div>
<div class="bar path">
  <button type="button" class="play"></button><label></label><input type="range" min="0" max="1" step="0.01"><output></output>
</div>
<div class="bar epochs">
  <button type="button" class="play"></button><button type="button" class="back"></button><button type="button" class="step"></button>
  <label></label><input type="range" min="0" step="1"><output></output>
  <span class="draws"><button type="button" class="draw-q"></button><button type="button" class="draw-p"></button><button type="button" class="reset"></button></span>
</div>
<div class="equation"></div>`;

const ICONS = {
  play: "M5 3.5v9l8-4.5z", pause: "M4.5 3.5h2.5v9H4.5zM9 3.5h2.5v9H9z",
  back: "M4 3.5h2v9H4zM12.5 3.5v9L6.5 8z", step: "M10 3.5h2v9h-2zM3.5 3.5v9L9.500 8z",
};

const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
const show = (value, digits) => value.toFixed(digits).replace("-", "−");
const normal = () => Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());

class LatentPlane {
  constructor(root) {
    this.element = document.createElement("div");
    this.element.className = "latent-plane";
    this.element.innerHTML = HTML;
    root.append(this.element);
    this.maps = new Map();
    this.layers = { map: false, digits: true, prior: true };
    this.chosen = null; // class that stands out
    this.dragged = {}; // ends of the path that are being moved
    this.calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.$ = (selector) => this.element.querySelector(selector);
    this.onShelf = () => this.data && this.update(this.data, this.send);
    addEventListener("genmodels:shelf", this.onShelf);
    this.resize = new ResizeObserver(() => this.data && this.draw());
    this.resize.observe(this.$(".square"));
    this.listen();
  }

  destroy() {
    removeEventListener("genmodels:shelf", this.onShelf);
    this.resize.disconnect();
    this.stop();
    clearTimeout(this.rest);
  }

  update(data, send) {
    [this.data, this.send, this.palette] = [data, send, readPalette(this.element)];
    this.shelf = globalThis.genmodels?.get(data.payload);
    if (!this.shelf) return; // the decoder is still on its way and will announce itself
    if (this.loaded !== data.payload) this.load();
    if (this.revision !== data.revision) {
      this.stop();
      [this.revision, this.view] = [data.revision, structuredClone(data.view)];
      this.means = this.meansOf(this.view.epoch);
    }
    this.dragged = {};
    this.x = Uint8Array.from(atob(data.x.pixels), (c) => c.charCodeAt(0));
    this.b = Uint8Array.from(atob(data.b.pixels), (c) => c.charCodeAt(0));
    this.words();
    this.draw();
  }

  load() {
    this.loaded = this.data.payload;
    this.decoders = [];
    this.labels = this.shelf.tensors.labels;
    this.maps.clear();
  }

  // --- where things are -------------------------------------------------------------------------------------------

  get grid() { return this.data.grid; }
  get manifold() { return this.view.mode === "manifold"; }
  get decoder() { return (this.decoders[this.view.epoch] ??= this.shelf.decoder(`epoch-${this.data.epochs[this.view.epoch]}.`)); }
  get size() { return this.$(".square").clientWidth; }
  get mu() { return this.data.x.mu[this.view.epoch]; }
  get sigma() { return this.data.x.sigma[this.view.epoch]; }

  meansOf(epoch) {
    const all = this.shelf.tensors.means;
    const length = 2 * this.labels.length;
    return all.slice(epoch * length, (epoch + 1) * length);
  }

  /** CSS pixels of a latent point. */
  place([z1, z2]) {
    const scale = this.size / (2 * this.data.extent);
    return [(z1 + this.data.extent) * scale, (this.data.extent - z2) * scale];
  }

  /** Latent point under CSS pixels; in the manifold, the code of the tile there. */
  pick(x, y) {
    if (this.manifold) {
      const tile = (v) => clamp(Math.floor((v / this.size) * this.grid.length), 0, this.grid.length - 1);
      return [this.grid[tile(x)], this.grid[tile(this.size - y)]];
    }
    const unit = (2 * this.data.extent) / this.size;
    const inside = (v) => clamp(v, -this.data.extent, this.data.extent);
    return [inside(x * unit - this.data.extent), inside(this.data.extent - y * unit)];
  }

  /** Column and row (from below) of the manifold tile nearest to z. */
  tileOf(z) {
    return z.map((v) => this.grid.reduce((best, g, i) => (Math.abs(g - v) < Math.abs(this.grid[best] - v) ? i : best), 0));
  }

  /** Index of the test digit whose mean lies nearest to z. */
  nearest([z1, z2]) {
    let [best, least] = [0, Infinity];
    for (let i = 0; i < this.labels.length; i++) {
      const distance = (this.means[2 * i] - z1) ** 2 + (this.means[2 * i + 1] - z2) ** 2;
      if (distance < least) [best, least] = [i, distance];
    }
    return best;
  }

  get ends() {
    return [this.dragged.a ?? this.mu, this.dragged.b ?? this.data.b.mu[this.view.epoch]];
  }

  get z() {
    if (this.view.mode !== "path") return this.view.z;
    const [a, b] = this.ends;
    return [0, 1].map((d) => a[d] + (b[d] - a[d]) * this.view.t);
  }

  // --- what a person does -----------------------------------------------------------------------------------------

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
    this.$(".draw-q").addEventListener("click", () => this.set({ z: this.mu.map((m, d) => m + this.sigma[d] * normal()) }, true));
    this.$(".draw-p").addEventListener("click", () => this.set({ z: [normal(), normal()] }, true));
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
    Object.assign(this.view, change);
    this.draw();
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
    this.send("view", { ...this.view, has: this.loaded, z: this.view.z.map((v) => Math.round(1e4 * v) / 1e4) });
  }

  toEpoch(epoch, playing = false) {
    if (!playing) this.stop();
    epoch = clamp(epoch, 0, this.data.epochs.length - 1);
    if (epoch === this.view.epoch) return;
    const atMean = Math.hypot(this.view.z[0] - this.mu[0], this.view.z[1] - this.mu[1]) < 1e-3;
    const [from, to] = [this.means, this.meansOf(epoch)];
    this.view.epoch = epoch;
    if (atMean) this.view.z = [...this.mu]; // the point goes with the picture it stands for
    this.morph(from, to);
    clearTimeout(this.rest);
    this.rest = setTimeout(() => this.settle(), REST_MS);
  }

  /** The cloud of means flows to its next shape. */
  morph(from, to) {
    const start = performance.now();
    cancelAnimationFrame(this.flowing);
    const frame = (now) => {
      const share = this.calm ? 1 : clamp((now - start) / 420, 0, 1);
      const eased = 1 - (1 - share) ** 3;
      this.means = share === 1 ? to : from.map((v, i) => v + (to[i] - v) * eased);
      this.draw();
      if (share < 1) this.flowing = requestAnimationFrame(frame);
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

  // --- words and buttons ------------------------------------------------------------------------------------------

  words() {
    const say = this.data.labels;
    const choices = (names, kind, role, state, act) => names.map((name) => {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", textContent: say[`${kind}-${name}`], onclick: () => act(name) });
      if (role) button.setAttribute("role", role);
      button.dataset.name = name;
      button.dataset.state = state;
      return button;
    });
    this.$(".modes").replaceChildren(...choices(["digits", "manifold", "path"], "mode", "radio", "checked", (mode) => {
      this.stop();
      const z = mode === "manifold" ? this.tileOf(this.z).map((i) => this.grid[i]) : this.z;
      this.set({ mode, z }, true);
    }));
    this.$(".modes").setAttribute("aria-label", say.modes);
    this.$(".layers").replaceChildren(...choices(["map", "digits", "prior"], "layer", null, "pressed", (layer) => {
      this.layers[layer] = !this.layers[layer];
      this.draw();
    }));
    this.$(".numerals").replaceChildren(...Array.from({ length: 10 }, (_, digit) => {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", textContent: digit, title: say["class"].replace("#", digit) });
      button.onclick = (event) => { if (event.detail === 0) this.choose(digit); }; // by keyboard; the pointer is heard above
      return button;
    }));
    for (const name of ["x", "spread", "b", "xhat", "residual", "blend"]) this.$(`figure.${name} figcaption`).textContent = say[name];
    for (const name of ["draw-q", "draw-p", "reset"]) Object.assign(this.$(`.${name}`), { textContent: say[name], title: say[`${name}-title`] });
    for (const name of ["back", "step"]) this.button(`.epochs .${name}`, name, say[name]);
    this.$(".epochs label").textContent = say.epoch;
    this.$(".path label").textContent = "A → B";
    this.$(".epochs input").setAttribute("aria-label", say.epoch);
    this.$(".path input").setAttribute("aria-label", say["mode-path"]);
    this.$(".handle.z").setAttribute("aria-label", say.handle);
    this.$(".handle.a").setAttribute("aria-label", say["handle-a"]);
    this.$(".handle.b").setAttribute("aria-label", say["handle-b"]);
  }

  button(selector, icon, title) {
    const button = this.$(selector);
    button.innerHTML = `<svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><path d="${ICONS[icon]}" fill="currentColor"/></svg>`;
    Object.assign(button, { title });
    button.setAttribute("aria-label", title);
  }

  // --- drawing ----------------------------------------------------------------------------------------------------

  draw() {
    if (!this.view || !this.size) return;
    this.element.dataset.mode = this.view.mode;
    this.drawBase();
    this.drawOver();
    this.drawPictures();
    this.drawControls();
  }

  drawBase() {
    const context = sharpContext(this.$(".base"), this.size);
    const { manifold, layers, palette } = this;
    if (manifold || layers.map) {
      context.globalAlpha = manifold ? 1 : 0.4;
      context.imageSmoothingQuality = "high";
      context.drawImage(this.map(manifold), 0, 0, this.size, this.size);
      context.globalAlpha = 1;
    }
    if (manifold || !layers.digits) return;
    const scale = this.size / (2 * this.data.extent);
    const points = new Float32Array(this.means.length);
    for (let i = 0; i < points.length; i += 2) {
      points[i] = (this.means[i] + this.data.extent) * scale;
      points[i + 1] = (this.data.extent - this.means[i + 1]) * scale;
    }
    paintPoints(context, points, this.labels, this.chosen, palette);
  }

  /** Canvas of decoded tiles for the current epoch; what is missing is decoded a few milliseconds a frame. */
  map(manifold) {
    const key = `${this.view.epoch} ${manifold} ${this.palette.paper}`;
    if (!this.maps.has(key)) {
      const tiles = manifold ? this.grid.length : TILES;
      this.maps.set(key, { canvas: document.createElement("canvas"), values: new Float32Array((tiles * SIDE) ** 2), next: 0, tiles });
    }
    const map = this.maps.get(key);
    const total = map.tiles ** 2;
    const until = performance.now() + 12;
    const unit = (2 * this.data.extent) / map.tiles;
    const before = map.next;
    while (map.next < total && performance.now() < until) {
      const [row, column] = [Math.floor(map.next / map.tiles), map.next % map.tiles];
      const above = map.tiles - 1 - row;
      const z = manifold
        ? [this.grid[column], this.grid[above]]
        : [column, above].map((i) => (i + 0.5) * unit - this.data.extent);
      placeTile(map.values, this.decoder(z), row, column, map.tiles);
      map.next++;
    }
    if (map.next > before) paintPixels(map.canvas, map.values, map.tiles * SIDE, this.palette.rgb.paper, this.palette.rgb.ink);
    if (map.next < total) requestAnimationFrame(() => this.draw());
    return map.canvas;
  }

  drawOver() {
    const over = this.$(".over");
    over.replaceChildren();
    const { palette, data, view } = this;
    const scale = this.size / (2 * data.extent);
    if (this.manifold) {
      const [column, above] = this.tileOf(view.z);
      const tile = this.size / this.grid.length;
      const frame = { x: column * tile, y: this.size - (above + 1) * tile, width: tile, height: tile, rx: 3, fill: "none" };
      svg(over, "rect", { ...frame, class: "tile-ring" });
      svg(over, "rect", { ...frame, class: "tile" });
    } else {
      const centre = this.place([0, 0]);
      for (const radius of this.layers.prior ? [1, 2] : []) {
        svg(over, "circle", { cx: centre[0], cy: centre[1], r: radius * scale, fill: "none", stroke: palette.ink, "stroke-width": 1.6, "stroke-dasharray": "1.5 4" });
      }
      for (const [radius, angle] of this.layers.prior ? [[1, 0.87], [2, 1.17]] : []) {
        const at = [Math.cos(angle * Math.PI), -Math.sin(angle * Math.PI)].map((v, d) => centre[d] + radius * scale * v);
        pill(over, ...at, data.labels[`prior-${radius}`], palette.ink, palette, "end");
      }
      if (view.mode === "path") {
        const [[x1, y1], [x2, y2]] = this.ends.map((end) => this.place(end));
        svg(over, "line", { x1, y1, x2, y2, stroke: palette.paper, "stroke-width": 6, "stroke-opacity": 0.8 });
        svg(over, "line", { x1, y1, x2, y2, stroke: palette.model, "stroke-width": 2.5 });
      } else this.drawSpread(over, scale);
    }
    this.numerals();
  }

  drawSpread(over, scale) {
    const centre = this.place(this.mu);
    ellipses(over, centre, this.sigma.map((s) => s * scale), this.palette.q);
    const side = centre[0] > this.size / 2 ? -1 : 1;
    const tag = [centre[0] + side * 62, centre[1] + (centre[1] > 50 ? -34 : 34)];
    svg(over, "line", { x1: centre[0], y1: centre[1], x2: tag[0], y2: tag[1], stroke: this.palette.q, "stroke-width": 1.5 });
    pill(over, ...tag, "q(z | x)", this.palette.q, this.palette);
  }

  /** Each class's numeral stands where the class is dense and alone, so that no legend and no ten hues are needed. */
  numerals() {
    const hidden = this.manifold || !this.layers.digits;
    const places = hidden ? [] : apart(classPlaces(this.means, this.labels, this.data.extent).map((z) => this.place(z)), 26);
    [...this.$(".numerals").children].forEach((button, digit) => {
      button.hidden = hidden;
      button.setAttribute("aria-pressed", this.chosen === digit);
      if (hidden) return;
      const [x, y] = places[digit];
      button.style.transform = `translate(${x}px, ${y}px) translate(-50%, -50%)`;
    });
  }

  drawPictures() {
    const { paper, ink, error } = this.palette.rgb;
    const say = this.data.labels;
    const grey = Float32Array.from(this.x, (v) => v / 255);
    const decoded = this.decoder(this.z);
    paintPixels(this.$(".x canvas"), grey, SIDE, paper, ink);
    this.$(".x p").textContent = this.data.x.caption;
    paintPixels(this.$(".xhat canvas"), decoded, SIDE, paper, ink);
    this.$(".xhat p").textContent = say["at-z"];
    this.element.dataset.pixels = decoded[406].toFixed(6);
    if (this.view.mode === "path") return this.drawPath(grey);
    this.drawCloseUp();
    paintPixels(this.$(".residual canvas"), decoded.map((v, i) => Math.abs(v - grey[i])), SIDE, paper, error);
    let nats = 0; // Bernoulli cross-entropy from the logits: log(1 + exp(l)) - x l, written so that it cannot overflow
    this.decoder.logits.forEach((l, i) => { nats += Math.max(l, 0) + Math.log1p(Math.exp(-Math.abs(l))) - grey[i] * l; });
    this.$(".residual p").textContent = say["costs"].replace("#", show(nats, 1));
    this.drawEquation(nats);
  }

  drawEquation(nats) {
    const say = this.data.labels;
    const kl = this.mu.reduce((sum, m, d) => sum + 0.5 * (m * m + this.sigma[d] ** 2 - 1 - 2 * Math.log(this.sigma[d])), 0);
    const [reconstruction, divergence] = [nats, kl].map((v) => Math.round(10 * v) / 10); // rounded first: the sum adds up
    const term = (role, value, name) => `<span class="term ${role}"><b>${show(value, 1)}</b><i>${name}</i></span>`;
    const share = (100 * divergence) / (reconstruction + divergence);
    const signed = (sign, ...parts) => `<span class="signed"><span class="sign">${sign}</span>${term(...parts)}</span>`;
    this.$(".equation").innerHTML = term("ink", reconstruction + divergence, say["total"])
      + signed("=", "error", reconstruction, say["reconstruction"]) + signed("+", "q", divergence, say["kl"])
      + `<span class="balance"><span class="track" role="img" aria-label="${say["balance"]}"><span class="error" style="width:${100 - share}%"></span>`
      + `<span class="q" style="width:${share}%"></span></span><small>${say["balance"].replace("#", show(divergence / Math.LN2, 1))}</small></span>`;
  }

  drawCloseUp() {
    const frame = this.$(".spread svg");
    frame.replaceChildren();
    const half = frame.clientWidth / 2;
    const scale = half / (3 * Math.max(...this.sigma)); // 3 sigma of the wider side reach the border
    ellipses(frame, [half, half], this.sigma.map((s) => s * scale), this.palette.q);
    svg(frame, "path", { d: `M${half - 6} ${half}h12M${half} ${half - 6}v12`, stroke: this.palette.q, "stroke-width": 2 });
    const offset = [this.z[0] - this.mu[0], this.mu[1] - this.z[1]].map((v) => v * scale);
    const reach = Math.hypot(...offset);
    const shown = reach > half - 8 ? offset.map((v) => (v * (half - 8)) / reach) : offset; // outside: on the border
    svg(frame, "circle", { cx: half + shown[0], cy: half + shown[1], r: reach > half - 8 ? 4 : 7, class: "mark" });
    const times = scale / (this.size / (2 * this.data.extent));
    this.$(".spread p").textContent = this.data.labels["spread-scale"].replace("#", times.toFixed(times < 10 ? 1 : 0));
  }

  /** The way from A to B: decoded in eleven steps, and beside the decoded point the same share of a mere pixel blend. */
  drawPath(grey) {
    const { paper, ink } = this.palette.rgb;
    const other = Float32Array.from(this.b, (v) => v / 255);
    paintPixels(this.$("figure.b canvas"), other, SIDE, paper, ink);
    this.$("figure.b p").textContent = this.data.b.caption;
    paintPixels(this.$(".blend canvas"), grey.map((v, i) => v + (other[i] - v) * this.view.t), SIDE, paper, ink);
    this.$(".blend p").textContent = this.data.labels["blend-note"];
    const strip = this.$(".strip");
    while (strip.children.length < 11) strip.append(document.createElement("canvas"));
    const [a, b] = this.ends;
    [...strip.children].forEach((canvas, i) => {
      const z = [0, 1].map((d) => a[d] + ((b[d] - a[d]) * i) / 10);
      paintPixels(canvas, this.decoder(z), SIDE, paper, ink);
      canvas.dataset.here = Math.round(this.view.t * 10) === i;
    });
  }

  drawControls() {
    const { view, data } = this;
    const say = data.labels;
    const put = (name, point) => { this.$(`.handle.${name}`).style.transform = `translate(${point[0]}px, ${point[1]}px) translate(-50%, -50%)`; };
    const here = this.z.map((v) => clamp(v, -data.extent, data.extent));
    put("z", this.manifold ? this.tileOf(view.z).map((t, d) => ((d ? this.grid.length - 1 - t : t) + 0.5) * (this.size / this.grid.length)) : this.place(here));
    this.ends.forEach((end, i) => put("ab"[i], this.place(end)));
    for (const [name, z] of [["z", this.z], ["a", this.ends[0]], ["b", this.ends[1]]]) {
      const handle = this.$(`.handle.${name}`);
      handle.setAttribute("aria-valuenow", z[0].toFixed(2));
      handle.setAttribute("aria-valuetext", `z₁ ${show(z[0], 2)}, z₂ ${show(z[1], 2)}`);
    }
    for (const button of this.element.querySelectorAll("[data-state]")) {
      const on = button.dataset.state === "checked" ? button.dataset.name === view.mode : this.layers[button.dataset.name];
      button.setAttribute(`aria-${button.dataset.state}`, on);
    }
    for (const which of ["path", "epochs"]) {
      const playing = this.playing === which;
      this.button(`.${which} .play`, playing ? "pause" : "play", say[playing ? "pause" : "play"]);
    }
    const [epochs, path] = [this.$(".epochs input"), this.$(".path input")];
    Object.assign(epochs, { max: data.epochs.length - 1, value: view.epoch });
    epochs.setAttribute("aria-valuetext", data.epochs[view.epoch]);
    epochs.style.setProperty("--share", view.epoch / (data.epochs.length - 1));
    this.$(".epochs output").textContent = data.epochs[view.epoch];
    path.value = view.t;
    path.style.setProperty("--share", view.t);
    this.$(".path output").textContent = show(view.t, 2);
  }
}

export default function ({ data, parentElement, setStateValue }) {
  parentElement.latentPlane ??= new LatentPlane(parentElement);
  parentElement.latentPlane.update(data, setStateValue);
  return () => {
    parentElement.latentPlane?.destroy();
    delete parentElement.latentPlane;
    parentElement.querySelector(".latent-plane")?.remove();
  };
}
