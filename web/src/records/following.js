/**
 * Keeps the end of the list in view while the reader is there. An open record is not pushed out of view. The list of an
 * opened file begins at its top: it does not go on, and is read from there.
 *
 * Usage: `const { fresh, toNewest, onScroll } = useFollowing(grid, view, rowHeight);` where `fresh` counts the
 * records that came while the reader was elsewhere
 */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { selected } from "../address/address.js";
import { opened } from "../source/source.js";
import { indexAfter } from "../wire/capture.js";
import { rows } from "./rows.js";

/** @import { useWindow } from "./window.js" */

/**
 * @param {{ current: HTMLElement | null }} grid @param {ReturnType<typeof useWindow>} view
 * @param {number} rowHeight
 */
export function useFollowing(grid, view, rowHeight) {
  const list = rows.value;
  const following = useRef(opened.peek() === null);
  const newest = list.records.at(-1)?.seq ?? 0;
  const [lastSeen, setLastSeen] = useState(newest);

  useLayoutEffect(() => {
    if (following.current) keepEnd(/** @type {HTMLElement} */ (grid.current));
  }, [list, rowHeight]);

  function keepEnd(/** @type {HTMLElement} */ element) {
    const end = element.scrollHeight - element.clientHeight;
    const open = list.find(selected.peek());
    const openRow = open < 0 ? end : view.placeOf(open);
    const stop = openRow >= element.scrollTop && openRow < end ? openRow : end;
    element.scrollTop = stop;
    view.measure();
    following.current = stop === end;
    if (following.current) setLastSeen(newest);
  }

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
    view.measure();
  }

  /** Where records are grouped, the newest need not be the last. */
  function toNewest() {
    setLastSeen(newest);
    view.scrollTo(list.isGrouped ? list.find(newest) : list.count - 1);
  }

  const fresh = following.current ? 0 : list.records.length - indexAfter(list.records, lastSeen);
  return { fresh, toNewest, onScroll };
}
