/**
 * Which rows of a long list are in view, so that 100,000 records cost no more elements than the few dozen that can be
 * seen. All rows are equally high, so that a row's place is one multiplication, whatever stands before it.
 *
 * `virtual/virtualizer.js` keeps a place for every row: of a list that lets its beginning go, it would have to work out
 * 100,000 of them anew with each batch.
 *
 * The row at the upper edge stays there when rows above it come or go: when the page lets the oldest records go,
 * earlier ones are loaded, or a group above grows. The scroll container holds a head that stays in view, perhaps more,
 * and then the rows' own box.
 *
 * Usage: `const view = useWindow(grid, body, rows.value, rowHeight);` draws `view.first` to `view.last`, the end
 * excluded; `view.scrollTo(931)`; `view.measure()` when it was scrolled
 */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { spotOf } from "./rows.js";

/** @import { Rows, Spot } from "./rows.js" */

/** Rows that are drawn beyond the edges; the range moves in steps of half of that, and not with every row. */
const OVERSCAN = 6;
const STEP = OVERSCAN / 2;

/** Browsers cannot stack elements higher than 2²⁵ pixels; rows beyond that could not be reached. */
const HIGHEST_PX = 33_000_000;

/** @typedef {{ current: HTMLElement | null }} Ref */

/** @param {Ref} grid @param {Ref} body @param {Rows} list @param {number} rowHeight */
export function useWindow(grid, body, list, rowHeight) {
  const [range, setRange] = useState({ first: 0, last: 0 });
  /** The row at the upper edge, and where it stood when that was last looked at. */
  const anchor = useRef({ spot: /** @type {Spot} */ ({ group: null, seq: null }), list, index: 0, place: 0 });
  /** By how many rows those in view have moved, all in all. */
  const shift = useRef(0);
  const reachable = Math.min(list.count, Math.floor(HIGHEST_PX / rowHeight));

  /** Where a row begins to be in view below the head, as a place to scroll to. */
  const placeOf = (/** @type {number} */ index) => index * rowHeight + rowsBegin() - headHeight();
  const rowsBegin = () => body.current?.offsetTop ?? 0;
  const headHeight = () => /** @type {HTMLElement | undefined} */ (grid.current?.firstElementChild)?.offsetHeight ?? 0;
  const rowsInView = () => Math.ceil((grid.current?.clientHeight ?? 0) / rowHeight);
  const anchored = () => (list === anchor.current.list ? anchor.current.index : list.near(anchor.current.spot));

  function measure() {
    const top = Math.max(Math.floor(((grid.current?.scrollTop ?? 0) - placeOf(0)) / rowHeight), 0);
    const index = Math.min(top, list.count - 1);
    anchor.current = { spot: spotOf(list.at(index)), list, index, place: placeOf(index) };
    const first = Math.max(top - OVERSCAN, 0);
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

  // The rows that were in view are drawn where they are now, so that their elements stay.
  const moved = anchored() - anchor.current.index;
  useLayoutEffect(() => {
    const distance = placeOf(anchored()) - anchor.current.place;
    if (distance !== 0) /** @type {HTMLElement} */ (grid.current).scrollTop += distance;
    shift.current += moved;
    // Those that have come into reach before them are drawn as well, also where the range is the same by its numbers.
    if (moved !== 0) setRange((range) => ({ ...range }));
    measure();
  }, [list, rowHeight]);

  const latest = useRef(measure);
  latest.current = measure;
  useLayoutEffect(() => {
    const observer = new ResizeObserver(() => latest.current());
    observer.observe(/** @type {HTMLElement} */ (grid.current));
    return () => observer.disconnect();
  }, []);

  /**
   * Which of the elements a row gets: that of a row which went out of view as this one came. To change an element
   * costs half of what it does to make one.
   */
  const slotOf = (/** @type {number} */ index) => modulo(index - moved - shift.current, range.last - range.first);

  return {
    first: Math.min(Math.max(range.first + moved, 0), reachable),
    last: Math.min(Math.max(range.last + moved, 0), reachable),
    slotOf,
    height: reachable * rowHeight,
    unreachable: list.count - reachable,
    placeOf,
    pageRows: () => Math.max(rowsInView() - 2, 1),
    scrollTo,
    measure,
  };
}

/** Never negative. @param {number} value @param {number} divisor */
const modulo = (value, divisor) => ((value % divisor) + divisor) % divisor;
