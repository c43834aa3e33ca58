// Points that flow from noise to data, played, stepped and scrubbed; the model computed every moment in Python.
// looks.js says how things look; here is what a person does.

const WHOLE_MS = 6000; // all moments take about so long
const PACES = [16, 250]; // milliseconds
const NEAR = 0.35; // of the plane's unit: a click this near picks a point
const NUMBERS = { t: "t", left: "left", sigma: "sigma", unlike: "arrows", mmd: "cloud" }; // and the part of each
const MARKS = { data: "data", mine: "data", model: "cloud", arrow: "arrows", picked: "point", trail: "trail", guess: "guess" };
const DATA = 0.7; // of the data's colour: 3 to 1 on the page, in both themes
const HTML = `
<div class="both">
  <canvas role="img" tabindex="0"></canvas>
  <div class="beside">
    <dl>${Object.keys(NUMBERS).map((name) => `<dt class="${name}"></dt><dd class="${name}"></dd>`).join("")}</dl>
    <ul class="key">${Object.keys(MARKS).map((name) => `<li class="${name}"></li>`).join("")}</ul>
  </div>
</div>
<div class="bar"></div><i hidden></i>`;

class PlaneFlow extends Played {
  constructor(root, messenger) {
    super(root, "flow", HTML, PACES[0]);
    this.messenger = messenger;
    this.canvas = this.$("canvas");
    this.canvas.addEventListener("click", (event) => this.point(event));
    this.canvas.addEventListener("keydown", (event) => this.walk(event));
    for (const [name, part] of Object.entries(NUMBERS)) for (const one of this.element.querySelectorAll(`dl .${name}`)) partOf(one, part);
    for (const [name, part] of Object.entries(MARKS)) partOf(this.$(`li.${name}`), part);
    this.dimmed = () => this.data && this.draw();
    globalThis.addEventListener("genmodels:focus", this.dimmed);
  }

  update(data) {
    const other = this.data?.name !== data.name;
    const moved = other || data.revision !== this.data.revision;
    this.data = data;
    const last = data.times.length - 1;
    if (other) {
      this.transport.stop();
      this.xt = movesOf(data.xt, data.number, data.scale);
      this.x0 = movesOf(data.x0, data.number, data.scale);
      this.arrows = movesOf(data.arrows, data.places.length / 2, data.scale);
    }
    this.transport.pace = Math.min(Math.max(WHOLE_MS / last, PACES[0]), PACES[1]);
    if (moved) this.transport.at = undefined;
    this.transport.span(last, this.indexOf(data.begin));
    this.told ??= data.begin;
    this.words();
    this.draw();
  }

  /** The moment nearest to `t`. */
  indexOf(t) {
    const far = this.data.times.map((one) => Math.abs(one - t));
    return far.indexOf(Math.min(...far));
  }

  /** What a variable of the theme comes to; a canvas does not understand light-dark(). */
  colour(name) {
    const probe = this.$("i[hidden]");
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  }

  /** The nearest of the moments that have arrows. */
  near(at) {
    return Math.min(Math.round(at / this.data.stride), this.data.unlike.length - 1);
  }

  words() {
    const { words } = this.data;
    for (const name of Object.keys(NUMBERS)) this.$(`dt.${name}`).innerHTML = words[`num-${name}`];
    for (const name of Object.keys(MARKS)) this.$(`li.${name}`).innerHTML = `<span>${words[name]}</span>`;
    this.$("li.mine").hidden = !this.data.mine.length;
    this.transport.name(words);
  }

  draw() {
    const { canvas, data, transport: { at, last } } = this;
    const side = Math.round(canvas.clientWidth * (globalThis.devicePixelRatio || 1));
    if (!side) return;
    if (canvas.width !== side) [canvas.width, canvas.height] = [side, side];
    this.element.toggleAttribute("data-alone", getComputedStyle(this.element).getPropertyValue("--gm-room") !== "");
    const colour = (name) => this.colour(name);
    const left = (part) => opacityNow(this.element, part);
    const context = canvas.getContext("2d");
    const unit = side / 440;
    this.letters = { context, family: getComputedStyle(this.element).fontFamily, pixel: side / canvas.clientWidth, halo: colour("--gm-bg") };
    context.clearRect(0, 0, side, side);
    crosses(context, side, data.points, 2.6 * unit, colour("--gm-data"), DATA * left("data"));
    arrows(context, side, data.places, this.arrows.at(this.near(at)), colour("--gm-axis"), 1.2 * unit, left("arrows"));
    const [now, guess] = [this.xt.at(at), this.x0.at(at)];
    dots(context, side, now, 2.4 * unit, colour("--gm-model"), 0.8 * left("cloud"));
    dots(context, side, data.mine, 2.4 * unit, colour("--gm-data"), left("data"));
    ticks(this.letters, side, colour("--gm-muted"));
    this.chosen(context, side, unit, now, guess, colour, left);
    this.numbers(at, last);
    canvas.setAttribute("aria-label", data.words.alt.replace("#", data.times[at]));
    this.element.dataset.t = data.times[at];
    this.element.dataset.step = at;
    this.transport.show(`t = ${data.times[at]}`);
    this.$(".bar output").textContent = data.times[at];
    this.follow(data.times[at]);
  }

  /** The picked point: where it came from, where it is, and where the network believes that it belongs. */
  chosen(context, side, unit, now, guess, colour, left) {
    const { data: { picked }, transport: { at } } = this;
    const of = (values) => [values[2 * picked], values[2 * picked + 1]];
    const way = Array.from({ length: at + 1 }, (_, i) => of(this.xt.at(i)));
    trail(context, side, way, colour("--gm-ink"), 2 * unit, left("trail"));
    context.globalAlpha = left("guess");
    dashes(context, side, of(now), of(guess), colour("--gm-model"), 2 * unit);
    const place = onCanvas(side);
    const ring = (values, radius, fill, edge) => {
      context.beginPath();
      context.arc(...place(...of(values)), radius * unit, 0, 7);
      context.fillStyle = fill;
      context.strokeStyle = edge;
      context.lineWidth = 2 * unit;
      context.fill();
      context.stroke();
    };
    ring(guess, 4, colour("--gm-bg"), colour("--gm-model"));
    named(this.letters, place(...of(guess)), place(...of(now)), side, colour("--gm-model"));
    context.globalAlpha = left("point");
    ring(now, 6.5, colour("--gm-highlight"), colour("--gm-ring"));
    context.globalAlpha = 1;
  }

  numbers(at, last) {
    const { data } = this;
    const fill = (name, text) => (this.$(`dd.${name}`).textContent = text);
    fill("t", data.times[at]);
    fill("left", data.alpha_bar[at].toFixed(4));
    fill("sigma", at < last ? data.sigma[at].toFixed(4) : "–");
    fill("unlike", at < last ? data.unlike[this.near(at)].toFixed(3) : "–"); // without noise no arrow is the right one
    this.$("dd.mmd").innerHTML = data.words.mmd;
  }

  point(event) {
    const nearest = nearestTo(event, this.xt.at(this.transport.at), NEAR);
    if (nearest !== undefined) this.pick(nearest);
  }

  walk(event) {
    const next = keyed(event, this.data.picked, this.data.number);
    if (next !== undefined) this.pick(next);
  }

  pick(particle) {
    this.data.picked = particle;
    this.draw();
    this.tell(this.told);
  }

  tell(t) {
    this.told = t;
    this.messenger.push({ t, particle: this.data.picked });
  }

  destroy() {
    globalThis.removeEventListener("genmodels:focus", this.dimmed);
    super.destroy();
  }
}

export default live(PlaneFlow);
