// Parts of the stage, of which a step may speak; all others are then dimmed (ui/components/focus).

const REST = "--gm-rest"; // how much is left of what the step does not speak of

/** The opacity of something that belongs to the part of this name, or to several: a value for CSS. */
const opacityOf = (names) => {
  const each = names.split(" ").map((name) => `var(--gm-part-${name}, var(${REST}, 1))`);
  return each.length > 1 ? `max(${each.join(", ")})` : each[0];
};

/** Makes an element one of the part of this name, or of several. */
function partOf(element, names) {
  element.dataset.part = names;
  element.style.opacity = opacityOf(names);
  element.style.transition = "opacity 240ms ease-out";
  return element;
}

/** The same for what is painted: its opacity now; the painter draws again on the event "genmodels:focus". */
function opacityNow(element, names) {
  const style = getComputedStyle(element);
  const rest = Number(style.getPropertyValue(REST) || 1);
  return Math.max(...names.split(" ").map((name) => Number(style.getPropertyValue(`--gm-part-${name}`) || rest)));
}
