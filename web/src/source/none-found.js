/**
 * What stands in the place of records when nothing in the opened file has the words, or the file has no records.
 *
 * Usage: `<${NoneFound} />`
 */
import { html } from "htm/preact";
import { words } from "./find.js";

export function NoneFound() {
  if (!words.value.trim()) {
    return html`<div class="introduction"><p class="invitation">This file has no records.</p></div>`;
  }
  return html`
    <div class="introduction">
      <p class="invitation">No record of the file has <q>${words.value.trim()}</q>.</p>
      <p class="choices">
        <button type="button" class="button" onClick=${() => (words.value = "")}>Show all</button>
      </p>
    </div>`;
}
