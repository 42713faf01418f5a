/**
 * The list of records: a grid of which only the rows in view exist.
 *
 * Keys: Up, Down, Page Up, Page Down, Home, End move; Enter or Space opens the record.
 *
 * Usage: `<${Records} />`
 */
import { html } from "htm/preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { whose } from "../filter/filter.js";
import { number } from "../format.js";
import { capture, indexOf, shown } from "../wire/capture.js";
import { select, selected } from "../address/address.js";
import { useFollowing } from "./following.js";
import { useRowHeight } from "./row-height.js";
import { Row } from "./row.js";
import { useVirtualizer } from "./virtualizer.js";

/** @import { WireRecord } from "../types.js" */

const COLUMNS = ["Time", "Conn.", "Direction", "Layer", "Summary", "Bytes"];
const HEADER_ROWS = 1;
const OVERSCAN = 8;

export function Records() {
  const grid = useRef(/** @type {HTMLElement | null} */ (null));
  const [rowHeight, ruler] = useRowHeight();
  const list = shown.value;
  const virtual = useVirtualRows(grid, list, rowHeight);
  const scrollTo = (/** @type {number} */ index) => virtual.scrollToIndex(index);
  const { active, onKeyDown, onClick } = useKeyboard(grid, list, rowHeight, scrollTo);
  const { fresh, followEnd, onScroll } = useFollowing(grid, list, rowHeight);
  const ofEveryone = whose.value === "";
  useLayoutEffect(() => {
    const index = indexOf(list, selected.value);
    if (index >= 0) scrollTo(index);
  }, [selected.value]);

  /** @type {(record: WireRecord, index: number, top: number) => unknown} */
  const drawRow = (record, index, top) => html`
    <${Row} key=${record.seq} record=${record} index=${index} top=${top} height=${rowHeight}
      active=${index === active} open=${record.seq === selected.value}
      started=${capture.value?.started ?? ""} ofEveryone=${ofEveryone} />`;

  return html`
    <div class=${`records-frame ${ofEveryone ? "of-everyone" : ""}`}>
      <div class="row-ruler" ref=${ruler}></div>
      <div class="records" id="records" role="grid" aria-label="Records" tabIndex=${0} ref=${grid}
        aria-rowcount=${list.length + HEADER_ROWS}
        aria-activedescendant=${list[active] && `row-${list[active].seq}`}
        onKeyDown=${onKeyDown} onClick=${onClick} onScroll=${onScroll}>
        <${Head} />
        <div role="rowgroup" class="records-body" style=${{ height: `${list.length * rowHeight}px` }}>
          ${virtual.getVirtualItems().map(({ index, start }) => drawRow(list[index], index, start - rowHeight))}
        </div>
      </div>
      ${fresh > 0 && html`
        <button type="button" class="button primary fresh" onClick=${followEnd}>${number(fresh)} new ↓</button>`}
    </div>`;
}

function Head() {
  return html`
    <div role="rowgroup" class="records-head">
      <div role="row" class="row head" aria-rowindex=${1}>
        ${COLUMNS.map((name) => html`<span role="columnheader">${name}</span>`)}
      </div>
    </div>`;
}

/**
 * The head stands before the rows, and stays in view above them.
 *
 * @param {{ current: HTMLElement | null }} grid @param {WireRecord[]} list
 * @param {number} rowHeight
 */
function useVirtualRows(grid, list, rowHeight) {
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
  return virtual;
}

/**
 * Where the keyboard is in the list, and how it moves. Once a record is open, moving opens the next.
 *
 * @param {{ current: HTMLElement | null }} grid @param {WireRecord[]} list @param {number} rowHeight
 * @param {(index: number) => void} scrollTo
 */
function useKeyboard(grid, list, rowHeight, scrollTo) {
  const [seq, setSeq] = useState(selected.peek());
  const active = indexOf(list, seq);

  /** @param {number} index */
  function moveTo(index) {
    const target = Math.min(Math.max(index, 0), list.length - 1);
    setSeq(list[target].seq);
    scrollTo(target);
    if (selected.value !== null) open(list[target]);
  }

  /** @param {KeyboardEvent} event */
  function onKeyDown(event) {
    const page = Math.max(Math.floor((grid.current?.clientHeight ?? 0) / rowHeight) - 2, 1);
    const here = active < 0 ? list.length : active;
    const target = {
      ArrowUp: here - 1,
      ArrowDown: here + 1,
      PageUp: here - page,
      PageDown: here + page,
      Home: 0,
      End: list.length - 1,
    }[event.key];
    if (target !== undefined) moveTo(target);
    else if ((event.key === "Enter" || event.key === " ") && active >= 0) open(list[active]);
    else return;
    event.preventDefault();
  }

  /** @param {MouseEvent} event */
  function onClick(event) {
    const row = /** @type {HTMLElement} */ (event.target).closest("[data-seq]");
    const record = row && list[indexOf(list, Number(row.getAttribute("data-seq")))];
    if (!record) return;
    setSeq(record.seq);
    open(record);
  }

  return { active, onKeyDown, onClick };
}

/** A gap has no bytes to show. @param {WireRecord} record */
function open(record) {
  if (record.kind !== "gap") select(record.seq);
}
