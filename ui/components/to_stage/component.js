// Whoever asks to watch something wants to see it: the page scrolls to its stage, if that is not on screen already.

const BUTTONS = '[class*="st-key-watch-"] button';
const TOP = 72; // pixels below the window's upper edge, where Streamlit's own buttons end
const SEEN = 0.6; // of the stage, or of the window if that is lower

function pressed(event) {
  const stage = event.target.closest?.(BUTTONS) && document.querySelector(".st-key-stage");
  const scroller = stage?.closest('[data-testid="stMain"]');
  if (!scroller) return;
  const { top, bottom, height } = stage.getBoundingClientRect();
  const seen = Math.min(bottom, innerHeight) - Math.max(top, 0);
  if (top >= 0 && seen >= SEEN * Math.min(height, innerHeight)) return;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  scroller.scrollBy({ top: top - TOP, behavior: calm ? "auto" : "smooth" });
}

function listen() {
  addEventListener("click", pressed);
  return { destroy: () => removeEventListener("click", pressed) };
}

export default ({ parentElement }) => keep(parentElement, listen, () => {});
