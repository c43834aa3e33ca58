// A walk on a chain, step by step; Python drew every step, here they are played.
// graph.js says how the chain looks; here is what a person does.

const SPEEDS = { 1: 700, 4: 175, 16: 44 }; // milliseconds of a step
const HTML = `
<div class="both">
  <div class="graph"><svg role="img"></svg></div>
  <table class="shares"></table>
</div>
<div class="bar">
  <button type="button" class="play"></button><button type="button" class="back"></button><button type="button" class="step"></button>
  <input type="range" min="0" step="1"><output></output>
  <button type="button" class="speed"></button><button type="button" class="reset"></button>
</div>`;
const RESET = `<svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true"><path d="M4 4.5H1V1.5M1.6 4.4A5.6 5.6 0 1 1 1.5 9" fill="none" stroke="currentColor" stroke-width="1.7"/></svg>`;

class Chain {
  constructor(root) {
    this.element = document.createElement("div");
    this.element.className = "chain";
    this.element.innerHTML = HTML;
    root.append(this.element);
    this.calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.speed = 1;
    this.$ = (selector) => this.element.querySelector(selector);
    this.resize = new ResizeObserver(() => this.data && this.draw());
    this.resize.observe(this.element);
    this.listen();
  }

  destroy() {
    this.stop();
    this.resize.disconnect();
    this.element.remove();
  }

  update(data) {
    this.at = Math.min(this.at ?? data.begin, data.walk.length - 1);
    const known = this.data?.names.join() === data.names.join() && this.data?.words.visits === data.words.visits;
    this.data = data;
    if (!known) this.build();
    this.draw();
  }

  get last() {
    return this.data.walk.length - 1;
  }

  listen() {
    const bar = (name, act) => this.$(`.bar .${name}`).addEventListener("click", act);
    bar("play", () => (this.playing ? this.go(this.at) : this.play()));
    bar("back", () => this.go(this.at - 1));
    bar("step", () => this.go(this.at + 1));
    bar("reset", () => this.go(0));
    bar("speed", () => {
      const speeds = Object.keys(SPEEDS);
      this.speed = Number(speeds[(speeds.indexOf(String(this.speed)) + 1) % speeds.length]);
      this.draw();
    });
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
    let begin = performance.now();
    const frame = (now) => {
      const length = SPEEDS[this.speed];
      const steps = Math.floor((now - begin) / length);
      if (steps > 0) {
        begin += steps * length;
        this.at = Math.min(this.at + steps, this.last);
        this.draw();
      }
      if (this.at >= this.last) return this.go(this.last);
      this.walker(Math.max(0, now - begin) / length);
      this.playing = requestAnimationFrame(frame);
    };
    this.playing = requestAnimationFrame(frame);
    this.draw();
  }

  stop() {
    cancelAnimationFrame(this.playing);
    this.playing = undefined;
  }

  /** On the way to the next state; the faster it goes the less there is to see of it. */
  walker(share) {
    const { walk, names } = this.data;
    const way = this.routes[walk[this.at] * names.length + walk[this.at + 1]];
    const dot = this.$(".walker");
    if (!dot || !way) return;
    const [x, y] = along(way, share * share * (3 - 2 * share));
    Object.entries({ cx: x, cy: y, visibility: "visible" }).forEach(([name, value]) => dot.setAttribute(name, value));
  }

  build() {
    const { words, names } = this.data;
    const heads = ["visits", "distribution", "limit"].map((name) => `<th scope="col" class="${name}">${words[name]}</th>`).join("");
    this.$(".shares").innerHTML = `<thead><tr><td colspan="2">${words.share}</td>${heads}</tr></thead><tbody>${names
      .map(() => `<tr><th scope="row"></th><td class="track"><i class="visits"></i><i class="distribution"></i><i class="limit"></i></td><td class="visits"></td><td class="distribution"></td><td class="limit"></td></tr>`)
      .join("")}</tbody>`;
    this.rows = [...this.element.querySelectorAll("tbody tr")];
    this.rows.forEach((row, i) => (row.querySelector("th").textContent = names[i]));
    this.$(".graph svg").setAttribute("aria-label", words.graph);
    for (const name of ["back", "step", "reset"]) {
      this.$(`.bar .${name}`).setAttribute("aria-label", words[name]);
      this.$(`.bar .${name}`).title = words[name];
    }
    this.$(".bar .back").innerHTML = ICONS.back;
    this.$(".bar .step").innerHTML = ICONS.step;
    this.$(".bar .reset").innerHTML = RESET;
    this.$(".bar input").setAttribute("aria-label", words.steps);
  }

  draw() {
    const { data, at } = this;
    const svg = this.$(".graph svg");
    if (!svg.clientWidth) return;
    const { markup, routes } = graph(data, data.walk[at], svg.clientWidth, svg.clientHeight);
    svg.innerHTML = markup + tag("circle", { r: 7, class: "walker", visibility: "hidden" });
    this.routes = routes;
    this.rows.forEach((row, i) => {
      const shares = { visits: data.visits[at][i], distribution: data.distributions[at][i], limit: data.limit[i] };
      for (const [name, share] of Object.entries(shares)) {
        row.querySelector(`i.${name}`).style.setProperty("--share", share);
        row.querySelector(`td.${name}`).textContent = share.toFixed(4);
      }
      row.toggleAttribute("data-here", i === data.walk[at]);
    });
    const range = this.$(".bar input");
    Object.assign(range, { max: this.last, value: at });
    range.style.setProperty("--share", at / this.last);
    this.$(".bar output").textContent = at;
    this.$(".bar .play").innerHTML = ICONS[this.playing ? "pause" : "play"];
    this.$(".bar .play").setAttribute("aria-label", data.words[this.playing ? "pause" : "play"]);
    this.$(".bar .speed").textContent = `${this.speed}×`;
    this.$(".bar .speed").setAttribute("aria-label", `${data.words.speed} ${this.speed}×`);
    range.setAttribute("aria-valuetext", data.words.said.replace("##", data.names[data.walk[at]]).replace("#", at));
    this.element.dataset.step = at;
  }
}

export default function ({ data, parentElement }) {
  parentElement.chain ??= new Chain(parentElement);
  parentElement.chain.update(data);
  return () => {
    parentElement.chain?.destroy();
    delete parentElement.chain;
  };
}
