/**
 * What every record has: its layer, its direction, its connection, its time and its length.
 *
 * Usage: `<${Facts} record=${record} />`
 */
import { html } from "htm/preact";
import { clock, count } from "../format.js";
import { layerOf } from "../records/layer.js";
import { ConnectionMark, LayerMark, Way } from "../records/marks.js";
import { capture, indexOf, shown } from "../wire/capture.js";

/** @import { DissectedRecord } from "../types.js" */

/** @param {{ record: DissectedRecord }} props */
export function Facts({ record }) {
  const { seq, at, connection, direction, length, mine, owner } = record;
  return html`
    <${LayerMark} layer=${layerOf(record)} />
    <${Way} direction=${direction} />
    <span class="of-connection"><span class="muted">connection</span><${ConnectionMark} id=${connection} /></span>
    ${owner && html`
      <span class="muted of-owner">${mine ? html`<span class="owner">${owner}, </span>this browser` : owner}</span>`}
    <span class="mono">${clock(capture.value?.started ?? "", at)}</span>
    <span class="mono">${count(length, "byte")}</span>
    ${indexOf(shown.value, seq) < 0 && html`<span class="tag">not in this list</span>`}`;
}
