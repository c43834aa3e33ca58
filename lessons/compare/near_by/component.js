// A digit, the training digits nearest to it, and an axis from 0 on which their distances lie.

const HTML = `<div class="tiles"></div><div class="said"><p class="read"></p><p class="remark"></p></div>
<div class="axis" role="img"><span class="line"></span></div>`;

class NearBy {
  constructor(root) {
    this.element = document.createElement("div");
    this.element.className = "near-by";
    this.element.innerHTML = HTML;
    root.append(this.element);
    this.$ = (selector) => this.element.querySelector(selector);
    this.resize = new ResizeObserver(() => this.alone());
    this.resize.observe(this.element);
  }

  alone() {
    this.element.toggleAttribute("data-alone", getComputedStyle(this.element).getPropertyValue("--gm-room") !== "");
  }

  update(data) {
    this.data = data;
    this.alone();
    this.tiles();
    this.$(".read").innerHTML = data.words.read;
    this.$(".remark").textContent = data.words.remark;
    this.axis();
    this.element.dataset.nearest = data.distances[0];
  }

  tiles() {
    const { pixels, side, captions, role, words } = this.data;
    const values = Float32Array.from(atob(pixels), (c) => c.charCodeAt(0) / 255);
    const [paper, ink] = ["--gm-bg", "--gm-ink"].map((name) => colourOf(this.element, name));
    this.$(".tiles").replaceChildren(...captions.map((caption, i) => {
      const figure = document.createElement("figure");
      figure.className = i ? "data" : role;
      const canvas = figure.appendChild(document.createElement("canvas"));
      canvas.setAttribute("role", "img");
      canvas.setAttribute("aria-label", `${words.alt}: ${caption}`);
      paintPixels(canvas, values.subarray(i * side * side, (i + 1) * side * side), side, paper, ink);
      figure.appendChild(document.createElement("figcaption")).textContent = caption;
      return figure;
    }));
  }

  axis() {
    const { distances, medians, words } = this.data;
    const last = 1.15 * Math.max(...distances, ...Object.values(medians));
    const mark = (kind, value, label = "") => {
      const one = document.createElement("i");
      one.className = kind;
      one.style.left = `${(100 * value) / last}%`;
      one.textContent = label;
      one.toggleAttribute("data-left", value > 0.6 * last);
      return one;
    };
    const names = Object.entries(medians).map(([name, value]) => mark(name, value, words[name]));
    this.$(".axis").replaceChildren(this.$(".line"), mark("zero", 0, "0"), ...names, ...distances.map((value) => mark("near", value)));
    this.$(".axis").setAttribute("aria-label", `${words.axis}: ${distances.map((value) => value.toFixed(4)).join(", ")}`);
  }

  destroy() {
    this.resize.disconnect();
    this.element.remove();
  }
}

export default ({ data, parentElement }) => keep(parentElement, () => new NearBy(parentElement), (view) => view.update(data));
