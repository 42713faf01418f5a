/**
 * What the current record is, in large type, for a class. It is read out when the reader steps, not while it plays.
 *
 * Usage: `<${Caption} record=${record} note="held 24.9 s" started=${started} isAnnounced=${true} />`
 */
import { html } from "htm/preact";
import { clock } from "../format.js";
import { sentence } from "../record/sentence.js";
import { ConnectionMark, Way } from "../records/marks.js";

/** @import { WireRecord } from "../types.js" */

/**
 * @typedef {object} CaptionProps
 * @property {WireRecord | null} record
 * @property {string | null} note
 * @property {string} started
 * @property {boolean} isAnnounced
 * @property {boolean} isSaid whether it can be read elsewhere already
 */

/** @param {CaptionProps} props */
export function Caption({ record, note, started, isAnnounced, isSaid }) {
  return html`
    <div class=${`ladder-caption ${isSaid ? "visually-hidden" : ""}`} aria-live=${isAnnounced ? "polite" : "off"}
      aria-atomic="true">
      ${record
        ? html`<${Told} ...${{ record, note, started }} />`
        : html`<p class="muted">Before the first record.</p>`}
    </div>`;
}

/** @param {{ record: WireRecord, note: string | null, started: string }} props */
function Told({ record, note, started }) {
  if (record.kind === "gap") return html`<p class="ladder-sentence">${record.summary}</p>`;
  return html`
    <p class="ladder-when">
      <span class="mono">${clock(started, record.at)}</span>
      <${ConnectionMark} id=${record.connection} />
      <${Way} direction=${record.direction} />
      ${note && html`<b>${note}</b>`}
    </p>
    <p class="ladder-sentence">${sentence(record)}</p>`;
}
