/**
 * "Your wire": every record that carried the chat, live, and one of them opened.
 *
 * Usage: `<${Wire} />`
 */
import { html } from "htm/preact";
import { useEffect } from "preact/hooks";
import { Choice } from "../choice/choice.js";
import { number } from "../format.js";
import { RecordView } from "../record/record.js";
import { Records } from "../records/records.js";
import { Story } from "../story/story.js";
import { Announcer } from "./announcer.js";
import { paused, shown, togglePause, waiting } from "./capture.js";
import { clear, filter, status, watch } from "./feed.js";
import { select, selected } from "./selection.js";
import { Split } from "./split.js";
import { Totals } from "./totals.js";

const FILTERS = [
  { value: "mine", label: "Mine" },
  { value: "", label: "Everyone" },
];

export function Wire() {
  useEffect(closeOnEscape, []);
  const open = selected.value !== null;
  return html`
    <div class="pane-head">
      <h2>Your wire</h2>
      <${Status} />
      <div class="wire-controls">
        <${Choice} label="Whose records" options=${FILTERS} value=${filter.value} onChoose=${watch} />
        <button type="button" class="button" aria-pressed=${paused.value} onClick=${togglePause}>Pause</button>
        <button type="button" class="button" title="Forget every record, for everyone" onClick=${clear}>Clear</button>
      </div>
    </div>
    <${Story} />
    <div class=${`wire-body ${open ? "open" : ""}`}>
      <div class="wire-list">
        ${shown.value.length === 0 ? html`<${Invitation} />` : html`<${Records} key=${filter.value} />`}
      </div>
      ${open && html`<${Split} /><${RecordView} />`}
    </div>
    <${Totals} />
    <${Announcer} />`;
}

function closeOnEscape() {
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Escape" && !event.defaultPrevented) select(null);
  };
  addEventListener("keydown", onKey);
  return () => removeEventListener("keydown", onKey);
}

function Status() {
  const { live, words } = status.value;
  if (paused.value) return html`<span class="state">Paused · ${number(waiting.value)} waiting</span>`;
  return html`<span class=${`state ${live ? "good" : "bad"}`}>${words}</span>`;
}

function Invitation() {
  return html`
    <div class="introduction">
      <p class="invitation">Nothing has crossed ${filter.value === "mine" ? "your" : "the"} wire yet.</p>
      <p>Send a message in the chat. Each HTTP request, the upgrade, and every WebSocket frame that carries
        your words will stand here as it passes, one row each: when, which way, in which layer, what it
        says, and how many bytes it took.</p>
      <p class="muted">Choose a row to see it decoded to the bit.</p>
    </div>`;
}
