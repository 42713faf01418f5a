/**
 * The records: each an arrow from the one lifeline to the other, or one of many in a mark that counts them, or a gap
 * that tears all lanes.
 *
 * Usage: `<${ArrowMark} record=${record} left=${40} … />`, `<${ClusterMark} … />`, `<${GapBand} … />`
 */
import { html } from "htm/preact";
import { useMemo } from "preact/hooks";
import { count, number, size } from "../format.js";
import { isLandmark } from "../records/layer.js";
import { ConnectionMark, ViolationMark } from "../records/marks.js";
import { visible } from "../records/summary.js";
import { between } from "./lanes.js";
import { shortOf } from "./short.js";
import { spoken } from "./spoken.js";

/** @import { WireRecord } from "../types.js" */
/** @import { Lane } from "./lanes.js" */
/** @import { Run } from "./thinning.js" */

const TOO_NEAR = "too near to one another to tell apart: + zooms in";

/**
 * @typedef {object} ArrowProps
 * @property {WireRecord} record
 * @property {number} left
 * @property {number} width
 * @property {number} top of the arrow's line
 * @property {number} position among all records, from 1
 * @property {number} total
 * @property {string | null} words of its note
 * @property {string | null} duration of its note
 * @property {boolean} hasLabel
 * @property {boolean} namesConnection whether its lane has other connections' records, too
 * @property {boolean} isShort whether the lane has no room for the whole summary
 * @property {boolean} isOpen
 * @property {boolean} isCurrent
 * @property {boolean} isLater than the playhead
 */

/** @param {ArrowProps} props */
export function ArrowMark(props) {
  const { record, left, width, top, position, total, isOpen } = props;
  const draw = () => {
    const name = spoken(record, props.words && `${props.words} ${props.duration}`);
    const { text } = record;
    return html`
      <div role="option" id=${`arrow-${record.seq}`} class=${classOf(props)} data-seq=${record.seq}
        title=${text ? `${name}: ${visible(text)}` : name} aria-selected=${isOpen}
        aria-posinset=${position} aria-setsize=${total}
        style=${{ left: `${left}px`, width: `${width}px`, top: `${top}px` }}>
        <span class="visually-hidden">${name}</span>
        ${props.hasLabel && html`<${Label} ...${props} />`}
      </div>`;
  };
  return useMemo(draw, Object.values(props));
}

/** @param {ArrowProps} props */
function classOf({ record, isCurrent, isLater, hasLabel }) {
  const classes = ["arrow", record.direction.replace("_", "-"), record.layer];
  if (isLandmark(record)) classes.push("landmark");
  if (record.upgrade) classes.push(record.upgrade === "upgraded" ? "upgraded" : "step");
  if (record.violations?.length) classes.push("violating");
  if (isCurrent) classes.push("current");
  if (isLater) classes.push("later");
  if (!hasLabel) classes.push("bare");
  return classes.join(" ");
}

/** @param {ArrowProps} props */
function Label({ record, words, duration, namesConnection, isShort }) {
  const { text, length, connection, upgrade, violations } = record;
  const summary = isShort ? shortOf(record) : record.summary;
  const note = isShort ? words?.replace(/ after$/, "") : words;
  return html`
    <span class="arrow-label" aria-hidden="true">
      ${namesConnection && html`<${ConnectionMark} id=${connection} />`}
      ${upgrade && upgrade !== "upgraded" && html`<span class="arrow-step">${upgrade}</span>`}
      ${violations?.length && html`<${ViolationMark} />`}
      <span class="summary">
        ${summary}${text && !summary.endsWith(text) && html`${" "}<span class="carried">${visible(text)}</span>`}
      </span>
      ${length > 0 && html`<span class="arrow-bytes">${size(length)}</span>`}
    </span>
    ${note && html`
      <span class="arrow-note" aria-hidden="true"><span class="arrow-words">${note}</span> ${duration}</span>`}`;
}

/** @param {{ cluster: Run, lane: Lane, top: number, height: number, isLater: boolean }} props */
export function ClusterMark({ cluster: { count: records, toServer, record }, lane, top, height, isLater }) {
  return html`
    <div role="option" id=${`cluster-${record.seq}`} class=${`cluster ${isLater ? "later" : ""}`}
      data-cluster=${record.seq} aria-selected="false" title=${TOO_NEAR}
      style=${{ ...between(lane), top: `${top}px`, height: `${height}px` }}>
      <span class="cluster-count">
        ${number(records)} records
        ${toServer > 0 && html`<span class="to-server">→ ${number(toServer)}</span>`}
        ${toServer < records && html`<span class="to-client">← ${number(records - toServer)}</span>`}
        <span class="visually-hidden">${TOO_NEAR}</span>
      </span>
    </div>`;
}

/** @param {{ record: WireRecord, top: number }} props */
export function GapBand({ record, top }) {
  const words = record.summary || `${count(record.gap?.records ?? 0, "record")} missing here`;
  return html`
    <div role="option" id=${`arrow-${record.seq}`} class="ladder-gap" aria-selected="false"
      style=${{ top: `${top}px` }}><span>${words}</span></div>`;
}
