/**
 * A button that shows records which belong together, everyone's: what was carried to others is theirs. An opened file
 * knows no filter, and is searched for words instead.
 *
 * Usage: `<${ShowIn} view="ladder" filter="conn == 7" find="connection 7" words="Show in the ladder" />`
 */
import { html } from "htm/preact";
import { go } from "../address/address.js";
import { lookFor } from "../source/find.js";
import { opened } from "../source/source.js";
import { show } from "./filter.js";

/** @import { View } from "../address/address.js" */

/** @typedef {{ filter: string, find: string }} Wanted */

/** @param {Wanted & { view: View, words: string }} props */
export function ShowIn({ view, words, ...wanted }) {
  const title = opened.value ? `Find: ${wanted.find}` : `Filter: ${wanted.filter}`;
  return html`
    <button type="button" class="button small" title=${title} onClick=${() => showIn(view, wanted)}>${words}</button>`;
}

/** @param {View} view @param {Wanted} wanted */
function showIn(view, { filter, find }) {
  if (opened.value) lookFor(find);
  else show({ whose: "", asked: filter });
  if (view !== "list") go({ view }, { replace: true });
}
