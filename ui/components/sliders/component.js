// Rows of a label, a slider and a number; moving either tells the server, which answers while the hand still moves.

class Sliders {
  constructor(root, messenger) {
    this.element = document.createElement("div");
    this.element.className = "sliders";
    root.append(this.element);
    this.messenger = messenger;
    this.values = {};
  }

  destroy() {
    this.element.remove();
  }

  update({ rows, revision }) {
    const names = rows.map((row) => row.name).join();
    if (names !== this.names) this.build(rows);
    const fresh = revision !== this.revision || names !== this.names;
    [this.names, this.revision] = [names, revision];
    for (const row of rows) {
      const line = Object.assign(this.lines[row.name], { row });
      const { label, range, number } = line;
      label.textContent = row.label;
      for (const input of [range, number]) {
        Object.assign(input, { min: row.low, max: row.high, step: input === range ? row.step : "any" });
        input.setAttribute("aria-label", row.label);
      }
      number.style.setProperty("--digits", Math.max(...[row.low, row.high].map((value) => value.toFixed(row.decimals).length)));
      if (fresh) this.show(line, row.value);
    }
  }

  build(rows) {
    this.lines = {};
    this.element.replaceChildren(...rows.map((row) => {
      const element = document.createElement("label");
      element.innerHTML = `<span></span><input type="range"><input type="number" inputmode="decimal">`;
      const [label, range, number] = element.children;
      const line = (this.lines[row.name] = { label, range, number });
      range.addEventListener("input", () => this.moved(line, range.valueAsNumber));
      range.addEventListener("change", () => this.messenger.flush());
      number.addEventListener("change", () => this.typed(line, number.valueAsNumber));
      return element;
    }));
  }

  moved(line, value) {
    this.show(line, value);
    this.messenger.push({ ...this.values });
  }

  /** A typed number may lie between two steps; out of bounds it becomes the nearest possible one. */
  typed(line, value) {
    const { name, low, high } = line.row;
    if (!Number.isFinite(value)) return this.show(line, this.values[name]);
    this.moved(line, Math.min(Math.max(value, low), high));
  }

  show({ row, range, number }, value) {
    this.values[row.name] = value;
    if (range.valueAsNumber !== value) range.value = value;
    range.style.setProperty("--share", (value - row.low) / (row.high - row.low));
    const shown = value.toFixed(row.decimals);
    number.value = Number(shown) === value ? shown : value; // a typed number keeps its digits
  }
}

export default live(Sliders);
