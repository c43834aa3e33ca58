// On a narrow screen Streamlit's menu lies over the page; it stays there after a page was chosen in it, and it is
// there again after a reload.

const NARROW = matchMedia("(max-width: 768px)"); // as in Streamlit's own style
const LINK = '[data-testid="stSidebarNavLink"]';
const CLOSE = '[data-testid="stSidebar"][data-collapsed="false"] [data-testid="stSidebarCollapseButton"] button';
const LOOKS = 20;
const LOOK_MS = 100;

const close = () => NARROW.matches && document.querySelector(CLOSE)?.click();
const chosen = (event) => event.target.closest?.(LINK) && close();

/** Streamlit opens it some time after the page has come, if at all; what a hand opens stays open. */
function arrive(looks) {
  if (globalThis.touched || !looks) return;
  close();
  setTimeout(() => arrive(looks - 1), LOOK_MS);
}

export default function () {
  addEventListener("click", chosen);
  if (globalThis.touched === undefined) {
    globalThis.touched = false;
    for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => (globalThis.touched = true), { capture: true, once: true });
    arrive(LOOKS);
  }
  return () => removeEventListener("click", chosen);
}
