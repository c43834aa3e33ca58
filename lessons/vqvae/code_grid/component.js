// A picture, its grid of codes, and what the codes decode into: looked at, painted, with codes killed, or played as it was drawn.
// codec.js computes, looks.js says how things look; here is what a person does.

const PACES = { 1: 400, 4: 100, 16: 25 }; // how many times as fast -> milliseconds per code
const FEW = 6; // codes that are shown for a place
const TOOLS = ["look", "paint", "kill"];
const FIGURES = ["x", "codes", "decoded"];
const picture = (name) => `<figure class="${name}"><figcaption></figcaption><div class="frame"><canvas role="img"></canvas></div></figure>`;
const HTML = `
<div class="three">${FIGURES.map(picture).join("")}</div>
<div class="bar"><select class="speed">${Object.keys(PACES).map((times) => `<option value="${times}">${times}×</option>`).join("")}</select></div>
<div class="tools"><div role="radiogroup">${TOOLS.map((tool) => `<button type="button" role="radio" class="${tool}"></button>`).join("")}</div>
<p class="hint"></p><button type="button" class="as-encoded"></button><button type="button" class="all-alive"></button></div>
<div class="palette" role="group"></div>
<div class="below">
  <div class="place"><p class="where"></p><div class="few">${`<div><canvas></canvas><b></b><span></span></div>`.repeat(FEW)}</div><div class="all" role="img"></div></div>
  <div class="cost"><figure><figcaption></figcaption><canvas role="img"></canvas></figure><p class="sum" role="status"></p></div>
</div>`;
const PARTS = { ".x": "x", ".codes": "codes", ".decoded": "decoded", ".palette": "codes", ".place": "place", ".cost": "lost", ".bar": "codes" };

/** "24-5.25-5" -> Map of place to code, and back. */
const paintedFrom = (text) => new Map(text.split(".").filter(Boolean).map((part) => part.split("-").map(Number)));
const paintedAs = (painted) => [...painted].map((one) => one.join("-")).join(".");
const killedFrom = (text) => new Set(text.split(".").filter(Boolean).map(Number));

class CodeGrid extends Played {
  constructor(root, messenger) {
    super(root, "code-grid", HTML, PACES[4]);
    this.messenger = messenger;
    for (const [place, part] of Object.entries(PARTS)) partOf(this.$(place), part);
    this.furnishGrid();
    for (const tool of TOOLS) this.$(`.${tool}`).addEventListener("click", () => this.change({ tool }));
    this.$(".as-encoded").addEventListener("click", () => this.change({ painted: new Map() }));
    this.$(".all-alive").addEventListener("click", () => this.change({ killed: new Set() }));
    const speed = this.$(".speed");
    speed.value = 4;
    speed.addEventListener("change", () => this.pace());
    this.shelved = ({ detail }) => detail === this.data?.model && this.collect();
    globalThis.addEventListener("genmodels:shelf", this.shelved);
  }

  pace() {
    const { playing } = this.transport;
    this.transport.stop();
    this.transport.pace = PACES[this.$(".speed").value];
    if (playing) this.transport.play();
  }

  /** What is in all three squares at the same place listens and is marked there. */
  furnishGrid() {
    const numbers = Object.assign(document.createElement("div"), { className: "numbers", innerHTML: "<span></span>".repeat(PLACES) });
    this.$(".codes .frame").append(numbers);
    this.cells = [...numbers.children];
    const three = this.$(".three");
    three.addEventListener("pointermove", (event) => this.over(event));
    three.addEventListener("pointerleave", () => this.leave());
    three.addEventListener("pointerdown", (event) => this.press(event));
    for (const end of ["pointerup", "pointercancel"]) three.addEventListener(end, () => this.release());
    const frame = this.$(".codes .frame");
    frame.tabIndex = 0;
    frame.addEventListener("keydown", (event) => this.type(event));
  }

  // --- what Python says

  update(data) {
    const fresh = this.data?.revision !== data.revision;
    const other = this.data?.name !== data.name;
    this.data = data;
    if (fresh) this.take(data.values);
    if (other) this.transport.stop();
    if (fresh || other) this.transport.at = undefined;
    this.transport.span(PLACES, this.values.done);
    this.told ??= this.values.done;
    this.unpack();
    this.words();
    this.collect();
  }

  take({ cell, tool, brush, painted, killed, done }) {
    this.values = { cell, tool, brush, done, painted: paintedFrom(painted), killed: killedFrom(killed) };
  }

  unpack() {
    const { x, vectors, drawn, given, shares, bits } = this.data;
    this.picture = x && Array.from(bytesOf(x), (grey) => grey / 255);
    this.vectors = vectors && floatsOf(vectors);
    this.drawn = drawn && { codes: bytesOf(drawn), given: bytesOf(given), shares: floatsOf(shares), bits: floatsOf(bits) };
    this.element.toggleAttribute("data-drawn", Boolean(drawn));
  }

  /** Takes the payload, which may come before or after what is told of it; until then there is nothing to see. */
  collect() {
    const shelf = globalThis.genmodels?.get(this.data.model);
    if (!shelf) return;
    if (shelf !== this.shelf) {
      this.shelf = shelf;
      this.codec = new Codec(shelf.tensors);
      this.furnishPalette();
    }
    this.compute();
    this.draw();
  }

  words() {
    const { words } = this.data;
    const names = { x: this.drawn ? "bits" : "x", codes: "codes", decoded: "decoded" };
    for (const [figure, name] of Object.entries(names)) this.$(`figure.${figure} figcaption`).innerHTML = words[name];
    for (const tool of TOOLS) this.$(`.${tool}`).textContent = words[tool];
    this.$("[role=radiogroup]").setAttribute("aria-label", words.tools);
    this.$(".palette").setAttribute("aria-label", words.palette);
    this.$(".as-encoded").textContent = words[this.drawn ? "as-drawn" : "as-encoded"];
    this.$(".all-alive").textContent = words["all-alive"];
    this.$(".cost figcaption").innerHTML = words.lost;
    this.$(".speed").setAttribute("aria-label", words.speed);
    this.transport.name(words);
  }

  /** A button for each code, with what it stands for and how often it occurs. */
  furnishPalette() {
    const { tensors } = this.codec;
    const palette = this.$(".palette");
    palette.innerHTML = `<button type="button" tabindex="-1"><canvas></canvas><i><b></b></i></button>`.repeat(this.codec.numCodes);
    this.buttons = [...palette.children];
    this.stamped = undefined; // the colours in which the stamps are painted
    const most = Math.max(...tensors.shares);
    this.buttons.forEach((button, code) => {
      button.querySelector("b").style.width = `${(100 * tensors.shares[code]) / most}%`;
      button.addEventListener("click", () => this.pick(code));
      button.addEventListener("keydown", (event) => this.stroll(event, code));
    });
    palette.classList.toggle("many", this.codec.numCodes > 100);
  }

  // --- what a hand does

  /** Some of the values are others now. */
  change(values) {
    Object.assign(this.values, values);
    if (!this.codec) return;
    this.compute();
    this.draw();
    this.push();
  }

  push() {
    const { painted, killed, ...rest } = this.values;
    this.messenger.push({ ...rest, painted: paintedAs(painted), killed: [...killed].join(".") });
  }

  /** The place under the pointer; null outside of the squares. */
  placeUnder(event) {
    const found = this.codec && pixelUnder(event, GRID, GRID);
    return found && found[0] * GRID + found[1];
  }

  over(event) {
    const place = this.placeUnder(event);
    if (this.brushing) return place === null ? undefined : this.paint(place);
    if (event.pointerType === "touch" || place === this.hovered) return;
    this.hovered = place;
    this.draw();
  }

  leave() {
    if (this.hovered === null || !this.codec) return;
    this.hovered = null;
    this.draw();
  }

  press(event) {
    const place = this.placeUnder(event);
    if (place === null || place === undefined || event.button) return;
    if (this.values.tool === "paint" && event.target.closest(".codes")) {
      event.preventDefault();
      this.$(".codes .frame").focus({ preventScroll: true });
      this.brushing = true;
      this.paint(place);
    } else this.use(place);
  }

  release() {
    if (this.brushing) {
      this.brushing = false;
      this.push();
      this.messenger.flush();
    }
  }

  paint(place) {
    const { painted, brush } = this.values;
    this.hovered = place;
    this.values.cell = place;
    if (painted.get(place) === brush) return this.draw();
    painted.set(place, brush);
    this.compute();
    this.draw();
    if (!this.drawn) this.push(); // where the prior goes on from what is painted, the hand is waited for
  }

  /** What the tool does at a place, but for painting. */
  use(place) {
    if (this.values.tool === "kill") return this.kill(this.codes[place]);
    if (this.drawn) return this.transport.go(place + 1);
    this.change({ cell: place });
  }

  type(event) {
    const along = arrowOf(event);
    if (!this.codec || (!along && event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    event.stopPropagation();
    this.hovered = null;
    if (!along) {
      if (this.values.tool !== "paint") return this.use(this.here());
      this.paint(this.here());
      return this.push();
    }
    const [row, column] = [Math.floor(this.here() / GRID) + along[0], (this.here() % GRID) + along[1]];
    if (Math.min(row, column) < 0 || Math.max(row, column) >= GRID) return;
    if (this.drawn) this.transport.go(row * GRID + column + 1);
    else this.change({ cell: row * GRID + column });
  }

  pick(code) {
    this.change({ brush: code });
    if (this.values.tool === "kill") this.kill(code);
  }

  /** A code is gone, or there again; one is left. */
  kill(code) {
    const killed = new Set(this.values.killed);
    if (!killed.delete(code) && killed.size < this.codec.numCodes - 1) killed.add(code);
    this.change({ killed, brush: code });
  }

  /** Arrow keys walk through the codes as they stand. */
  stroll(event, code) {
    const along = arrowOf(event);
    if (!along) return;
    event.preventDefault();
    event.stopPropagation();
    const top = this.buttons[0].offsetTop;
    const columns = this.buttons.filter((button) => button.offsetTop === top).length;
    const next = code + along[0] * columns + along[1];
    if (next < 0 || next >= this.buttons.length) return;
    this.change({ brush: next });
    this.buttons[next].focus();
  }

  // --- what comes of it

  /** The place that is spoken of: under the pointer, or the page's. */
  here() {
    return this.hovered ?? (this.drawn ? Math.max(0, this.transport.at - 1) : this.values.cell);
  }

  /** What stands at a place before the nearest living code takes its place. */
  vector(place) {
    const { painted } = this.values;
    if (painted.has(place)) return this.codec.vector(painted.get(place));
    if (this.drawn) return this.codec.vector(this.drawn.codes[place]);
    return this.vectors.subarray(place * this.codec.dim, (place + 1) * this.codec.dim);
  }

  compute() {
    const { killed } = this.values;
    this.codes = Array.from({ length: PLACES }, (_, place) => this.codec.nearest(this.vector(place), killed));
    this.decoded = undefined;
  }

  /** How much is there: all of it, unless it is being drawn. */
  get count() {
    return this.drawn ? this.transport.at : PLACES;
  }

  decode() {
    const { blank } = this.codec.tensors;
    const codes = this.codes.map((code, place) => (place < this.count ? code : blank[place]));
    const asked = codes.join();
    if (this.decoded?.asked === asked) return;
    const logits = this.codec.logits(codes);
    this.decoded = { asked, logits, pixels: pixelsOf(logits) };
  }

  draw(resized) {
    if (!this.codec || !this.codes) return;
    if (!this.transport.playing || !this.colours) this.palette();
    this.element.toggleAttribute("data-alone", getComputedStyle(this.element).getPropertyValue("--gm-room") !== "");
    this.decode();
    this.pictures();
    this.numbers();
    this.book();
    this.place();
    this.cost();
    this.transport.show(`${this.data.words.code.replace("#", this.transport.at)}`);
    if (this.drawn && !resized) this.follow(this.transport.at);
  }

  tell(at) {
    this.told = at;
    this.values = { ...this.values, done: at, cell: Math.max(0, at - 1) };
    this.push();
  }

  palette() {
    const names = { paper: "--st-background-color", ink: "--st-text-color", model: "--gm-model", error: "--gm-error" };
    this.colours = Object.fromEntries(Object.entries(names).map(([name, property]) => [name, colourOf(this.element, property)]));
  }

  pictures() {
    const { colours, count, decoded, codec: { tensors } } = this;
    const canvas = (name) => this.$(`figure.${name} canvas`);
    if (this.drawn) paintBits(canvas("x"), this.drawn.bits, count, colours);
    else paintPicture(canvas("x"), this.picture, colours);
    paintMosaic(canvas("codes"), this.codes, tensors.stamps, count, colours);
    paintDecoded(canvas("decoded"), decoded.pixels, count, colours);
    for (const name of FIGURES) canvas(name).setAttribute("aria-label", this.$(`figure.${name} figcaption`).textContent);
    const here = this.here();
    const mark = `--x:${(100 * (here % GRID)) / GRID}%;--y:${(100 * Math.floor(here / GRID)) / GRID}%`;
    for (const frame of this.element.querySelectorAll(".frame")) frame.style.cssText = mark;
    Object.assign(this.element.dataset, { codes: this.codes.join("."), at: this.transport.at, here });
  }

  /** The numbers of the codes, and what a hand has done to them. */
  numbers() {
    const { painted, killed, brush } = this.values;
    this.cells.forEach((cell, place) => {
      const there = place < this.count;
      const text = there ? String(this.codes[place]) : "";
      if (cell.textContent !== text) cell.textContent = text;
      cell.toggleAttribute("data-painted", there && painted.has(place));
      cell.toggleAttribute("data-same", there && this.codes[place] === brush);
      cell.toggleAttribute("data-moved", there && killed.size > 0 && this.codes[place] !== this.codec.nearest(this.vector(place), new Set()));
    });
    this.$(".codes .frame").setAttribute("aria-label", `${this.spot()} ${this.named(this.codes[this.here()])}`);
  }

  spot() {
    const here = this.here();
    return this.data.words.at.replace("#", Math.floor(here / GRID) + 1).replace("%", (here % GRID) + 1);
  }

  named(code) {
    return this.data.words.code.replace("#", code);
  }

  /** The codebook, and the tools. */
  book() {
    const { words } = this.data;
    const { brush, killed, tool, painted } = this.values;
    const { tensors } = this.codec;
    const inUse = new Set(this.codes.slice(0, this.count));
    const colours = String(Object.values(this.colours));
    const stale = this.stamped !== colours;
    this.stamped = colours;
    this.buttons.forEach((button, code) => {
      if (stale) paintStamp(button.querySelector("canvas"), tensors.stamps, code, this.colours);
      const share = `${words.share.replace("#", (100 * tensors.shares[code]).toFixed(1))}`;
      const said = `${this.named(code)}, ${share}${killed.has(code) ? `, ${words.killed}` : ""}`;
      Object.assign(button, { title: said, tabIndex: code === brush ? 0 : -1 });
      button.setAttribute("aria-label", said);
      button.setAttribute("aria-pressed", code === brush);
      button.toggleAttribute("data-killed", killed.has(code));
      button.toggleAttribute("data-used", inUse.has(code));
    });
    for (const one of TOOLS) this.$(`.${one}`).setAttribute("aria-checked", one === tool);
    this.$(".hint").textContent = words[`hint-${tool}`].replace("#", brush);
    this.$(".as-encoded").hidden = !painted.size;
    this.$(".all-alive").hidden = !killed.size;
    this.element.dataset.tool = tool;
  }

  /** The few codes that come into question at the place that is spoken of. */
  place() {
    const { words } = this.data;
    const here = this.here();
    const shares = this.drawn?.shares.subarray(here * this.codec.numCodes, (here + 1) * this.codec.numCodes);
    const values = shares ?? this.codec.distances(this.vector(here));
    const order = [...values.keys()].sort((a, b) => (shares ? values[b] - values[a] : values[a] - values[b]));
    this.$(".where").innerHTML = `<b>${this.spot()}</b> ${words[shares ? "likely" : "nearest"]}`;
    [...this.$(".few").children].forEach((one, i) => {
      const code = order[i];
      one.hidden = code === undefined;
      if (one.hidden) return;
      const [canvas, name, value] = one.children;
      paintStamp(canvas, this.codec.tensors.stamps, code, this.colours);
      name.textContent = code;
      value.textContent = shares ? `${(100 * values[code]).toFixed(values[code] < 0.1 ? 1 : 0)} %` : values[code].toFixed(2);
      one.toggleAttribute("data-chosen", code === this.codes[here] && here < this.count);
      one.toggleAttribute("data-killed", this.values.killed.has(code));
    });
    this.all(shares ? undefined : values, order);
  }

  /** How far all codes lie from the place that is spoken of, as marks on one line. */
  all(distances, order) {
    const line = this.$(".all");
    line.hidden = !distances;
    if (!distances) return;
    const farthest = distances[order.at(-1)];
    const marks = order.map((code) => {
      const kind = code === this.codes[this.here()] ? "chosen" : this.values.killed.has(code) ? "gone" : "";
      return `<i class="${kind}" style="left:${(100 * distances[code]) / farthest}%"></i>`;
    });
    line.innerHTML = `${marks.join("")}<small>0</small><small>${farthest.toFixed(0)}</small>`;
    line.setAttribute("aria-label", this.data.words.all.replace("#", farthest.toFixed(0)));
  }

  /** What the codes have lost of the picture, or what they cost. */
  cost() {
    const { words } = this.data;
    if (this.drawn) {
      const sofar = this.drawn.bits.subarray(0, this.count).reduce((sum, one) => sum + one, 0);
      const all = this.drawn.bits.reduce((sum, one) => sum + one, 0);
      this.$(".sum").innerHTML = words.sofar.replace("#", sofar.toFixed(1)).replace("%", all.toFixed(1));
      return;
    }
    const [nats, least] = [crossEntropy(this.picture, this.decoded.logits), leastEntropy(this.picture)].map((one) => one.toFixed(1));
    paintLost(this.$(".cost canvas"), this.picture, this.decoded.pixels, this.colours);
    const [total, best, lost] = [nats, least, (nats - least).toFixed(1)];
    this.$(".sum").innerHTML = words.sum.replace("#", total).replace("%", best).replace("$", lost);
    this.$(".cost canvas").setAttribute("aria-label", this.$(".cost figcaption").textContent);
    Object.assign(this.element.dataset, { nats: total, best });
  }

  destroy() {
    globalThis.removeEventListener("genmodels:shelf", this.shelved);
    super.destroy();
  }
}

export default live(CodeGrid);
