// Keys press buttons of the page: as if by the hand, so that the page need not know.

const TYPED = "input:not([type='range'], [type='radio'], [type='checkbox'], [type='button']), textarea, select, [contenteditable='true']";

class Shortcuts {
  constructor() {
    this.listener = (event) => this.press(event);
    addEventListener("keydown", this.listener);
  }

  destroy() {
    removeEventListener("keydown", this.listener);
  }

  press(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const on = event.composedPath()[0]; // also within a component
    if (on.matches?.(TYPED)) return;
    const found = this.listed.find((one) => one.key.toLowerCase() === event.key.toLowerCase() && heard(on, event, one.within));
    const button = found && document.querySelector(`.st-key-${found.button} button`);
    if (!button?.checkVisibility() || button.disabled) return;
    event.preventDefault();
    button.click();
  }
}

/** Whether a key that was pressed on `on` is meant for a button that counts `within` a container of this key. */
function heard(on, event, within) {
  return !within || on === document.body || event.target.closest?.(`.st-key-${within}`) !== null;
}

export default function ({ data, parentElement: parent }) {
  return keep(parent, () => new Shortcuts(), (shortcuts) => (shortcuts.listed = data));
}
