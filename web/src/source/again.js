/**
 * Does something again and again: never twice at once, and not while nobody sees the page. What takes long is done less
 * often, so that asking never keeps a server busy.
 *
 * Usage: `useEffect(() => again(ask, () => 1_000), [])`, where `ask(signal)` gives a promise; it gives what ends it
 */

/** Of the time, so much at most is spent asking. */
const SHARE = 0.2;

/** @typedef {(signal: AbortSignal) => Promise<void>} Act */
/** Milliseconds after a turn, counted from 0; null ends it. @typedef {(turn: number) => number | null} Pause */

/** @param {Act} act @param {Pause} pause */
export function again(act, pause) {
  const abort = new AbortController();
  run(act, pause, abort.signal);
  return () => abort.abort();
}

/** @param {Act} act @param {Pause} pause @param {AbortSignal} signal */
async function run(act, pause, signal) {
  for (let turn = 0; !signal.aborted; turn += 1) {
    const began = performance.now();
    await act(signal).catch((error) => {
      if (!signal.aborted) throw error;
    });
    const took = performance.now() - began;
    const rest = pause(turn);
    if (rest === null) return;
    await new Promise((resolve) => setTimeout(resolve, Math.max(rest, took / SHARE)));
    await visible();
  }
}

function visible() {
  if (!document.hidden) return;
  return new Promise((resolve) => document.addEventListener("visibilitychange", resolve, { once: true }));
}
