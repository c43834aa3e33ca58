// What the hand does reaches the server while it moves, but not more often than the server can follow.

const PAUSE_MS = 60;
const REST_MS = 250; // a burst of arrow keys is one move

let pressed = -Infinity; // when a key or the pointer was last pressed, anywhere on the page
for (const kind of ["keydown", "pointerup"]) addEventListener(kind, () => (pressed = performance.now()), true);

/**
 * Sends the latest value: at once, then at most every PAUSE_MS and not while the page still answers; the last always
 * arrives, with the `revision` of the page's state for which it was made. `rested` is called once the hand has kept
 * still for a while, also on the rest of the page: what may follow late, follows then, and breaks nothing off.
 */
class Messenger {
  constructor(send, rested = () => {}) {
    this.send = send;
    this.rested = rested;
    this.last = -Infinity;
  }

  push(value) {
    this.waiting = [value, this.revision, move()];
    this.moved = performance.now();
    clearTimeout(this.rest);
    this.rest = setTimeout(() => this.still(), REST_MS);
    if (this.timer === undefined) this.pass();
  }

  /** It waits for what the page computes too, but not for ever: where something is looked at again and again, or many
   * are on the server, the page is never seen idle. */
  still() {
    const now = performance.now();
    const computes = busy() && now < this.moved + 4 * REST_MS;
    if (this.waiting || computes || now - pressed < REST_MS) this.rest = setTimeout(() => this.still(), PAUSE_MS);
    else this.rested();
  }

  pass() {
    this.timer = undefined;
    if (!this.waiting) return;
    const now = performance.now();
    const rest = this.last + PAUSE_MS - now;
    if (rest > 0 || (busy() && now < this.last + 10 * PAUSE_MS)) {
      this.timer = setTimeout(() => this.pass(), Math.max(rest, 8));
      return;
    }
    const { waiting } = this;
    this.waiting = undefined;
    this.last = now;
    this.send(...waiting);
    this.timer = setTimeout(() => this.pass(), PAUSE_MS);
  }

  /** What still waits goes out now, as when the hand lets go. */
  flush() {
    clearTimeout(this.timer);
    this.last = -Infinity;
    const { waiting } = this;
    this.waiting = this.timer = undefined;
    if (waiting) this.send(...waiting);
  }
}

/** A hand has moved something on the page: its number, which tells what was drawn before it from what comes after. */
function move() {
  globalThis.genmodelsMoves = (globalThis.genmodelsMoves ?? 0) + 1;
  dispatchEvent(new CustomEvent("genmodels:moved", { detail: globalThis.genmodelsMoves }));
  return globalThis.genmodelsMoves;
}

/** Whether the page is being computed; a further message would break that off, and under a steady hand nothing would ever be shown. */
function busy() {
  return document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState === "running";
}

/**
 * What a live control exports. `Control(parent, messenger)` draws itself in its parent, follows `update(data)`, pushes
 * its values, and is gone after `destroy()`; values of the data count for it when their `revision` is new.
 */
const live = (Control) => ({ data, parentElement: parent, setStateValue, setTriggerValue }) => {
  const send = (values, revision, moved) => setStateValue("values", { values, revision, moved });
  const make = () => new Control(parent, new Messenger(send, () => setTriggerValue("rest", true)));
  return keep(parent, make, (control) => {
    control.messenger.revision = data.revision;
    control.update(data);
  });
};
