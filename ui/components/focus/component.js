// Which part of the stage is set off, and whether the rail beside it is behind.

const LEFT = 0.28; // of what a step does not speak of
const STAGE = ".st-key-stage";

class Focus {
  constructor() {
    this.root = document.documentElement;
    this.sheet = document.head.appendChild(document.createElement("style"));
    this.moved = 0; // the number of the last move since this has been here
    this.listener = (event) => this.move(event.detail);
    addEventListener("genmodels:moved", this.listener);
  }

  destroy() {
    removeEventListener("genmodels:moved", this.listener);
    this.set("");
    this.sheet.remove();
    delete this.root.dataset.behind;
  }

  update({ part, heard }) {
    this.heard = heard;
    this.mark();
    if (part !== this.part) this.set(part);
  }

  /** Components know their parts by variables, the page's own containers by their keys, numbers by their attribute. */
  set(part) {
    this.part = part;
    const names = part ? part.split(" ") : [];
    this.root.dataset.part = part;
    const all = names.map((name) => `--gm-part-${name}: 1;`).join(" ");
    const [kept, told] = [names.map((name) => `:not(.st-key-part-${name})`), names.map((name) => `:not([data-part~="${name}"])`)];
    this.sheet.textContent = names.length
      ? `:root { --gm-rest: ${LEFT}; ${all} }
         ${STAGE} [class*="st-key-part-"]${kept.join("")}, ${STAGE} .gm-equation [data-part]${told.join("")} { opacity: ${LEFT}; }`
      : "";
    dispatchEvent(new CustomEvent("genmodels:focus"));
  }

  move(number) {
    this.moved = number;
    this.mark();
  }

  mark() {
    this.root.toggleAttribute("data-behind", this.moved > this.heard);
  }
}

export default function ({ data, parentElement: parent }) {
  return keep(parent, () => new Focus(), (focus) => focus.update(data));
}
