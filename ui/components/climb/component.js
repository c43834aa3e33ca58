// q on its way up the ELBO, step by step; Python computed every step, here they are played.
// looks.js says how things look; here is what a person does.

const STEP_MS = 70;
const HTML = `
<div class="panels">
  <figure class="curves"><figcaption></figcaption><div class="plane"><svg role="img"></svg></div></figure>
  <figure class="landscape"><figcaption></figcaption><div class="plane"><canvas></canvas><svg role="img"></svg></div></figure>
</div>
<figure class="trace"><figcaption></figcaption><svg role="img"></svg></figure>
<div class="bar">
  <button type="button" class="play"></button><button type="button" class="back"></button><button type="button" class="step"></button>
  <label></label><input type="range" min="0" step="1"><output></output>
  <button type="button" class="reset"></button><button type="button" class="take"></button>
</div>
<p class="said" aria-live="off"></p>`;

class Climb {
  constructor(root) {
    this.element = document.createElement("div");
    this.element.className = "climb";
    this.element.innerHTML = HTML;
    root.append(this.element);
    this.calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.$ = (selector) => this.element.querySelector(selector);
    this.resize = new ResizeObserver(() => this.data && this.draw(true));
    this.resize.observe(this.element);
    this.listen();
  }

  destroy() {
    this.stop();
    this.resize.disconnect();
    this.element.remove();
  }

  update(data, take) {
    this.take = take;
    if (data.id !== this.data?.id) {
      this.stop();
      this.at = data.elbo.length - 1;
    }
    this.data = { ...data, posterior: readFloats(data.posterior), q: readFloats(data.q) };
    this.data.landscape = { ...data.landscape, heights: readFloats(data.landscape.heights) };
    this.words();
    this.draw(true);
  }

  get last() {
    return this.data.elbo.length - 1;
  }

  listen() {
    const bar = (name, act) => this.$(`.bar .${name}`).addEventListener("click", act);
    bar("play", () => (this.timer ? this.go(this.at) : this.play()));
    bar("back", () => this.go(this.at - 1));
    bar("step", () => this.go(this.at + 1));
    bar("reset", () => this.go(0));
    bar("take", () => this.take({ step: this.at, id: this.data.id }));
    this.$(".bar input").addEventListener("input", (event) => this.go(event.target.valueAsNumber));
  }

  go(step) {
    this.stop();
    this.at = Math.min(Math.max(step, 0), this.last);
    this.draw();
  }

  play() {
    if (this.calm) return this.go(this.at < this.last ? this.last : 0);
    if (this.at >= this.last) this.at = 0;
    this.timer = setInterval(() => {
      this.at += 1;
      if (this.at >= this.last) this.stop();
      this.draw();
    }, STEP_MS);
    this.draw();
  }

  stop() {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  words() {
    const { words, landscape } = this.data;
    const flat = landscape.names.length === 1;
    const heads = { curves: words.curves, landscape: words[flat ? "line" : "plane"], trace: words.trace };
    for (const [name, head] of Object.entries(heads)) {
      this.$(`.${name} figcaption`).textContent = head;
      this.$(`.${name} svg`).setAttribute("aria-label", head);
    }
    for (const name of ["back", "step"]) this.$(`.bar .${name}`).setAttribute("aria-label", words[name]);
    this.$(".bar .back").innerHTML = ICONS.back;
    this.$(".bar .step").innerHTML = ICONS.step;
    for (const name of ["reset", "take"]) this.$(`.bar .${name}`).textContent = words[name];
    this.$(".bar label").textContent = words.steps;
    this.$(".bar input").setAttribute("aria-label", words.steps);
    this.$(".landscape canvas").hidden = flat;
  }

  /** Everything; the bands of the landscape only when it is new. */
  draw(fresh = false) {
    const { data, at } = this;
    if (!this.element.clientWidth) return;
    const paint = (name, picture) => {
      const svg = this.$(`.${name} svg`);
      svg.innerHTML = picture(data, at, svg.clientWidth, svg.clientHeight);
    };
    paint("curves", curves);
    const flat = data.landscape.names.length === 1;
    paint("landscape", flat ? slope : trail);
    paint("trace", trace);
    if (fresh && !flat) {
      const { heights, shape: [rows, columns] } = data.landscape;
      const colour = toRgb(getComputedStyle(this.element).getPropertyValue("--st-violet-text-color").trim());
      const canvas = this.$(".landscape canvas");
      paintBands(canvas, heights, columns, rows, colour, canvas.clientWidth, canvas.clientHeight);
    }
    const range = this.$(".bar input");
    Object.assign(range, { max: this.last, value: at });
    range.style.setProperty("--share", at / this.last);
    this.$(".bar output").textContent = at;
    this.$(".bar .play").innerHTML = ICONS[this.timer ? "pause" : "play"];
    this.$(".bar .play").setAttribute("aria-label", data.words[this.timer ? "pause" : "play"]);
    this.$(".said").textContent = said(data, at);
    this.element.dataset.step = at;
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  parentElement.climb ??= new Climb(parentElement);
  parentElement.climb.update(data, (step) => setTriggerValue("take", step));
  return () => {
    parentElement.climb?.destroy();
    delete parentElement.climb;
  };
}
