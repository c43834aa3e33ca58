// A running training at a glance: where its encoder puts the test digits, and what its decoder draws.

const FLOW_MS = 300;

const HTML = `
<figure class="plane"><figcaption></figcaption><canvas role="img"></canvas></figure>
<figure class="grid"><figcaption></figcaption><canvas role="img"></canvas></figure>`;

class RunView {
  constructor(root) {
    this.element = document.createElement("div");
    this.element.className = "run-view";
    this.element.innerHTML = HTML;
    root.append(this.element);
    this.$ = (selector) => this.element.querySelector(selector);
    this.calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.resize = new ResizeObserver(() => this.draw());
    this.resize.observe(this.$(".plane canvas"));
  }

  destroy() {
    this.resize.disconnect();
    cancelAnimationFrame(this.flowing);
    this.element.remove();
  }

  update(data) {
    this.palette = readColours(this.element);
    this.element.style.setProperty("--size", `${data.size}px`);
    for (const name of ["plane", "grid"]) {
      this.$(`.${name} figcaption`).textContent = data.words[name];
      this.$(`.${name} canvas`).setAttribute("aria-label", data.words[`${name}-alt`]);
    }
    paintPixels(this.$(".grid canvas"), Float32Array.from(bytes(data.grid), (v) => v / 255), data.width, this.palette.rgb.paper, this.palette.rgb.ink);
    this.$(".plane").hidden = !data.points;
    if (data.points) this.flow(planeOf(data));
    else this.shown = null;
  }

  /** The points go to their new places, and the plane to its new size, unless they are other points or motion is unwanted. */
  flow(to) {
    cancelAnimationFrame(this.flowing);
    const from = this.shown;
    if (!from || this.calm || from.labels.length !== to.labels.length) return this.draw(to);
    const start = performance.now();
    const frame = (now) => {
      const share = Math.min(1, Math.max(0, (now - start) / FLOW_MS));
      this.draw(share === 1 ? to : between(from, to, 1 - (1 - share) ** 3));
      if (share < 1) this.flowing = requestAnimationFrame(frame);
    };
    frame(start);
  }

  draw(plane = this.shown) {
    this.shown = plane;
    const canvas = this.$(".plane canvas");
    if (plane && canvas.clientWidth) paintPlane(canvas, plane, this.palette);
  }
}

export default function ({ data, parentElement }) {
  return keep(parentElement, () => new RunView(parentElement), (view) => view.update(data));
}
