// An urn: balls are drawn here, without waiting for the server, which is told the counts and draws what follows from them.

const PACE_MS = 200; // between two balls
const STRIP = 27; // pixels, the height that all balls share
const LARGEST = 13; // pixels from ball to ball

const HTML = `
<div class="bar">
  <button type="button" class="play"></button><button type="button" class="one"></button>
  <button type="button" class="ten"></button><button type="button" class="reset"></button>
  <span><label class="red"><svg viewBox="0 0 16 16"><circle cx="8" cy="8" r="5.5"/></svg><b></b><input inputmode="numeric"></label>
  <label class="blue"><svg viewBox="0 0 16 16"><circle cx="8" cy="8" r="5.5"/></svg><b></b><input inputmode="numeric"></label></span>
</div>
<svg class="strip" role="img"></svg>`;

class Urn {
  constructor(root, messenger) {
    this.element = document.createElement("div");
    this.element.className = "urn";
    this.element.innerHTML = HTML;
    root.append(this.element);
    this.$ = (selector) => this.element.querySelector(selector);
    partOf(this.$(".strip"), "balls");
    this.messenger = messenger;
    this.$(".play").addEventListener("click", () => (this.timer ? this.stop() : this.play()));
    this.$(".one").addEventListener("click", () => this.draw(1));
    this.$(".ten").addEventListener("click", () => this.draw(10));
    this.$(".reset").addEventListener("click", () => this.set({ red: 0, blue: 0 }));
    for (const colour of ["red", "blue"]) {
      const input = this.$(`.${colour} input`);
      input.addEventListener("focus", () => input.select());
      input.addEventListener("change", () => this.typed(colour, input.value.trim()));
      input.addEventListener("keydown", (event) => this.press(event, colour));
    }
    this.resize = new ResizeObserver(() => this.data && this.show());
    this.resize.observe(this.element);
  }

  destroy() {
    this.stop();
    this.resize.disconnect();
    this.element.remove();
  }

  update(data) {
    this.data = data;
    if (data.revision !== this.revision) {
      this.stop();
      Object.assign(this, { revision: data.revision, red: data.red, blue: data.blue, last: undefined });
    }
    const { words } = data;
    for (const name of ["one", "ten", "reset"]) this.$(`.${name}`).textContent = words[name];
    for (const colour of ["red", "blue"]) {
      this.$(`.${colour} b`).textContent = words[colour];
      this.$(`.${colour} input`).setAttribute("aria-label", words[colour]);
    }
    this.show();
  }

  play() {
    this.timer = setInterval(() => this.draw(1, true), PACE_MS);
    this.draw(1, true);
  }

  stop() {
    clearInterval(this.timer);
    this.timer = undefined;
    if (this.data) this.show();
  }

  draw(number, playing = false) {
    if (!playing) this.stop();
    const counts = { red: this.red, blue: this.blue };
    const from = counts.red + counts.blue;
    for (const ball of this.data.draws.slice(from, from + number)) counts[(this.last = ball === "1" ? "red" : "blue")] += 1;
    this.set(counts, playing);
    if (playing && this.empty()) this.stop();
  }

  /** A typed count stands for itself; nonsense is put back, too many become the most possible. */
  typed(colour, text) {
    this.set({ [colour]: /^\d{1,6}$/.test(text) ? Math.min(Number(text), this.data.most) : this[colour] });
  }

  press(event, colour) {
    const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    this.set({ [colour]: Math.min(Math.max(this[colour] + step, 0), this.data.most) });
  }

  set(counts, playing = false) {
    if (!playing) {
      this.stop();
      if (!("red" in counts && "blue" in counts)) this.last = undefined;
    }
    const changed = Object.entries(counts).some(([colour, number]) => this[colour] !== number);
    Object.assign(this, counts);
    this.show();
    if (changed) this.messenger.push({ red: this.red, blue: this.blue });
  }

  empty() {
    return this.red + this.blue >= this.data.draws.length;
  }

  show() {
    const { words } = this.data;
    const play = this.$(".play");
    play.toggleAttribute("data-on", Boolean(this.timer));
    play.setAttribute("aria-label", words[this.timer ? "pause" : "play"]);
    play.title = words[this.timer ? "pause" : "play"];
    for (const name of ["play", "one", "ten"]) this.$(`.${name}`).disabled = this.empty();
    this.$(".reset").disabled = this.red + this.blue === 0;
    for (const colour of ["red", "blue"]) this.$(`.${colour} input`).value = this[colour];
    this.strip();
  }

  /** All balls, the red ones first: the likelihood does not care in which order they came. */
  strip() {
    const strip = this.$(".strip");
    const [width, total] = [this.element.clientWidth, this.red + this.blue];
    if (!width) return; // not laid out yet, or leaving; the observer comes back
    let pitch = LARGEST;
    while (Math.ceil(total / Math.floor(width / pitch)) * pitch > STRIP && pitch > 3) pitch -= 0.25;
    const columns = Math.floor(width / pitch);
    const circles = Array.from({ length: total }, (_, i) => {
      const colour = i < this.red ? "red" : "blue";
      const fresh = colour === this.last && i === (colour === "red" ? this.red : total) - 1 ? " fresh" : "";
      return `<circle class="${colour}${fresh}" cx="${((i % columns) + 0.5) * pitch}" cy="${(Math.floor(i / columns) + 0.5) * pitch}" r="${pitch * 0.36}"/>`;
    });
    strip.setAttribute("height", STRIP);
    strip.style.setProperty("--stroke", `${Math.max(pitch / 9, 0.8)}px`);
    strip.setAttribute("aria-label", this.data.words.balls.replace("##", this.blue).replace("#", this.red));
    strip.innerHTML = circles.join("");
  }
}

export default live(Urn);
