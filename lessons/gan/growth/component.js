// How digits came about, played, stepped and scrubbed. Python has computed every frame; here is what a person does.

const PACE = 90; // milliseconds of a frame
const COLUMNS = 10;
const GAP = 2; // pixels between two digits
const COLOURS = ["bg", "ink", "muted", "axis", "model", "ring"].map((name) => `--gm-${name}`);
const chart = (name, marks) => `<section class="${name}"><header><b></b> ${marks}</header><canvas role="img"></canvas></section>`;
const HTML = `
<div class="both">
  <canvas class="sheet" role="img"></canvas>
  <div class="charts">
    ${chart("losses", '<span class="discriminator"></span><output></output><span class="generator"></span><output></output><span class="level"></span>')}
    ${chart("frechet", '<output></output><span class="level"></span>')}
    ${chart("shares", '<span class="level"></span>')}
  </div>
</div>
<div class="bar"></div>`;

class Growth extends Played {
  constructor(root, messenger) {
    super(root, "growth", HTML, PACE);
    this.messenger = messenger;
    for (const name of ["losses", "frechet"]) seekable(this.$(`.${name} canvas`), () => this.frames.length - 1, (frame) => this.transport.go(frame));
    this.shelved = ({ detail }) => this.data && detail === this.wanted() && this.collect();
    globalThis.addEventListener("genmodels:shelf", this.shelved);
  }

  wanted() {
    return `${this.data.name}:digits`;
  }

  update(data) {
    const before = this.data;
    this.data = data;
    if (before?.name !== data.name || before.revision !== data.revision) {
      this.transport.stop();
      this.transport.at = undefined;
    }
    if (before?.name !== data.name) this.frames = undefined;
    this.transport.name(data.words);
    this.words();
    this.collect();
  }

  /** Takes the frames that have come; they may come before or after what is told of them. */
  collect() {
    const tensors = globalThis.genmodels?.get(this.wanted())?.tensors;
    if (!this.frames && !tensors) return;
    this.frames ??= framesIn(tensors, this.data.frames);
    this.transport.span(this.data.frames - 1, Math.min(this.data.begin, this.data.frames - 1));
    this.told ??= this.transport.at;
    this.draw();
  }

  words() {
    const { words } = this.data;
    for (const name of ["losses", "frechet", "shares"]) this.$(`.${name} b`).innerHTML = words[name];
    for (const name of ["discriminator", "generator"]) this.$(`.losses .${name}`).innerHTML = words[name];
    for (const [name, level] of [["losses", "nothing"], ["frechet", "real"], ["shares", "tenth"]]) this.$(`.${name} .level`).innerHTML = words[level];
  }

  palette() {
    const theme = getComputedStyle(this.element).color;
    if (this.theme !== theme) this.colours = Object.fromEntries(COLOURS.map((name) => [name, colourOf(this.element, name)]));
    this.theme = theme;
    return this.colours;
  }

  /** A number of every frame. */
  series(name) {
    const index = this.data.numbers.indexOf(name);
    return this.frames.map(({ numbers }) => numbers[index]);
  }

  draw() {
    if (!this.frames) return;
    const { transport, data } = this;
    const at = transport.at;
    const rgb = this.palette();
    const colour = (name) => `rgb(${rgb[`--gm-${name}`].join(" ")})`;
    const update = this.series("update")[at];
    this.sheet(this.frames[at].made, rgb);
    this.losses(at, colour);
    this.distance(at, colour);
    this.shares(this.frames[at].shares, colour);
    this.$(".sheet").setAttribute("aria-label", data.words.alt.replace("#", update));
    Object.assign(this.element.dataset, { frame: at, update });
    transport.show(`${data.words.update} ${update}`);
    this.$(".bar output").textContent = update;
    this.follow(at);
  }

  /** All digits of a frame on one sheet of paper. */
  sheet(made, rgb) {
    const { side } = this.data;
    const [cell, number] = [side + GAP, made.length / (side * side)];
    const [width, height] = [COLUMNS * cell - GAP, Math.ceil(number / COLUMNS) * cell - GAP];
    const [paper, ink] = [rgb["--gm-bg"], rgb["--gm-ink"]];
    paintRgb(this.$(".sheet"), width, height, (i, c) => {
      const [x, y] = [i % width, Math.floor(i / width)];
      const [row, column] = [y % cell, x % cell];
      const digit = Math.floor(y / cell) * COLUMNS + Math.floor(x / cell);
      const value = row < side && column < side && digit < number ? made[(digit * side + row) * side + column] / 255 : 0;
      return paper[c] + (ink[c] - paper[c]) * value;
    });
  }

  losses(at, colour) {
    const [discriminator, generator] = ["discriminator", "generator"].map((name) => this.series(name));
    const lines = [{ values: discriminator, colour: colour("ink") }, { values: generator, colour: colour("model") }];
    this.curve("losses", lines, lossRange(lines), at, this.data.level, colour);
    this.element.querySelectorAll(".losses output").forEach((output, i) => (output.textContent = [discriminator, generator][i][at].toFixed(2)));
  }

  /** On a scale of powers of ten: at first it is hundreds of times as far as in the end. */
  distance(at, colour) {
    const values = this.series("frechet").map((value) => Math.log10(Math.max(value, 1)));
    const level = Math.log10(this.data.real);
    this.curve("frechet", [{ values, colour: colour("model") }], [0.9 * level, Math.max(...values)], at, level, colour);
    const now = this.series("frechet")[at];
    this.$(".frechet").hidden = now < 0; // the judge knows digits only
    this.$(".frechet output").textContent = now.toFixed(now < 100 ? 1 : 0);
  }

  curve(name, lines, range, at, level, colour) {
    const canvas = sharp(this.$(`.${name} canvas`));
    if (!canvas) return;
    const { context, width, height, pixel } = canvas;
    curves(context, width, height, lines, range, at, this.frames.length - 1, level, colour("ring"), colour("axis"), pixel);
  }

  /** A bar for each digit, and the line at which all would be as frequent. */
  shares(shares, colour) {
    const canvas = sharp(this.$(".shares canvas"));
    if (!canvas) return;
    const { context, width, height, pixel } = canvas;
    const floor = height - 18 * pixel;
    const [step, unit] = [width / shares.length, (floor - 4 * pixel) / Math.max(0.25, ...shares)];
    context.clearRect(0, 0, width, height);
    context.font = `${13 * pixel}px ${getComputedStyle(this.element).fontFamily}`;
    context.textAlign = "center";
    shares.forEach((share, digit) => {
      context.fillStyle = colour("model");
      context.fillRect((digit + 0.18) * step, floor - share * unit, 0.64 * step, share * unit);
      context.fillStyle = colour("muted");
      context.fillText(digit, (digit + 0.5) * step, height - 4 * pixel);
    });
    context.strokeStyle = colour("axis");
    context.lineWidth = pixel;
    context.setLineDash([4 * pixel, 4 * pixel]);
    line(context, [[0, floor - 0.1 * unit], [width, floor - 0.1 * unit]]);
    context.setLineDash([]);
    const { words } = this.data;
    this.$(".shares canvas").setAttribute("aria-label", [...shares].map((share, digit) => words.share.replace("#", digit).replace("%", Math.round(100 * share))).join(", "));
  }

  tell(frame) {
    this.told = frame;
    this.messenger.push({ frame });
  }

  destroy() {
    globalThis.removeEventListener("genmodels:shelf", this.shelved);
    super.destroy();
  }
}

/** The frames of a record: views into its arrays, nothing is copied. */
function framesIn(tensors, number) {
  const part = (array, i) => array.subarray((i * array.length) / number, ((i + 1) * array.length) / number);
  return Array.from({ length: number }, (_, i) =>
    Object.fromEntries(["made", "shares", "numbers"].map((name) => [name, part(tensors[name], i)])));
}

export default live(Growth);
