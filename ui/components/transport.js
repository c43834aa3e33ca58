// The bar with which a component plays, steps and is scrubbed, and what such components share; transport.css dresses it.

const icon = (content) => `<svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">${content}</svg>`;
const filled = (path) => icon(`<path d="${path}" fill="currentColor"/>`);
const ICONS = {
  play: filled("M3 1.5v11L12 7z"),
  pause: filled("M3 2h3v10H3zM8 2h3v10H8z"),
  back: filled("M11 2v10L4.5 7zM2.5 2h2v10h-2z"),
  step: filled("M3 2v10l6.5-5zM9.5 2h2v10h-2z"),
  reset: icon(`<path d="M4 4.5H1V1.5M1.6 4.4A5.6 5.6 0 1 1 1.5 9" fill="none" stroke="currentColor" stroke-width="1.7"/>`),
};
const BUTTONS = ["play", "back", "step", "reset"];
const [BEFORE, AFTER] = [BUTTONS.slice(0, 3), BUTTONS.slice(3)].map((names) =>
  names.map((name) => `<button type="button" class="${name}">${ICONS[name]}</button>`).join(""));

class Transport {
  /**
   * Fills `bar`, before what it holds already. A step takes `pace` milliseconds. The owner's `draw()` is called after
   * every change of `at` and ends with `show()`; `between(share)` is called on the way to the next step.
   */
  constructor(bar, pace, draw, between = () => {}) {
    Object.assign(this, { bar, pace, draw, between });
    this.calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    bar.insertAdjacentHTML("afterbegin", `${BEFORE}<label></label><input type="range" min="0" step="1"><output></output>${AFTER}`);
    this.range = bar.querySelector("input");
    const acts = {
      play: () => (this.playing ? this.go(this.at) : this.play()),
      back: () => this.go(this.at - 1),
      step: () => this.go(this.at + 1),
      reset: () => this.go(0),
    };
    for (const [name, act] of Object.entries(acts)) this.button(name).addEventListener("click", act);
    this.range.addEventListener("input", () => this.go(this.range.valueAsNumber));
  }

  button(name) {
    return this.bar.querySelector(`.${name}`);
  }

  /** There are steps 0 to `last`; the bar stays where it is, and begins at `begin`. */
  span(last, begin) {
    this.last = last;
    this.at = Math.min(this.at ?? begin, last);
  }

  /** There are steps 0 to `last`, of something new, and here is the last of them. */
  end(last) {
    this.stop();
    this.last = this.at = last;
  }

  /** `words`: "play", "pause", "back", "step", "reset", and "steps" for the range. */
  name(words) {
    this.words = words;
    for (const name of BUTTONS) this.label(name, words[name]);
    this.bar.querySelector("label").textContent = words.steps;
    this.range.setAttribute("aria-label", words.steps);
  }

  label(name, words) {
    const button = this.button(name);
    button.setAttribute("aria-label", words);
    button.title = words;
  }

  go(step) {
    this.stop();
    this.at = Math.min(Math.max(step, 0), this.last);
    this.draw();
  }

  /** From here to the end, or once more from the beginning; at once for who does not want things to move. */
  play() {
    if (this.calm) return this.go(this.at < this.last ? this.last : 0);
    if (this.at >= this.last) this.at = 0;
    let begin = performance.now();
    const frame = (now) => {
      const steps = Math.floor((now - begin) / this.pace);
      if (steps > 0) {
        begin += steps * this.pace;
        this.at = Math.min(this.at + steps, this.last);
        if (this.at === this.last) return this.go(this.last);
        this.draw();
      }
      this.between(Math.max(0, now - begin) / this.pace);
      this.playing = requestAnimationFrame(frame);
    };
    this.playing = requestAnimationFrame(frame);
    this.draw();
  }

  stop() {
    cancelAnimationFrame(this.playing);
    this.playing = undefined;
  }

  /** The bar itself; `said` is what a screen reader says of the step. */
  show(said = String(this.at)) {
    Object.assign(this.range, { max: this.last, value: this.at });
    this.range.style.setProperty("--share", this.at / Math.max(this.last, 1));
    this.range.setAttribute("aria-valuetext", said);
    this.bar.querySelector("output").textContent = this.at;
    const now = this.playing ? "pause" : "play";
    this.button("play").innerHTML = ICONS[now];
    this.label("play", this.words[now]);
  }
}

/** A component that is played: its element, a transport in its `.bar`, and `draw()` whenever its size changes. */
class Played {
  constructor(root, name, html, pace) {
    this.element = document.createElement("div");
    this.element.className = name;
    this.element.innerHTML = html;
    root.append(this.element);
    this.$ = (selector) => this.element.querySelector(selector);
    this.transport = new Transport(this.$(".bar"), pace, () => this.draw(), (share) => this.between(share));
    this.resize = new ResizeObserver(() => this.data && this.draw(true));
    this.resize.observe(this.element);
  }

  between() {}

  /**
   * What is read beside the picture is told by the owner's `tell(t)` when it rests at another `t` than was `told`.
   * While it plays nothing is said, but what stands there is old from now on (messenger.js).
   */
  follow(t) {
    if (this.transport.playing) {
      if (!this.ahead) move();
      this.ahead = true;
    } else if (this.ahead || t !== this.told) {
      this.ahead = false;
      this.tell(t);
    }
  }

  destroy() {
    this.transport.stop();
    this.resize.disconnect();
    this.element.remove();
  }
}
