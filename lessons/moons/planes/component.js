// One pointer in two planes of codes: what an autoencoder's decoder and a VAE's make of the same place, and of two more ways.
// moons.js computes, looks.js says how things look; here is what a person does.

const [STEP, LARGE] = [0.02, 0.1]; // of an arrow key, and with Shift
const [SHOWN, ALONG] = [9, 61]; // pictures of the walk, and places of its curve
const SOON_MS = 60; // of a hand that keeps still: then the curve of the walk is computed, until then it has the pictures' places
const LEAST = 0.01; // the curves' scale goes as far as this
const ENDS = ["from", "to"];
const LAYERS = { codes: "planes", drawn: "draws", way: "walk" };
const column = (name) => `<section class="${name}">
  <header><b></b></header>
  <div class="upper">
    <canvas class="top" aria-hidden="true"></canvas><canvas class="right" aria-hidden="true"></canvas>
    <div class="plane">${Object.keys(LAYERS).map((layer) => `<canvas class="${layer}"></canvas>`).join("")}<button type="button" class="grip" role="slider"></button></div>
    <div class="view"><canvas role="img"></canvas><p class="verdict"></p><p class="near"></p></div>
  </div>
  <div class="walk"><header><b></b><span class="level">${VALID}</span></header><div class="row"></div><canvas class="curve" role="img"></canvas></div>
  <div class="draws"><header><b></b></header><div class="row" role="img"></div></div>
</section>`;
const HTML = `<div class="columns">${MODELS.map(column).join("")}</div>
<div class="bar">${ENDS.map((name) => `<span class="${name}"></span><input type="range" class="${name}" min="0" max="${PHASES - 1}" step="1"><output class="${name}"></output>`).join("")}</div>`;

class Planes {
  constructor(root, messenger) {
    this.messenger = messenger;
    this.element = document.createElement("div");
    this.element.className = "planes";
    this.element.innerHTML = HTML;
    root.append(this.element);
    this.$ = (selector) => this.element.querySelector(selector);
    for (const name of MODELS) this.take(name);
    ENDS.forEach((name, i) => this.wire(this.$(`input.${name}`), i));
    partOf(this.$(".bar"), "walk");
    this.shelved = ({ detail }) => detail === this.data?.name && this.collect();
    globalThis.addEventListener("genmodels:shelf", this.shelved);
    this.resize = new ResizeObserver(() => this.models && this.paint(true));
    this.resize.observe(this.element);
  }

  update(data) {
    if (data.revision !== this.data?.revision) [this.at, this.ends] = [[...data.at], [...data.ends]];
    this.data = data;
    this.language = JSON.stringify(data.words);
    this.words();
    this.collect();
  }

  /** Takes the payload, which may come before or after what is told of it; until then all stays as it is. */
  collect() {
    const { data } = this;
    const shelf = globalThis.genmodels?.get(data.name);
    if (shelf && shelf !== this.shelf) {
      this.models = modelsOf(shelf);
      [this.shelf, this.name] = [shelf, data.name];
      this.walked = this.threw = undefined;
    }
    if (this.name !== data.name) return;
    this.shown = data;
    this.walk();
    this.draws();
    this.point();
    this.paint();
  }

  words() {
    const { words } = this.data;
    for (const name of MODELS) {
      this.$(`.${name} > header b`).innerHTML = words[name];
      this.$(`.${name} .walk b`).innerHTML = words.walk;
      this.$(`.${name} .grip`).setAttribute("aria-label", `${words.pointer}, ${this.$(`.${name} > header b`).textContent}`);
      const plane = this.$(`.${name} .codes`);
      plane.setAttribute("role", "img");
      plane.setAttribute("aria-label", words.plane);
    }
    for (const name of ENDS) {
      this.$(`span.${name}`).innerHTML = words[name];
      this.$(`input.${name}`).setAttribute("aria-label", words[name]);
    }
  }

  // --- what a hand does

  /** A press or a drag in a plane moves the pointer there, arrow keys move it on. */
  take(name) {
    const [plane, grip] = [".plane", ".grip"].map((place) => this.$(`.${name} ${place}`));
    const follow = (event) => {
      const box = plane.getBoundingClientRect();
      this.moveTo(((event.clientX - box.left) / box.width) * 2 - 1, 1 - ((event.clientY - box.top) / box.height) * 2);
    };
    plane.addEventListener("pointerdown", (event) => {
      if (event.button || !this.models) return;
      event.preventDefault();
      plane.setPointerCapture(event.pointerId);
      grip.focus({ preventScroll: true });
      this.held = true;
      follow(event);
    });
    plane.addEventListener("pointermove", (event) => this.held && follow(event));
    for (const end of ["pointerup", "pointercancel"]) plane.addEventListener(end, () => this.release());
    grip.addEventListener("keydown", (event) => this.press(event));
    for (const [layer, part] of Object.entries(LAYERS)) partOf(this.$(`.${name} .${layer}`), part);
    for (const [place, part] of Object.entries({ ".top": "planes", ".right": "planes", ".grip": "pointer", ".view": "pointer", ".walk": "walk", ".draws": "draws" })) partOf(this.$(`.${name} ${place}`), part);
  }

  release() {
    if (this.held) this.messenger.flush();
    this.held = false;
  }

  press(event) {
    const way = arrowOf(event);
    if (!way || !this.models) return;
    event.preventDefault();
    const step = event.shiftKey ? LARGE : STEP;
    this.moveTo(this.at[0] + step * way[1], this.at[1] - step * way[0]);
  }

  moveTo(u, v) {
    this.at = [u, v].map((one) => Math.min(Math.max(Math.round(1000 * one) / 1000, -1), 1));
    this.point();
    this.tell();
  }

  wire(input, end) {
    input.addEventListener("input", () => {
      this.ends[end] = input.valueAsNumber;
      if (!this.models) return;
      this.walk();
      this.paintWalk();
      this.tell();
    });
    input.addEventListener("change", () => this.messenger.flush());
  }

  tell() {
    const [[u, v], [a, b]] = [this.at, this.ends];
    this.messenger.push({ u, v, a, b });
  }

  // --- what comes of it

  /** What both decoders make of the place under the pointer. */
  point() {
    const { words, extents } = this.shown;
    for (const name of MODELS) {
      const z = codeAt(this.at, extents[name]);
      const seen = seenAt(this.models[name], z);
      const [said, verdict] = [this.said(seen), words[isMoon(seen) ? "moon" : "no-moon"]];
      paintMoon(this.$(`.${name} .view canvas`), seen.pixels);
      this.$(`.${name} .view canvas`).setAttribute("aria-label", verdict);
      this.$(`.${name} .near`).textContent = said;
      this.$(`.${name} .verdict`).innerHTML = `${markOf(isMoon(seen))} ${verdict}`;
      const grip = this.$(`.${name} .grip`);
      Object.assign(grip.style, { left: `${50 + 50 * this.at[0]}%`, top: `${50 - 50 * this.at[1]}%` });
      const facts = { valuemin: -1, valuemax: 1, valuenow: this.at[0], valuetext: `${z.map((one) => one.toFixed(2)).join(", ")}: ${said}, ${verdict}` };
      for (const [fact, one] of Object.entries(facts)) grip.setAttribute(`aria-${fact}`, one);
      Object.assign(this.element.dataset, { [`${name}Distance`]: seen.distance, [`${name}Phase`]: seen.phase });
    }
    Object.assign(this.element.dataset, { u: this.at[0], v: this.at[1] });
  }

  said({ distance, phase }) {
    return this.shown.words.nearest.replace("#", distance.toFixed(4)).replace("%", angleOf(phase));
  }

  /** Both walks, anew where their ends or their models are others. */
  walk() {
    const ends = String(this.ends);
    if (this.walked?.ends !== ends) {
      this.walked = { ends };
      for (const name of MODELS) {
        const model = this.models[name];
        const places = lineOf(model, this.ends, SHOWN);
        const pictures = seenAll(model, places);
        this.walked[name] = { places, pictures, curve: pictures.map((one) => one.distance) };
      }
      clearTimeout(this.soon);
      this.soon = setTimeout(() => this.refine(), SOON_MS);
    }
    for (const name of MODELS) this.row(this.$(`.${name} .walk .row`), this.walked[name].pictures, (one) => `<small>${one.distance.toFixed(4)}</small>`, true);
    ENDS.forEach((name, i) => {
      const input = this.$(`input.${name}`);
      const angle = `${angleOf(this.ends[i])}°`;
      if (input.valueAsNumber !== this.ends[i]) input.value = this.ends[i];
      input.style.setProperty("--share", this.ends[i] / (PHASES - 1));
      input.setAttribute("aria-valuetext", angle);
      this.$(`output.${name}`).textContent = angle;
    });
  }

  /** The curves in all their places: many times as many pictures as are shown. */
  refine() {
    for (const name of MODELS) {
      const model = this.models[name];
      this.walked[name].curve = lineOf(model, this.ends, ALONG).map((z) => seenAt(model, z).distance);
    }
    this.paintWalk();
  }

  /** What both make of the draws. */
  draws() {
    const { draws, words } = this.shown;
    const thrown = JSON.stringify(draws);
    if (this.threw?.thrown !== thrown) {
      this.threw = { thrown };
      for (const name of MODELS) this.threw[name] = seenAll(this.models[name], draws);
    }
    for (const name of MODELS) {
      const moons = this.threw[name].filter(isMoon).length;
      const row = this.$(`.${name} .draws .row`);
      this.row(row, this.threw[name], (one) => markOf(isMoon(one)), false);
      const head = this.$(`.${name} .draws b`);
      head.innerHTML = words.draws.replace("#", moons).replace("%", draws.length);
      row.setAttribute("aria-label", head.textContent);
      this.element.dataset[`${name}Moons`] = moons;
    }
  }

  /** Pictures, and under each what is to be said of it. */
  row(row, pictures, under, named) {
    if (row.pictures === pictures && row.language === this.language) return;
    Object.assign(row, { pictures, language: this.language });
    while (row.children.length > pictures.length) row.lastChild.remove();
    while (row.children.length < pictures.length) row.append(Object.assign(document.createElement("div"), { innerHTML: "<canvas></canvas><span></span>" }));
    pictures.forEach((one, i) => {
      const [canvas, below] = row.children[i].children;
      paintMoon(canvas, one.pixels);
      below.innerHTML = under(one);
      row.children[i].toggleAttribute("data-moon", isMoon(one));
      if (named) Object.entries({ role: "img", "aria-label": this.said(one) }).forEach(([fact, said]) => canvas.setAttribute(fact, said));
    });
  }

  // --- drawing

  palette() {
    const rgb = Object.fromEntries(["bg", "ink", "muted", "axis", "data", "model"].map((name) => [name, colourOf(this.element, `--gm-${name}`)]));
    this.dress = { colour: (name) => `rgb(${rgb[name].join(" ")})`, family: getComputedStyle(this.element).fontFamily };
  }

  sheet(name, place) {
    const sheet = sharp(this.$(`.${name} ${place}`));
    return sheet && { ...sheet, ...this.dress };
  }

  /** All that is painted, unless it stands there already. */
  paint(resized = false) {
    this.element.toggleAttribute("data-alone", getComputedStyle(this.element).getPropertyValue("--gm-room") !== "");
    const { learned, extents, draws } = this.shown;
    const painted = JSON.stringify([getComputedStyle(this.element).color, this.name, learned, extents, draws, this.ends]);
    if (this.painted === painted && !resized) return;
    this.painted = painted;
    this.palette();
    for (const name of MODELS) {
      const [square, model] = [extents[name], this.models[name]];
      const [top, right, drawn] = [".top", ".right", ".drawn"].map((place) => this.sheet(name, place));
      if (!top || !right || !drawn) return;
      heap(top, model, square, 0);
      heap(right, model, square, 1);
      drawsOn(drawn, draws, placeOn(drawn, square));
    }
    this.paintWalk();
  }

  /** Both curves are as high as the larger one needs. */
  paintWalk() {
    const most = Math.max(LEAST, ...MODELS.flatMap((name) => this.walked[name].curve));
    for (const name of MODELS) {
      const { places, curve, pictures } = this.walked[name];
      const [plane, way, chart] = [".codes", ".way", ".curve"].map((place) => this.sheet(name, place));
      if (!plane || !way || !chart) return;
      const square = this.shown.extents[name];
      codesOn(plane, this.models[name], this.shown.learned, square, places);
      wayOn(way, places, this.ends, square);
      distances(chart, curve, pictures.map((one) => one.distance), most);
      this.$(`.${name} .curve`).setAttribute("aria-label", this.shown.words.curve.replace("#", Math.max(...curve).toFixed(4)));
    }
  }

  destroy() {
    globalThis.removeEventListener("genmodels:shelf", this.shelved);
    clearTimeout(this.soon);
    this.resize.disconnect();
    this.element.remove();
  }
}

export default live(Planes);
