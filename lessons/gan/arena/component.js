// A game between two networks, played, stepped and scrubbed, also while it is still going on. Python has computed every
// frame; looks.js says how things look; here is what a person does.

const PACE = 24; // milliseconds of a frame, of a whole game
const SLOW = 8; // times as long
const LIVE_MS = 600; // what came with one look is shown until about the next one
const NEAR = 0.35; // of the plane's unit: a press this near picks a point
const GAUGES = ["real", "fake", "apart"];
const NUMBERS = { value: "value", "best-value": "value best", generator: "losses", discriminator: "losses", modes: "modes" };
const MARKS = { data: "data", mine: "data", made: "made", push: "push", picked: "point" };
const COLOURS = ["bg", "ink", "muted", "axis", "data", "model", "highlight", "ring"].map((name) => `--gm-${name}`);
const square = (name) => `<figure class="${name}"><figcaption><b></b> <span></span> <output></output></figcaption><div class="frame"><canvas role="img" tabindex="0"></canvas></div></figure>`;
const HTML = `
<div class="two">${square("surface")}${square("best")}</div>
<ul class="key">${Object.keys(MARKS).map((name) => `<li class="${name}"></li>`).join("")}</ul>
<div class="below">
  <div class="gauges">${GAUGES.map((name) => `<div class="${name}"><span></span><div role="meter" aria-valuemin="0" aria-valuemax="1"><i></i></div><output></output></div>`).join("")}</div>
  <dl>${Object.keys(NUMBERS).map((name) => `<div class="${name}"><dt></dt><dd></dd></div>`).join("")}</dl>
</div>
<div class="curves"><div><span class="discriminator"></span><span class="generator"></span><span class="equal"></span></div><canvas role="img"></canvas></div>
<div class="bar"><button type="button" class="slow" aria-pressed="false"></button></div>`;

class Arena extends Played {
  constructor(root, messenger) {
    super(root, "arena", HTML, PACE);
    this.messenger = messenger;
    this.chunks = new Map();
    for (const name of ["surface", "best"]) {
      const frame = this.$(`.${name} canvas`);
      frame.addEventListener("click", (event) => this.point(event));
      frame.addEventListener("keydown", (event) => this.walk(event));
    }
    for (const [name, part] of Object.entries(MARKS)) partOf(this.$(`li.${name}`), part);
    for (const [name, part] of Object.entries(NUMBERS)) partOf(this.$(`dl .${name}`), part);
    for (const name of GAUGES) partOf(this.$(`.gauges .${name}`), "gauges");
    partOf(this.$(".curves"), "losses");
    this.$(".slow").addEventListener("click", () => this.slow(this.$(".slow").ariaPressed !== "true"));
    seekable(this.$(".curves canvas"), () => this.num - 1, (frame) => this.transport.go(frame));
    this.dimmed = () => this.data && this.draw();
    this.shelved = ({ detail }) => this.wanted?.includes(detail) && this.collect();
    globalThis.addEventListener("genmodels:focus", this.dimmed);
    globalThis.addEventListener("genmodels:shelf", this.shelved);
  }

  update(data) {
    const before = this.data?.name;
    const other = before !== data.name;
    if (other) {
      this.transport.stop();
      this.chunks.clear();
      this.num = before && data.follows === before ? this.num : 0;
      this.transport.at = this.num ? this.num - 1 : undefined; // of a game that goes on the new frames are played
    } else if (data.revision !== this.data.revision && data.frames <= this.num) this.transport.at = undefined;
    this.data = data;
    this.words();
    this.collect();
  }

  /** Takes the frames that have come; they may come before or after what is told of them. */
  collect() {
    const { data } = this;
    this.wanted = [...data.chunks, ...data.beside];
    for (const name of this.wanted) {
      const shelf = !this.chunks.has(name) && globalThis.genmodels?.get(name);
      if (shelf) this.chunks.set(name, shelf.tensors);
    }
    if (!this.wanted.every((name) => this.chunks.has(name))) return; // the rest will say when it is there
    for (const name of this.chunks.keys()) if (!this.wanted.includes(name)) this.chunks.delete(name);
    [this.frames, this.others] = [data.chunks, data.beside].map((names) =>
      names.flatMap((name) => framesOf(this.chunks.get(name), data.numbers.length)));
    this.grow();
  }

  /** There may be more frames than before: whoever was at the newest one sees those that have come since. */
  grow() {
    const { transport, data } = this;
    const newest = this.num > 0 && (transport.playing || transport.at === this.num - 1);
    this.num = this.frames.length;
    const last = this.num - 1;
    if (newest && last > transport.at) {
      transport.last = last;
      transport.pace = Math.max(LIVE_MS / (last - transport.at), 8);
      if (!transport.playing) transport.play();
      if (data.live) move(); // what stands beside it is of a moment before
    } else {
      transport.span(last, data.live ? last : Math.min(data.begin, last));
    }
    if (!data.live && !transport.playing) this.slow(this.$(".slow").ariaPressed === "true");
    this.told ??= transport.at;
    this.draw();
  }

  slow(on) {
    this.$(".slow").ariaPressed = on;
    this.transport.pace = on ? SLOW * PACE : PACE;
  }

  words() {
    const { words, absolute } = this.data;
    for (const name of ["surface", "best"]) {
      this.$(`.${name} b`).innerHTML = words[name];
      this.$(`.${name} figcaption span`).innerHTML = words[`${name}-note`];
    }
    for (const name of Object.keys(MARKS)) this.$(`li.${name}`).innerHTML = `<span>${words[name]}</span>`;
    for (const name of GAUGES) this.$(`.gauges .${name} > span`).innerHTML = words[name];
    for (const name of Object.keys(NUMBERS)) this.$(`dl .${name} dt`).innerHTML = words[name];
    for (const name of ["discriminator", "generator", "equal"]) this.$(`.curves .${name}`).innerHTML = words[name];
    this.$("li.mine").hidden = !this.data.mine.length;
    this.$(".slow").textContent = words.slow;
    this.transport.name(words);
    this.element.toggleAttribute("data-relative", !absolute);
    this.element.toggleAttribute("data-live", this.data.live);
  }

  /** The theme's colours, [r, g, b] by name: to ask for one takes longer than to draw with it. */
  palette() {
    const theme = getComputedStyle(this.element).color;
    if (this.theme !== theme) this.colours = Object.fromEntries(COLOURS.map((name) => [name, colourOf(this.element, name)]));
    this.theme = theme;
    return this.colours;
  }

  /** The numbers of a frame, by name. */
  numbersAt(at) {
    return Object.fromEntries(this.data.numbers.map((name, i) => [name, this.frames[at].numbers[i]]));
  }

  draw() {
    if (!this.frames?.length) return;
    const { transport, data } = this;
    const at = Math.min(transport.at, this.num - 1);
    const frame = this.frames[at];
    const rgb = this.palette();
    const colour = (name) => `rgb(${rgb[name].join(" ")})`;
    this.element.toggleAttribute("data-alone", getComputedStyle(this.element).getPropertyValue("--gm-room") !== "");
    const other = this.others[Math.round((at / Math.max(this.num - 1, 1)) * (this.others.length - 1))];
    this.plane("surface", frame, "surface", colour, rgb);
    if (other) this.plane("best", other, "surface", colour, rgb);
    else this.plane("best", frame, "best", colour, rgb);
    this.found(other);
    this.read(this.numbersAt(at));
    this.lines(at, colour);
    const { update } = this.numbersAt(at);
    for (const name of ["surface", "best"]) this.$(`.${name} canvas`).setAttribute("aria-label", `${data.words[name].replace(/<[^>]*>/g, "")}: ${data.words.alt.replace("#", update)}`);
    Object.assign(this.element.dataset, { frame: at, update, frames: this.num });
    transport.show(`${data.words.update} ${update}`);
    this.$(".bar output").textContent = update;
    if (!data.live) this.follow(at);
  }

  /** Of the game beside it: how many spots are found. */
  found(other) {
    const { words, numbers } = this.data;
    const at = (name) => other.numbers[numbers.indexOf(name)];
    const said = other && at("modes") >= 0 ? spots(words, at("modes"), at("share")) : "";
    this.$(".best output").textContent = said;
  }

  /** One of the squares: what is in a frame, over its `surface` or the `best` one. */
  plane(name, frame, over, colour, rgb) {
    const canvas = this.$(`.${name} canvas`);
    const side = Math.round(canvas.clientWidth * (globalThis.devicePixelRatio || 1));
    if (!side) return;
    if (canvas.width !== side) [canvas.width, canvas.height] = [side, side];
    const [context, unit] = [canvas.getContext("2d"), side / 320];
    const left = (part) => opacityNow(this.element, part);
    const picked = name === "best" && over === "surface" ? undefined : this.data.picked; // another game has other points
    this.small ??= document.createElement("canvas");
    surface(this.small, frame[over], Math.sqrt(frame[over].length), rgb["--gm-bg"], rgb["--gm-data"], rgb["--gm-model"]);
    context.fillStyle = colour("--gm-bg");
    context.fillRect(0, 0, side, side);
    context.globalAlpha = left(name);
    spread(context, side, this.small);
    context.globalAlpha = 1;
    crosses(context, side, this.data.points, 2 * unit, colour("--gm-data"), 0.6 * left("data"));
    dots(context, side, this.data.mine, 2 * unit, colour("--gm-data"), left("data"));
    if (over === "surface") pushes(context, side, frame.made, frame.push, colour("--gm-muted"), unit, 0.8 * left("push"));
    dots(context, side, frame.made, 2 * unit, colour("--gm-model"), 0.9 * left("made"));
    context.globalAlpha = left("point");
    if (picked !== undefined) ringed(context, side, [frame.made[2 * picked], frame.made[2 * picked + 1]], 5 * unit, colour("--gm-highlight"), colour("--gm-ring"), 2 * unit);
    context.globalAlpha = 1;
  }

  read(now) {
    const { words } = this.data;
    const shares = { real: now.on_real, fake: now.on_made, apart: now.apart };
    for (const name of GAUGES) {
      const meter = this.$(`.gauges .${name} [role=meter]`);
      meter.style.setProperty("--at", shares[name]);
      meter.setAttribute("aria-valuenow", shares[name].toFixed(2));
      meter.setAttribute("aria-label", this.$(`.gauges .${name} > span`).textContent);
      this.$(`.gauges .${name} output`).textContent = shares[name].toFixed(2);
    }
    const fill = (name, text) => (this.$(`dl .${name} dd`).textContent = text);
    fill("value", signed(now.value, 3));
    fill("best-value", signed(now.best_value, 3));
    fill("generator", signed(now.generator, 3));
    fill("discriminator", signed(now.discriminator, 3));
    this.$("dl .modes").hidden = now.modes < 0;
    fill("modes", spots(words, now.modes, now.share));
  }

  lines(at, colour) {
    const canvas = sharp(this.$(".curves canvas"));
    if (!canvas) return;
    const { context, width, height, pixel } = canvas;
    const index = (name) => this.data.numbers.indexOf(name);
    const series = ["discriminator", "generator"].map((name) => ({ values: this.frames.map((frame) => frame.numbers[index(name)]), colour: colour(name === "generator" ? "--gm-model" : "--gm-ink") }));
    const level = this.data.absolute ? LOG4 : undefined;
    curves(context, width, height, series, lossRange(series), at, this.num - 1, level, colour("--gm-ring"), colour("--gm-axis"), pixel);
  }

  point(event) {
    if (this.others.length && event.target.closest(".best")) return; // the points of another game
    const nearest = nearestTo(event, this.frames[this.transport.at].made, NEAR);
    if (nearest !== undefined) this.pick(nearest);
  }

  walk(event) {
    const next = keyed(event, this.data.picked, this.frames[0].made.length / 2);
    if (next !== undefined) this.pick(next);
  }

  pick(point) {
    this.data.picked = point;
    this.draw();
    if (!this.data.live) this.tell(this.transport.at);
  }

  tell(frame) {
    this.told = frame;
    this.messenger.push({ frame, point: this.data.picked });
  }

  destroy() {
    globalThis.removeEventListener("genmodels:focus", this.dimmed);
    globalThis.removeEventListener("genmodels:shelf", this.shelved);
    super.destroy();
  }
}

/** The frames of some tensors: views into them, nothing is copied. */
function framesOf({ made, push, surface, best, numbers }, size) {
  const number = numbers.length / size;
  const part = (array, i) => array.subarray((i * array.length) / number, ((i + 1) * array.length) / number);
  return Array.from({ length: number }, (_, i) => ({
    made: part(made, i), push: part(push, i), surface: part(surface, i), best: part(best, i), numbers: part(numbers, i),
  }));
}

const spots = (words, modes, share) => words["modes-of"].replace("#", modes).replace("%", Math.round(100 * share));
const signed = (value, digits) => (Number(value.toFixed(digits)) < 0 ? "−" : "") + Math.abs(value).toFixed(digits);

export default live(Arena);
