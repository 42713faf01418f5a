/**
 * The list of records: a grid of which only the rows in view exist. It follows the newest record
 * while the reader is at the end and otherwise counts what is new.
 *
 * Keys: Up, Down, Page Up, Page Down, Home, End move; Enter or Space opens the record.
 *
 * Usage: `<${Records} />`
 */
import { html } from "htm/preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { number } from "../format.js";
import { capture, dropped, indexOf, shown } from "../wire/capture.js";
import { filter } from "../wire/feed.js";
import { select, selected } from "../wire/selection.js";
import { Row } from "./row.js";
import { useVirtualizer } from "./virtualizer.js";

/** @import { WireRecord } from "../types.js" */

const COLUMNS = ["Time", "Conn.", "Direction", "Layer", "Summary", "Bytes"];
const HEADER_ROWS = 1;
const OVERSCAN = 8;

export function Records() {
  const grid = useRef(/** @type {HTMLElement | null} */ (null));
  const [active, setActive] = useState(/** @type {number | null} */ (selected.peek()));
  const [rowHeight, ruler] = useRowHeight();
  const list = shown.value;
  const ofEveryone = filter.value !== "mine";
  const virtual = useVirtualizer({
    count: list.length,
    getScrollElement: () => grid.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => list[index].seq,
    overscan: OVERSCAN,
    scrollMargin: rowHeight,
    scrollPaddingStart: rowHeight,
  });
  useLayoutEffect(() => virtual.measure(), [rowHeight]);
  const { fresh, followEnd, onScroll } = useFollowing(grid, list, rowHeight);

  const activeIndex = indexOf(list, active);
  useLayoutEffect(() => scrollTo(indexOf(list, selected.value)), [selected.value]);

  /** @param {number} index */
  function scrollTo(index) {
    if (index >= 0) virtual.scrollToIndex(index);
  }

  /** @param {number} index */
  function moveTo(index) {
    const record = list[Math.min(Math.max(index, 0), list.length - 1)];
    setActive(record.seq);
    scrollTo(indexOf(list, record.seq));
    if (selected.value !== null) openRecord(record);
  }

  /** @param {KeyboardEvent} event */
  function onKeyDown(event) {
    const page = Math.max(Math.floor((grid.current?.clientHeight ?? 0) / rowHeight) - 2, 1);
    const here = activeIndex < 0 ? list.length : activeIndex;
    const target = {
      ArrowUp: here - 1, ArrowDown: here + 1, PageUp: here - page, PageDown: here + page, Home: 0, End: list.length - 1,
    }[event.key];
    if (target !== undefined) moveTo(target);
    else if ((event.key === "Enter" || event.key === " ") && activeIndex >= 0) openRecord(list[activeIndex]);
    else return;
    event.preventDefault();
  }

  /** @param {MouseEvent} event */
  function onClick(event) {
    const row = /** @type {HTMLElement} */ (event.target).closest("[data-seq]");
    const record = row && list[indexOf(list, Number(row.getAttribute("data-seq")))];
    if (!record) return;
    setActive(record.seq);
    openRecord(record);
  }

  return html`
    <div class=${`records-frame ${ofEveryone ? "of-everyone" : ""}`}>
      <div class="row-ruler" ref=${ruler}></div>
      <div class="records" id="records" role="grid" aria-label="Records" tabIndex=${0} ref=${grid}
        aria-rowcount=${list.length + HEADER_ROWS} aria-activedescendant=${activeIndex >= 0 ? `row-${active}` : undefined}
        onKeyDown=${onKeyDown} onClick=${onClick} onScroll=${onScroll}>
        <div role="rowgroup" class="records-head">
          <div role="row" class="row head" aria-rowindex=${1}>
            ${COLUMNS.map((name) => html`<span role="columnheader">${name}</span>`)}
          </div>
        </div>
        <div role="rowgroup" class="records-body" style=${{ height: `${list.length * rowHeight}px` }}>
          ${virtual.getVirtualItems().map(({ index, start }) => list[index] && html`
            <${Row} key=${list[index].seq} record=${list[index]} index=${index} top=${start - rowHeight} height=${rowHeight}
              active=${index === activeIndex} open=${list[index].seq === selected.value}
              started=${capture.value?.started ?? ""} ofEveryone=${ofEveryone} />`)}
        </div>
      </div>
      ${fresh > 0 && html`<button type="button" class="button primary fresh" onClick=${followEnd}>${number(fresh)} new ↓</button>`}
    </div>`;
}

/** A gap has no bytes to show. @param {WireRecord} record */
function openRecord(record) {
  if (record.kind !== "gap") select(record.seq);
}

/** The height of a row as the style sheet has it now: it grows with the type and on narrow panes. */
function useRowHeight() {
  const ruler = useRef(/** @type {HTMLElement | null} */ (null));
  const [height, setHeight] = useState(28);
  useLayoutEffect(() => {
    const element = /** @type {HTMLElement} */ (ruler.current);
    const measure = () => setHeight(element.offsetHeight || height);
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, []);
  return /** @type {const} */ ([height, ruler]);
}

/**
 * Keeps the end in view while the reader is there, and the reader's place where it is otherwise,
 * also when the page lets the oldest rows go. An open record is not pushed out of view.
 *
 * @param {{ current: HTMLElement | null }} grid @param {WireRecord[]} list @param {number} rowHeight
 */
function useFollowing(grid, list, rowHeight) {
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

  function onScroll() {
    const element = /** @type {HTMLElement} */ (grid.current);
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
