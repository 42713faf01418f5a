/**
 * Which record is open, kept in the page's address (`#record=931`) so that it can be linked to and
 * that the browser's Back closes it.
 *
 * Usage: `select(931); selected.value; select(null);`
 */
import { signal } from "@preact/signals";

export const selected = signal(inAddress());

addEventListener("popstate", () => {
  selected.value = inAddress();
});

/** @param {number | null} seq */
export function select(seq) {
  if (seq === selected.value) return;
  const address = seq === null ? location.pathname + location.search : `#record=${seq}`;
  const opens = selected.value === null && seq !== null;
  history[opens ? "pushState" : "replaceState"](null, "", address);
  selected.value = seq;
}

function inAddress() {
  const match = location.hash.match(/^#record=(\d+)$/);
  return match ? Number(match[1]) : null;
}
