// q on its way up the ELBO, step by step; Python computed every step, here they are played.
// looks.js says how things look; here is what a person does.

const STEP_MS = 70;
const HTML = `
<div class="panels">
  <figure class="curves"><figcaption></figcaption><div class="plane"><svg role="img"></svg></div></figure>
  <figure class="landscape"><figcaption></figcaption><div class="plane"><canvas></canvas><svg role="img"></svg></div></figure>
</div>
<figure class="trace"><figcaption></figcaption><svg role="img"></svg></figure>
<div class="bar"><button type="button" class="take"></button></div>
<p class="said" aria-live="off"></p>`;

class Climb extends Played {
  constructor(root) {
    super(root, "climb", HTML, STEP_MS);
    this.$(".take").addEventListener("click", () => this.take({ step: this.transport.at, id: this.data.id }));
  }

  update(data, take) {
    this.take = take;
    if (data.id !== this.data?.id) this.transport.end(data.elbo.length - 1);
    this.data = { ...data, posterior: readFloats(data.posterior), q: readFloats(data.q) };
    this.data.landscape = { ...data.landscape, heights: readFloats(data.landscape.heights) };
    this.words();
    this.draw(true);
  }

  words() {
    const { words, landscape } = this.data;
    const flat = landscape.names.length === 1;
    const heads = { curves: words.curves, landscape: words[flat ? "line" : "plane"], trace: words.trace };
    for (const [name, head] of Object.entries(heads)) {
      this.$(`.${name} figcaption`).textContent = head;
      this.$(`.${name} svg`).setAttribute("aria-label", head);
    }
    this.transport.name(words);
    this.$(".take").textContent = words.take;
    this.$(".landscape canvas").hidden = flat;
  }

  /** Everything; the bands of the landscape only when it is new. */
  draw(fresh = false) {
    const { data, transport: { at } } = this;
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
    this.$(".said").textContent = said(data, at);
    this.element.dataset.step = at;
    this.transport.show();
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  const take = (step) => setTriggerValue("take", step);
  return keep(parentElement, () => new Climb(parentElement), (climb) => climb.update(data, take));
}
