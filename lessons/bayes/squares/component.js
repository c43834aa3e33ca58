// Two unit squares of one joint distribution. Cuts follow the hand at once; the rectangles follow from the server.

const FINE = 1; // per cent from either end within which a cut moves by tenths, elsewhere by whole per cents
const GAP = { left: 6, top: 14, bottom: 14 }; // pixels between two labels at an edge, where there is room
const AROUND = 2; // pixels that a cell needs beyond its name to show it
const DOT = 1.5;
const ALONG = { left: "y", top: "x", bottom: "x" };

/** Every place where a dragged cut can stand, per cent. */
const RUNGS = Array.from({ length: 1001 }, (_, i) => i / 10).filter((v) => v <= FINE || v >= 100 - FINE || Number.isInteger(v));

/** The i-th point of a sequence that fills the unit square evenly, however many there are (Roberts 2018, R2). */
const spread = (i) => [(0.5 + 0.7548776662466927 * i) % 1, (0.5 + 0.5698402909980532 * i) % 1];

class Squares {
  constructor(root, messenger) {
    this.element = document.createElement("div");
    this.element.className = "squares";
    this.element.innerHTML = `<div class="pair"></div><output></output><div class="numbers"></div>`;
    root.append(this.element);
    this.messenger = messenger;
    this.resize = new ResizeObserver(() => this.fit());
    this.resize.observe(this.element);
    this.scheme = matchMedia("(prefers-color-scheme: dark)");
    this.repaint = () => this.paint();
    this.scheme.addEventListener("change", this.repaint);
    this.at = 0;
    this.looking = false; // whether the pointer or the focus is on a cell
  }

  destroy() {
    this.resize.disconnect();
    this.scheme.removeEventListener("change", this.repaint);
    this.element.remove();
  }

  update({ squares, cells, columns, cuts, revision }) {
    const built = JSON.stringify([squares.length, cells.length, cuts.map((cut) => cut.name)]);
    const fresh = revision !== this.revision || built !== this.built;
    if (fresh) this.values = Object.fromEntries(cuts.map((cut) => [cut.name, cut.value]));
    Object.assign(this, { squares, cells, columns, cuts, revision });
    if (built !== this.built) this.build();
    this.built = built;
    if (this.at >= cells.length) this.at = 0;
    this.place(fresh);
    this.fit();
  }

  build() {
    const pair = this.element.querySelector(".pair");
    this.figures = this.squares.map((_, which) => {
      const figure = document.createElement("figure");
      figure.innerHTML = `<figcaption></figcaption><div class="square"><div class="cells" role="group"></div><div class="edges"></div></div>`;
      const cells = this.cells.map((_, i) => {
        const cell = document.createElement("button");
        cell.type = "button";
        cell.innerHTML = "<span></span>";
        for (const event of ["pointerenter", "focus", "click"]) cell.addEventListener(event, () => this.point(i));
        cell.addEventListener("blur", () => this.leave());
        cell.addEventListener("keydown", (event) => this.walk(event, which));
        return cell;
      });
      const square = figure.querySelector(".square");
      figure.querySelector(".cells").append(...cells);
      square.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && this.leave());
      return { figure, cells, edges: figure.querySelector(".edges"), square, canvas: document.createElement("canvas") };
    });
    pair.replaceChildren(...this.figures.map(({ figure }) => figure));
    this.handles = this.cuts.map((_, i) => this.handle(i));
    this.figures[0].square.append(...this.handles);
    this.numbers = this.cuts.map((_, i) => this.number(i));
    this.element.querySelector(".numbers").replaceChildren(...this.numbers.map(({ label }) => label));
  }

  handle(i) {
    const handle = document.createElement("button");
    handle.type = "button";
    handle.className = "handle";
    handle.setAttribute("role", "slider");
    handle.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      handle.focus({ preventScroll: true });
      handle.setPointerCapture(event.pointerId);
      this.held = i;
    });
    handle.addEventListener("pointermove", (event) => this.held === i && this.drag(event));
    for (const end of ["pointerup", "pointercancel"])
      handle.addEventListener(end, () => {
        this.held = undefined;
        this.messenger.flush();
      });
    handle.addEventListener("keydown", (event) => this.press(event, i));
    return handle;
  }

  number(i) {
    const label = document.createElement("label");
    label.innerHTML = `<span></span><b><input inputmode="decimal"> %</b>`;
    const input = label.querySelector("input");
    input.addEventListener("focus", () => input.select());
    input.addEventListener("change", () => {
      const value = Number(input.value.trim().replace("%", "").replace(",", ".") || NaN);
      if (value >= 0 && value <= 100) this.set(i, value); // all that was typed; a cut that is dragged keeps to its rungs
      else this.place(true);
    });
    return { label, input };
  }

  drag(event) {
    const { side, reverse } = this.cuts[this.held];
    const box = this.figures[0].square.getBoundingClientRect();
    const share = ALONG[side] === "x" ? (event.clientX - box.left) / box.width : (event.clientY - box.top) / box.height;
    const value = 100 * (reverse ? 1 - share : share);
    this.set(this.held, RUNGS.reduce((best, rung) => (Math.abs(rung - value) < Math.abs(best - value) ? rung : best)));
  }

  /** The arrow keys move a cut the way they point, by a rung; with Shift by ten. */
  press(event, i) {
    const { name, side, reverse } = this.cuts[i];
    const keys = ALONG[side] === "x" ? { ArrowRight: 1, ArrowLeft: -1 } : { ArrowDown: 1, ArrowUp: -1 };
    const way = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, ...keys }[event.key];
    const end = { Home: 0, End: 100 }[event.key];
    if (way === undefined && end === undefined) return;
    event.preventDefault();
    if (end !== undefined) return this.set(i, end);
    const step = way * (reverse ? -1 : 1);
    const next = step > 0 ? RUNGS.findIndex((rung) => rung > this.values[name]) : RUNGS.findLastIndex((rung) => rung < this.values[name]);
    const at = next < 0 ? (step > 0 ? RUNGS.length - 1 : 0) : next + (event.shiftKey ? 9 * step : 0);
    this.set(i, RUNGS[Math.min(Math.max(at, 0), RUNGS.length - 1)]);
  }

  set(i, value) {
    this.values[this.cuts[i].name] = value;
    this.place(true);
    this.messenger.push({ ...this.values });
  }

  /** Handles and numbers stand where the hand has put them; a number that is being typed is left alone, unless `all`. */
  place(all) {
    this.cuts.forEach(({ name, label, side, reverse }, i) => {
      const value = this.values[name];
      const handle = this.handles[i];
      handle.dataset.side = side;
      handle.style.setProperty("--at", `${reverse ? 100 - value : value}%`);
      for (const [fact, said] of Object.entries({ label, valuemin: 0, valuemax: 100, valuenow: value, valuetext: `${value} %` })) handle.setAttribute(`aria-${fact}`, said);
      const { label: row, input } = this.numbers[i];
      row.querySelector("span").textContent = label;
      if (all || this.element.getRootNode().activeElement !== input) input.value = String(value);
    });
  }

  point(i) {
    this.at = i;
    this.looking = true;
    this.show();
    this.paint();
  }

  /** What was told last stays, the people go. */
  leave() {
    this.looking = false;
    this.show();
  }

  /** From cell to cell with the arrow keys, as in the table. */
  walk(event, which) {
    const { columns } = this;
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[event.key];
    const to = this.at + (step ?? NaN);
    if (!(to >= 0 && to < this.cells.length) || (Math.abs(step) === 1 && Math.floor(to / columns) !== Math.floor(this.at / columns))) return;
    event.preventDefault();
    this.figures[which].cells[to].focus();
  }

  /** Everything that depends on sizes. */
  fit() {
    if (!this.figures || !this.element.clientWidth) return;
    this.show();
    this.figures.forEach((figure, which) => {
      this.label(figure, this.squares[which].edges);
      this.frame(figure, this.squares[which].frame);
    });
    this.paint();
  }

  show() {
    this.element.querySelector("output").textContent = this.cells[this.at].note;
    this.figures.forEach(({ figure, cells }, which) => {
      const { title, rectangles, parts, names } = this.squares[which];
      const size = this.figures[which].square.clientWidth;
      figure.querySelector("figcaption").textContent = title;
      figure.querySelector(".cells").setAttribute("aria-label", title);
      cells.forEach((button, i) => {
        const [left, top, right, bottom] = rectangles[i];
        Object.assign(button.style, { left: `${100 * left}%`, top: `${100 * top}%`, width: `${100 * (right - left)}%`, height: `${100 * (bottom - top)}%` });
        button.dataset.fill = this.cells[i].fill;
        button.toggleAttribute("data-on", this.looking && i === this.at);
        button.tabIndex = i === this.at ? 0 : -1;
        button.setAttribute("aria-label", this.cells[i].note);
        const name = button.querySelector("span");
        name.textContent = names[i] ?? this.cells[i].name;
        const fits = () => name.offsetWidth + AROUND <= size * (right - left) && name.offsetHeight + AROUND <= size * (bottom - top);
        name.removeAttribute("data-turned");
        name.toggleAttribute("data-turned", !fits()); // a name that is too wide for its cell may be read from above
        name.toggleAttribute("data-fits", fits()); // and one that would be broken is not shown
        if (parts.length) partOf(button, parts[i]);
      });
    });
  }

  /** Labels beside the parts they name, pushed apart where they would touch. */
  label({ edges, square }, list) {
    const size = square.clientWidth;
    edges.replaceChildren(...list.map(({ side, start, end, text, role, part }) => {
      const label = document.createElement("span");
      label.dataset.side = side;
      label.innerHTML = "<i></i><b></b>";
      label.lastChild.textContent = text;
      label.style.color = `var(--gm-${role})`;
      label.style.setProperty("--start", `${start * size}px`);
      label.style.setProperty("--length", `${(end - start) * size}px`);
      if (part) partOf(label, part);
      return label;
    }));
    for (const side of Object.keys(ALONG)) {
      const measure = side === "left" ? "offsetHeight" : "offsetWidth";
      const rows = [...edges.children].filter((_, i) => list[i].side === side);
      const lengths = rows.map((row) => row.lastChild[measure]);
      const spare = size + (side === "left" ? lengths[0] : square.offsetLeft) - lengths.reduce((sum, length) => sum + length, 0);
      const gap = Math.min(GAP[side], Math.max(spare / (rows.length - 1 || 1), 0));
      const at = list.filter((one) => one.side === side).map(({ start, end }, i) => ((start + end) / 2) * size - lengths[i] / 2);
      for (let i = at.length - 1, free = size + (side === "left" ? lengths[i] / 2 : 0); i >= 0; i--) {
        at[i] = Math.min(at[i], free - lengths[i]);
        free = at[i] - gap;
      }
      for (let i = 0, free = side === "left" ? -lengths[0] / 2 : -square.offsetLeft; i < at.length; i++) {
        at[i] = Math.max(at[i], free);
        free = at[i] + lengths[i] + gap;
      }
      rows.forEach((row, i) => row.style.setProperty("--text", `${at[i]}px`));
    }
  }

  frame({ edges }, rectangle) {
    if (!rectangle) return;
    const [left, top, right, bottom] = rectangle.map((share) => 100 * share);
    const frame = document.createElement("em");
    Object.assign(frame.style, { left: `${left}%`, top: `${top}%`, width: `${right - left}%`, height: `${bottom - top}%` });
    edges.append(frame);
  }

  /** The people of the cell that is looked at, in both its shapes. */
  paint() {
    if (!this.looking) return;
    this.figures.forEach(({ canvas, cells, square }, which) => {
      const cell = cells[this.at];
      if (canvas.parentElement !== cell) cell.prepend(canvas);
      const [left, top, right, bottom] = this.squares[which].rectangles[this.at].map((share) => share * square.clientWidth);
      const [width, height, scale] = [right - left, bottom - top, devicePixelRatio || 1];
      [canvas.width, canvas.height] = [width, height].map((length) => Math.max(1, Math.round(length * scale)));
      const context = canvas.getContext("2d");
      context.scale(scale, scale);
      context.fillStyle = getComputedStyle(canvas).color;
      for (let i = 0; i < this.cells[this.at].people; i++) {
        const [x, y] = spread(i);
        context.fillRect(x * width - DOT / 2, y * height - DOT / 2, DOT, DOT);
      }
    });
  }
}

export default live(Squares);
