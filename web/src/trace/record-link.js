/**
 * The way from the trace to one of its records, and whose that is.
 *
 * Usage: `<${RecordLink} record=${record} />`, `<${Who} record=${record} />`
 */
import { html } from "htm/preact";
import { hrefOf, selected } from "../address/address.js";
import { ConnectionMark } from "../records/marks.js";

/** @import { WireRecord } from "../types.js" */

/** The address alone opens the record. @param {{ record: WireRecord }} props */
export function RecordLink({ record: { seq } }) {
  return html`
    <a href=${hrefOf({ record: seq })} aria-current=${seq === selected.value} aria-label=${`record ${seq}`}>
      <span class="trace-word">record </span>${seq}
    </a>`;
}

/** Whose connection it was, and which. @param {{ record: WireRecord }} props */
export function Who({ record: { mine, owner, connection } }) {
  const name = mine ? "you" : owner;
  return html`
    <span class="trace-who">
      ${name ?? html`<span class="muted" title="It sent no session cookie">no session</span>`}
    </span>
    ${" "}<${ConnectionMark} id=${connection} />`;
}
