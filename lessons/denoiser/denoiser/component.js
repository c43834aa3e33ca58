// A sample's way from noise to a picture, played, stepped and scrubbed: every moment was computed by the model; only the
// sums of a step are done here. looks.js says how things look; here is what a person does.

const WHOLE_MS = 6000; // all moments take about so long
const PACES = [16, 250]; // milliseconds
const picture = (name) => `<figure class="${name}"><figcaption></figcaption><div class="frame"><canvas role="img"></canvas></div></figure>`;
const HALF = 5; // of the strip's pictures
const NUMBERS = ["t", "left", "sigma", "read"];
const HTML = `
<div class="three">${["xt", "x0", "eps"].map(picture).join("")}</div>
<div class="sums">
  <div class="sum">${picture("mean")}<b>+</b>${picture("added")}<b>=</b>${picture("next")}</div>
  <dl>${NUMBERS.map((name) => `<div class="${name}"><dt class="${name}"></dt><dd class="${name}"></dd></div>`).join("")}</dl>
</div>
<div class="bar"></div>
<div class="strip"></div>`;

class Denoiser extends Played {
  constructor(root, messenger) {
    super(root, "denoiser", HTML, PACES[0]);
    this.messenger = messenger;
    for (const figure of this.element.querySelectorAll("figure")) partOf(figure, figure.className);
    this.element.querySelectorAll(".sum > b").forEach((sign, i) => partOf(sign, ["added", "next"][i]));
    for (const name of NUMBERS) partOf(this.$(`dl > .${name}`), name);
    partOf(this.$(".strip"), "strip");
    this.shelved = ({ detail }) => detail === this.data?.name && this.arrive();
    globalThis.addEventListener("genmodels:shelf", this.shelved);
    this.$(".three").addEventListener("click", (event) => this.point(event));
    const frame = this.$(".xt .frame");
    frame.tabIndex = 0;
    frame.addEventListener("keydown", (event) => this.walk(event));
  }

  update(data) {
    const moved = this.data && data.revision !== this.data.revision;
    this.data = data;
    this.words();
    this.transport.name(data.words);
    if (data.live) {
      this.transport.stop(); // the moments of the trace before are none of this one's
      this.named = undefined;
      return this.draw();
    }
    const last = data.times.length - 1;
    this.transport.pace = Math.min(Math.max(WHOLE_MS / last, PACES[0]), PACES[1]);
    if (this.named !== data.name || moved) {
      if (this.named !== data.name) this.transport.stop();
      this.transport.at = undefined;
    }
    this.transport.span(last, this.indexOf(data.begin));
    this.told ??= data.begin;
    this.arrive();
  }

  /** The moments of this trace are on the shelf, or will say when they are; what is known of them may come after them. */
  arrive() {
    const shelf = !this.data.live && globalThis.genmodels?.get(this.data.name);
    if (!shelf) return;
    if (this.named !== this.data.name) {
      this.frames = framesOf(shelf.tensors);
      this.named = this.data.name;
      this.painted = undefined;
    }
    this.draw();
  }

  /** The moment nearest to `t`. */
  indexOf(t) {
    return nearestOf(this.data.times, t);
  }

  words() {
    const { words } = this.data;
    for (const name of NUMBERS) this.$(`dt.${name}`).innerHTML = words[`num-${name}`];
  }

  draw(resized) {
    const { data } = this;
    if (resized && !this.frames && !data.live) return;
    const style = getComputedStyle(this.element);
    const colour = (name) => toRgb(style.getPropertyValue(name).trim());
    this.colours = [colour("--st-background-color"), colour("--st-text-color")];
    this.element.toggleAttribute("data-live", Boolean(data.live));
    this.element.toggleAttribute("data-alone", style.getPropertyValue("--gm-room") !== "");
    if (data.live) return this.live();
    if (!this.frames) return;
    if (this.painted !== this.colours.join()) this.thumbs();
    const { transport: { at, last } } = this;
    const [t, before] = [data.times[at], data.times[at + 1]];
    const show = (name, values, scale, caption) => this.show(name, values, scale, caption, t);
    show("xt", this.frames.xt(at), asPicture, `x<sub>${t}</sub>`);
    show("x0", this.frames.x0(at), asPicture, "x̂<sub>0</sub>");
    show("eps", at < last ? this.frames.eps(at) : null, asNoise, "ε̂");
    const step = at < last ? stepOf(this.frames, data, at) : { mean: null, added: null, next: null };
    show("mean", step.mean, asPicture, "μ");
    show("added", step.added, (value) => asPicture(value), "σ z");
    show("next", step.next, asPicture, at < last ? `x<sub>${before}</sub>` : "");
    this.numbers(at, t);
    this.element.dataset.step = at;
    this.element.dataset.t = t;
    this.transport.show(`t = ${t}`);
    this.$(".bar output").textContent = t;
    const thumbs = [...this.$(".strip").querySelectorAll("button")];
    const nearest = nearestOf(thumbs.map((one) => Number(one.dataset.index)), at);
    thumbs.forEach((one, k) => one.toggleAttribute("data-now", k === nearest));
    this.follow(t);
  }

  show(name, values, scale, caption, t) {
    const figure = this.$(`figure.${name}`);
    const canvas = figure.querySelector("canvas");
    const { words, shape, pixel } = this.data;
    figure.querySelector("figcaption").innerHTML = `<b>${caption}</b> <span>${words[name] ?? ""}</span>`;
    canvas.setAttribute("aria-label", `${words[name]}, t = ${t}`);
    figure.toggleAttribute("data-none", !values);
    if (values) paint(canvas, values, shape, scale, ...this.colours);
    const mark = `${Math.floor(pixel / shape[2])},${pixel % shape[2]}`;
    if (figure.dataset.mark === mark) return;
    figure.dataset.mark = mark;
    const [row, column] = mark.split(",").map(Number);
    const side = shape[1];
    figure.querySelector(".frame").style.cssText = `--x:${(100 * column) / side}%;--y:${(100 * row) / side}%;--cell:${100 / side}%`;
  }

  numbers(at, t) {
    const { data, data: { words } } = this;
    const last = at === this.transport.last;
    const fill = (name, text) => (this.$(`dd.${name}`).textContent = text);
    fill("t", t);
    fill("left", data.alpha_bar[at].toFixed(4));
    fill("sigma", last ? "–" : data.sigma[at].toFixed(4));
    const read = data.read?.[at];
    this.$("dl > .read").hidden = !read;
    if (read) fill("read", words.reads.replace("#", read[0]).replace("%", Math.round(100 * read[1])));
  }

  /** While it is still being computed: what there is so far. */
  live() {
    const { live } = this.data;
    for (const name of ["xt", "x0"]) {
      this.show(name, Float32Array.from(atob(live[name]), (c) => c.charCodeAt(0) / 127.5 - 1), asPicture, name === "xt" ? `x<sub>${live.t}</sub>` : "x̂<sub>0</sub>", live.t);
    }
  }

  thumbs() {
    const host = this.$(".strip");
    const { times, shape, words } = this.data;
    this.painted = this.colours.join();
    const pictures = strip(times.length - 1).map((i) => {
      const button = document.createElement("button");
      button.type = "button";
      button.dataset.index = i;
      button.setAttribute("aria-label", `${words.go} t = ${times[i]}`);
      for (const name of ["xt", "x0"]) {
        const canvas = button.appendChild(document.createElement("canvas"));
        paint(canvas, this.frames[name](i), shape, asPicture, ...this.colours);
      }
      button.appendChild(document.createElement("small")).textContent = times[i];
      button.addEventListener("click", () => this.transport.go(i));
      return button;
    });
    const rows = () => {
      const names = document.createElement("div");
      names.className = "rows";
      names.innerHTML = ["xt", "x0"].map((name) => `<span>${words[`row-${name}`]}</span>`).join("");
      return names;
    };
    host.replaceChildren(rows(), ...pictures.slice(0, HALF), rows(), ...pictures.slice(HALF)); // in halves on a phone
  }

  /** A pixel is chosen in one of the pictures: the sums beside them are of it. */
  point(event) {
    const { shape: [, height, width] } = this.data;
    const pixel = pixelUnder(event, height, width);
    if (pixel) this.choose(...pixel);
  }

  walk(event) {
    const along = arrowOf(event);
    if (!along) return;
    event.preventDefault();
    const { pixel, shape: [, , width] } = this.data;
    this.choose(Math.floor(pixel / width) + along[0], (pixel % width) + along[1]);
  }

  choose(row, column) {
    if (!this.frames || this.data.live) return;
    const { shape: [, height, width] } = this.data;
    const inside = (at, side) => Math.min(Math.max(at, 0), side - 1);
    this.data.pixel = inside(row, height) * width + inside(column, width);
    this.draw();
    this.tell(this.told);
  }

  tell(t) {
    this.told = t;
    this.messenger.push({ t, pixel: this.data.pixel });
  }

  destroy() {
    globalThis.removeEventListener("genmodels:shelf", this.shelved);
    super.destroy();
  }
}

export default live(Denoiser);
