// The family tree as a nested list of links with lines between its branches. On the measured axes the same links stand
// where their numbers put them.

const MOVE_MS = 240;
const SIDE = 28; // pixels of a digit
const NARROW = 480; // CSS pixels, as in style.css
const SYMBOL = /p_(data|model)\(x\)/; // in words, a formula
const HTML = `<svg aria-hidden="true"></svg><ul class="root"></ul>`;

class FamilyTree {
  constructor(root) {
    this.element = document.createElement("div");
    this.element.className = "family";
    this.element.innerHTML = HTML;
    root.append(this.element);
    [this.svg, this.list] = this.element.children;
    this.resize = new ResizeObserver(() => this.data && this.place());
    this.resize.observe(this.element);
  }

  destroy() {
    this.resize.disconnect();
    this.element.remove();
  }

  update(data) {
    const before = this.data && data.view !== this.data.view ? this.corners() : null;
    const told = JSON.stringify([data.tree, data.words, data.marks, Object.values(data.leaves).map(({ title, line }) => [title, line])]);
    this.data = data;
    if (told !== this.told) this.build();
    this.told = told;
    this.element.dataset.view = data.view;
    for (const [name, leaf] of Object.entries(data.leaves)) this.paint(this.links[name], leaf);
    this.say();
    this.place();
    if (before) this.move(before);
  }

  // --- the list

  build() {
    this.links = {};
    this.list.replaceChildren(this.branch(this.data.tree));
    this.relatives = this.data.marks.filter(({ main }) => !main).map((mark) => {
      const told = document.createElement("p");
      told.className = "relative";
      told.append(make("b", mark.title), make("span", mark.facts));
      this.links[mark.family].after(told);
      return { mark, told };
    });
  }

  branch({ name, label, about, below }) {
    const item = make("li", "", "branch");
    item.dataset.name = name;
    const head = make("p", "");
    const said = make("span", "");
    said.append(...formulas(about));
    head.append(make("b", label), said);
    const list = document.createElement("ul");
    list.append(...below.map((one) => (typeof one === "string" ? this.leaf(one) : this.branch(one))));
    item.append(head, list);
    return item;
  }

  leaf(name) {
    const { page, query } = this.data.leaves[name];
    const item = make("li", "", "leaf");
    item.dataset.name = name;
    const link = make("a", "");
    link.href = addressOf(page, query);
    link.target = "_self";
    link.dataset.page = page;
    const strip = make("span", "", "strip");
    strip.setAttribute("role", "img");
    link.append(make("b", ""), strip, make("span", "", "line"));
    item.append(link);
    this.links[name] = link;
    return item;
  }

  paint(link, { pictures, num, alt }) {
    const strip = link.querySelector(".strip");
    strip.setAttribute("aria-label", alt);
    strip.toggleAttribute("data-drawn", pictures !== "");
    while (strip.children.length < num) strip.append(document.createElement("canvas"));
    if (!pictures) return;
    const style = getComputedStyle(this.element);
    const [paper, ink] = ["--st-background-color", "--st-text-color"].map((one) => toRgb(style.getPropertyValue(one)));
    const values = Float32Array.from(atob(pictures), (c) => c.charCodeAt(0) / 255);
    [...strip.children].forEach((canvas, i) => paintPixels(canvas, values.subarray(i * SIDE ** 2, (i + 1) * SIDE ** 2), SIDE, paper, ink));
  }

  /** What is said of each leaf: the sentence in the tree, its numbers on the axes. */
  say() {
    const { view, leaves, marks, words } = this.data;
    for (const [name, link] of Object.entries(this.links)) {
      const mark = view === "trilemma" && marks.find(({ family, main }) => main && family === name);
      link.querySelector("b").textContent = mark ? mark.title : leaves[name].title;
      link.querySelector(".line").textContent = view === "tree" ? leaves[name].line : mark ? mark.facts : words.unmeasured;
      link.parentElement.toggleAttribute("data-unmeasured", view === "trilemma" && !mark);
    }
  }

  // --- where things stand

  /** How much the page is enlarged: rectangles are, sizes are not. */
  get zoom() {
    return this.element.getBoundingClientRect().width / this.element.offsetWidth || 1;
  }

  /** Left, top, right and bottom of an element, in CSS pixels of this one. */
  box(one) {
    const [own, { left, top, right, bottom }] = [this.element.getBoundingClientRect(), one.getBoundingClientRect()];
    return [left - own.left, top - own.top, right - own.left, bottom - own.top].map((value) => value / this.zoom);
  }

  corners() {
    return Object.fromEntries(Object.entries(this.links).map(([name, link]) => [name, this.box(link)]));
  }

  place() {
    this.element.toggleAttribute("data-alone", getComputedStyle(this.element).getPropertyValue("--gm-room") !== "");
    for (const link of Object.values(this.links)) link.style.removeProperty("translate");
    this.svg.innerHTML = this.data.view === "tree" ? this.drawBranches() : this.drawMarks();
  }

  /** From each branch's name, along the words below it, to the names and leaves that come next. */
  drawBranches() {
    const middle = ([, top, , bottom]) => (top + bottom) / 2;
    const paths = [...this.element.querySelectorAll(".branch")].flatMap((branch) => {
      const [said, below] = branch.children;
      const name = this.box(said.firstChild);
      const [from, edge, y] = [name[2] + 5, this.box(said)[2], middle(name)];
      return [...below.children].map((one) => {
        const next = this.box(one.querySelector(":scope > p > b, :scope > a > .strip"));
        return curve(from, edge, y, next[0] - 5, middle(next));
      });
    });
    return paths.map((d) => tag("path", { class: "bough", d })).join("");
  }

  drawMarks() {
    const { marks, words } = this.data;
    if (!marks.length) return "";
    const { clientWidth: width, clientHeight: height } = this.element;
    const axes = axesOf(marks, width, height);
    const at = (mark) => [axes.x(mark.milliseconds), axes.y(mark.times)];
    const size = ({ main }) => (main ? RING : RELATIVE);
    const leafOf = ({ family }) => marks.find((one) => one.main && one.family === family);
    const ties = this.relatives.map(({ mark }) => [mark, leafOf(mark)]).filter(([, leaf]) => leaf);
    const taken = [...marks.map((mark) => square(at(mark), size(mark))), ...ties.flatMap((tie) => along(...tie.map(at))), ...besideAxis(axes)];
    const told = (mark) => (mark.main ? this.links[mark.family] : this.relatives.find((one) => one.mark === mark).told);
    const sized = (mark) => ({ at: at(mark), radius: size(mark), width: told(mark).offsetWidth, height: told(mark).offsetHeight });
    placeLabels(marks.map(sized), taken, [4, 18, width, axes.bottom - 2]).forEach(([left, top], i) => {
      const element = told(marks[i]);
      element.style.translate = `${left.toFixed(1)}px ${top.toFixed(1)}px`;
      element.toggleAttribute("data-left", left + element.offsetWidth < at(marks[i])[0]);
    });
    this.park(axes);
    const tied = ties.map((tie) => tag("path", { class: "tie", d: line(tie.map(at)) }));
    return drawAxes(axes, words, width < NARROW) + tied.join("") + marks.map((mark) => drawRing(at(mark), size(mark), mark.coverage)).join("");
  }

  /** Leaves of which nothing has been measured wait in the lower right corner. */
  park({ right, bottom }) {
    let low = bottom - 10;
    for (const link of this.element.querySelectorAll("[data-unmeasured] > a")) {
      low -= link.offsetHeight + 6;
      link.style.translate = `${(right - link.offsetWidth).toFixed(1)}px ${low.toFixed(1)}px`;
    }
  }

  /** The leaves go from where they stood to where they stand now. */
  move(before) {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const after = this.corners();
    for (const [name, link] of Object.entries(this.links)) {
      const by = [0, 1].map((i) => before[name][i] - after[name][i]);
      link.animate([{ transform: `translate(${by[0]}px, ${by[1]}px)` }, { transform: "none" }], { duration: MOVE_MS, easing: "ease-out" });
    }
    this.svg.animate([{ opacity: 0 }, { opacity: 1 }], { duration: MOVE_MS, easing: "ease-out" });
  }
}

/** Straight on from x0, then from `edge` on in a bend to (x1, y1). */
function curve(x0, edge, y0, x1, y1) {
  const begin = Math.max(x0, Math.max(edge, x1 - 60));
  const bend = (begin + x1) / 2;
  const at = (...numbers) => numbers.map((value) => value.toFixed(1)).join(" ");
  return `M${at(x0, y0)}L${at(begin, y0)}C${at(bend, y0, bend, y1, x1, y1)}`;
}

function make(name, text, className) {
  const element = document.createElement(name);
  element.textContent = text;
  if (className) element.className = className;
  return element;
}

/** A text whose p_data(x) and p_model(x) become formulas in their colours. */
function formulas(text) {
  return text.split(/(p_(?:data|model)\(x\))/).map((part) => {
    const role = SYMBOL.exec(part)?.[1];
    if (!role) return part;
    const formula = make("span", "", `formula ${role}`);
    formula.append(make("i", "p"), make("sub", role), "(", make("i", "x"), ")");
    return formula;
  });
}

export default function ({ data, parentElement }) {
  return keep(parentElement, () => new FamilyTree(parentElement), (tree) => tree.update(data));
}
