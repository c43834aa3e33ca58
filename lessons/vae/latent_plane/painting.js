// How the latent plane looks: from what PlaneGeometry knows to canvases, SVG, words and the state of the controls.

const TILES = 16; // of the map behind the points; the manifold has the grid that Python names

const ICONS = {
  play: "M5 3.5v9l8-4.5z", pause: "M4.5 3.5h2.5v9H4.5zM9 3.5h2.5v9H9z",
  back: "M4 3.5h2v9H4zM12.5 3.5v9L6.5 8z", step: "M10 3.5h2v9h-2zM3.5 3.5v9L9.5 8z",
};

const show = (value, digits) => value.toFixed(digits).replace("-", "−");

class PlanePainting extends PlaneLabels {
  /** `base`: also what does not change while a point moves, the 10,000 digits or the map. */
  draw(base = true) {
    if (!this.view || !this.size) return;
    this.element.dataset.mode = this.view.mode;
    if (base) {
      this.drawBase();
      this.findClasses();
    }
    this.numerals();
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
    for (let i = 0; i < this.labels.length; i++) {
      const [a, b] = this.dot(i);
      points[2 * i] = (a + this.data.extent) * scale;
      points[2 * i + 1] = (this.data.extent - b) * scale;
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
      const mark = this.layer("z");
      svg(mark, "rect", { ...frame, class: "tile-ring" });
      svg(mark, "rect", { ...frame, class: "tile" });
    } else {
      const prior = this.layer("prior");
      if (view.mode === "path") {
        const [[x1, y1], [x2, y2]] = this.ends.map((end) => this.place(end));
        const way = this.layer("xhat");
        svg(way, "line", { x1, y1, x2, y2, stroke: palette.paper, "stroke-width": 6, "stroke-opacity": 0.8 });
        svg(way, "line", { x1, y1, x2, y2, stroke: palette.model, "stroke-width": 2.5 });
      } else this.drawSpread(this.layer("q"), scale);
      if (this.layers.prior) this.drawPrior(prior, scale); // its labels stand where the others leave room
    }
  }

  /** A layer over the map that belongs to a part of the stage. */
  layer(part) {
    return partOf(svg(this.$(".over"), "g", {}), part);
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
    const [reconstruction, divergence] = [nats, this.kl].map((v) => Math.round(10 * v) / 10); // rounded first: the sum adds up
    const of = (parts) => `data-part="${parts}" style="opacity:${opacityOf(parts)}"`; // the sum is told where the prior is
    const term = (role, value, name) => `<span class="term ${role}"><b>${show(value, 1)}</b><i>${name}</i></span>`;
    const share = (100 * divergence) / (reconstruction + divergence);
    const signed = (sign, parts, ...number) => `<span class="signed" ${of(parts)}><span class="sign">${sign}</span>${term(...number)}</span>`;
    const balance = [divergence, divergence / Math.LN2].reduce((words, value) => words.replace("#", show(value, 1)), say[share < 20 ? "balance" : "balance-code"]);
    this.$(".equation").innerHTML = `<span ${of("prior")}>${term("ink", reconstruction + divergence, say["total"])}</span>`
      + signed("=", "error prior", "error", reconstruction, say["reconstruction"]) + signed("+", "prior", "q", divergence, say["kl"])
      + `<span class="balance" ${of("prior")}><span class="track" role="img" aria-label="${balance}"><span class="error" style="width:${100 - share}%"></span>`
      + `<span class="q" style="width:${share}%"></span></span><small>${balance}</small></span>`;
  }

  drawCloseUp() {
    const frame = this.$(".spread svg");
    frame.replaceChildren();
    const half = frame.clientWidth / 2;
    const scale = half / (3 * Math.max(...this.widths)); // 3 sigma of the wider side reach the border
    ellipses(frame, [half, half], this.widths.map((s) => s * scale), this.tilt, this.palette.q);
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
      const names = this.data.dim > 2 ? ["a", "b"] : ["z₁", "z₂"];
      handle.setAttribute("aria-valuetext", names.slice(0, data.dim).map((n, d) => `${n} ${show(z[d], 2)}`).join(", "));
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
    epochs.style.setProperty("--share", view.epoch / Math.max(1, data.epochs.length - 1));
    this.$(".epochs output").textContent = data.epochs[view.epoch];
    path.value = view.t;
    path.style.setProperty("--share", view.t);
    this.$(".path output").textContent = show(view.t, 2);
  }

  words() {
    const say = this.data.labels;
    const language = JSON.stringify([say, this.data.dim]);
    if (this.spoken === language) return; // the buttons stay, and so does the focus on them
    this.spoken = language;
    const choices = (names, kind, role, state, act) => names.map((name) => {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", textContent: say[`${kind}-${name}`], onclick: () => act(name) });
      if (role) button.setAttribute("role", role);
      button.dataset.name = name;
      button.dataset.state = state;
      return button;
    });
    this.$(".modes").replaceChildren(...choices(this.data.dim === 2 ? ["digits", "manifold", "path"] : ["digits", "path"], "mode", "radio", "checked", (mode) => {
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
}
