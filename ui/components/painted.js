// Says once that a page's picture has been painted, so that the rest of the page may follow.

const PAINTED_MS = 300; // by then the browser has painted, and has heard the clicks that came meanwhile
const LEAVE_MS = 700;

/** Calls `say` soon, unless the visitor is just leaving `page`: a late message would bring that page back. */
function sayPainted(element, page, say, patience = 3) {
  setTimeout(() => report(element, page, say, patience), PAINTED_MS);
}

function report(element, page, say, patience) {
  if (!element.isConnected) return;
  const link = inFocus()?.closest("a[href]"); // the one clicked last
  const leaving = link && !new URL(link.href).pathname.endsWith(`/${page === "home" ? "" : page}`);
  if (leaving && patience) setTimeout(() => report(element, page, say, patience - 1), LEAVE_MS);
  else say();
}

/** What has the focus, also within a component. */
function inFocus() {
  let found = document.activeElement;
  while (found?.shadowRoot?.activeElement) found = found.shadowRoot.activeElement;
  return found;
}
