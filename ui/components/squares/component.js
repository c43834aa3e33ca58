// Two unit squares of one joint distribution. Cuts follow the hand at once; the rectangles follow from the server.

const FINE = 1; // per cent from either end within which a cut moves by tenths, elsewhere by whole per cents
const GAP = 6; // pixels between two labels at an edge
const DOT = 1.5;
const ALONG = { left: "y", top: "x", bottom: "x" };

/** Every place where a dragged cut can stand, per cent. */
const RUNGS = Array.from({ length: 1001 }, (_, i) => i / 10).filter((v) => v <= FINE || v >= 100 - FINE || Number.isInteger(v));

/** The i-th point of a sequence that fills the unit square evenly, however many there are (Roberts 2018, R2). */
const spread = (i) => [(0.5 + 0.7548776662466927 * i) % 1, (0.5 + 0.5698402909980532 * i) % 1];

class Squares {
  constructor(root, send) {
    this.element = document.createElement("div");
    this.element.className = "squares";
    this.element.innerHTML = `<div class="pair"></div><output></output><div class="numbers"></div>`;
    root.append(this.element);
    this.messenger = new Messenger(send);
    this.resize = new ResizeObserver(() => this.fit());
    this.resize.observe(this.element);
    this.scheme = matchMedia("(prefers-color-scheme: dark)");
    this.repaint = () => this.paint();
    this.scheme.addEventListener("change", this.repaint);
    this.at = 0;
  }

  destroy() {
    this.resize.disconnect();
    this.scheme.removeEventListener("change", this.repaint);
    this.element.remove();
  }

  update({ squares, cells, columns, cuts, revision }) {
    const built = JSON.stringify([squares.length, cells.length, cuts.map((cut) => cut.name)]);
    if (revision !== this.revision || built !== this.built) this.values = Object.fromEntries(cuts.map((cut) => [cut.name, cut.value]));
    Object.assign(this, { squares, cells, columns, cuts, revision });
    if (built !== this.built) this.build();
    this.built = built;
    if (this.at >= cells.length) this.at = 0;
    this.place();
    this.fit();
  }

  build() {
    const pair = this.element.querySelector(".pair");
    this.figures = this.squares.map((_, which) => {
      const figure = document.createElement("figure");
      figure.innerHTML = `<figcaption></figcaption><div class="edges"></div><div class="square"><div class="cells" role="group"></div><canvas></canvas></div>`;
      const cells = this.cells.map((_, i) => {
        const cell = document.createElement("button");
        cell.type = "button";
        cell.innerHTML = "<span></span>";
        for (const event of ["pointerenter", "focus", "click"]) cell.addEventListener(event, () => this.point(i));
        cell.addEventListener("keydown", (event) => this.walk(event, which));
        return cell;
      });
      figure.querySelector(".cells").append(...cells);
      return { figure, cells, edges: figure.querySelector(".edges"), square: figure.querySelector(".square"), canvas: figure.querySelector("canvas") };
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
      if (value >= 0 && value <= 100) this.set(i, Number(value.toFixed(1)));
      else this.place();
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
    this.place();
    this.messenger.push({ ...this.values });
  }

  /** Handles and numbers stand where the hand has put them. */
  place() {
    this.cuts.forEach(({ name, label, side, reverse }, i) => {
      const value = this.values[name];
      const handle = this.handles[i];
      handle.dataset.side = side;
      handle.style.setProperty("--at", `${reverse ? 100 - value : value}%`);
      for (const [fact, said] of Object.entries({ label, valuemin: 0, valuemax: 100, valuenow: value, valuetext: `${value} %` })) handle.setAttribute(`aria-${fact}`, said);
      const { label: row, input } = this.numbers[i];
      row.querySelector("span").textContent = label;
      if (this.element.getRootNode().activeElement !== input || Number(input.value) !== value) input.value = String(value);
    });
  }

  point(i) {
    this.at = i;
    this.show();
    this.paint();
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
    this.figures.forEach((figure, which) => this.label(figure, this.squares[which].edges));
    this.paint();
  }

  show() {
    this.element.querySelector("output").textContent = this.cells[this.at].note;
    this.figures.forEach(({ figure, cells }, which) => {
      const { title, rectangles } = this.squares[which];
      figure.querySelector("figcaption").textContent = title;
      figure.querySelector(".cells").setAttribute("aria-label", title);
      cells.forEach((button, i) => {
        const [left, top, right, bottom] = rectangles[i];
        Object.assign(button.style, { left: `${100 * left}%`, top: `${100 * top}%`, width: `${100 * (right - left)}%`, height: `${100 * (bottom - top)}%` });
        button.dataset.fill = this.cells[i].fill;
        button.toggleAttribute("data-on", i === this.at);
        button.tabIndex = i === this.at ? 0 : -1;
        button.setAttribute("aria-label", this.cells[i].note);
        button.querySelector("span").textContent = this.cells[i].name;
      });
    });
  }

  /** Labels beside the parts they name, pushed apart where they would touch. */
  label({ edges, square }, list) {
    const size = square.clientWidth;
    edges.replaceChildren(...list.map(({ side, start, end, text, role }) => {
      const label = document.createElement("span");
      label.dataset.side = side;
      label.innerHTML = "<i></i><b></b>";
      label.lastChild.textContent = text;
      label.style.color = `var(--gm-${role})`;
      label.style.setProperty("--start", `${start * size}px`);
      label.style.setProperty("--length", `${(end - start) * size}px`);
      return label;
    }));
    for (const side of Object.keys(ALONG)) {
      const measure = side === "left" ? "offsetHeight" : "offsetWidth";
      let free = -Infinity;
      list.forEach(({ side: own, start, end }, i) => {
        if (own !== side) return;
        const text = edges.children[i].lastChild;
        const length = text[measure];
        const least = side === "left" ? -length / 2 : -square.offsetLeft;
        const at = Math.max(Math.min(((start + end) / 2) * size - length / 2, size - length), free, least);
        edges.children[i].style.setProperty("--text", `${at}px`);
        free = at + length + GAP;
      });
    }
  }

  /** The people of the cell that is looked at, in both its shapes. */
  paint() {
    if (!this.figures) return;
    const { people, fill } = this.cells[this.at];
    this.figures.forEach(({ canvas, square }, which) => {
      const size = square.clientWidth;
      const scale = devicePixelRatio || 1;
      canvas.width = canvas.height = Math.round(size * scale);
      const context = canvas.getContext("2d");
      context.scale(scale, scale);
      context.fillStyle = getComputedStyle(this.element).getPropertyValue(fill === "data" || fill === "error" ? "--dot-on-role" : "--dot");
      const [left, top, right, bottom] = this.squares[which].rectangles[this.at].map((share) => share * size);
      const [width, height] = [right - left, bottom - top];
      for (let i = 0; i < people; i++) {
        const [x, y] = spread(i);
        context.fillRect(left + x * width - DOT / 2, top + y * height - DOT / 2, DOT, DOT);
      }
    });
  }
}

export default function ({ data, parentElement, setStateValue }) {
  parentElement.squares ??= new Squares(parentElement, (values) => setStateValue("values", values));
  parentElement.squares.update(data);
  return () => {
    parentElement.squares?.destroy();
    delete parentElement.squares;
  };
}
