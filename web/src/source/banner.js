/**
 * Says that a file is opened in place of the live wire, or is being opened, or could not be.
 *
 * Usage: `<${SourceBanner} />`
 */
import { html } from "htm/preact";
import { count, number, timeOfDay } from "../format.js";
import { useHeir } from "../menu/heir.js";
import { cancel, close, opening, trouble } from "./opening.js";
import { opened } from "./source.js";

/** @import { OpenedFile } from "./source.js" */

export function SourceBanner() {
  return html`
    <div class="source" role="status">
      ${opening.value && html`<${Opening} />`}
      ${trouble.value && html`<${Trouble} />`}
      ${opened.value && html`<${Opened} file=${opened.value} />`}
    </div>`;
}

function Opening() {
  const { name, part } = /** @type {{ name: string, part: number }} */ (opening.value);
  return html`
    <div class="source-line">
      <span>Opening <b>${name}</b></span>
      <progress value=${part} aria-label=${`How much of ${name} is read`}>${Math.round(part * 100)} %</progress>
      <button type="button" class="button small" onClick=${cancel}>Cancel</button>
    </div>`;
}

function Trouble() {
  const place = useHeir("filter");
  return html`
    <div class="source-line notice" ref=${place}>
      <span>${trouble.value}</span>
      <button type="button" class="button small" onClick=${() => (trouble.value = null)}>Dismiss</button>
    </div>`;
}

/** @param {{ file: OpenedFile }} props */
function Opened({ file }) {
  const place = useHeir("filter");
  const { name, capture, records, hasFields, filter, unreadable, beyond } = file;
  const lost = capture.lost.records;
  const kept = records.filter(({ kind }) => kind !== "gap").length;
  return html`
    <div class="source-line opened" ref=${place}>
      <span>Opened: <b>${name}</b></span>
      <span>${count(kept, "record")}</span>
      <span>captured ${dayOf(capture.started)}, ${timeOfDay(capture.started)}</span>
      ${filter && html`<span>filtered by <code>${filter}</code></span>`}
      ${!hasFields && html`<span>exported without fields: bytes only</span>`}
      ${lost > 0 && html`<span class="lost">${number(lost)} were lost before the export</span>`}
      ${unreadable > 0 && html`<span class="lost">${count(unreadable, "line")} could not be read</span>`}
      ${beyond > 0 && html`
        <span class="lost">${count(beyond, "more line")} in the file; the page holds ${number(records.length)}</span>`}
      <button type="button" class="button small" onClick=${close}>Close the file</button>
    </div>`;
}

/** The local day, as it is sorted: 2026-11-26. @param {string} iso */
const dayOf = (iso) => new Date(iso).toLocaleDateString("sv");
