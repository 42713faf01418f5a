/**
 * Keeps the end of the list in view while the reader is there, and the reader's place where it is
 * otherwise, also when the page lets the oldest rows go. An open record is not pushed out of view.
 *
 * Usage: `const { fresh, followEnd, onScroll } = useFollowing(grid, list, rowHeight);` where `fresh`
 * counts the records that came while the reader was elsewhere
 */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { dropped, indexOf } from "../wire/capture.js";
import { selected } from "../address/address.js";

/** @import { WireRecord } from "../types.js" */

/** @param {{ current: HTMLElement | null }} grid @param {WireRecord[]} list @param {number} rowHeight */
export function useFollowing(grid, list, rowHeight) {
  const following = useRef(true);
  const letGo = useRef(dropped.peek());
  const [lastSeen, setLastSeen] = useState(0);
  const newest = list.at(-1)?.seq ?? 0;

  useLayoutEffect(() => {
    const element = /** @type {HTMLElement} */ (grid.current);
    const shift = dropped.peek() - letGo.current;
    letGo.current = dropped.peek();
    if (!following.current) {
      if (shift > 0) element.scrollTop -= shift * rowHeight;
      return;
    }
    const end = element.scrollHeight - element.clientHeight;
    const openRow = indexOf(list, selected.peek()) * rowHeight;
    const stop = openRow >= element.scrollTop && openRow < end ? openRow : end;
    element.scrollTop = stop;
    following.current = stop === end;
    if (following.current) setLastSeen(newest);
  }, [newest, rowHeight]);

  // A smaller grid, as when a record opens below it, would otherwise hide the newest rows.
  useEffect(() => {
    const element = /** @type {HTMLElement} */ (grid.current);
    const observer = new ResizeObserver(() => {
      if (following.current && selected.peek() === null) element.scrollTop = element.scrollHeight;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  // The event can come when the list is gone already: it brings its own element.
  function onScroll(/** @type {Event & { currentTarget: HTMLElement }} */ { currentTarget: element }) {
    following.current = element.scrollHeight - element.scrollTop - element.clientHeight < rowHeight;
    if (following.current) setLastSeen(newest);
  }

  function followEnd() {
    const element = /** @type {HTMLElement} */ (grid.current);
    element.scrollTop = element.scrollHeight;
  }

  const seenAt = indexOf(list, lastSeen);
  const fresh = following.current ? 0 : list.length - 1 - seenAt;
  return { fresh, followEnd, onScroll };
}
