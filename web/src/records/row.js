/**
 * One record as a row of the list. A record never changes, so a row is drawn anew only when it is
 * chosen or moves.
 *
 * Usage: `<${Row} record=${record} index=${3} top=${84} height=${28} … />`
 */
import { html } from "htm/preact";
import { useMemo } from "preact/hooks";
import { clock, count, number } from "../format.js";
import { isLandmark, layerOf } from "./layer.js";
import { ConnectionMark, LayerMark, ViolationMark, Way } from "./marks.js";

/** @import { WireRecord } from "../types.js" */

/**
 * @typedef {object} RowProps
 * @property {WireRecord} record
 * @property {number} index
 * @property {number} top
 * @property {number} height
 * @property {boolean} active where the keyboard is
 * @property {boolean} open whether the record is shown in full
 * @property {string} started
 * @property {boolean} ofEveryone whether it stands among the records of others
 */

/** @param {RowProps} props */
export function Row({ record, index, top, height, active, open, started, ofEveryone }) {
  const draw = () => html`
    <div role="row" id=${`row-${record.seq}`} class=${classOf(record, active)} data-seq=${record.seq}
      aria-rowindex=${index + 2} aria-selected=${open}
      style=${{ height: `${height}px`, transform: `translateY(${top}px)` }}>
      ${record.kind === "gap"
        ? html`<${GapCell} record=${record} />`
        : html`<${Cells} record=${record} started=${started} ofEveryone=${ofEveryone} />`}
    </div>`;
  return useMemo(draw, [record, index, top, height, active, open, started, ofEveryone]);
}

/** @param {WireRecord} record @param {boolean} active */
function classOf(record, active) {
  const classes = ["row", record.kind === "gap" ? "gap" : record.direction];
  if (active) classes.push("active");
  if (record.kind !== "gap" && isLandmark(record)) classes.push("landmark");
  return classes.join(" ");
}

/** @param {{ record: WireRecord, started: string, ofEveryone: boolean }} props */
function Cells({ record, started, ofEveryone }) {
  return html`
    <span role="gridcell" class="cell-time">${clock(started, record.at)}</span>
    <span role="gridcell" class="cell-connection">
      <${ConnectionMark} id=${record.connection} />
      ${ofEveryone && html`<span class="owner">${record.mine ? "you" : record.owner}</span>`}
    </span>
    <span role="gridcell" class="cell-way"><${Way} direction=${record.direction} /></span>
    <span role="gridcell" class="cell-layer"><${LayerMark} layer=${layerOf(record)} /></span>
    <span role="gridcell" class="cell-summary">
      ${record.violations?.length && html`<${ViolationMark} />`}
      ${record.incomplete && html`<span class="tag">incomplete</span>`}
      ${record.context_lost && html`<span class="tag">context lost</span>`}
      <${Summary} record=${record} />
    </span>
    <span role="gridcell" class="cell-bytes">${number(record.length)}</span>`;
}

/**
 * What the record is, and the beginning of what it carries unless that is already said.
 *
 * @param {{ record: WireRecord }} props
 */
function Summary({ record: { summary, text } }) {
  return html`
    <span class="summary" title=${text ?? summary}>
      ${summary}${text && !summary.endsWith(text) && html`${" "}<span class="carried">${text}</span>`}
    </span>`;
}

/** @param {{ record: WireRecord }} props */
function GapCell({ record }) {
  return html`
    <span role="gridcell" class="cell-gap" aria-colspan=${6}>
      ${record.summary || `${count(record.gap?.records ?? 0, "record")} missing here`}
    </span>`;
}
