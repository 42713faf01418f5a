/**
 * The way from the trace to one of its records, and whose that is.
 *
 * Usage: `<${RecordLink} record=${record} />`, `<${Who} record=${record} handle="ann" />`
 */
import { html } from "htm/preact";
import { hrefOf, selected } from "../address/address.js";
import { browserOf } from "../records/browser.js";
import { ConnectionMark } from "../records/marks.js";

/** @import { WireRecord } from "../types.js" */

/** @typedef {{ record: WireRecord, handle?: string }} WhoProps */

/** The address alone opens the record. @param {{ record: WireRecord }} props */
export function RecordLink({ record: { seq } }) {
  return html`
    <a href=${hrefOf({ record: seq })} aria-current=${seq === selected.value} aria-label=${`record ${seq}`}>
      <span class="trace-word">record </span>${seq}
    </a>`;
}

/** Whose connection it was, and which; under which handle, only the sender's records tell. @param {WhoProps} props */
export function Who({ record, handle }) {
  const browser = browserOf(record);
  const isNamed = handle && !record.mine;
  return html`
    <span class="trace-who">
      ${isNamed && html`<bdi>${handle}</bdi>${" "}`}
      ${record.mine ? browser : html`<span class="muted">${isNamed ? `(${browser})` : browser}</span>`}
    </span>
    ${" "}<${ConnectionMark} id=${record.connection} />`;
}
