/**
 * One record, opened: a sentence about it, its violations, what the records around it tell, and its parts.
 *
 * Usage: `<${RecordView} />` shows what `address.js` has selected.
 */
import { html } from "htm/preact";
import { useEffect, useErrorBoundary, useRef } from "preact/hooks";
import { place, select, selected } from "../address/address.js";
import { RecordFilters } from "../filter/record-menu.js";
import { narrow } from "../panes/narrow.js";
import { useCarried } from "../trace/bubbles.js";
import { CopyMenu } from "./copy-menu.js";
import { detail } from "./detail.js";
import { Facts } from "./facts.js";
import { arrivals } from "./lens.js";
import { LensLine } from "./lens-line.js";
import { Neighbours } from "./neighbours.js";
import { Parts } from "./parts.js";
import { printed } from "./printed.js";
import { sentence } from "./sentence.js";
import { Surroundings } from "./surroundings.js";
import { Violations } from "./violations.js";

/** @import { DissectedRecord } from "../types.js" */

export function RecordView() {
  const { record, problem } = detail.value ?? {};
  useEffect(moveFocus, []);
  useEffect(printed, []);
  return html`
    <section class="record" aria-label="Record">
      <${Bar} record=${record} />
      ${problem && html`<p class="notice">${problem}</p>`}
      ${record && html`<${Opened} record=${record} key=${record.seq} />`}
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
      <div class="record-facts">
        <h3 id="record-title" tabIndex=${-1}>Record ${detail.value?.seq ?? selected.value}</h3>
        ${record && html`<${Facts} record=${record} />`}
      </div>
      <div class="record-tools">
        ${record && html`<${CopyMenu} record=${record} /><${RecordFilters} record=${record} />`}
        <${Neighbours} />
        <button type="button" class="button back" id="back" onClick=${() => select(null)}>
          <span class="back-arrow" aria-hidden="true">←</span>
          <span class="back-word">Back</span>
          <span class="back-cross" aria-hidden="true">✕</span>
        </button>
      </div>
    </header>`;
}

/** A file can say of a record what cannot be; the next one is drawn again. @param {{ record: DissectedRecord }} props */
function Opened({ record }) {
  const [error] = useErrorBoundary();
  if (error) return html`<p class="notice">This record cannot be drawn: what is said of it does not fit together.</p>`;
  return html`<${Body} record=${record} /><${LensLine} record=${record} />`;
}

/** @param {{ record: DissectedRecord }} props */
function Body({ record }) {
  const body = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => body.current?.scrollTo({ top: 0 }), []);
  useEffect(() => {
    if (place.peek() && body.current) bringIntoView(body.current);
  }, [arrivals.value]);
  useEffect(keepFocus, []);
  useCarried(record.chat ?? []);
  return html`
    <div class="record-body" ref=${body}>
      <p class="headline">${sentence(record)}</p>
      <${Violations} record=${record} />
      <${Surroundings} record=${record} />
      <${Parts} record=${record} />
    </div>`;
}

/** What the address names: the cell of the diagram or the field, or else the bytes, which find their row by themselves. */
function bringIntoView(/** @type {HTMLElement} */ body) {
  const lit = body.querySelector(".cell.lit, .field.lit") ?? body.querySelector(".hex-grid");
  lit?.scrollIntoView({ block: "nearest" });
}

/** A link that led from one record to the next has gone with the first; the focus goes on with the next. */
function keepFocus() {
  if (document.activeElement === document.body) document.getElementById("record-title")?.focus();
}
