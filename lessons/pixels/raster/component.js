// A picture in raster order, played, stepped and scrubbed: every number was computed by the model; here they are shown as
// far as the picture has come. looks.js says how things look; here is what a person does.

const PACES = { 1: 60, 4: 15, 16: 4 }; // how many times as fast -> milliseconds per pixel
const NUMBERS = ["place", "ink", "chance", "got", "cost", "sofar", "all"];
const picture = (name) => `<figure class="${name}"><figcaption></figcaption><div class="frame"><canvas role="img"></canvas></div></figure>`;
const HTML = `
<div class="three">${["x", "p", "bits"].map(picture).join("")}</div>
<div class="sums">
  <div class="next"><p class="which"></p><div class="levels"></div><p class="about"></p><div class="digits"></div></div>
  <dl>${NUMBERS.map((name) => `<div class="${name}"><dt></dt><dd></dd></div>`).join("")}</dl>
</div>
<div class="bar"><select class="speed">${Object.keys(PACES).map((times) => `<option value="${times}">${times}×</option>`).join("")}</select></div>`;
const PARTS = { place: "x", ink: "p", chance: "chance", got: "chance", cost: "bits", sofar: "sum", all: "sum" };

class Raster extends Played {
  constructor(root, messenger) {
    super(root, "raster", HTML, PACES[4]);
    this.messenger = messenger;
    for (const figure of this.element.querySelectorAll("figure")) partOf(figure, figure.className);
    for (const name of NUMBERS) partOf(this.$(`dl > .${name}`), PARTS[name]);
    partOf(this.$(".levels"), "p chance");
    partOf(this.$(".which"), "p chance");
    for (const name of [".about", ".digits"]) partOf(this.$(name), "label");
    const speed = this.$(".speed");
    speed.value = 4;
    speed.addEventListener("change", () => this.pace());
    const three = this.$(".three");
    three.addEventListener("click", (event) => this.point(event));
    const frame = this.$(".x .frame");
    frame.tabIndex = 0;
    frame.addEventListener("keydown", (event) => this.walk(event));
  }

  pace() {
    const { playing } = this.transport;
    this.transport.stop();
    this.transport.pace = PACES[this.$(".speed").value];
    if (playing) this.transport.play();
  }

  update(data) {
    const fresh = this.data?.revision !== data.revision || this.data?.name !== data.name || this.data?.live;
    const other = this.data?.name !== data.name;
    this.data = data;
    this.words();
    if (data.live) {
      this.transport.stop();
      this.ready = undefined;
      return this.draw();
    }
    if (other || !this.ready) this.unpack();
    if (fresh) {
      if (other) this.transport.stop();
      this.transport.at = undefined;
    }
    this.transport.span(data.side ** 2, data.begin);
    this.told ??= data.begin;
    this.draw();
  }

  words() {
    const { words, levels } = this.data;
    this.transport.name(words);
    this.$(".speed").setAttribute("aria-label", words.speed);
    this.$(".about").innerHTML = words.about;
    for (const figure of this.element.querySelectorAll("figure")) {
      figure.querySelector("figcaption").innerHTML = words[figure.className];
    }
    for (const name of NUMBERS) {
      this.$(`dl > .${name} dt`).innerHTML = words[name === "ink" && levels > 2 ? "num-level" : `num-${name}`];
    }
  }

  unpack() {
    const { data } = this;
    this.ready = {
      x: bytesOf(data.x),
      p: floatsOf(data.p),
      drawnFrom: floatsOf(data.drawn_from || data.p),
      bits: floatsOf(data.bits),
      chance: floatsOf(data.chance),
      drawn: bytesOf(data.drawn),
      digits: data.digits && floatsOf(data.digits),
    };
    this.ready.sofar = sums(this.ready.bits);
    this.ready.pictures = picturesOf(this.ready, data.levels);
    this.furnish();
  }

  /** A bar for each level and for each digit. */
  furnish() {
    const { levels, words, digits } = this.data;
    const names = levels === 2 ? [words.paper, words.ink] : Array.from({ length: levels }, (_, level) => level);
    const row = (name) => `<span>${name}</span><i><b></b></i><output></output>`;
    this.$(".levels").innerHTML = names.map((name) => `<div>${row(name)}</div>`).join("");
    this.$(".levels").classList.toggle("many", levels > 4);
    this.$(".about").hidden = this.$(".digits").hidden = !digits;
    const classes = digits ? this.ready.digits.length / (this.data.side ** 2 + 1) : 0;
    this.$(".digits").innerHTML = Array.from({ length: classes }, (_, digit) => `<div><i><b></b></i><span>${digit}</span></div>`).join("");
  }

  draw(resized) {
    const { data } = this;
    if (!this.transport.playing || !this.colours) {
      const [paper, ink, model] = ["--st-background-color", "--st-text-color", "--gm-model"].map((name) => colourOf(this.element, name));
      this.colours = { paper, ink, model };
    }
    this.element.toggleAttribute("data-live", Boolean(data.live));
    if (data.live) return this.live();
    if (!this.ready) return;
    const { transport: { at } } = this;
    this.pictures(at);
    this.next(at);
    this.numbers(at);
    this.element.dataset.at = at;
    this.transport.show(`${data.words.pixel} ${at}`);
    if (!resized) this.follow(at);
  }

  pictures(at) {
    const { data, ready, colours } = this;
    const { side } = data;
    const show = (name, values, full, faint) => paintSoFar(this.canvas(name, at), values, side, at, { ...colours, full }, faint);
    show("x", ready.pictures.x, colours.ink, ready.pictures.given);
    show("p", ready.pictures.p, colours.model);
    show("bits", ready.pictures.bits, colours.ink);
    const [row, column] = [Math.floor(Math.min(at, side ** 2 - 1) / side), Math.min(at, side ** 2 - 1) % side];
    const mark = `--x:${(100 * column) / side}%;--y:${(100 * row) / side}%;--cell:${100 / side}%`;
    for (const frame of this.element.querySelectorAll(".frame")) frame.style.cssText = mark;
    this.element.toggleAttribute("data-done", at === side ** 2);
  }

  canvas(name, at) {
    const canvas = this.$(`figure.${name} canvas`);
    canvas.setAttribute("aria-label", `${this.$(`figure.${name} figcaption`).textContent}, ${this.data.words.pixel} ${at}`);
    return canvas;
  }

  /** The distribution of the pixel that comes next, and what is known of the digit by now. */
  next(at) {
    const { data, ready } = this;
    const { words, levels, side } = data;
    const now = Math.min(at, side ** 2 - 1);
    this.$(".which").innerHTML = words[at === side ** 2 ? "last" : "next"] + (data.drawn_from ? words.cooled : "");
    const rows = this.$(".levels").children;
    for (let level = 0; level < levels; level++) {
      const share = ready.drawnFrom[now * levels + level];
      rows[level].querySelector("b").style.width = `${100 * share}%`;
      rows[level].querySelector("output").textContent = share.toFixed(share > 0.9995 || share < 0.0005 ? 4 : 3);
      rows[level].toggleAttribute("data-got", ready.x[now] === level);
    }
    if (!ready.digits) return;
    const bars = this.$(".digits").children;
    const each = ready.digits.subarray(at * bars.length, (at + 1) * bars.length);
    for (let digit = 0; digit < bars.length; digit++) {
      bars[digit].querySelector("b").style.height = `${100 * each[digit]}%`;
      bars[digit].title = `${digit}: ${Math.round(100 * each[digit])} %`;
      bars[digit].toggleAttribute("data-most", each[digit] === Math.max(...each));
    }
  }

  numbers(at) {
    const { data, ready } = this;
    const { side, levels, words } = data;
    const now = Math.min(at, side ** 2 - 1);
    const level = ready.x[now];
    const texts = {
      place: words.at.replace("#", Math.floor(now / side) + 1).replace("%", (now % side) + 1),
      ink: levels === 2 ? ready.p[now * 2 + 1].toFixed(4) : ready.p[now * levels + level].toFixed(4),
      chance: ready.drawn[now] ? ready.chance[now].toFixed(4) : "–",
      got: `${levels === 2 ? [words.paper, words.ink][level] : level}${ready.drawn[now] ? "" : ` (${words.given})`}`,
      cost: `${ready.bits[now].toFixed(3)} ${words.bit}`,
      sofar: `${ready.sofar[at].toFixed(1)} ${words.bit}`,
      all: `${ready.sofar[side ** 2].toFixed(1)} ${words.bit}`,
    };
    for (const [name, text] of Object.entries(texts)) this.$(`dl > .${name} dd`).textContent = text;
  }

  /** While it is still being drawn: what there is so far. */
  live() {
    const { data, colours } = this;
    const { live, side, levels } = data;
    const values = Array.from(bytesOf(live.x), (level) => level / (levels - 1));
    paintPixels(this.canvas("x", Math.round(live.share * side ** 2)), values, side, colours.paper, colours.ink);
  }

  point(event) {
    const { side } = this.data;
    const pixel = this.ready && pixelUnder(event, side, side);
    if (pixel) this.transport.go(pixel[0] * side + pixel[1]);
  }

  walk(event) {
    const along = arrowOf(event);
    if (!along || !this.ready) return;
    event.preventDefault();
    this.transport.go(this.transport.at + along[0] * this.data.side + along[1]);
  }

  tell(at) {
    this.told = at;
    this.messenger.push({ pixel: at });
  }
}

export default live(Raster);
