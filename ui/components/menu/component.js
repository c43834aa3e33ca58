// On a narrow screen Streamlit's menu lies over the page; it stays there after a page was chosen in it, and it is
// there again after a reload. And its list holds sections and links side by side, which a screen reader cannot read as
// one: what it says of them is groups of links, by the names of their sections. Links of components are followed through
// those of Streamlit, without which the page would come anew, and the visit with it.

const NARROW = matchMedia("(max-width: 768px)"); // as in Streamlit's own style
const LINK = '[data-testid="stSidebarNavLink"]';
const IN_PAGE = '[data-testid="stPageLink-NavLink"]';
const OWN = "a[data-page]"; // of a component
const CLOSE = '[data-testid="stSidebar"][data-collapsed="false"] [data-testid="stSidebarCollapseButton"] button';
const ITEMS = '[data-testid="stSidebarNavItems"]';
const LOOKS = 20;
const LOOK_MS = 100;
const PATIENCE = 100; // looks
const AT_REST = 4; // looks in a row

const close = () => NARROW.matches && document.querySelector(CLOSE)?.click();

let presses = 0; // of the hand, anywhere
for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => presses++, true);

function chosen(event) {
  if (event.target.closest?.(LINK)) close();
  const link = event.target.closest?.(`${LINK}, ${IN_PAGE}`);
  if (link && event.isTrusted) follow(link, PATIENCE);
  const own = event.composedPath()[0].closest?.(OWN);
  if (own && plain(event)) open(own, event);
}

/** Whether a click is one that stays in this tab. */
const plain = (event) => !event.defaultPrevented && event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);

/** Streamlit's own link to where a component's leads: with the same query, else the one to that page. */
function linkLike({ href }) {
  const { pathname, search } = new URL(href);
  const alike = [...document.querySelectorAll(`${IN_PAGE}, ${LINK}`)].filter((link) => new URL(link.href).pathname === pathname);
  return alike.find((link) => new URL(link.href).search === search) ?? alike.at(-1);
}

function open(own, event) {
  const link = linkLike(own);
  if (!link) return;
  event.preventDefault();
  link.click();
  const pressed = presses;
  follow(link, PATIENCE, 0, () => presses === pressed && link.isConnected);
}

/**
 * A press that a message of the page before has overtaken is undone: the message brings that page back. Once all is at
 * rest, and the hand has done nothing else, it is pressed again.
 */
function follow(link, looks, still = 0, meant = () => document.activeElement === link) {
  if (!meant() || !looks) return;
  if (still < AT_REST) setTimeout(() => follow(link, looks - 1, rests() ? still + 1 : 0, meant), LOOK_MS);
  else if (new URL(link.href).pathname !== location.pathname) link.click();
}

const rests = () => document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState === "notRunning";

/** Streamlit opens it some time after the page has come, if at all; what a hand opens stays open. */
function arrive(looks) {
  if (globalThis.touched || !looks) return;
  close();
  setTimeout(() => arrive(looks - 1), LOOK_MS);
}

/** What it is made of is told as groups of links. It comes some time after the page, and anew when a section is folded. */
function group() {
  for (const one of document.querySelectorAll(`${ITEMS}, ${ITEMS} li`)) one.role = "none";
  for (const section of document.querySelectorAll(`${ITEMS} > div`)) {
    section.role = "group";
    section.ariaLabel = section.querySelector("header p")?.textContent ?? null;
  }
}

class Menu {
  constructor() {
    addEventListener("click", chosen);
    this.watcher = new MutationObserver(group);
    this.watcher.observe(document.body, { childList: true, subtree: true });
  }

  destroy() {
    removeEventListener("click", chosen);
    this.watcher.disconnect();
  }
}

export default function ({ parentElement }) {
  if (globalThis.touched === undefined) {
    globalThis.touched = false;
    for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => (globalThis.touched = true), { capture: true, once: true });
    arrive(LOOKS);
  }
  return keep(parentElement, () => new Menu(), group);
}
