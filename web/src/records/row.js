/**
 * One record as a row of the list. A record never changes, so its cells are drawn anew only when other columns or
 * another time are chosen, however often the row moves.
 *
 * Usage: `<${Row} row=${rows.at(3)} above=${record} index=${3} columns=${columns} … />`
 */
import { html } from "htm/preact";
import { useMemo } from "preact/hooks";
import { count } from "../format.js";
import { GroupCell } from "./group-cell.js";
import { spotOf } from "./rows.js";
import { toneOf } from "./summary.js";
import { timeOf } from "./time.js";

/** @import { WireRecord } from "../types.js" */
/** @import { Column } from "./columns.js" */
/** @import { Row as RowOfList, Spot } from "./rows.js" */

/**
 * @typedef {object} RowProps
 * @property {RowOfList} row
 * @property {WireRecord | null} above the record of the row above it
 * @property {number} index
 * @property {number} top
 * @property {number} height
 * @property {number} rowsBefore the head's rows
 * @property {boolean} active where the keyboard is
 * @property {boolean} open whether the record is shown in full
 * @property {Column[]} columns
 */

/** @param {RowProps} props */
export function Row({ row, above, index, top, height, rowsBefore, active, open, columns }) {
  const { group, record } = row;
  const { seq } = spotOf(row);
  return html`
    <div role="row" id=${idOf(row)} class=${`${classOf(row)} ${active ? "active" : ""}`}
      data-seq=${seq ?? undefined} data-group=${group?.key}
      aria-rowindex=${index + rowsBefore + 1} aria-selected=${record ? open : undefined}
      aria-level=${group ? (record ? 2 : 1) : undefined}
      aria-expanded=${group && !record ? !group.isCollapsed : undefined}
      style=${{ height: `${height}px`, transform: `translateY(${top}px)` }}>
      ${record
        ? html`<${Cells} record=${record} columns=${columns} time=${timeOf(record, above)} />`
        : group && html`<${GroupCell} group=${group} span=${columns.length} />`}
    </div>`;
}

/** A record that stands in several groups has a row in each. @param {RowOfList} row */
export function idOf({ group, record }) {
  if (!group) return `row-${record?.seq}`;
  return record ? `row-${group.id}-${record.seq}` : `group-${group.id}`;
}

/** What an element belongs to. @param {EventTarget | null} target @returns {Spot | null} */
export function spotAt(target) {
  const element = target instanceof Element && target.closest("[data-seq], [data-group]");
  if (!(element instanceof HTMLElement)) return null;
  const { seq, group } = element.dataset;
  return { group: group ?? null, seq: seq === undefined ? null : Number(seq) };
}

/** @param {RowOfList} row */
function classOf({ record }) {
  if (!record) return "row group";
  if (record.kind === "gap") return "row gap";
  return `row ${record.direction} ${toneOf(record) ?? ""}`;
}

/** @param {{ record: WireRecord, columns: Column[], time: string }} props */
function Cells({ record, columns, time }) {
  return useMemo(() => (record.kind === "gap" ? drawGap(record, columns) : draw(record, columns, time)), [
    record,
    columns,
    time,
  ]);
}

/** @param {WireRecord} record @param {Column[]} columns @param {string} time */
function draw(record, columns, time) {
  return columns.map(({ name, draw }, index) => html`
    <span role="gridcell" class=${`cell-${name}`} aria-colindex=${index + 1}>${draw(record, time)}</span>`);
}

/** @param {WireRecord} record @param {Column[]} columns */
function drawGap(record, columns) {
  return html`
    <span role="gridcell" class="cell-gap" aria-colindex=${1} aria-colspan=${columns.length}>
      ${record.summary || `${count(record.gap?.records ?? 0, "record")} missing here`}
    </span>`;
}
