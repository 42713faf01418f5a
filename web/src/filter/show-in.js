/**
 * A button that shows records which belong together, everyone's: what was carried to others is theirs. An opened file
 * knows no filter, and is searched for words instead.
 *
 * Usage: `<${ShowIn} view="ladder" ...${ofConnection(7)} words="Show in the ladder" />`; the same with `ofMessage(12)`
 * and `ofSessions([sid])`
 */
import { html } from "htm/preact";
import { go, select } from "../address/address.js";
import { narrow } from "../panes/narrow.js";
import { lookFor } from "../source/find.js";
import { opened } from "../source/source.js";
import { show } from "./filter.js";
import { quoted } from "./tokens.js";

/** @import { View } from "../address/address.js" */

/** @typedef {{ filter: string, find: string }} Wanted */

/** Every record that carried a chat message. @param {number} id @returns {Wanted} */
export const ofMessage = (id) => ({ filter: `chat.id == ${id}`, find: `"message ${id} "` });

/** @param {number} id @returns {Wanted} */
export const ofConnection = (id) => ({ filter: `conn == ${id}`, find: `"connection ${id} "` });

/** Words that are looked for are one session's: the newest. @param {string[]} sids @returns {Wanted} */
export function ofSessions(sids) {
  const [newest] = sids.slice(-1);
  const filter = sids.length === 1 ? `eio.sid == ${quoted(newest)}` : `eio.sid in {${sids.map(quoted).join(" ")}}`;
  return { filter, find: newest };
}

/** @param {Wanted & { view: View, words: string }} props */
export function ShowIn({ view, words, ...wanted }) {
  const title = opened.value ? `Find: ${wanted.find}` : `Filter: ${wanted.filter}`;
  return html`
    <button type="button" class="button small" title=${title} onClick=${() => showIn(view, wanted)}>${words}</button>`;
}

/** Where an open record covers the view, it makes room for it. @param {View} view @param {Wanted} wanted */
function showIn(view, { filter, find }) {
  if (opened.value) lookFor(find);
  else show({ whose: "", asked: filter });
  if (view !== "list") go({ view }, { replace: true });
  if (narrow.peek()) select(null);
}
