/**
 * What the current record is, in large type, for a class. It is read out when the reader steps, not while it plays.
 *
 * Usage: `<${Caption} record=${record} session=${session} started=${started} isAnnounced=${true} />`
 */
import { html } from "htm/preact";
import { clock } from "../format.js";
import { sentence } from "../record/sentence.js";
import { ConnectionMark, Way } from "../records/marks.js";
import { noteOf, spell } from "./notes.js";

/** @import { WireRecord } from "../types.js" */
/** @import { Session } from "./lifelines.js" */

/**
 * @typedef {object} CaptionProps
 * @property {WireRecord | null} record
 * @property {Session} [session] the one that it belongs to
 * @property {string} started
 * @property {boolean} isAnnounced
 * @property {boolean} isSaid whether it can be read elsewhere already
 */

/** @param {CaptionProps} props */
export function Caption({ record, session, started, isAnnounced, isSaid }) {
  return html`
    <div class=${`ladder-caption ${isSaid ? "visually-hidden" : ""}`} aria-live=${isAnnounced ? "polite" : "off"}
      aria-atomic="true">
      ${record
        ? html`<${Told} ...${{ record, session, started }} />`
        : html`<p class="muted">Before the first record.</p>`}
    </div>`;
}

/** @param {{ record: WireRecord, session?: Session, started: string }} props */
function Told({ record, session, started }) {
  if (record.kind === "gap") return html`<p class="ladder-sentence">${record.summary}</p>`;
  const note = spell(noteOf(record, session));
  return html`
    <p class="ladder-when">
      <span class="mono">${clock(started, record.at)}</span>
      <${ConnectionMark} id=${record.connection} />
      <${Way} direction=${record.direction} />
      ${note && html`<b>${note}</b>`}
    </p>
    <p class="ladder-sentence">${sentence(record)}</p>`;
}
