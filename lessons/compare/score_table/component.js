// A table that is put in the order of the column whose head is pressed; once more turns the order round.

const HTML = `<div class="frame" tabindex="0" role="region"><table><caption></caption><thead><tr></tr></thead><tbody></tbody></table></div>`;
const COURSE = "course"; // the order in which the rows came

class ScoreTable {
  constructor(root, messenger) {
    this.messenger = messenger;
    this.element = document.createElement("div");
    this.element.className = "score-table";
    this.element.innerHTML = HTML;
    root.append(this.element);
    this.$ = (selector) => this.element.querySelector(selector);
  }

  update(data) {
    if (!this.data || data.revision !== this.data.revision) [this.sort, this.falling] = [data.sort, data.falling];
    this.data = data;
    this.heads();
    this.rows();
  }

  heads() {
    const { heads, words } = this.data;
    this.$("caption").textContent = words.caption;
    this.$(".frame").setAttribute("aria-label", words.caption);
    const all = [{ name: COURSE, title: words.name, unit: "" }, ...heads];
    const focused = this.element.getRootNode().activeElement?.dataset.name;
    this.$("thead tr").replaceChildren(...all.map((head) => this.head(head)));
    if (focused) this.$(`button[data-name="${focused}"]`)?.focus({ preventScroll: true });
  }

  head({ name, title, unit }) {
    const cell = document.createElement("th");
    cell.scope = "col";
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.name = name;
    button.innerHTML = `<b></b><small></small>`;
    button.querySelector("b").textContent = title;
    button.querySelector("small").textContent = unit;
    const chosen = this.sort === name;
    cell.ariaSort = chosen && name !== COURSE ? (this.falling ? "descending" : "ascending") : "none";
    cell.toggleAttribute("data-chosen", chosen);
    if (chosen && name !== COURSE) button.querySelector("b").dataset.way = this.falling ? "▼" : "▲";
    button.addEventListener("click", () => this.press(name));
    cell.append(button);
    return cell;
  }

  /** The best numbers first, the other way round where the column is chosen already. */
  press(name) {
    const best = this.data.heads.find((head) => head.name === name)?.best;
    this.falling = this.sort === name ? !this.falling : best === "high";
    this.sort = name;
    this.heads();
    this.rows();
    this.messenger.push({ sort: this.sort, falling: this.falling ? "yes" : "no" });
    this.messenger.flush();
  }

  /** The entries from top to bottom: what is pinned, then in order, then what has no number. */
  ordered() {
    const { heads, entries } = this.data;
    const column = heads.findIndex(({ name }) => name === this.sort);
    const pinned = entries.filter((entry) => entry.pinned);
    const others = entries.filter((entry) => !entry.pinned);
    const way = this.falling ? -1 : 1;
    if (column < 0) return [...pinned, ...(this.falling ? others.reverse() : others)];
    const value = (entry) => entry.cells[column].value;
    const known = others.filter((entry) => value(entry) !== null).sort((a, b) => way * (value(a) - value(b)));
    return [...pinned, ...known, ...others.filter((entry) => value(entry) === null)];
  }

  rows() {
    const { heads } = this.data;
    const entries = this.ordered();
    this.$("tbody").replaceChildren(...entries.map((entry) => {
      const row = document.createElement("tr");
      row.toggleAttribute("data-pinned", entry.pinned);
      row.innerHTML = `<th scope="row"><b></b><small></small></th>${"<td><span></span><small></small></td>".repeat(heads.length)}`;
      row.querySelector("th b").textContent = entry.title;
      row.querySelector("th small").textContent = entry.note;
      row.querySelectorAll("td").forEach((cell, i) => {
        cell.querySelector("span").textContent = entry.cells[i].text;
        cell.querySelector("small").textContent = entry.cells[i].note;
        cell.toggleAttribute("data-chosen", heads[i].name === this.sort);
      });
      return row;
    }));
    Object.assign(this.element.dataset, { sort: this.sort, falling: this.falling });
  }

  destroy() {
    this.element.remove();
  }
}

export default live(ScoreTable);
