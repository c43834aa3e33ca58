// Explains the terms of a page, links to "#term-<key>" in its prose: where the pointer rests, on the one that has the
// focus, and on the one that is tapped.

const TERM = 'a[href^="#term-"]';
const REST_MS = 150; // a pointer that only passes by asks nothing
const GAP = 8; // pixels between a term and its explanation, and at the edges of the window

class Glossary {
  constructor() {
    this.box = document.createElement("div");
    Object.assign(this.box, { id: "gm-term", role: "tooltip", popover: "manual" });
    this.box.innerHTML = "<strong></strong><span></span>";
    document.body.append(this.box);
    this.listeners = {
      pointerover: (event) => event.pointerType === "mouse" && this.over(this.term(event)),
      focusin: (event) => event.target.matches(`${TERM}:focus-visible`) && this.show(event.target),
      focusout: () => this.hide(),
      click: (event) => this.press(event),
      keydown: (event) => event.key === "Escape" && this.hide(),
      scroll: () => this.follow(),
    };
    for (const [name, listener] of Object.entries(this.listeners)) addEventListener(name, listener, true);
  }

  destroy() {
    for (const [name, listener] of Object.entries(this.listeners)) removeEventListener(name, listener, true);
    clearTimeout(this.timer);
    this.box.remove();
  }

  /** The term on which something happened. */
  term(event) {
    return event.target.closest?.(TERM);
  }

  over(link) {
    clearTimeout(this.timer);
    if (link === this.shown) return;
    this.timer = setTimeout(() => (link ? this.show(link) : document.activeElement !== this.shown && this.hide()), REST_MS);
  }

  press(event) {
    const link = this.term(event);
    if (!link) return this.hide();
    event.preventDefault(); // there is nowhere to go
    event.stopPropagation();
    this.show(link);
  }

  show(link) {
    clearTimeout(this.timer);
    const words = this.terms[link.getAttribute("href").slice("#term-".length)];
    if (!words) return;
    this.hide();
    this.shown = link;
    link.setAttribute("aria-describedby", this.box.id);
    this.box.querySelector("strong").textContent = words.name;
    this.box.querySelector("span").textContent = words.text;
    this.box.showPopover();
    this.place(link.getClientRects()[0]);
  }

  /** Below the term, or above it where there is no room, and never beyond the window. */
  place({ left, top, bottom }) {
    const { offsetWidth: width, offsetHeight: height } = this.box;
    const below = bottom + GAP + height <= innerHeight;
    const at = { left: Math.max(GAP, Math.min(left, document.documentElement.clientWidth - width - GAP)), top: below ? bottom + GAP : top - GAP - height };
    for (const [side, pixels] of Object.entries(at)) this.box.style[side] = `${pixels}px`;
  }

  /** The page scrolls, also because a term got the focus: its explanation goes with it, until it is out of sight. */
  follow() {
    const place = this.shown?.getClientRects()[0];
    if (place && place.top >= 0 && place.bottom <= innerHeight) this.place(place);
    else this.hide();
  }

  hide() {
    this.shown?.removeAttribute("aria-describedby");
    this.shown = undefined;
    if (this.box.matches(":popover-open")) this.box.hidePopover();
  }
}

export default function ({ data, parentElement: parent }) {
  return keep(parent, () => new Glossary(), (glossary) => (glossary.terms = data));
}
