/**
 * One record, opened: a sentence about it, its violations, what the records around it tell, the bit
 * diagram of a frame, its fields and its bytes.
 *
 * Usage: `<${RecordView} />` shows what `address.js` has selected.
 */
import { html } from "htm/preact";
import { useEffect, useRef } from "preact/hooks";
import { RecordFilters } from "../filter/record-menu.js";
import { clock, count } from "../format.js";
import { layerOf } from "../records/layer.js";
import { ConnectionMark, LayerMark, ViolationMark, Way } from "../records/marks.js";
import { narrow } from "../panes/narrow.js";
import { capture, indexOf, shown } from "../wire/capture.js";
import { select } from "../address/address.js";
import { BitDiagram } from "./bit-diagram.js";
import { detail } from "./detail.js";
import { FieldTree } from "./field-tree.js";
import { HexView } from "./hex-view.js";
import { LensLine } from "./lens-line.js";
import { sentence } from "./sentence.js";
import { Surroundings } from "./surroundings.js";

/** @import { DissectedRecord } from "../types.js" */

export function RecordView() {
  const { record, problem } = detail.value ?? {};
  useEffect(moveFocus, []);
  return html`
    <section class="record" aria-label="Record">
      <${Bar} record=${record} />
      ${problem && html`<p class="notice">${problem}</p>`}
      ${record && html`<${Body} record=${record} key=${record.seq} />`}
      ${record && html`<${LensLine} record=${record} />`}
    </section>`;
}

/** Where the record covers the list, the focus goes into it; once it is closed, back to the list. */
function moveFocus() {
  if (narrow.peek()) document.getElementById("back")?.focus();
  return () => {
    if (document.activeElement !== document.body) return;
    document.getElementById("records")?.focus({ preventScroll: true });
  };
}

/** @param {{ record?: DissectedRecord }} props */
function Bar({ record }) {
  return html`
    <header class="record-bar">
      <button type="button" class="button back" id="back" onClick=${() => select(null)}>
        <span class="back-arrow" aria-hidden="true">←</span>
        <span class="back-word">Back</span>
        <span class="back-cross" aria-hidden="true">✕</span>
      </button>
      <h3 id="record-title" tabIndex=${-1}>Record ${detail.value?.seq}</h3>
      ${record && html`<${Facts} record=${record} /><${RecordFilters} record=${record} />`}
    </header>`;
}

/** @param {{ record: DissectedRecord }} props */
function Facts({ record }) {
  const { seq, at, connection, direction, length, mine, owner } = record;
  return html`
    <${LayerMark} layer=${layerOf(record)} />
    <${Way} direction=${direction} />
    <span class="of-connection"><span class="muted">connection</span><${ConnectionMark} id=${connection} /></span>
    ${owner && html`<span class="muted">${owner}${mine ? " (this browser)" : ""}</span>`}
    <span class="mono">${clock(capture.value?.started ?? "", at)}</span>
    <span class="mono">${count(length, "byte")}</span>
    ${indexOf(shown.value, seq) < 0 && html`<span class="tag">not in this list</span>`}`;
}

/** @param {{ record: DissectedRecord }} props */
function Body({ record }) {
  const body = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => body.current?.scrollTo({ top: 0 }), []);
  useEffect(keepFocus, []);
  return html`
    <div class="record-body" ref=${body}>
      <p class="headline">${sentence(record)}</p>
      <${Violations} record=${record} />
      <${Surroundings} record=${record} />
      ${record.websocket && !record.without_fields && html`<${BitDiagram} record=${record} />`}
      <div class="record-columns">
        <${FieldTree} record=${record} />
        ${record.length > 0 && html`<${HexView} record=${record} />`}
      </div>
    </div>`;
}

/** A link that led from one record to the next has gone with the first; the focus goes on with the next. */
function keepFocus() {
  if (document.activeElement === document.body) document.getElementById("record-title")?.focus();
}

/** @param {{ record: DissectedRecord }} props */
function Violations({ record }) {
  if (!record.violations?.length) return null;
  return html`
    <ul class="violations">
      ${record.violations.map(({ rule, section, by }) => html`
        <li class="notice">
          <${ViolationMark} /> by the ${by}. The rule: ${rule} <span class="muted">${section}</span>
        </li>`)}
    </ul>`;
}
