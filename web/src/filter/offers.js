/**
 * The filters that one record suggests, to be asked for alone, turned round, or together with the one that is set.
 *
 * Usage: `<${Offers} record=${record} onTake=${close} />`
 */
import { html } from "htm/preact";
import { select, view } from "../address/address.js";
import { narrow } from "../panes/narrow.js";
import { ask, asked, whose } from "./filter.js";
import { filtersOf } from "./from-record.js";
import { both, none } from "./join.js";

/** @import { WireRecord } from "../types.js" */

/** @typedef {{ word: string, title: string, of: (filter: string) => string }} Use */

/** @type {Use[]} */
const ALONE = [
  { word: "Only", title: "Only records that pass", of: (filter) => filter },
  { word: "Not", title: "Only records that do not pass", of: none },
];

/** @returns {Use[]} */
const together = () => [
  { word: "Only", title: "In place of the filter that is set", of: (filter) => filter },
  { word: "And", title: "And the filter that is set", of: (filter) => both(asked.value, filter) },
  { word: "Not", title: "The filter that is set, without these", of: (filter) => both(asked.value, none(filter)) },
];

/** @param {{ record: WireRecord, onTake: () => void }} props */
export function Offers({ record, onTake }) {
  const uses = asked.value ? together() : ALONE;
  return html`
    <dl class="offers">
      ${filtersOf(record).map(({ label, filter }) => html`
        <div>
          <dt>${label}</dt>
          <dd><code>${filter}</code></dd>
          <dd class="offer-uses">
            ${uses.map(({ word, title, of }) => html`
              <button type="button" class="button small" title=${title} aria-label=${`${word}: ${filter}`}
                onClick=${() => {
                  onTake();
                  askOf(record, of(filter));
                }}>${word}</button>`)}
          </dd>
        </div>`)}
    </dl>`;
}

/** Another's record is not among the reader's own; and where the open record covers the list, it makes room for it. */
export function askOf(/** @type {WireRecord} */ record, /** @type {string} */ filter) {
  const isDrawn = view.value === "list" || view.value === "ladder";
  ask(filter, { whose: record.mine ? whose.value : "", view: isDrawn ? view.value : "list" });
  if (narrow.peek()) select(null);
}
