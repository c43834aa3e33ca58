// Tells what was solved to the browser, and marks in the page what an earlier visit has solved.

class Progress {
  constructor() {
    this.sheet = document.head.appendChild(document.createElement("style"));
    this.end = onSolved(() => this.mark());
  }

  destroy() {
    this.end();
    this.sheet.remove();
  }

  update(data) {
    this.data = data;
    addSolved(data.page, data.solved);
    this.mark();
  }

  /** One rule for each row: the page need not know, and nothing from the browser becomes a part of it. */
  mark() {
    const { page, solved, shown, rows, before } = this.data;
    const earlier = solvedSoFar().get(page) ?? new Set();
    const marked = shown.map((name, i) => [name, i + 1]).filter(([name]) => earlier.has(name) && !solved.includes(name));
    const rule = ([, row]) => `.st-key-${rows} > :nth-child(${row}) p::after { content: ${JSON.stringify(before)}; }`;
    this.sheet.textContent = marked.map(rule).join("\n");
  }
}

export default function ({ data, parentElement: parent }) {
  return keep(parent, () => new Progress(), (progress) => progress.update(data));
}
