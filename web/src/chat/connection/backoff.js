/**
 * How long to wait before the next attempt: twice as long each time, up to a limit, and never exactly, so
 * that not everybody comes back in the same moment. The numbers are those of Socket.IO's own client.
 *
 * Usage: `const backoff = new Backoff(); setTimeout(again, backoff.next()); backoff.reset();`
 */

const FIRST_MS = 1_000;
const LONGEST_MS = 5_000;
const SPREAD = 0.5;

export class Backoff {
  #attempts = 0;

  /** Milliseconds. */
  next() {
    const exact = Math.min(FIRST_MS * 2 ** this.#attempts, LONGEST_MS);
    this.#attempts += 1;
    return exact * (1 + SPREAD * (2 * Math.random() - 1));
  }

  reset() {
    this.#attempts = 0;
  }
}
