/**
 * The box for plain words, in the place of the filter while a file is open.
 *
 * Usage: `<${FindBox} />`
 */
import { html } from "htm/preact";
import { count } from "../format.js";
import { found, words } from "./find.js";

export function FindBox() {
  const number = found.value?.length ?? 0;
  return html`
    <div class="filter" role="search" aria-label="Records">
      <form class="filter-form" onSubmit=${(/** @type {Event} */ event) => event.preventDefault()}>
        <label for="filter">Find</label>
        <span class="filter-field">
          <input id="filter" class="filter-text" type="search" value=${words.value} autocomplete="off"
            autocapitalize="off" spellcheck=${false} placeholder="words, as they stand in the list"
            aria-describedby="find-hint" onInput=${(/** @type {{ currentTarget: HTMLInputElement }} */ event) => {
              words.value = event.currentTarget.value;
            }} />
        </span>
      </form>
      <p id="find-hint" class="find-hint muted">
        <span role="status">${words.value.trim() && `${count(number, "record")} found. `}</span>
        Plain words, each looked for in all that a row says. The filter language is the server’s, and this is a file.
      </p>
    </div>`;
}
