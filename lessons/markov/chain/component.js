// A walk on a chain, step by step; Python drew every step, here they are played.
// graph.js says how the chain looks; here is what a person does.

const SPEEDS = { 1: 700, 4: 175, 16: 44 }; // milliseconds of a step
const HTML = `
<div class="both">
  <div class="graph"><svg role="img"></svg></div>
  <table class="shares"></table>
</div>
<div class="bar"><button type="button" class="speed"></button></div>`;

class Chain extends Played {
  constructor(root) {
    super(root, "chain", HTML, SPEEDS[1]);
    this.speed = 1;
    this.$(".speed").addEventListener("click", () => this.faster());
  }

  update(data) {
    this.transport.span(data.walk.length - 1, data.begin);
    const known = this.data?.names.join() === data.names.join() && this.data?.words.visits === data.words.visits;
    this.data = data;
    if (!known) this.build();
    this.draw();
  }

  /** The next of the speeds, and after the last the first. */
  faster() {
    const speeds = Object.keys(SPEEDS);
    this.speed = speeds[(speeds.indexOf(String(this.speed)) + 1) % speeds.length];
    this.transport.pace = SPEEDS[this.speed];
    this.draw();
  }

  /** On the way to the next state; the faster it goes the less there is to see of it. */
  between(share) {
    const { walk, names } = this.data;
    const { at } = this.transport;
    const way = this.routes[walk[at] * names.length + walk[at + 1]];
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
    for (const part of ["visits", "distribution", "limit"]) this.element.querySelectorAll(`.shares .${part}`).forEach((one) => partOf(one, part));
    partOf(this.$(".graph"), "transitions");
    this.rows = [...this.element.querySelectorAll("tbody tr")];
    this.rows.forEach((row, i) => (row.querySelector("th").textContent = names[i]));
    this.element.dataset.states = names.length;
    this.$(".graph svg").setAttribute("aria-label", words.graph);
    this.transport.name(words);
  }

  draw() {
    const { data, transport: { at } } = this;
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
    this.$(".speed").textContent = `${this.speed}×`;
    this.$(".speed").setAttribute("aria-label", `${data.words.speed} ${this.speed}×`);
    this.transport.show(data.words.said.replace("##", data.names[data.walk[at]]).replace("#", at));
    this.element.dataset.step = at;
  }
}

export default function ({ data, parentElement }) {
  return keep(parentElement, () => new Chain(parentElement), (chain) => chain.update(data));
}
