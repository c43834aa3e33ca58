// A table of probabilities. A cell is dragged up and down or moved with the arrow keys; typed, it takes fractions too.

const STEP = 0.01;
const PULL = 180; // pixels of dragging from 0 to 1
const START = 4; // pixels after which a press has become a drag

/** A dragged share as text, without zeros at its end. */
const written = (value) => String(Number(value.toFixed(3)));

class Cells {
  constructor(root, messenger) {
    this.element = document.createElement("div");
    this.element.className = "cells";
    root.append(this.element);
    this.messenger = messenger;
  }

  destroy() {
    this.element.remove();
  }

  update(data) {
    const shape = `${data.rows.length}x${data.columns.length}${data.names}${data.group}`;
    const fresh = data.revision !== this.data?.revision || shape !== this.shape;
    this.data = data;
    if (shape !== this.shape) this.build();
    this.shape = shape;
    if (fresh) {
      this.cells = data.cells.map((row) => [...row]);
      [this.rows, this.columns] = [[...data.rows], [...data.columns]];
    }
    this.show();
  }

  build() {
    const { rows, columns, names } = this.data;
    const table = document.createElement("table");
    const name = names ? `<input class="name" maxlength="24">` : "<span></span>";
    table.innerHTML = `<thead><tr><td></td>${columns.map(() => `<th scope="col"><span></span></th>`).join("")}<td class="sum"></td></tr></thead><tbody>${rows
      .map(() => `<tr><th scope="row">${name}</th>${columns.map(() => `<td class="cell"><i></i><b></b><input inputmode="decimal" role="spinbutton" aria-valuemin="0" aria-valuemax="1"></td>`).join("")}<td class="sum"></td></tr>`)
      .join("")}</tbody><tfoot><tr><td></td>${columns.map(() => `<td class="sum"></td>`).join("")}<td class="sum"></td></tr></tfoot>`;
    const refused = document.createElement("p");
    refused.setAttribute("role", "status");
    this.element.replaceChildren(table, refused);
    this.$ = {
      refused,
      heads: [...table.querySelectorAll("thead [scope=col] span")],
      names: [...table.querySelectorAll("tbody [scope=row] > *")],
      cells: [...table.querySelectorAll("tbody tr")].map((row) => [...row.querySelectorAll(".cell")]),
      sums: [...table.querySelectorAll("tbody .sum")],
      totals: [...table.querySelectorAll("tfoot .sum")],
    };
    this.$.cells.forEach((row, i) => row.forEach((cell, j) => this.listen(cell, i, j)));
    if (names) this.$.names.forEach((input, i) => input.addEventListener("change", () => this.renamed(i, input.value)));
  }

  listen(cell, i, j) {
    const input = cell.querySelector("input");
    cell.addEventListener("pointerdown", (event) => {
      this.held = { y: event.clientY, from: numberOf(this.cells[i][j]) || 0, base: this.group(i), moving: false };
      if (document.activeElement !== input) cell.setPointerCapture(event.pointerId);
    });
    cell.addEventListener("pointermove", (event) => {
      if (!this.held || !cell.hasPointerCapture(event.pointerId)) return;
      const up = this.held.y - event.clientY;
      if (!this.held.moving && Math.abs(up) < START) return;
      this.held.moving = true;
      event.preventDefault();
      this.move(i, j, this.held.from + up / PULL);
    });
    cell.addEventListener("pointerup", (event) => {
      if (cell.hasPointerCapture(event.pointerId)) cell.releasePointerCapture(event.pointerId);
      if (this.held?.moving) this.messenger.flush();
      else input.focus();
      this.held = null;
    });
    cell.addEventListener("pointercancel", () => (this.held = null));
    cell.addEventListener("dragstart", (event) => event.preventDefault()); // a slow hand would carry the text away
    for (const [seen, name] of [["pointerenter", "focusin"], ["pointerleave", "focusout"]].entries()) {
      for (const one of name) cell.addEventListener(one, () => this.$.heads[j].toggleAttribute("data-lit", !seen));
    }
    input.addEventListener("focus", () => {
      input.select();
      this.base = this.group(i);
    });
    input.addEventListener("change", () => this.typed(i, j, input.value.trim()));
    input.addEventListener("blur", () => this.show()); // what was typed in other signs stands as it was taken
    input.addEventListener("paste", (event) => this.pasted(event, i, j));
    input.addEventListener("keydown", (event) => this.press(event, i, j));
  }

  press(event, i, j) {
    const step = event.shiftKey ? 10 * STEP : STEP;
    const by = { ArrowUp: step, ArrowDown: -step }[event.key];
    if (event.key === "Enter") return this.typed(i, j, event.target.value.trim());
    if (!by) return;
    event.preventDefault();
    this.held = { base: this.base };
    this.move(i, j, (numberOf(this.cells[i][j]) || 0) + by);
    this.held = null;
  }

  /** All numbers that share a sum with those of row i, nonsense as 0. */
  group(i) {
    return (this.data.group === "row" ? this.cells[i] : this.cells.flat()).map((text) => numberOf(text) || 0);
  }

  /** The hand sets one cell; the others of its group are scaled from what they were when the hand came. */
  move(i, j, value) {
    const width = this.columns.length;
    const shares = rescale(this.held.base, this.data.group === "row" ? j : i * width + j, value).map(written);
    if (this.data.group === "row") this.cells[i] = shares;
    else this.cells = this.cells.map((_, row) => shares.slice(row * width, (row + 1) * width));
    this.tell();
  }

  /** What is typed counts as it is; what is no number is put back, and it is said why. */
  typed(i, j, text) {
    if (text === this.cells[i][j]) return this.show();
    if (!Number.isFinite(numberOf(text))) return this.refuse(text);
    this.cells[i][j] = canonical(text);
    this.base = this.group(i);
    this.tell();
  }

  /** Several cells of a spreadsheet go into as many cells from here on; one goes where the browser puts it. */
  pasted(event, i, j) {
    const text = event.clipboardData.getData("text").replace(/[\r\n]+$/, "");
    const block = text.split(/\r?\n/).map((line) => line.split("\t"));
    if (block.flat().length === 1) return;
    event.preventDefault();
    const fits = i + block.length <= this.rows.length && block.every((line) => j + line.length <= this.columns.length);
    if (!fits || !block.flat().every((one) => Number.isFinite(numberOf(one)))) return this.refuse(text.replace(/\s+/g, " "));
    block.forEach((line, row) => line.forEach((one, column) => (this.cells[i + row][j + column] = canonical(one))));
    event.target.value = this.cells[i][j];
    this.base = this.group(i);
    this.tell();
  }

  refuse(text) {
    this.show();
    this.$.refused.textContent = refusal(this.data.words.refused, text);
  }

  renamed(i, text) {
    const name = text.replace(/[,;]/g, " ").trim() || this.rows[i];
    this.rows[i] = this.columns[i] = name;
    this.tell();
  }

  tell() {
    this.$.refused.textContent = "";
    this.show();
    const { name, names } = this.data;
    this.messenger.push({ [name]: this.cells.map((row) => row.join(",")).join(";"), ...(names && { [names]: this.rows.join(",") }) });
  }

  show() {
    const { words, group, names } = this.data;
    const numbers = this.cells.map((row) => row.map(numberOf));
    this.columns.forEach((name, j) => (this.$.heads[j].textContent = name));
    this.rows.forEach((name, i) => {
      if (names) {
        this.$.names[i].value = name;
        this.$.names[i].setAttribute("aria-label", words.name.replace("#", name));
      } else this.$.names[i].textContent = name;
      this.columns.forEach((column, j) => {
        const cell = this.$.cells[i][j];
        const input = cell.querySelector("input");
        cell.style.setProperty("--share", Math.min(1, Math.max(0, numbers[i][j] || 0)));
        if (input.getRootNode().activeElement !== input || this.held || numberOf(input.value) !== numbers[i][j]) input.value = this.cells[i][j];
        input.setAttribute("aria-label", words.cell.replace("##", column).replace("#", name));
        input.setAttribute("aria-valuenow", Number((numbers[i][j] || 0).toFixed(6)));
        input.setAttribute("aria-valuetext", this.cells[i][j]);
      });
    });
    const add = (values) => values.reduce((sum, value) => sum + value, 0);
    const short = (sum) => writtenSum(sum, 4);
    const rowSums = numbers.map(add);
    const all = add(rowSums);
    this.element.dataset.group = group;
    rowSums.forEach((sum, i) => {
      const wrong = group === "row" && isOff(sum);
      this.$.sums[i].textContent = group === "row" ? (wrong ? `Σ ${short(sum)}` : "") : short(sum);
      this.$.sums[i].title = wrong ? `${words.total} ${short(sum)} ≠ 1` : "";
      this.$.sums[i].toggleAttribute("data-off", wrong);
    });
    this.$.totals.forEach((place, j) => {
      const last = j === this.columns.length;
      place.textContent = group === "row" ? "" : last ? (isOff(all) ? `${words.total} ${short(all)} ≠ 1` : "1") : short(add(numbers.map((row) => row[j])));
      place.toggleAttribute("data-off", last && group === "all" && isOff(all));
    });
    this.element.querySelector("thead .sum").textContent = group === "all" ? words.sum : "";
    this.element.querySelector("tfoot td").textContent = group === "all" ? words.sum : "";
  }
}

export default live(Cells);
