// Ten digits on their way out of one noise. The server has computed every state; here a hand says which one is shown.

const FRAME = 56; // CSS pixels at least of a picture of the film strip
const [FEWEST, MOST] = [5, 13]; // pictures of the strip
const LEAP = 5; // steps of an arrow key with Shift
const TURN = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 };
const HTML = `
<canvas class="big" role="img"></canvas>
<div class="ten"><p><b></b> <span></span></p><div role="radiogroup"></div></div>
<div class="way">
  <div class="strip" aria-hidden="true"></div>
  <div class="track"><button type="button" role="slider"></button></div>
  <p><span></span><output></output><span></span></p>
</div>`;
const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

class Emerging {
  constructor(root, messenger) {
    this.element = document.createElement("div");
    this.element.className = "emerging";
    this.element.innerHTML = HTML;
    root.append(this.element);
    this.messenger = messenger;
    this.$ = (selector) => this.element.querySelector(selector);
    [this.way, this.strip, this.handle, this.group] = [".way", ".strip", "[role=slider]", "[role=radiogroup]"].map(this.$);
    this.listen();
    this.resize = new ResizeObserver(() => this.data && this.draw());
    this.resize.observe(this.element);
  }

  destroy() {
    this.resize.disconnect();
    this.element.remove();
  }

  listen() {
    const { way, handle } = this;
    way.addEventListener("pointerdown", (event) => this.grab(event));
    way.addEventListener("pointermove", (event) => this.held && this.follow(event));
    for (const end of ["pointerup", "pointercancel"]) way.addEventListener(end, () => this.release());
    handle.addEventListener("keydown", (event) => this.press(event));
    this.group.addEventListener("keydown", (event) => this.turn(event));
  }

  update(data) {
    const fresh = data.revision !== this.revision || data.name !== this.name;
    Object.assign(this, { data, name: data.name, revision: data.revision });
    this.states = Uint8Array.from(atob(data.states), (c) => c.charCodeAt(0));
    this.digits ??= this.build();
    this.last = this.states.length / (this.digits.length * data.side ** 2) - 1; // the newest state that is there
    if (fresh) {
      this.digit = data.digit;
      this.at = this.nearest(data.t);
    }
    this.nameAll(data.words);
    this.draw();
  }

  build() {
    const digits = Array.from({ length: 10 }, (_, digit) => {
      const button = document.createElement("button");
      button.type = "button";
      button.setAttribute("role", "radio");
      button.append(document.createElement("canvas"));
      button.addEventListener("click", () => this.choose(digit));
      return button;
    });
    this.group.replaceChildren(...digits);
    return digits;
  }

  nameAll(words) {
    this.$(".ten b").textContent = words.model;
    this.$(".ten span").textContent = words["model-note"];
    this.group.setAttribute("aria-label", words.choose);
    this.digits.forEach((button, digit) => button.setAttribute("aria-label", words.digit.replace("#", digit)));
    this.handle.setAttribute("aria-label", words.way);
    this.way.querySelectorAll("p span").forEach((end, i) => (end.textContent = [words.noise, words.end][i]));
  }

  get whole() {
    return this.last === this.data.times.length - 1;
  }

  /** The state whose time is nearest to t. */
  nearest(t) {
    const away = this.data.times.map((time) => Math.abs(time - t));
    return away.indexOf(Math.min(...away));
  }

  /** A state of one digit, 0 = paper and 1 = ink. */
  values(at, digit) {
    const size = this.data.side ** 2;
    const begin = (at * this.digits.length + digit) * size;
    return Float32Array.from(this.states.subarray(begin, begin + size), (value) => value / 255);
  }

  draw() {
    const style = getComputedStyle(this.element);
    const [paper, ink] = ["--st-background-color", "--st-text-color"].map((name) => toRgb(style.getPropertyValue(name)));
    const { side, words, times } = this.data;
    const at = this.whole ? this.at : this.last; // what is still being drawn is seen as it comes
    const paint = (canvas, state, digit) => paintPixels(canvas, this.values(state, digit), side, paper, ink);
    this.digits.forEach((button, digit) => {
      const chosen = digit === this.digit;
      button.setAttribute("aria-checked", chosen);
      button.tabIndex = chosen ? 0 : -1;
      paint(button.firstChild, at, digit);
    });
    paint(this.$(".big"), at, this.digit);
    this.show(at, words, times.length - 1);
    this.film(at, times.length - 1, (canvas, state) => paint(canvas, state, this.digit));
    Object.assign(this.element.dataset, { name: this.name, step: at });
    this.element.toggleAttribute("data-whole", this.whole);
  }

  /** What is said of the step, and where the handle stands. */
  show(at, words, last) {
    const told = words.at.replace("##", last).replace("#", at);
    this.$(".big").setAttribute("aria-label", `${words.big.replace("#", this.digit)} ${told}`);
    this.$("output").textContent = told;
    const facts = { valuemin: 0, valuemax: last, valuenow: at, valuetext: told };
    for (const [fact, value] of Object.entries(facts)) this.handle.setAttribute(`aria-${fact}`, value);
    this.handle.disabled = !this.whole;
  }

  /** The strip above the handle: as many states as have room, each above its own place on the track. */
  film(at, last, paint) {
    const num = clamp(Math.floor(this.strip.clientWidth / FRAME), FEWEST, MOST);
    while (this.strip.children.length > num) this.strip.lastChild.remove();
    while (this.strip.children.length < num) this.strip.append(document.createElement("canvas"));
    const states = Array.from({ length: num }, (_, i) => Math.round((i * last) / (num - 1)));
    const away = states.map((state) => Math.abs(state - at));
    const now = away.indexOf(Math.min(...away));
    [...this.strip.children].forEach((canvas, i) => {
      canvas.toggleAttribute("data-now", i === now);
      if (states[i] <= this.last) paint(canvas, states[i]);
      else canvas.getContext("2d").clearRect(0, 0, canvas.width, canvas.height);
    });
    this.way.style.setProperty("--margin", 1 / (2 * num));
    this.way.style.setProperty("--share", at / last);
  }

  choose(digit) {
    this.digit = digit;
    this.tell();
    this.messenger.flush();
  }

  turn(event) {
    const way = TURN[event.key];
    if (!way) return;
    event.preventDefault();
    const num = this.digits.length;
    this.choose((this.digit + way + num) % num);
    this.digits[this.digit].focus();
  }

  grab(event) {
    if (!this.whole || event.button !== 0) return;
    event.preventDefault();
    this.handle.focus({ preventScroll: true });
    this.way.setPointerCapture(event.pointerId);
    this.held = true;
    this.follow(event);
  }

  follow(event) {
    const { left, width } = this.strip.getBoundingClientRect();
    const margin = Number(this.way.style.getPropertyValue("--margin"));
    const share = ((event.clientX - left) / width - margin) / (1 - 2 * margin);
    this.go(Math.round(share * (this.data.times.length - 1)));
  }

  release() {
    if (!this.held) return;
    this.held = false;
    this.messenger.flush();
  }

  press(event) {
    const last = this.data.times.length - 1;
    const to = { Home: 0, End: last }[event.key] ?? (TURN[event.key] && this.at + TURN[event.key] * (event.shiftKey ? LEAP : 1));
    if (to === undefined || !this.whole) return;
    event.preventDefault();
    this.go(to);
  }

  go(to) {
    const at = clamp(to, 0, this.data.times.length - 1);
    if (at === this.at) return;
    this.at = at;
    this.tell();
  }

  tell() {
    this.draw();
    this.messenger.push({ digit: this.digit, t: this.data.times[this.at] });
  }
}

export default live(Emerging);
