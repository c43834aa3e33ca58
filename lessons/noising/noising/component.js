// A picture and points under noise, played, stepped and scrubbed; Python took the small steps, the jump is taken here.
// looks.js says how things look; here is what a person does.

const STEP_MS = 33;
const signed = (shown) => shown.replace("-", "−");
const square = (name) => `<canvas class="${name}" role="img"></canvas>`;
const HTML = `
<div class="both">
  <div class="squares">
    <figure data-of="steps"><figcaption></figcaption>${square("digit steps")}${square("points steps")}</figure>
    <figure data-of="jump"><figcaption></figcaption>${square("digit jump")}${square("points jump")}</figure>
  </div>
  <div class="left">
    <svg role="img"></svg>
    <table><thead><tr><td class="pixel"><span></span>x<sub>0</sub> = <b></b></td><th scope="col" data-of="signal"></th><th scope="col" data-of="noise"></th></tr></thead><tbody>
      <tr class="measured"><th scope="row" data-of="signal noise"></th><td data-of="signal"></td><td data-of="noise"></td></tr>
      <tr class="exact"><th scope="row" data-of="signal noise jump"></th><td data-of="signal jump"></td><td data-of="noise jump"></td></tr>
    </tbody></table>
  </div>
</div>
<div class="bar"></div>
<p class="equation"><span data-of="jump">x<sub></sub> =</span> <b class="signal" data-of="signal jump"></b> <span data-of="jump">x<sub>0</sub> +</span> <b class="noisy" data-of="noise jump"></b> <span data-of="jump">ε</span></p>`;

class Noising extends Played {
  constructor(root, messenger) {
    super(root, "noising", HTML, STEP_MS);
    this.messenger = messenger;
    this.element.querySelectorAll("[data-of]").forEach((one) => partOf(one, one.dataset.of));
  }

  update(data) {
    this.transport.span(data.signal.length - 1, data.begin);
    this.told ??= this.transport.at;
    this.data = data;
    this.things = { digit: thingsOf(data.picture, data.reach), points: thingsOf(data.points, data.reach) };
    this.words();
    this.draw();
  }

  words() {
    const { words } = this.data;
    const fill = (selector, names) => this.element.querySelectorAll(selector).forEach((one, i) => (one.textContent = words[names[i]]));
    fill("figcaption", ["steps-head", "jump-head"]);
    fill("thead th", ["mean", "deviation"]);
    fill(".pixel span", ["pixel"]);
    fill("tbody th", ["measured", "exact"]);
    this.$(".left svg").setAttribute("aria-label", `${words.signal}, ${words.noisy}`);
    this.transport.name(words);
  }

  draw() {
    const { data, transport: { at } } = this;
    const svg = this.$(".left svg");
    if (!svg.clientWidth) return;
    const [signal, noisy] = [data.signal[at], data.noisy[at]];
    const style = getComputedStyle(this.element);
    const colour = (name) => style.getPropertyValue(name).trim();
    const [paper, ink] = ["--st-background-color", "--st-text-color"].map((name) => toRgb(colour(name)));
    for (const way of ["steps", "jump"]) {
      const values = (kind) => (way === "steps" ? this.things[kind].steps(at) : this.things[kind].jump(signal, noisy));
      paintDigit(this.$(`.digit.${way}`), values("digit"), data.width, paper, ink);
      paintPoints(this.$(`.points.${way}`), values("points"), colour("--st-blue-text-color"));
      for (const kind of ["digit", "points"]) this.$(`.${kind}.${way}`).setAttribute("aria-label", data.words[kind].replace("#", at));
    }
    svg.innerHTML = shares(data, at, svg.clientWidth, svg.clientHeight);
    const start = floats(data.picture.x0)[data.pixel[0] * data.width + data.pixel[1]];
    this.$(".pixel b").textContent = signed(String(Number(start.toFixed(2))));
    this.numbers("measured", data.means[at], data.deviations[at]);
    this.numbers("exact", signal * start, noisy);
    const said = { sub: at, ".signal": signal.toFixed(4), ".noisy": noisy.toFixed(4) };
    for (const [place, value] of Object.entries(said)) this.$(`.equation ${place}`).textContent = value;
    this.element.dataset.step = at;
    this.transport.show();
    if (!this.transport.playing && at !== this.told) this.tell(at);
  }

  /** Where it stands, for what is read beside the picture; while it plays nothing is said. */
  tell(at) {
    this.told = at;
    this.messenger.push({ t: at });
  }

  numbers(row, ...values) {
    this.element.querySelectorAll(`.${row} td`).forEach((cell, i) => (cell.textContent = signed(values[i].toFixed(3))));
  }
}

export default live(Noising);
