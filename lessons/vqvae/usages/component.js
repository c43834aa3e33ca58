// Codebooks side by side while they learn. Python trains and counts; looks.js says how things look; here is what a
// person does: point at a code, which is then set off in all of them, for all began as the same codebook.

const COLOURS = ["bg", "ink", "muted", "axis", "grid", "model", "highlight", "ring"];
const HTML = `<div class="columns"></div><figure><figcaption></figcaption><canvas class="chart" role="img"></canvas></figure>`;
const COLUMN = `<section><header><svg aria-hidden="true"><path d="M0 6H26"/></svg><b></b></header>
  <div class="board" role="slider" tabindex="0"><canvas></canvas></div><p class="told"></p>
  <p class="used"></p><p class="perplexity"></p><p class="nats"></p>
  <canvas class="digits" role="img"></canvas></section>`;

const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
const inPercent = (share) => (100 * share).toFixed(share < 0.001 ? 2 : 1);

class Usages {
  constructor(root) {
    this.element = document.createElement("div");
    this.element.className = "usages";
    this.element.innerHTML = HTML;
    root.append(this.element);
    this.$ = (selector) => this.element.querySelector(selector);
    this.resize = new ResizeObserver(() => this.data && this.paint());
    this.resize.observe(this.element);
  }

  update(data) {
    this.data = data;
    this.columns = data.columns.map((one) => ({
      ...one,
      shares: new Float32Array(bytes(one.shares).buffer),
      pictures: bytes(one.pictures),
    }));
    this.codes = this.columns[0].shares.length;
    if (this.at >= this.codes) this.at = undefined;
    if (this.$(".columns").children.length !== this.columns.length) this.furnish();
    this.words();
    this.paint();
  }

  furnish() {
    this.$(".columns").innerHTML = COLUMN.repeat(this.columns.length);
    this.sections = [...this.$(".columns").children];
    this.sections.forEach((section, i) => {
      section.querySelector("path").style.cssText = `stroke-dasharray:${DASHES[i].join(" ") || "none"};stroke-width:${THICK[i]}`;
      this.listen(section.querySelector(".board"));
    });
  }

  // --- what a hand does

  listen(place) {
    const follow = (event) => {
      const side = sideOf(this.codes);
      const box = place.getBoundingClientRect();
      const [row, column] = [(event.clientY - box.top) / box.height, (event.clientX - box.left) / box.width];
      const [y, x] = [row, column].map((share) => Math.min(Math.max(Math.floor(share * side), 0), side - 1));
      if (y * side + x < this.codes) this.point(y * side + x);
    };
    place.addEventListener("pointerdown", follow);
    place.addEventListener("pointermove", follow);
    place.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && place !== this.focused() && this.point(undefined));
    place.addEventListener("focus", () => this.at === undefined && this.point(0));
    place.addEventListener("blur", () => this.point(undefined));
    place.addEventListener("keydown", (event) => this.press(event));
  }

  focused() {
    return this.element.getRootNode().activeElement;
  }

  press(event) {
    const way = arrowOf(event);
    const ends = { Home: 0, End: this.codes - 1 };
    if (!way && !(event.key in ends)) return;
    event.preventDefault();
    const next = way ? (this.at ?? 0) + way[0] * sideOf(this.codes) + way[1] : ends[event.key];
    if (next >= 0 && next < this.codes) this.point(next);
  }

  point(code) {
    if (code === this.at) return;
    this.at = code;
    this.words();
    this.boards();
  }

  // --- in words

  words() {
    const { words, updates } = this.data;
    const put = (section, place, text) => (section.querySelector(place).innerHTML = text);
    this.columns.forEach((one, i) => {
      const section = this.sections[i];
      put(section, "header b", one.name);
      put(section, ".told", this.at === undefined && i ? "" : this.said(one)); // the hint stands once
      put(section, ".used", words.used.replace("#", one.used).replace("%", this.codes));
      put(section, ".perplexity", words.perplexity.replace("#", one.perplexity.toFixed(1)));
      put(section, ".nats", words.nats.replace("#", one.nats.toFixed(0)));
      section.querySelector(".digits").setAttribute("aria-label", words.digits);
      const facts = { label: `${one.name}: ${words.board.replace("#", one.used).replace("%", this.codes)}`, valuemin: 0, valuemax: this.codes - 1, valuenow: this.at ?? 0, valuetext: this.said(one) };
      for (const [fact, said] of Object.entries(facts)) section.querySelector(".board").setAttribute(`aria-${fact}`, said);
      Object.assign(section.dataset, { way: one.way, used: one.used, perplexity: one.perplexity });
    });
    this.$("figcaption").innerHTML = words.curves;
    const read = this.columns.map(({ name, perplexity }) => `${name} ${perplexity.toFixed(1)}`).join(", ");
    this.$(".chart").setAttribute("aria-label", `${words.chart.replace("#", updates.at(-1))} ${read}`);
    this.element.dataset.update = updates.at(-1);
  }

  said({ shares }) {
    const { words } = this.data;
    if (this.at === undefined) return words.point;
    const share = shares[this.at];
    return (share ? words.code.replace("%", inPercent(share)) : words.unused).replace("#", this.at);
  }

  // --- drawing

  paint() {
    const rgb = Object.fromEntries(COLOURS.map((name) => [name, colourOf(this.element, `--gm-${name}`)]));
    this.dress = { colour: (name) => `rgb(${rgb[name].join(" ")})`, family: getComputedStyle(this.element).fontFamily };
    this.boards();
    const originals = bytes(this.data.originals);
    this.columns.forEach(({ pictures }, i) => digits(this.sections[i].querySelector(".digits"), [originals, pictures], this.data.side, rgb.bg, rgb.ink));
    const sheet = this.sheet(this.$(".chart"));
    const { updates, last, words } = this.data;
    if (sheet) chart(sheet, this.columns, updates, last, this.codes, words.updates);
  }

  boards() {
    this.columns.forEach(({ shares }, i) => {
      const sheet = this.sheet(this.sections[i].querySelector(".board canvas"));
      if (sheet) board(sheet, [...shares], this.data.places, this.at);
    });
  }

  sheet(canvas) {
    const sheet = sharp(canvas);
    return sheet && { ...sheet, ...this.dress };
  }

  destroy() {
    this.resize.disconnect();
    this.element.remove();
  }
}

export default function ({ data, parentElement }) {
  return keep(parentElement, () => new Usages(parentElement), (usages) => usages.update(data));
}
