/**
 * Which rows of a long list are in view, so that 100,000 records cost no more elements than the few dozen that can be
 * seen. All rows are equally high, so that a row's place is one multiplication, whatever stands before it.
 *
 * The scroll container holds a head that stays in view, perhaps more, and then the rows' own box.
 *
 * Usage: `const view = useWindow(grid, body, rows.count, rowHeight);` draws `view.first` to `view.last`, the end
 * excluded; `view.scrollTo(931)`; `view.measure()` when it was scrolled by script and is to be drawn at once
 */
import { useLayoutEffect, useState } from "preact/hooks";

/** Rows that are drawn beyond the edges; the range moves in steps of half of that, and not with every row. */
const OVERSCAN = 8;
const STEP = OVERSCAN / 2;

/** Browsers cannot stack elements higher than 2²⁵ pixels; rows beyond that could not be reached. */
const HIGHEST_PX = 33_000_000;

/** @typedef {{ current: HTMLElement | null }} Ref */

/** @param {Ref} grid @param {Ref} body @param {number} count @param {number} rowHeight */
export function useWindow(grid, body, count, rowHeight) {
  const [range, setRange] = useState({ first: 0, last: 0 });
  const reachable = Math.min(count, Math.floor(HIGHEST_PX / rowHeight));

  /** Where a row begins to be in view below the head, as a place to scroll to. */
  const placeOf = (/** @type {number} */ index) => index * rowHeight + rowsBegin() - headHeight();
  const rowsBegin = () => body.current?.offsetTop ?? 0;
  const headHeight = () => /** @type {HTMLElement | undefined} */ (grid.current?.firstElementChild)?.offsetHeight ?? 0;

  /** The row at the upper edge. */
  const top = () => Math.max(Math.floor(((grid.current?.scrollTop ?? 0) - placeOf(0)) / rowHeight), 0);
  const rowsInView = () => Math.ceil((grid.current?.clientHeight ?? 0) / rowHeight);

  function measure() {
    const first = Math.max(top() - OVERSCAN, 0);
    const from = first - (first % STEP);
    const last = from + rowsInView() + 2 * OVERSCAN + STEP;
    setRange((before) => (before.first === from && before.last === last ? before : { first: from, last }));
  }

  /** No further than it takes to have the row in view. @param {number} index */
  function scrollTo(index) {
    const element = /** @type {HTMLElement} */ (grid.current);
    const highest = placeOf(index);
    const lowest = rowsBegin() + (index + 1) * rowHeight - element.clientHeight;
    element.scrollTop = Math.min(Math.max(element.scrollTop, lowest), highest);
    measure();
  }

  useLayoutEffect(() => {
    const observer = new ResizeObserver(measure);
    observer.observe(/** @type {HTMLElement} */ (grid.current));
    measure();
    return () => observer.disconnect();
  }, [rowHeight]);

  return {
    first: Math.min(range.first, reachable),
    last: Math.min(range.last, reachable),
    height: reachable * rowHeight,
    unreachable: count - reachable,
    placeOf,
    top,
    pageRows: () => Math.max(rowsInView() - 2, 1),
    scrollTo,
    measure,
  };
}
