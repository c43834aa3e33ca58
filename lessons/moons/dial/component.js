// Phases of the moon are chosen on a track: a press takes the one under it in, or out again.

const PHASES = 181;
const ALL = "all";
const LARGE = 10; // phases that an arrow key moves the cursor with Shift
const [NEAR, STILL] = [8, 4]; // CSS pixels: from a mark that is meant, and that a press may stray
const ROOM = 60; // pixels that an angle needs
const SIGNS = [0, 45, 90, 135, 180]; // phases that are drawn above the track
const MIDDLE = 90;
const [EDGE, ABOVE, RADIUS, LEVEL, BELOW] = [16, 8, 6, 27, 50]; // where things are, in CSS pixels
const HTML = `<div class="parts"><div class="moon"></div>
<div class="track"><svg aria-hidden="true"></svg><button type="button" class="cursor" role="slider"></button></div>
<div class="facts"><b></b><button type="button" class="toggle"></button><span></span></div></div>`;

const angle = (phase) => 90 + phase / 2; // degrees

/** The lit part of a moon around 0: to the right half a circle, to the left half an ellipse. */
function lit(phase, radius) {
  const wide = Math.abs(Math.cos((angle(phase) * Math.PI) / 180)) * radius;
  return `M0 ${-radius}A${radius} ${radius} 0 0 1 0 ${radius}A${wide.toFixed(3)} ${radius} 0 0 1 0 ${-radius}Z`;
}

const moonAt = (phase, x, y, radius) =>
  tag("g", { transform: `translate(${x} ${y})` }, tag("circle", { r: radius + 1.5, class: "night" }) + tag("path", { d: lit(phase, radius), class: "lit" }));

class Dial {
  constructor(root, messenger) {
    this.messenger = messenger;
    this.element = document.createElement("div");
    this.element.className = "dial";
    this.element.innerHTML = HTML;
    root.append(this.element);
    this.$ = (selector) => this.element.querySelector(selector);
    this.cursor = MIDDLE;
    this.listen(this.$(".track"));
    this.$(".cursor").addEventListener("keydown", (event) => this.press(event));
    this.$(".toggle").addEventListener("click", () => this.toggle());
    this.resize = new ResizeObserver(() => this.data && this.draw());
    this.resize.observe(this.element);
  }

  update(data) {
    if (data.revision !== this.data?.revision) this.chosen = new Set(data.chosen);
    this.data = data;
    this.draw();
  }

  get wide() {
    return this.$(".track").clientWidth - 2 * EDGE;
  }

  x(phase) {
    return EDGE + (phase / (PHASES - 1)) * this.wide;
  }

  /** The phase under the pointer, or the chosen one that is so near that it is meant. */
  under(event) {
    const along = event.clientX - this.$(".track").getBoundingClientRect().left;
    const phase = Math.min(Math.max(Math.round(((along - EDGE) / this.wide) * (PHASES - 1)), 0), PHASES - 1);
    const far = (one) => Math.abs(this.x(one) - along);
    const nearest = [...this.chosen].reduce((best, one) => (best === undefined || far(one) < far(best) ? one : best), undefined);
    return nearest !== undefined && far(nearest) <= NEAR ? nearest : phase;
  }

  // --- what a hand does

  listen(track) {
    track.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      this.from = event.clientX;
      this.$(".cursor").focus({ preventScroll: true });
      event.preventDefault();
      this.look(this.under(event));
    });
    track.addEventListener("pointermove", (event) => this.look(this.under(event)));
    track.addEventListener("pointerup", (event) => {
      const strayed = this.from === undefined || Math.abs(event.clientX - this.from) > STILL;
      this.from = undefined;
      if (strayed) return;
      this.cursor = this.under(event);
      this.toggle();
    });
    for (const end of ["pointercancel", "pointerleave"]) track.addEventListener(end, () => (this.from = undefined));
  }

  press(event) {
    const step = event.shiftKey ? LARGE : 1;
    const to = { ArrowRight: this.cursor + step, ArrowUp: this.cursor + step, ArrowLeft: this.cursor - step, ArrowDown: this.cursor - step, Home: 0, End: PHASES - 1 }[event.key];
    if (to === undefined && event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    if (to === undefined) return event.repeat || this.toggle();
    this.look(Math.min(Math.max(to, 0), PHASES - 1));
  }

  look(phase) {
    if (phase === this.cursor) return;
    this.cursor = phase;
    this.point();
  }

  toggle() {
    if (!this.chosen.delete(this.cursor)) this.chosen.add(this.cursor);
    this.draw();
    this.messenger.push({ learned: this.learned });
    this.messenger.flush();
  }

  get learned() {
    return this.chosen.size === PHASES ? ALL : [...this.chosen].sort((a, b) => a - b).join("-");
  }

  // --- drawing

  draw() {
    const { words } = this.data;
    if (this.wide <= 0) return;
    const full = this.chosen.size === PHASES;
    const [from, to] = [this.x(0), this.x(PHASES - 1)];
    const narrow = this.wide / (SIGNS.length - 1) < ROOM;
    const signs = SIGNS.map((phase, number) => {
      const [x, last] = [this.x(phase), phase === PHASES - 1];
      const text = tag("text", { x: phase ? (last ? to + 12 : x) : 2, y: BELOW, "text-anchor": phase ? (last ? "end" : "middle") : "start" }, narrow && number % 2 ? "" : `${angle(phase)}°`);
      return moonAt(phase, x, ABOVE, RADIUS) + tag("path", { d: `M${x} ${LEVEL - 5}v10`, class: "tick" }) + text;
    });
    const marks = full ? "" : [...this.chosen].map((phase) => tag("circle", { cx: this.x(phase), cy: LEVEL, r: 5, class: "chosen" })).join("");
    const rail = tag("path", { d: `M${from} ${LEVEL}H${to}`, class: full ? "rail full" : "rail" });
    this.$(".track svg").innerHTML = signs.join("") + rail + marks;
    this.$(".facts span").textContent = words.number.replace("#", this.chosen.size);
    this.element.dataset.learned = this.learned;
    this.point();
  }

  /** The cursor, the moon under it, and what the button would do. */
  point() {
    const { words } = this.data;
    const said = words.phase.replace("#", angle(this.cursor));
    const act = words[this.chosen.has(this.cursor) ? "remove" : "add"];
    this.$(".moon").innerHTML = tag("svg", { viewBox: "-16 -16 32 32", role: "img", "aria-label": said }, tag("path", { d: lit(this.cursor, 12), class: "lit" }));
    this.$(".facts b").textContent = said;
    this.$(".toggle").textContent = act;
    const cursor = this.$(".cursor");
    cursor.style.translate = `calc(${this.x(this.cursor)}px - 50%) calc(${LEVEL}px - 50%)`;
    const facts = { label: words.dial, valuemin: angle(0), valuemax: angle(PHASES - 1), valuenow: angle(this.cursor), valuetext: `${said}: ${act}` };
    for (const [fact, one] of Object.entries(facts)) cursor.setAttribute(`aria-${fact}`, one);
    this.element.dataset.cursor = this.cursor;
  }

  destroy() {
    this.resize.disconnect();
    this.element.remove();
  }
}

export default live(Dial);
