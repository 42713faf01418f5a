/**
 * The menu of filters in the bar of the open record, and the button that filters by the field under the lens. An opened
 * file has no filter, so there is neither.
 *
 * Usage: `<${RecordFilters} record=${record} />`; `<${FieldFilter} record=${record} field=${field} />`
 */
import { html } from "htm/preact";
import { CARET, Menu } from "../menu/menu.js";
import { opened } from "../source/source.js";
import { filterOfField } from "./from-record.js";
import { Offers, askOf } from "./offers.js";

/** @import { Field, WireRecord } from "../types.js" */

/** @param {{ record: WireRecord }} props */
export function RecordFilters({ record }) {
  if (opened.value) return null;
  return html`
    <${Menu} id="record-filters" class="small" label="Filter by this record" button=${html`Filter ${CARET}`}>
      ${(/** @type {() => void} */ close) => html`
        <h3>Records that are like record ${record.seq}</h3>
        <${Offers} record=${record} onTake=${close} />`}
    <//>`;
}

/** @param {{ record: WireRecord, field: Field }} props */
export function FieldFilter({ record, field }) {
  const filter = opened.value ? null : filterOfField(record, field);
  if (!filter) return null;
  return html`
    <button type="button" class="button small" title=${`Filter: ${filter}`} onClick=${() => askOf(record, filter)}>
      Filter <code>${filter}</code>
    </button>`;
}
