// Digits of a generator: two of them are chosen as the ends of a walk, and the discriminator's logits lie on a strip.

const ROLES = ["real", "made", "own"];
const [LOW, HIGH] = [0.005, 0.995]; // of all logits: the strip's ends
const BINS = 48;
const HTML = `
<section class="made"><header><b></b><span class="choose" role="radiogroup">
  <button type="button" role="radio" data-end="0"></button><button type="button" role="radio" data-end="1"></button>
</span></header><div class="grid"></div></section>
<section class="walk"><header><b></b></header><div class="row"></div></section>
<section class="judged"><header><b></b></header>
  <div class="three">${ROLES.map((role) => `<figure class="${role}"><canvas role="img"></canvas><figcaption><b></b><span></span></figcaption></figure>`).join("")}</div>
  <canvas class="strip" role="img"></canvas><div class="axis"><span></span><span></span><span></span></div>
</section>`;

class Gallery {
  constructor(root, messenger) {
    this.messenger = messenger;
    this.element = document.createElement("div");
    this.element.className = "gallery";
    this.element.innerHTML = HTML;
    root.append(this.element);
    this.$ = (selector) => this.element.querySelector(selector);
    for (const part of ["made", "walk", "judged"]) partOf(this.$(`section.${part}`), part);
    this.end = 0;
    for (const button of this.element.querySelectorAll("[data-end]")) button.addEventListener("click", () => this.turn(Number(button.dataset.end)));
    this.resize = new ResizeObserver(() => this.data && this.strip());
    this.resize.observe(this.element);
  }

  update(data) {
    const moved = !this.data || data.revision !== this.data.revision;
    this.ends = moved ? [...data.ends] : this.ends;
    this.data = data;
    this.words();
    this.pictures();
    this.verdicts();
    this.strip();
  }

  words() {
    const { words } = this.data;
    for (const part of ["made", "walk", "judged"]) this.$(`section.${part} header b`).innerHTML = words[part];
    this.element.querySelectorAll("[data-end]").forEach((button, i) => (button.textContent = words[["from", "to"][i]]));
    this.turn(this.end);
  }

  /** Which end of the walk the next press chooses. */
  turn(end) {
    this.end = end;
    for (const button of this.element.querySelectorAll("[data-end]")) button.ariaChecked = Number(button.dataset.end) === end;
  }

  colours() {
    return ["--gm-bg", "--gm-ink"].map((name) => colourOf(this.element, name));
  }

  paint(canvas, values) {
    paintPixels(canvas, values, this.data.side, ...this.colours());
  }

  pictures() {
    const { data, data: { side, number, words } } = this;
    const [made, walk] = [data.made, data.walk].map((text) => Float32Array.from(atob(text), (c) => c.charCodeAt(0) / 255));
    const of = (all, i) => all.subarray(i * side * side, (i + 1) * side * side);
    const grid = this.$(".grid");
    if (grid.children.length !== number) {
      grid.replaceChildren(...Array.from({ length: number }, (_, i) => {
        const button = document.createElement("button");
        button.type = "button";
        button.append(document.createElement("canvas"), document.createElement("i"));
        button.addEventListener("click", () => this.choose(i));
        return button;
      }));
    }
    [...grid.children].forEach((button, i) => {
      this.paint(button.firstChild, of(made, i));
      button.setAttribute("aria-label", words.end.replace("#", i + 1));
    });
    const row = this.$(".row");
    const length = walk.length / (side * side);
    if (row.children.length !== length) row.replaceChildren(...Array.from({ length }, () => document.createElement("canvas")));
    [...row.children].forEach((canvas, i) => {
      this.paint(canvas, of(walk, i));
      canvas.setAttribute("role", "img");
      canvas.setAttribute("aria-label", `${Math.round((100 * i) / (length - 1))} %`);
    });
    this.mark();
  }

  mark() {
    [...this.$(".grid").children].forEach((button, i) => {
      const at = this.ends.flatMap((end, which) => (end === i ? [this.data.words[["from", "to"][which]]] : []));
      button.lastChild.textContent = at.join(" ");
      button.toggleAttribute("data-chosen", at.length > 0);
    });
    Object.assign(this.element.dataset, { a: this.ends[0], b: this.ends[1] });
  }

  choose(i) {
    this.ends[this.end] = i;
    this.mark();
    this.turn(1 - this.end);
    this.messenger.push({ a: this.ends[0], b: this.ends[1] });
    this.messenger.flush();
  }

  /** The share of these logits, which are in order, that lie below. */
  below(logits, logit) {
    return logits.filter((one) => one < logit).length / logits.length;
  }

  verdicts() {
    const { judged, logits, words } = this.data;
    for (const role of ROLES) {
      const figure = this.$(`figure.${role}`);
      const one = judged.find((other) => other.role === role);
      figure.hidden = !one;
      if (!one) continue;
      this.paint(figure.querySelector("canvas"), Float32Array.from(atob(one.picture), (c) => c.charCodeAt(0) / 255));
      figure.querySelector("canvas").setAttribute("aria-label", words[`mark-${role}`]);
      figure.querySelector("b").textContent = words[`mark-${role}`];
      const [made, real] = ["made", "real"].map((name) => Math.round(100 * this.below(logits[name], one.logit)));
      figure.querySelector("span").textContent = words.higher.replace("#", made).replace("@", real);
      figure.dataset.logit = one.logit;
    }
  }

  /** Both kinds of logits as heaps on one axis, made ones below it, and a mark for each of the three. */
  strip() {
    const { judged, logits, words } = this.data;
    const canvas = this.$(".strip");
    const pixel = globalThis.devicePixelRatio || 1;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight].map((size) => Math.round(size * pixel));
    if (!width) return;
    [canvas.width, canvas.height] = [width, height];
    const context = canvas.getContext("2d");
    const colour = (name) => `rgb(${colourOf(this.element, name).join(" ")})`;
    const all = [...logits.real, ...logits.made].sort((a, b) => a - b);
    const [low, high] = [LOW, HIGH].map((share) => all[Math.round(share * (all.length - 1))]);
    const place = (logit) => Math.min(Math.max((logit - low) / (high - low || 1), 0), 1) * (width - 12 * pixel) + 6 * pixel;
    const middle = height / 2;
    for (const [name, side] of [["real", -1], ["made", 1]]) {
      const counts = new Array(BINS).fill(0);
      for (const one of logits[name]) counts[Math.min(Math.floor((place(one) / width) * BINS), BINS - 1)]++;
      const most = Math.max(...counts);
      context.fillStyle = colour(name === "real" ? "--gm-data" : "--gm-model");
      counts.forEach((count, i) => {
        const tall = (count / most) * (middle - 6 * pixel);
        context.fillRect((i * width) / BINS, side < 0 ? middle - tall - pixel : middle + pixel, width / BINS - pixel, tall);
      });
    }
    context.fillStyle = colour("--gm-axis");
    context.fillRect(0, middle - pixel / 2, width, pixel);
    for (const { role, logit } of judged) {
      context.beginPath();
      context.arc(place(logit), middle, 5.5 * pixel, 0, 7);
      context.fillStyle = colour(role === "real" ? "--gm-data" : role === "made" ? "--gm-model" : "--gm-highlight");
      context.strokeStyle = colour("--gm-bg");
      context.lineWidth = 2 * pixel;
      context.fill();
      context.stroke();
    }
    canvas.setAttribute("aria-label", words.axis);
    this.element.querySelectorAll(".axis span").forEach((span, i) => (span.textContent = words[["axis-made", "axis", "axis-real"][i]]));
  }

  destroy() {
    this.resize.disconnect();
    this.element.remove();
  }
}

export default live(Gallery);
