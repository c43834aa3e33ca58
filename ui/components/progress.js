// Which challenges a visitor has solved, of every page: kept in their browser, and nowhere else.
//
// {"solved": {page: [name, ...]}} in localStorage. What cannot be read is nothing; where nothing can be kept, this tab
// remembers it. Each name is written once per visit: what is forgotten does not come back from a page that still
// knows it, in this tab or another one.

const KEPT = "genmodels:progress";
const CHANGED = "genmodels:progress";
const MOST = 64; // characters of a name, names of a page, and pages; more is not ours
const NAME = /^[a-z][a-z0-9_-]*$/;

/** What this tab knows: what it could not keep, what it has told already, and whether the browser keeps anything. */
const tab = (globalThis.genmodelsProgress ??= { unkept: new Map(), told: new Set(), keeps: true });

const isName = (name) => typeof name === "string" && name.length <= MOST && NAME.test(name);

/** What somebody has put there, as page -> names; whatever is no such thing is left out. */
function solvedIn(text) {
  let table;
  try {
    table = JSON.parse(text)?.solved;
  } catch {
    return new Map();
  }
  if (typeof table !== "object" || table === null) return new Map();
  const pages = Object.entries(table).filter(([page, names]) => isName(page) && Array.isArray(names));
  return new Map(pages.slice(0, MOST).map(([page, names]) => [page, new Set(names.filter(isName).slice(0, MOST))]));
}

/** Page -> the names of what has been solved there. */
function solvedSoFar() {
  let found = new Map();
  try {
    found = solvedIn(localStorage.getItem(KEPT));
  } catch {
    tab.keeps = false;
  }
  for (const [page, names] of tab.unkept) found.set(page, new Set([...(found.get(page) ?? []), ...names]));
  return found;
}

function keepSolved(solved) {
  const table = Object.fromEntries([...solved].map(([page, names]) => [page, [...names].sort()]));
  try {
    if (solved.size) localStorage.setItem(KEPT, JSON.stringify({ solved: table }));
    else localStorage.removeItem(KEPT);
    [tab.keeps, tab.unkept] = [true, new Map()];
  } catch {
    [tab.keeps, tab.unkept] = [false, solved];
  }
  dispatchEvent(new CustomEvent(CHANGED));
}

/** These have been solved on a page; what has been told before is old news. */
function addSolved(page, names) {
  const fresh = names.filter((name) => !tab.told.has(`${page}/${name}`));
  for (const name of fresh) tab.told.add(`${page}/${name}`);
  const solved = solvedSoFar();
  const before = solved.get(page) ?? new Set();
  if (fresh.every((name) => before.has(name))) return;
  keepSolved(solved.set(page, new Set([...before, ...fresh])));
}

/** Nothing has been solved any more; gives back what had been, for `keepSolved`. */
function forgetSolved() {
  const before = solvedSoFar();
  tab.told.clear();
  keepSolved(new Map());
  return before;
}

/** Calls `listener` whenever something has been solved or forgotten, also in another tab; gives what ends that. */
function onSolved(listener) {
  const elsewhere = (event) => [KEPT, null].includes(event.key) && listener();
  addEventListener(CHANGED, listener);
  addEventListener("storage", elsewhere);
  return () => {
    removeEventListener(CHANGED, listener);
    removeEventListener("storage", elsewhere);
  };
}
