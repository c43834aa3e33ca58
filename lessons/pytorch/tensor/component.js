// A note: code, tensors and charts. The cell under the hand lights the cells that it came from, and those made of it.
// grids.js and charts.js say how things look; here is what a person does.

const HTML = `<pre class="code" tabindex="0"></pre><p class="refused" role="status" hidden></p><div class="tensors"></div>
<p class="where" role="status"></p><div class="charts"></div>`;
const PULL = 16; // CSS pixels of dragging from one whole number to the next
const NARROW = 520; // CSS pixels of width below which charts stand one above the other
const GAP = 24;

class TensorNote {
  constructor(root, messenger) {
    this.messenger = messenger;
    this.element = document.createElement("div");
    this.element.className = "note";
    this.element.innerHTML = HTML;
    root.append(this.element);
    this.$ = (selector) => this.element.querySelector(selector);
    for (const part of ["code", "refused"]) partOf(this.$(`.${part}`), "code");
    for (const part of ["where", "charts"]) partOf(this.$(`.${part}`), "tensors");
    this.listen(this.$(".tensors"));
    this.resize = new ResizeObserver(() => this.data && this.measure());
    this.resize.observe(this.element);
    this.again = () => this.data && this.paint();
    this.theme = matchMedia("(prefers-color-scheme: dark)");
    this.theme.addEventListener("change", this.again);
  }

  destroy() {
    this.release();
    this.resize.disconnect();
    this.theme.removeEventListener("change", this.again);
    this.element.remove();
  }

  // --- what Python says

  update(data) {
    const other = data.name !== this.data?.name;
    const fresh = data.revision !== this.data?.revision || other;
    const ours = this.data?.grids.find((grid) => grid.edit);
    this.data = data;
    const theirs = data.grids.find((grid) => grid.edit);
    this.element.dataset.note = data.name;
    if (!fresh && ours && theirs && ours.cells.length === theirs.cells.length) theirs.cells = ours.cells; // the hand is ahead
    this.draw(other);
  }

  draw(other) {
    const { code, refused, words, grids } = this.data;
    this.$(".code").innerHTML = codeMarkup(code);
    this.$(".refused").hidden = !refused;
    this.$(".refused").innerHTML = refused ? `${words.refused} <code>${escaped(refused)}</code>` : "";
    const form = JSON.stringify([words, grids.map(({ name, shape, cells, more, most }) => [name, shape, cells.length, more, most])]);
    if (form === this.form && !other) this.refresh();
    else this.build();
    this.form = form;
    this.link();
    this.paint();
    this.measure();
    this.light(this.here());
    this.element.dataset.drawn = this.$(".tensors").querySelectorAll(".cell").length;
  }

  /** Tensors of other shapes than before: all cells anew, and the hand back on its own. */
  build() {
    const { grids, words } = this.data;
    const held = this.held();
    this.$(".tensors").innerHTML = grids.map((grid) => gridMarkup(grid, words)).join("");
    for (const one of this.element.querySelectorAll(".cells")) partOf(one, "tensors");
    for (const one of this.element.querySelectorAll(".facts")) partOf(one, "facts");
    for (const figure of this.figures) figure.querySelector("button.cell")?.setAttribute("tabindex", "0");
    if (held) this.cell(held.name, held.flat)?.focus({ preventScroll: true });
  }

  /** The same cells with other numbers; what is being typed into one stays. */
  refresh() {
    const [{ grids }, typing] = [this.data, this.here()];
    for (const grid of grids) {
      const figure = this.element.querySelector(`figure[data-name="${grid.name}"]`);
      figure.querySelector(".facts").innerHTML = factsMarkup(grid);
      figure.querySelectorAll(".cell").forEach((cell, flat) => {
        const shown = grid.cells[flat];
        if (grid.tints.length) cell.style.setProperty("--tint", tintOf(grid, flat));
        if (grid.edit) cell.setAttribute("aria-valuenow", shown);
        else cell.setAttribute("aria-label", `${cellName(grid.name, grid.shape, flat)} = ${shown}`);
        if (grid.edit && cell !== typing) cell.value = shown;
        if (!grid.edit && !grid.pictures) cell.textContent = shown;
      });
    }
  }

  get figures() {
    return [...this.element.querySelectorAll("figure")];
  }

  /** Which cell has the focus, by tensor and number. */
  held() {
    const cell = this.element.getRootNode().activeElement?.closest?.(".cell");
    return cell && { name: cell.closest("figure").dataset.name, flat: Number(cell.dataset.cell) };
  }

  cell(name, flat) {
    return this.element.querySelector(`figure[data-name="${name}"] [data-cell="${flat}"]`);
  }

  /** For each cell, by its key, the keys of those that it came from, and of those that came from it. */
  link() {
    this.from = new Map();
    this.to = new Map();
    for (const { name, sources } of this.data.grids) {
      sources.forEach((cells, flat) => {
        const key = `${name}:${flat}`;
        this.from.set(key, cells.map(([other, number]) => `${other}:${number}`));
        for (const source of this.from.get(key)) this.to.set(source, [...(this.to.get(source) ?? []), key]);
      });
    }
  }

  /** Pictures in the colours of the theme. */
  paint() {
    for (const grid of this.data.grids.filter((one) => one.pictures)) {
      const bytes = Uint8Array.from(atob(grid.pictures), (sign) => sign.charCodeAt(0));
      const [paper, ink] = ["--gm-bg", "--gm-ink"].map((name) => colourOf(this.element, name));
      this.element.querySelectorAll(`figure[data-name="${grid.name}"] canvas`).forEach((canvas, i) => {
        paintPixels(canvas, Array.from(bytes.subarray(784 * i, 784 * (i + 1)), (level) => level / 255), 28, paper, ink);
      });
    }
  }

  /** As large as there is room for it. */
  measure() {
    this.element.toggleAttribute("data-alone", getComputedStyle(this.element).getPropertyValue("--gm-room") !== "");
    this.charts();
  }

  charts() {
    const { charts, words } = this.data;
    const wide = this.element.clientWidth;
    const number = wide < NARROW ? 1 : charts.length;
    const width = Math.floor((wide - GAP * (number - 1)) / Math.max(1, number));
    this.$(".charts").hidden = !charts.length;
    this.$(".charts").innerHTML = width > 0 ? charts.map((chart) => chartMarkup(chart, words, width)).join("") : "";
  }

  // --- what a hand does

  listen(place) {
    const under = (event) => event.target.closest?.(".cell");
    place.addEventListener("pointerover", (event) => !this.drag && this.light(under(event)));
    place.addEventListener("pointerleave", () => !this.drag && this.light(this.here()));
    place.addEventListener("focusin", (event) => {
      this.light(under(event));
      if (event.target.matches("input")) event.target.select();
    });
    place.addEventListener("focusout", () => this.light());
    place.addEventListener("keydown", (event) => this.press(event, under(event)));
    place.addEventListener("change", (event) => event.target.matches("input") && this.typed(event.target));
    place.addEventListener("pointerdown", (event) => event.target.matches("input") && this.grab(event));
    place.addEventListener("dragstart", (event) => event.preventDefault()); // a hand would carry the selected number away
    this.pulling = (event) => this.pull(event);
    this.ending = () => this.release();
  }

  here() {
    return this.element.getRootNode().activeElement?.closest?.(".cell");
  }

  /** Sets off one cell, what it came from, and what came from it; says so below. */
  light(cell) {
    for (const one of this.element.querySelectorAll("[data-lit], [data-source], [data-made]")) {
      for (const mark of ["lit", "source", "made"]) delete one.dataset[mark];
    }
    const { words } = this.data;
    this.element.toggleAttribute("data-looking", Boolean(cell));
    if (!cell) return void (this.$(".where").textContent = words.hint);
    const key = `${cell.closest("figure").dataset.name}:${cell.dataset.cell}`;
    const [from, to] = [this.from.get(key) ?? [], this.to.get(key) ?? []];
    cell.dataset.lit = "";
    for (const source of from) this.mark(source, "source");
    for (const made of to) this.mark(made, "made");
    const told = this.told(key);
    const values = `${told} = ${this.valueOf(key)}`;
    if (from.length) this.$(".where").textContent = words.from.replace("#", values).replace("%", from.map((one) => this.told(one)).join(", "));
    else if (to.length) this.$(".where").textContent = words.to.replace("#", values).replace("%", to.map((one) => this.told(one)).join(", "));
    else this.$(".where").textContent = this.to.size ? words.unread.replace("#", values) : values;
  }

  mark(key, as) {
    const [name, flat] = key.split(":");
    const cell = this.cell(name, flat);
    if (cell) cell.dataset[as] = "";
  }

  told(key) {
    const [name, flat] = key.split(":");
    const grid = this.data.grids.find((one) => one.name === name);
    if (!grid) return `${name}[${flat}]`;
    return cellName(name, grid.pictures ? [grid.cells.length] : grid.shape, Number(flat));
  }

  valueOf(key) {
    const [name, flat] = key.split(":");
    const grid = this.data.grids.find((one) => one.name === name);
    return grid.pictures ? `${shapeText(grid.shape.slice(1))}` : grid.cells[flat];
  }

  press(event, cell) {
    if (!cell) return;
    const grid = this.data.grids.find((one) => one.name === cell.closest("figure").dataset.name);
    const flat = Number(cell.dataset.cell);
    if (grid.edit && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      return this.set(grid, flat, Number(grid.cells[flat]) + (event.key === "ArrowUp" ? 1 : -1));
    }
    if (event.key === "Enter" && grid.edit) return this.typed(event.target);
    const columns = grid.pictures || grid.shape.length < 2 ? grid.cells.length : grid.shape.at(-1);
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns, Home: -flat, End: grid.cells.length - 1 - flat }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const next = this.cell(grid.name, flat + by);
    if (!next) return;
    if (!grid.edit) {
      cell.setAttribute("tabindex", "-1");
      next.setAttribute("tabindex", "0");
    }
    next.focus();
  }

  typed(input) {
    const grid = this.data.grids.find((one) => one.edit);
    const flat = Number(input.dataset.cell);
    const value = Number(input.value.replace(/[０-９]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0)));
    if (!input.value.trim() || !Number.isInteger(value)) return void (input.value = grid.cells[flat]);
    this.set(grid, flat, value);
  }

  grab(event) {
    const grid = this.data.grids.find((one) => one.edit);
    const flat = Number(event.target.dataset.cell);
    this.release();
    this.drag = { flat, y: event.clientY, from: Number(grid.cells[flat]) };
    addEventListener("pointermove", this.pulling);
    for (const end of ["pointerup", "pointercancel"]) addEventListener(end, this.ending);
  }

  pull(event) {
    const { flat, y, from } = this.drag;
    const grid = this.data.grids.find((one) => one.edit);
    if (!grid) return this.release();
    const value = from + Math.round((y - event.clientY) / PULL);
    if (value !== Number(grid.cells[flat])) this.set(grid, flat, value);
  }

  release() {
    if (!this.drag) return;
    this.drag = undefined;
    removeEventListener("pointermove", this.pulling);
    for (const end of ["pointerup", "pointercancel"]) removeEventListener(end, this.ending);
    this.messenger.flush();
  }

  /** Takes the nearest number that is allowed, shows it at once and tells it; PyTorch's answer follows. */
  set(grid, flat, value) {
    const near = String(Math.min(Math.max(value, 0), grid.most));
    const input = this.cell(grid.name, flat);
    input.value = near;
    input.setAttribute("aria-valuenow", near);
    if (near === grid.cells[flat]) return;
    grid.cells[flat] = near;
    this.messenger.push({ [grid.edit]: grid.cells.join(",") });
  }
}

export default live(TensorNote);
