/**
 * The list of records: a grid of which only the rows in view exist, or a tree grid where they are grouped.
 *
 * Usage: `<${Records} />`
 */
import { html } from "htm/preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { selected } from "../address/address.js";
import { number } from "../format.js";
import { useHeight } from "../virtual/height.js";
import { columns, headingOf, layout } from "./columns.js";
import { Earlier, hasEarlier } from "./earlier.js";
import { useFollowing } from "./following.js";
import { useKeyboard } from "./keyboard.js";
import { Row, idOf } from "./row.js";
import { rows } from "./rows.js";
import { Toolbar } from "./toolbar.js";
import { useWindow } from "./window.js";

/** @typedef {{ current: HTMLElement | null }} Ref */

export function Records() {
  const grid = useRef(/** @type {HTMLElement | null} */ (null));
  const body = useRef(/** @type {HTMLElement | null} */ (null));
  const [rowHeight, ruler] = useHeight();
  const list = rows.value;
  const view = useWindow(grid, body, list, rowHeight);
  const { active, onKeyDown, onClick } = useKeyboard(view);
  const { fresh, toNewest, onScroll } = useFollowing(grid, view, rowHeight);
  const rowsBefore = hasEarlier.value ? 2 : 1;
  const isActiveDrawn = active >= view.first && active < view.last;
  useLayoutEffect(() => {
    const index = list.find(selected.value);
    if (index >= 0) view.scrollTo(index);
  }, [selected.value]);

  const drawRow = (/** @type {number} */ index) => {
    const row = list.at(index);
    return html`
      <${Row} key=${view.slotOf(index)} row=${row} above=${index > 0 ? list.at(index - 1).record : null}
        index=${index} top=${index * rowHeight} height=${rowHeight} rowsBefore=${rowsBefore} columns=${columns.value}
        active=${index === active} open=${row.record !== null && row.record.seq === selected.value} />`;
  };
  const inView = Array.from({ length: Math.max(view.last - view.first, 0) }, (_, index) => drawRow(view.first + index));

  return html`
    <${Toolbar} unreachable=${view.unreachable} />
    <div class="records-frame" style=${layout.value}>
      <div class="row-ruler" ref=${ruler}></div>
      <div class="records" id="records" role=${list.isGrouped ? "treegrid" : "grid"} aria-label="Records" tabIndex=${0}
        ref=${grid} aria-rowcount=${list.count + rowsBefore} aria-colcount=${columns.value.length}
        aria-activedescendant=${isActiveDrawn ? idOf(list.at(active)) : undefined}
        onKeyDown=${onKeyDown} onClick=${onClick} onScroll=${onScroll}>
        <${Head} />
        ${hasEarlier.value && html`<${Earlier} span=${columns.value.length} />`}
        <div role="rowgroup" class="records-body" ref=${body} style=${{ height: `${view.height}px` }}>${inView}</div>
      </div>
      ${fresh > 0 && html`
        <button type="button" class="button primary fresh" onClick=${toNewest}>${number(fresh)} new ↓</button>`}
    </div>`;
}

function Head() {
  return html`
    <div role="rowgroup" class="records-head">
      <div role="row" class="row head" aria-rowindex=${1}>
        ${columns.value.map((column, index) => html`
          <span role="columnheader" class=${`cell-${column.name}`} aria-colindex=${index + 1}>
            ${headingOf(column)}
          </span>`)}
      </div>
    </div>`;
}
