// Two bumps that are dragged, and q on its way to them by both divergences; Python says where every step leads.
// painting.js says how things look; here is what a person does.

const STEP_MS = 90;
const [ROW, RULER] = [18, 31]; // below the curves: handles, and under them what they measure
const APART = 24; // pixels at least between a centre and its end: both can be taken
const HTML = `
<div class="strip"><svg></svg></div>
<div class="panels">
  ${["forward", "reverse"].map((name) => `<figure class="${name}"><figcaption></figcaption><div class="plane"><canvas></canvas><svg></svg></div><p></p></figure>`).join("")}
</div>
<div class="bar"></div>`;

class Fit extends Played {
  constructor(root, messenger) {
    super(root, "fit", HTML, STEP_MS);
    this.messenger = messenger;
  }

  update(data) {
    this.data = data;
    for (const direction of Object.values(data.directions)) direction.heights = typeof direction.heights === "string" ? readFloats(direction.heights) : direction.heights;
    if (data.revision !== this.revision) {
      this.revision = data.revision;
      this.values = Object.fromEntries([...data.bumps, data.start].flatMap(([m, mu, s, sigma]) => [[m, mu], [s, sigma]]));
      this.transport.end(data.directions.forward.mu[0].length - 1);
    }
    if (!this.grips) this.build();
    this.words();
    this.draw(true);
  }

  // --- handles

  /** Centre and right end of each bump on its ruler, and the start in both landscapes. */
  build() {
    const { bumps, start } = this.data;
    this.grips = bumps.flatMap(([mean, , sd], i) => [
      { host: ".strip", x: mean, label: ["centre", i + 1] },
      { host: ".strip", x: sd, base: mean, label: ["end", i + 1] },
    ]);
    for (const name of ["forward", "reverse"]) this.grips.push({ host: `.${name} .plane`, x: start[0], y: start[2], label: ["start"] });
    for (const grip of this.grips) {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "grip" });
      button.setAttribute("role", "slider");
      button.addEventListener("pointerdown", (event) => {
        event.preventDefault();
        button.focus({ preventScroll: true });
        button.setPointerCapture(event.pointerId);
        this.held = { grip, from: [event.clientX, event.clientY], values: { ...this.values } };
      });
      button.addEventListener("pointermove", (event) => this.held?.grip === grip && this.drag(event));
      for (const end of ["pointerup", "pointercancel"]) button.addEventListener(end, () => this.release());
      button.addEventListener("keydown", (event) => this.press(event, grip));
      this.$(grip.host).append(button);
      grip.button = button;
    }
  }

  drag(event) {
    const { grip, from, values } = this.held;
    const { mu, sigma } = this.data;
    const box = this.$(`${grip.host} svg`).getBoundingClientRect();
    this.set(grip.x, values[grip.x] + ((event.clientX - from[0]) / box.width) * (mu[1] - mu[0]));
    if (grip.y) this.set(grip.y, values[grip.y] * (sigma[1] / sigma[0]) ** ((from[1] - event.clientY) / box.height));
    this.tell();
  }

  release() {
    this.held = undefined;
    this.messenger.flush();
  }

  press(event, grip) {
    const along = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!along) return;
    event.preventDefault();
    const step = event.shiftKey ? 0.25 : 0.05;
    if (!grip.y) this.set(grip.x, this.values[grip.x] + step * (along[0] + along[1]));
    else if (along[0]) this.set(grip.x, this.values[grip.x] + step * along[0]);
    else this.set(grip.y, this.values[grip.y] * (1 + 2 * step) ** along[1]);
    this.tell();
  }

  set(name, value) {
    const [low, high] = this.data.limits[name];
    this.values[name] = Math.min(Math.max(Number((Math.round(value * 100) / 100).toFixed(2)), low), high);
  }

  tell() {
    this.transport.go(this.transport.last);
    this.messenger.push({ ...this.values });
  }

  // --- drawing

  words() {
    const { words } = this.data;
    for (const name of ["forward", "reverse"]) this.$(`.${name} figcaption`).textContent = words[`head-${name}`];
    const picture = this.$(".strip svg");
    for (const [fact, one] of Object.entries({ role: "img", "aria-label": words.picture })) picture.setAttribute(fact, one);
    this.transport.name(words);
  }

  /** Everything; the bands only when they are `new`. */
  draw(fresh = false) {
    const { data, values, transport: { at } } = this;
    const { words } = data;
    const top = this.$(".strip svg");
    const [width, height] = [top.clientWidth, this.$(".strip").clientHeight - 56];
    if (!width) return;
    top.innerHTML = strip(data, width, height, at, words) + data.bumps.map(([m, , s]) => {
      const [x1, x2] = [values[m] - values[s], values[m] + values[s]].map((x) => this.across(x, width));
      return tag("path", { d: `M${x1} ${height + RULER}H${x2}`, class: "p" });
    }).join("");
    for (const [name, direction] of Object.entries(data.directions)) this.panel(name, direction, at, fresh);
    for (const grip of this.grips) this.hang(grip, height);
    this.element.dataset.step = at;
    this.transport.show();
  }

  across(x, width) {
    const [low, high] = this.data.mu;
    return ((x - low) / (high - low)) * width;
  }

  /** Where a handle of the bumps is shown: where it stands, and an end not on top of the centre it is measured from. */
  along(value, base) {
    const across = (x) => this.across(x, this.$(".strip svg").clientWidth);
    if (!base) return across(value);
    return Math.max(across(value + this.values[base]), across(this.values[base]) + APART);
  }

  panel(name, direction, at, fresh) {
    const plane = this.$(`.${name} .plane`);
    const size = [plane.clientWidth, plane.clientHeight];
    const [least, most] = this.data.sigma.map(Math.log);
    const place = (mu, sigma) => [this.across(mu, size[0]), size[1] * (1 - (Math.log(sigma) - least) / (most - least))];
    if (fresh) {
      const colour = toRgb(getComputedStyle(this.element).getPropertyValue("--st-violet-text-color").trim());
      paintBands(plane.querySelector("canvas"), direction.heights, direction.columns, direction.rows, colour, ...size);
    }
    plane.querySelector("svg").innerHTML = overlay(direction, place, size, at, this.data.words);
    const [mu, sigma, kl] = ["mu", "sigma", "kl"].map((one) => direction[one][0][at]);
    const said = `μ ${mu.toFixed(3)}  σ ${sigma.toFixed(3)}  D ${kl.toFixed(3)}`.replace("-0.000", "0.000").replaceAll("-", "−");
    this.$(`.${name} p`).textContent = said;
    this.place = place;
  }

  hang(grip, height) {
    const { button, x, y, base, label } = grip;
    const { words, limits } = this.data;
    const value = this.values[x];
    const at = y ? this.place(value, this.values[y]) : [this.along(value, base), height + ROW];
    button.style.translate = `calc(${at[0]}px - 50%) calc(${at[1]}px - 50%)`;
    const said = y ? `${value}, ${this.values[y]}` : String(value);
    const facts = { label: words[label[0]].replace("#", label[1] ?? ""), valuemin: limits[x][0], valuemax: limits[x][1], valuenow: value, valuetext: said };
    for (const [fact, one] of Object.entries(facts)) button.setAttribute(`aria-${fact}`, one);
  }
}

export default live(Fit);
