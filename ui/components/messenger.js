// What the hand does reaches the server while it moves, but not more often than the server can follow.

const PAUSE_MS = 60;

/** Sends the latest value: at once, then at most every PAUSE_MS and not while the page still answers; the last always arrives. */
class Messenger {
  constructor(send) {
    this.send = send;
    this.last = -Infinity;
  }

  push(value) {
    this.waiting = [value];
    if (this.timer === undefined) this.pass();
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
