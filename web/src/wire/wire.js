/**
 * "Your wire": every record that carried the chat, or those that pass a filter, live, and one of them
 * opened.
 *
 * Usage: `<${Wire} />`
 */
import { html } from "htm/preact";
import { computed } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Choice } from "../choice/choice.js";
import { FilterBox } from "../filter/filter-box.js";
import { asked, show, whose } from "../filter/filter.js";
import { number } from "../format.js";
import { RecordView } from "../record/record.js";
import { Records } from "../records/records.js";
import { Story } from "../story/story.js";
import { Announcer } from "./announcer.js";
import { paused, shown, shownFilter, togglePause, waiting } from "./capture.js";
import { clear, status } from "./feed.js";
import { select, selected } from "./selection.js";
import { Split } from "./split.js";
import { Totals } from "./totals.js";

/** @import { Whose } from "../filter/filter.js" */

const WHOSE = [
  { value: "mine", label: "Mine" },
  { value: "", label: "Everyone" },
];

/** The story is read off the list, and a list that leaves records out would tell it wrong. */
const isWhole = computed(() => WHOSE.some(({ value }) => value === shownFilter.value));

export function Wire() {
  useEffect(closeOnEscape, []);
  const open = selected.value !== null;
  return html`
    <div class="pane-head">
      <h2>Your wire</h2>
      <${Status} />
      <div class="wire-controls">
        <${Choice} label="Whose records" options=${WHOSE} value=${whose.value}
          onChoose=${(/** @type {Whose} */ chosen) => (whose.value = chosen)} />
        <button type="button" class="button" aria-pressed=${paused.value} onClick=${togglePause}>Pause</button>
        <button type="button" class="button" title="Forget every record, for everyone" onClick=${clear}>Clear</button>
      </div>
    </div>
    <${FilterBox} />
    ${isWhole.value && html`<${Story} />`}
    <div class=${`wire-body ${open ? "open" : ""}`}>
      <div class="wire-list">
        ${shown.value.length === 0 ? html`<${Empty} />` : html`<${Records} key=${shownFilter.value} />`}
      </div>
      ${open && html`<${Split} /><${RecordView} />`}
    </div>
    <${Totals} />
    <${Announcer} />`;
}

function closeOnEscape() {
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    // The first Escape closes what is on top: the browser closes an open popover by itself.
    if (document.querySelector(":popover-open")) return;
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

function Empty() {
  if (paused.value) return html`<${NoneWhilePaused} />`;
  return asked.value === "" ? html`<${Invitation} />` : html`<${NoneThatPasses} />`;
}

function NoneWhilePaused() {
  return html`
    <div class="introduction">
      <p class="invitation">The list is paused.</p>
      <p class="muted">What passes meanwhile is kept, and shown once you press Pause again.</p>
    </div>`;
}

function NoneThatPasses() {
  const where = whose.value ? "No record of yours passes" : "No record passes";
  return html`
    <div class="introduction">
      <p class="invitation">${where} <code>${asked.value}</code> so far.</p>
      <p class="muted">The next that does will stand here.</p>
      <p class="choices">
        ${whose.value && html`
          <button type="button" class="button" onClick=${() => show({ whose: "", asked: asked.value })}>
            Look at everyone’s
          </button>`}
        <button type="button" class="button" onClick=${() => show({ whose: whose.value, asked: "" })}>
          Show all without the filter
        </button>
      </p>
    </div>`;
}

function Invitation() {
  return html`
    <div class="introduction">
      <p class="invitation">Nothing has crossed ${whose.value ? "your" : "the"} wire yet.</p>
      <p>Send a message in the chat. Each HTTP request, the upgrade, and every WebSocket frame that carries
        your words will stand here as it passes, one row each: when, which way, in which layer, what it
        says, and how many bytes it took.</p>
      <p class="muted">Choose a row to see it decoded to the bit.</p>
    </div>`;
}
