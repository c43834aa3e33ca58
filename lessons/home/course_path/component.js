// The lessons in their order, with what this browser knows to have been solved of each.

const NOTHING = new Set();

class CoursePath {
  constructor(root, forgotten) {
    this.element = document.createElement("div");
    this.element.className = "path";
    root.append(this.element);
    this.forgotten = forgotten;
    this.end = onSolved(() => this.draw());
  }

  destroy() {
    this.end();
    this.element.remove();
  }

  update(data) {
    const told = JSON.stringify(data);
    if (told === this.told) return; // whatever has the focus keeps it
    Object.assign(this, { data, told });
    this.draw();
  }

  /** Each lesson with the challenges of it that were solved; of those that it does not have (any more), nothing. */
  lessons() {
    const solved = solvedSoFar();
    const known = ({ page, goals }) => goals.filter((name) => (solved.get(page) ?? NOTHING).has(name)).length;
    return this.data.sections.map(({ title, lessons }) => ({ title, lessons: lessons.map((one) => ({ ...one, solved: known(one) })) }));
  }

  draw() {
    const sections = this.lessons();
    const every = sections.flatMap(({ lessons }) => lessons);
    const sum = (count) => every.reduce((total, one) => total + count(one), 0);
    const [solved, goals] = [sum((one) => one.solved), sum((one) => one.goals.length)];
    const next = every.find((one) => !one.solved) ?? every.find((one) => one.solved < one.goals.length);
    const parts = next ? [this.begin(next, solved)] : [];
    if (!this.data.brief) parts.push(this.course(sections, next), this.progress(solved, goals));
    this.element.toggleAttribute("data-brief", this.data.brief);
    this.element.replaceChildren(...parts);
  }

  /** The one thing to do. */
  begin(next, solved) {
    const { words } = this.data;
    const link = this.link(next, "next");
    link.append(make("span", words[solved ? "next" : "first"], "badge"), make("b", next.title), make("span", minutes(next, words), "time"));
    return link;
  }

  course(sections, next) {
    const list = make("ol", "");
    list.setAttribute("aria-label", this.data.words.name);
    for (const { title, lessons } of sections) {
      const own = make("li", "", "section");
      const below = make("ol", "");
      below.append(...lessons.map((one) => this.row(one, one === next)));
      own.append(make("p", title), below);
      list.append(own);
    }
    return list;
  }

  row(one, isNext) {
    const { words } = this.data;
    const item = make("li", "");
    const link = this.link(one, "lesson");
    const state = one.solved === 0 ? "none" : one.solved < one.goals.length ? "some" : "all";
    link.toggleAttribute("data-next", isNext);
    const told = make("span", one.solved ? count(words.solved, one.solved, one.goals.length) : minutes(one, words), "time");
    if (one.solved) told.setAttribute("aria-label", count(words["solved-alt"], one.solved, one.goals.length));
    link.append(make("i", "", `dot ${state}`), make("span", one.menu, "title"), told);
    item.append(link);
    return item;
  }

  link({ page }, kind) {
    const link = make("a", "", kind);
    link.href = addressOf(page, this.data.query);
    link.target = "_self";
    link.dataset.page = page;
    return link;
  }

  /** How far one is, where that is kept, and a button to have it forgotten, which can be taken back. */
  progress(solved, goals) {
    const { words } = this.data;
    const part = make("div", "", "progress");
    const said = make("p", "");
    said.setAttribute("role", "status");
    said.textContent = this.before ? words.forgotten : !solved ? words.length : count(solved < goals ? words.total : words.all, solved, goals);
    part.append(said);
    if (this.before) part.append(this.button(words.undo, () => this.undo()));
    else if (solved) part.append(this.button(words.forget, () => this.forget()));
    if (!tab.keeps) part.append(make("p", words.blocked));
    return part;
  }

  button(label, press) {
    const button = make("button", label);
    button.type = "button";
    button.addEventListener("click", () => {
      press();
      const [button, next] = [".progress button", ".next"].map((one) => this.element.querySelector(one));
      (button ?? next)?.focus({ preventScroll: true });
    });
    return button;
  }

  forget() {
    this.before = solvedSoFar();
    forgetSolved();
    this.forgotten();
  }

  undo() {
    const solved = solvedSoFar();
    for (const [page, names] of this.before) solved.set(page, new Set([...(solved.get(page) ?? []), ...names]));
    this.before = undefined;
    keepSolved(solved);
  }
}

const minutes = (one, words) => words.minutes.replace("#", one.minutes);
const count = (words, number, of) => words.replace("##", of).replace("#", number);

function make(name, text, className) {
  const element = document.createElement(name);
  element.textContent = text;
  if (className) element.className = className;
  return element;
}

export default function ({ data, parentElement: parent, setTriggerValue }) {
  return keep(parent, () => new CoursePath(parent, () => setTriggerValue("forget", true)), (path) => path.update(data));
}
