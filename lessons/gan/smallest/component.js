// The smallest GAN under the hand: its start is dragged, its rates are pushed, its updates are played.
// dirac.js is the game, looks.js says how things look; here is what a person does.

const SPEEDS = { "1×": 45, "0.2×": 225 }; // milliseconds of an update
const RANGES = { r1_small: [0, 2], rate_g: [0.01, 1], rate_d: [0.01, 1] };
const NUMBERS = { theta: "path", psi: "path", value: "value", distance: "path", radius: "circle" }; // and what they go with
const [STEP, LARGE] = [0.05, 0.25]; // of an arrow key, and with Shift
const HTML = `
<div class="layout">
<div class="plane"><svg role="img"><g class="field"></g><g class="axes"></g><g class="equilibria"></g><g class="path"></g><g class="labels"></g><g class="wishes"></g><g class="now"></g></svg><button type="button" class="grip" role="slider"></button></div>
<div class="beside">
  <dl>${Object.keys(NUMBERS).map((name) => `<dt class="${name}"></dt><dd class="${name}"></dd>`).join("")}</dl>
  <div class="fate"><svg class="circle" role="img"></svg><p class="about"></p><p class="sentence"></p></div>
</div>
<div class="bar"><button type="button" class="speed"></button></div>
<div class="rates">${Object.keys(RANGES).map((name) => `<div class="${name}"><span></span><input type="range" step="0.01"><input type="number" inputmode="decimal" step="any"></div>`).join("")}</div>
</div>`;

class Smallest extends Played {
  constructor(root, messenger) {
    super(root, "smallest", HTML, SPEEDS["1×"]);
    this.messenger = messenger;
    this.speed = "1×";
    this.$(".speed").addEventListener("click", () => this.faster());
    this.take(this.$(".grip"));
    for (const name of Object.keys(RANGES)) this.wire(name, this.$(`.rates .${name}`));
    const parts = { ".field": "field", ".wishes": "field", ".path": "path", ".now": "path", ".grip": "path", ".fate": "circle" };
    for (const [place, part] of Object.entries(parts)) partOf(this.$(place), part);
    for (const [name, part] of Object.entries(NUMBERS)) {
      for (const one of this.element.querySelectorAll(`dl .${name}`)) partOf(one, part === "value" ? "numbers" : `numbers ${part}`);
    }
  }

  update(data) {
    const fresh = data.revision !== this.data?.revision;
    this.data = data;
    if (fresh) {
      this.values = { ...data.values };
      this.transport.stop();
      this.transport.at = undefined;
      Object.assign(this, { told: data.begin, ahead: false });
    }
    this.words();
    this.compute();
    this.told = Math.min(this.told, this.transport.last);
    this.draw();
  }

  /** The game as the hand has it. */
  get game() {
    return { ...this.data.rules, ...this.values };
  }

  /** The whole path, computed anew, and what does not depend on the update. */
  compute() {
    const { game, values, data } = this;
    this.places = pathOf(game, [values.theta, values.psi], data.rules.last);
    this.transport.span(this.places.length - 1, data.begin);
    this.changed = true;
  }

  // --- what a hand does

  /** The next of the speeds, and after the last the first. */
  faster() {
    const speeds = Object.keys(SPEEDS);
    this.speed = speeds[(speeds.indexOf(this.speed) + 1) % speeds.length];
    this.transport.pace = SPEEDS[this.speed];
    this.draw();
  }

  take(grip) {
    grip.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      grip.focus({ preventScroll: true });
      grip.setPointerCapture(event.pointerId);
      const { theta, psi } = this.values;
      this.held = { from: [event.clientX, event.clientY], theta, psi };
    });
    grip.addEventListener("pointermove", (event) => this.held && this.drag(event));
    for (const end of ["pointerup", "pointercancel"]) grip.addEventListener(end, () => this.release());
    grip.addEventListener("keydown", (event) => this.press(event));
  }

  drag(event) {
    const { from, theta, psi } = this.held;
    const box = this.$(".plane svg").getBoundingClientRect();
    this.start(theta + ((event.clientX - from[0]) / box.width) * 2 * HALF, psi - ((event.clientY - from[1]) / box.height) * 2 * HALF);
  }

  release() {
    this.held = undefined;
    this.messenger.flush();
  }

  press(event) {
    const along = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!along) return;
    event.preventDefault();
    const step = event.shiftKey ? LARGE : STEP;
    this.start(this.values.theta + step * along[0], this.values.psi + step * along[1]);
  }

  start(theta, psi) {
    const inside = (value) => Math.min(Math.max(Number((Math.round(value * 100) / 100).toFixed(2)), -HALF), HALF);
    this.move({ theta: inside(theta), psi: inside(psi) });
  }

  wire(name, row) {
    const [, range, number] = row.children;
    const [low, high] = RANGES[name];
    for (const input of [range, number]) Object.assign(input, { min: low, max: high });
    range.addEventListener("input", () => this.move({ [name]: range.valueAsNumber }));
    range.addEventListener("change", () => this.messenger.flush());
    number.addEventListener("change", () => {
      if (Number.isFinite(number.valueAsNumber)) this.move({ [name]: Math.min(Math.max(number.valueAsNumber, low), high) });
      else this.draw();
    });
  }

  move(values) {
    Object.assign(this.values, values);
    this.compute();
    this.draw();
    this.tell(this.transport.at);
  }

  tell(at) {
    this.told = at;
    this.messenger.push({ ...this.values, update: at });
  }

  // --- drawing

  words() {
    const { words, rules } = this.data;
    for (const name of Object.keys(NUMBERS)) this.$(`dt.${name}`).innerHTML = words[`num-${name}-${rules.loss}`] ?? words[`num-${name}`];
    for (const name of Object.keys(RANGES)) {
      const [label, ...inputs] = this.$(`.rates .${name}`).children;
      label.innerHTML = words[name];
      for (const input of inputs) input.setAttribute("aria-label", words[`${name}-said`]);
    }
    this.$(".about").innerHTML = words["circle-about"];
    this.transport.name(words);
  }

  draw(resized = false) {
    const { data, places, transport: { at } } = this;
    const side = this.$(".plane svg").clientWidth;
    if (!side) return;
    this.element.toggleAttribute("data-alone", getComputedStyle(this.element).getPropertyValue("--gm-room") !== "");
    if (this.changed || resized) this.still(side);
    this.$("g.path").innerHTML = path(places, at, side);
    this.$("g.wishes").innerHTML = wishes(this.game, places[at], side);
    this.$("g.now").innerHTML = newest(places[at], side);
    this.numbers(places[at]);
    const said = data.words.said.replace("#", at);
    this.$(".plane svg").setAttribute("aria-label", data.words.alt.replace("#", at));
    this.$(".speed").textContent = this.speed;
    this.$(".speed").setAttribute("aria-label", `${data.words.speed} ${this.speed}`);
    this.element.dataset.step = at;
    this.transport.show(said);
    this.follow(at);
  }

  /** What depends on the game alone: field, eigenvalues, fate, and the controls. */
  still(side) {
    const { game, data: { words } } = this;
    this.changed = false;
    this.$("g.field").innerHTML = field(game, side);
    this.$("g.axes").innerHTML = axes(side, words);
    this.$("g.equilibria").innerHTML = equilibrium(side);
    this.$("g.labels").innerHTML = itsName(side, words);
    const [two, ring, fate] = [eigenvalues(game), this.$(".circle"), fateKey(game)];
    ring.innerHTML = circle(two, ring.clientWidth);
    ring.setAttribute("aria-label", words["circle-alt"].replace("#", two.map(([real, imaginary]) => `${written(real, 3)} ${imaginary < 0 ? "−" : "+"} ${written(Math.abs(imaginary), 3)} i`).join(", ")));
    this.$("dd.radius").textContent = written(radiusOf(two), 6);
    this.$(".sentence").textContent = words[`fate-${fate}`];
    this.element.dataset.fate = fate;
    for (const name of Object.keys(RANGES)) this.rate(name, this.values[name]);
    this.hang(side);
  }

  rate(name, value) {
    const [, range, number] = this.$(`.rates .${name}`).children;
    const [low, high] = RANGES[name];
    if (range.valueAsNumber !== value) range.value = value;
    range.style.setProperty("--share", (value - low) / (high - low));
    const shown = value.toFixed(2);
    number.value = Number(shown) === value ? shown : value; // a typed number keeps its digits
  }

  hang(side) {
    const { theta, psi } = this.values;
    const { words } = this.data;
    const [x, y] = onPlane(side)([theta, psi]);
    const said = `θ = ${written(theta, 2)}, ψ = ${written(psi, 2)}`;
    const facts = { label: words.start, valuemin: -HALF, valuemax: HALF, valuenow: theta, valuetext: said };
    const grip = this.$(".grip");
    grip.style.translate = `calc(${x}px - 50%) calc(${y}px - 50%)`;
    for (const [fact, one] of Object.entries(facts)) grip.setAttribute(`aria-${fact}`, one);
  }

  numbers(place) {
    const fill = (name, value) => (this.$(`dd.${name}`).textContent = written(value, 3));
    fill("theta", place[0]);
    fill("psi", place[1]);
    fill("value", valueOf(this.game, place));
    fill("distance", Math.hypot(...place));
  }
}

export default live(Smallest);
