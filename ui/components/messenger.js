// What the hand does reaches the server while it moves, but not more often than the server can follow.

const PAUSE_MS = 60;
const REST_MS = 250; // a burst of arrow keys is one move

/**
 * Sends the latest value: at once, then at most every PAUSE_MS and not while the page still answers; the last always
 * arrives. `rested` is called once the hand has kept still for a while: what may follow late, follows then.
 */
class Messenger {
  constructor(send, rested = () => {}) {
    this.send = send;
    this.rested = rested;
    this.last = -Infinity;
  }

  push(value) {
    this.waiting = [value];
    clearTimeout(this.rest);
    this.rest = setTimeout(() => this.still(), REST_MS);
    if (this.timer === undefined) this.pass();
  }

  still() {
    if (this.waiting || busy()) this.rest = setTimeout(() => this.still(), PAUSE_MS);
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
    const [value] = this.waiting;
    this.waiting = undefined;
    this.last = now;
    this.send(value);
    this.timer = setTimeout(() => this.pass(), PAUSE_MS);
  }

  /** What still waits goes out now, as when the hand lets go. */
  flush() {
    clearTimeout(this.timer);
    this.last = -Infinity;
    const waiting = this.waiting;
    this.waiting = this.timer = undefined;
    if (waiting) this.send(waiting[0]);
  }
}

/** Whether the page is being computed; a further message would break that off, and under a steady hand nothing would ever be shown. */
function busy() {
  return document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState === "running";
}
