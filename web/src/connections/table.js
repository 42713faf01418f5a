/**
 * The connections as rows, of which only those in view exist; sessions can be unfolded.
 *
 * Keys: Up, Down, Page Up, Page Down, Home, End move; Right unfolds a session, Left folds it; Enter or Space opens the
 * details, and Escape closes them.
 *
 * Usage: `<${Table} entries=${entries} chosen="7" onChoose=${choose} onFold=${fold} ofEveryone=${true} />`
 */
import { html } from "htm/preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { useHeight } from "../virtual/height.js";
import { useVirtualizer } from "../virtual/virtualizer.js";
import { COLUMNS } from "./columns.js";
import { Row } from "./row.js";
import { sort, sortBy } from "./sorting.js";

/** @import { Entry } from "./entries.js" */

/**
 * @typedef {object} TableProps
 * @property {Entry[]} entries
 * @property {string | null} chosen the key of the entry whose details are shown
 * @property {(key: string | null) => void} onChoose
 * @property {(key: string, isOpen: boolean) => void} onFold
 * @property {boolean} ofEveryone
 */

const HEADER_ROWS = 1;
const OVERSCAN = 6;

/** @param {TableProps} props */
export function Table(props) {
  const { entries, chosen, ofEveryone } = props;
  const grid = useRef(/** @type {HTMLElement | null} */ (null));
  const head = useRef(/** @type {HTMLElement | null} */ (null));
  const [rowHeight, ruler] = useHeight();
  const headHeight = head.current?.offsetHeight ?? 0;
  const virtual = useVirtualizer({
    count: entries.length,
    getScrollElement: () => grid.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => entries[index].key,
    overscan: OVERSCAN,
    scrollMargin: headHeight,
    scrollPaddingStart: headHeight,
  });
  useLayoutEffect(() => virtual.measure(), [rowHeight]);
  const { active, onKeyDown, onClick } = useKeyboard(grid, props, rowHeight, (index) => virtual.scrollToIndex(index));
  const drawn = virtual.getVirtualItems().filter(({ index }) => index < entries.length);
  const isDrawn = drawn.some(({ index }) => index === active);
  return html`
    <div class=${`conns-frame ${ofEveryone ? "of-everyone" : ""}`}>
      <div class="conns-ruler" ref=${ruler}></div>
      <div class="conns-table" id="connections" role="treegrid" aria-label="Connections" tabIndex=${0} ref=${grid}
        aria-rowcount=${entries.length + HEADER_ROWS}
        aria-activedescendant=${isDrawn ? rowId(entries[active]) : undefined}
        onKeyDown=${onKeyDown} onClick=${onClick}>
        <div role="rowgroup" class="conns-head" ref=${head}><${Head} /></div>
        <div role="rowgroup" class="conns-body" style=${{ height: `${entries.length * rowHeight}px` }}>
          ${drawn.map(({ index, start }) => html`
            <${Row} key=${entries[index].key} id=${rowId(entries[index])} entry=${entries[index]} index=${index}
              top=${start - headHeight} height=${rowHeight} active=${index === active}
              chosen=${entries[index].key === chosen} />`)}
        </div>
      </div>
    </div>`;
}

/** @param {Entry} entry */
const rowId = ({ key }) => `connection-${key.replace(" ", "-")}`;

function Head() {
  const { by: sorted, down } = sort.value;
  return html`
    <div role="row" class="conns-line" aria-rowindex=${1}>
      ${COLUMNS.map(({ name, area, by, title }) => html`
        <span role="columnheader" class=${`conns-${area}`}
          aria-sort=${by === sorted ? (down ? "descending" : "ascending") : undefined}>
          ${by
            ? html`<button type="button" title=${title} onClick=${() => sortBy(by)}>
                ${name}<span class="conns-arrow" aria-hidden="true">${by === sorted ? (down ? "↓" : "↑") : ""}</span>
              </button>`
            : name}
        </span>`)}
    </div>`;
}

/**
 * @param {{ current: HTMLElement | null }} grid @param {TableProps} props @param {number} rowHeight
 * @param {(index: number) => void} scrollTo
 */
function useKeyboard(grid, { entries, chosen, onChoose, onFold }, rowHeight, scrollTo) {
  const [key, setKey] = useState(/** @type {string | null} */ (null));
  const active = entries.findIndex((entry) => entry.key === key);

  /** @param {number} index */
  function moveTo(index) {
    const target = Math.min(Math.max(index, 0), entries.length - 1);
    setKey(entries[target].key);
    scrollTo(target);
    if (chosen !== null) onChoose(entries[target].key);
  }

  /** @param {KeyboardEvent} event */
  function onKeyDown(event) {
    // The buttons of the head have keys of their own.
    if (event.target !== grid.current) return;
    const page = Math.max(Math.floor((grid.current?.clientHeight ?? 0) / rowHeight) - 2, 1);
    const target = {
      ArrowUp: active - 1,
      ArrowDown: active + 1,
      PageUp: active - page,
      PageDown: active + page,
      Home: 0,
      End: entries.length - 1,
    }[event.key];
    const entry = entries[active];
    if (target !== undefined) moveTo(target);
    else if ((event.key === "Enter" || event.key === " ") && entry) onChoose(entry.key);
    else if (event.key === "Escape" && chosen !== null) onChoose(null);
    else if (event.key === "ArrowRight" && entry?.isOpen === false) onFold(entry.key, true);
    else if (event.key === "ArrowLeft" && entry?.isOpen) onFold(entry.key, false);
    else return;
    event.preventDefault();
  }

  /** @param {MouseEvent} event */
  function onClick(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    const entry = entries.find(({ key }) => key === target.closest("[data-key]")?.getAttribute("data-key"));
    if (!entry) return;
    setKey(entry.key);
    if (target.closest(".conns-fold")) onFold(entry.key, !entry.isOpen);
    else onChoose(entry.key);
  }

  return { active, onKeyDown, onClick };
}
