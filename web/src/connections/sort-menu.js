/**
 * The order of the connections, where there is no head of a table to choose it from.
 *
 * Usage: `<${SortMenu} />`
 */
import { html } from "htm/preact";
import { COLUMNS } from "./columns.js";
import { sort, sortBy } from "./sorting.js";

/** @import { SortName } from "./sorting.js" */

export function SortMenu() {
  const { by, down } = sort.value;
  const onChange = (/** @type {Event & { currentTarget: HTMLSelectElement }} */ { currentTarget }) =>
    sortBy(/** @type {SortName} */ (currentTarget.value));
  return html`
    <div class="conns-sort">
      <label for="conns-by">Sorted by</label>
      <select id="conns-by" value=${by} onChange=${onChange}>
        ${COLUMNS.map(({ name, by }) => by && html`<option value=${by}>${name}</option>`)}
      </select>
      <button type="button" class="button icon" aria-label=${down ? "The greatest first" : "The least first"}
        title=${down ? "The greatest first" : "The least first"} onClick=${() => sortBy(by)}>
        <span aria-hidden="true">${down ? "↓" : "↑"}</span>
      </button>
    </div>`;
}
