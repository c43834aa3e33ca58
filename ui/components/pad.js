// A pad for drawing one digit by mouse, finger, pen or arrow keys. Strokes are kept as points and shown as SVG, so that
// they are crisp on every screen and take the theme's ink by themselves; Python gets 112 x 112 grey values after each
// finished stroke, and nothing while one is being drawn. Components that have a pad share this file and pad.css.

const Pad = (() => {
  const SIDE = 112; // of the pad in its own units, and of the picture in pixels
  const [INNER, OUTER] = [3.7, 5.6]; // radii of the pen: full ink within, none beyond; its width is 1/12 of the side
  const OUTSIDE = 12; // how far beyond the edge the pen may be followed
  const STEP = 4; // of an arrow key; four times that with Shift
  const MOST_POINTS = 20000;
  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  const HTML = `
  <div class="pad" tabindex="0" role="application" aria-describedby="keys">
    <svg viewBox="0 0 ${SIDE} ${SIDE}" aria-hidden="true"><g class="ink"></g><circle class="pen" r="4.6"/></svg>
    <p class="hint" aria-hidden="true"></p>
  </div>
  <p id="keys"></p>
  <div class="buttons"><button type="button" class="undo"></button><button type="button" class="clear"></button></div>`;

  const drawings = new Map(); // strokes by the key that Python gave: they outlive a remount of the component

  const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

  /** Grey picture of strokes (lists of [x, y]): ink falls from 255 to 0 between the two radii of the pen. */
  function rasterise(strokes) {
    const ink = new Uint8Array(SIDE * SIDE);
    for (const points of strokes) {
      points.forEach((to, i) => stamp(ink, points[Math.max(0, i - 1)], to));
    }
    return ink;
  }

  /** Lay the pen along one straight piece; where strokes cross, the darker one counts. */
  function stamp(ink, [x0, y0], [x1, y1]) {
    const [dx, dy] = [x1 - x0, y1 - y0];
    const long = dx * dx + dy * dy || 1;
    const range = (a, b) => [Math.max(0, Math.floor(Math.min(a, b) - OUTER)), Math.min(SIDE, Math.ceil(Math.max(a, b) + OUTER))];
    const [left, right] = range(x0, x1);
    const [top, bottom] = range(y0, y1);
    for (let row = top; row < bottom; row++) {
      for (let col = left; col < right; col++) {
        const [x, y] = [col + 0.5 - x0, row + 0.5 - y0];
        const along = clamp((x * dx + y * dy) / long, 0, 1);
        const away = Math.hypot(x - along * dx, y - along * dy);
        const level = Math.round(clamp((OUTER - away) / (OUTER - INNER), 0, 1) * 15) * 17; // 16 levels pack well
        const i = row * SIDE + col;
        if (level > ink[i]) ink[i] = level;
      }
    }
  }

  /** Pairs of bytes (value, length of its run, 1 to 255) in base64: 1 to 4 kB for a digit. */
  function pack(ink) {
    let text = "";
    for (let i = 0; i < ink.length; ) {
      let end = i + 1;
      while (end < ink.length && end - i < 255 && ink[end] === ink[i]) end++;
      text += String.fromCharCode(ink[i], end - i);
      i = end;
    }
    return btoa(text);
  }

  return class {
    constructor(root, data) {
      this.element = document.createElement("div");
      this.element.className = "sketch";
      this.element.innerHTML = HTML;
      root.append(this.element);
      [this.pad, this.svg, this.ink, this.pen] = [".pad", "svg", ".ink", ".pen"].map((name) => this.$(name));
      this.strokes = (!data.blank && drawings.get(data.key)) || [];
      this.remembered = !data.blank; // Python still holds a drawing that was made before this pad was put here
      this.current = null; // points of the stroke that is being drawn
      this.pointer = null;
      this.cursor = [SIDE / 2, SIDE / 2];
      this.listen();
      this.draw();
    }

    $(name) { return this.element.querySelector(name); }

    destroy() {
      this.element.remove();
    }

    /** Take over what Python sends, on the first run and whenever words or theme change. */
    update(data, setStateValue) {
      Object.assign(this, { key: data.key, setStateValue });
      this.element.style.setProperty("--side", `${data.size}px`);
      this.pad.setAttribute("aria-label", data.labels.pad);
      this.$(".hint").textContent = data.labels.hint ?? "";
      this.$("#keys").textContent = data.labels.keys ?? "";
      this.$(".undo").textContent = data.labels.undo;
      this.$(".clear").textContent = data.labels.clear;
      if (this.remembered && !this.strokes.length) this.send(); // an empty pad must not stand beside an old result
      this.remembered = false;
    }

    listen() {
      const { pad } = this;
      pad.addEventListener("pointerdown", (event) => this.press(event));
      pad.addEventListener("pointermove", (event) => this.follow(event));
      for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) {
        pad.addEventListener(name, (event) => event.pointerId === this.pointer && this.finish());
      }
      pad.addEventListener("keydown", (event) => this.type(event));
      pad.addEventListener("blur", () => this.finish());
      this.$(".undo").addEventListener("click", () => this.undo());
      this.$(".clear").addEventListener("click", () => this.clear());
    }

    press(event) {
      if (event.button !== 0 || !event.isPrimary || this.pointer !== null) return;
      this.finish(); // a stroke begun with the keyboard
      delete this.pad.dataset.keyboard;
      this.pointer = event.pointerId;
      this.pad.setPointerCapture(event.pointerId);
      this.begin(this.place(event));
    }

    follow(event) {
      if (event.pointerId !== this.pointer) return;
      const events = event.getCoalescedEvents?.() ?? [];
      for (const each of events.length ? events : [event]) this.extend(this.place(each));
    }

    /** Where an event happened, in the pad's units. */
    place(event) {
      const box = this.svg.getBoundingClientRect();
      const at = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
      return at.map((share) => Math.round(10 * clamp(share * SIDE, -OUTSIDE, SIDE + OUTSIDE)) / 10);
    }

    type(event) {
      const command = event.ctrlKey || event.metaKey;
      if (command && event.key.toLowerCase() === "z") this.undo();
      else if (command || event.altKey) return;
      else if (ARROWS[event.key]) this.walk(ARROWS[event.key], event.shiftKey ? 4 * STEP : STEP);
      else if (event.key === " " || event.key === "Enter") event.repeat || (this.current ? this.finish() : this.begin([...this.cursor]));
      else if (event.key === "Escape") this.clear();
      else return;
      event.preventDefault();
      event.stopPropagation();
      this.pad.dataset.keyboard = "";
      this.draw();
    }

    walk(direction, step) {
      this.cursor = this.cursor.map((value, axis) => clamp(value + direction[axis] * step, 0, SIDE));
      if (this.current) this.extend([...this.cursor]);
    }

    begin(point) {
      this.current = [point];
      this.strokes.push(this.current);
      this.draw();
    }

    extend(point) {
      const [x, y] = this.current.at(-1);
      if (Math.hypot(point[0] - x, point[1] - y) < 0.3 || this.current.length >= MOST_POINTS) return;
      this.current.push(point);
      this.outline(this.ink.lastChild, this.current);
    }

    /** The pen is lifted: the one moment at which Python hears of a stroke. */
    finish() {
      this.pointer = null;
      if (!this.current) return;
      this.cursor = this.current.at(-1).map((value) => clamp(value, 0, SIDE));
      this.current = null;
      this.draw();
      this.send();
    }

    undo() {
      if (!this.strokes.length) return;
      this.pointer = this.current = null;
      this.strokes.pop();
      this.draw();
      this.send();
    }

    clear() {
      if (!this.strokes.length) return;
      this.pointer = this.current = null;
      this.strokes = [];
      this.draw();
      this.send();
    }

    /** Emptied by the page, which shows something else by now: nobody has to be told. */
    wipe() {
      this.pointer = this.current = null;
      this.strokes = [];
      drawings.set(this.key, this.strokes);
      this.draw();
    }

    send() {
      drawings.set(this.key, this.strokes);
      const { strokes } = this;
      this.setStateValue("drawing", strokes.length ? { strokes: strokes.length, ink: pack(rasterise(strokes)) } : null);
    }

    outline(path, points) {
      path.setAttribute("d", `M${points.join("L")}${points.length === 1 ? "l0 0" : ""}`);
    }

    draw() {
      while (this.ink.children.length > this.strokes.length) this.ink.lastChild.remove();
      while (this.ink.children.length < this.strokes.length) {
        this.ink.append(document.createElementNS("http://www.w3.org/2000/svg", "path"));
      }
      this.strokes.forEach((points, i) => this.outline(this.ink.children[i], points));
      this.pen.setAttribute("transform", `translate(${this.cursor})`);
      this.pad.toggleAttribute("data-down", this.current !== null);
      this.element.toggleAttribute("data-empty", !this.strokes.length);
      for (const button of this.element.querySelectorAll("button")) button.setAttribute("aria-disabled", !this.strokes.length);
    }
  };
})();
