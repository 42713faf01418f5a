/**
 * A part of a long list that is drawn: where it is, and ways to have more of it. It moves to the item that is
 * chosen; so a record of thousands of fields costs no more elements than a short one.
 *
 * Usage: `const { from, to, more } = useExcerpt(items.length, chosenIndex);`
 */
import { useReducer, useRef } from "preact/hooks";

const SIZE = 100;

/** @param {number} count @param {number} here the chosen item, or -1 */
export function useExcerpt(count, here) {
  const [, redraw] = useReducer((/** @type {number} */ turn, /** @type {void} */ _) => turn + 1, 0);
  const range = useRef({ from: 0, to: SIZE });
  const { from, to } = range.current;
  if (here >= 0 && (here < from || here >= to)) range.current = around(here);

  /** @param {"before" | "after"} where */
  function more(where) {
    const { from, to } = range.current;
    range.current = where === "before" ? { from: Math.max(from - SIZE, 0), to } : { from, to: to + SIZE };
    redraw();
  }
  return { from: Math.min(range.current.from, count), to: Math.min(range.current.to, count), more };
}

/** @param {number} here */
function around(here) {
  const from = Math.max(here - SIZE / 2, 0);
  return { from, to: from + SIZE };
}
