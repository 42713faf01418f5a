/**
 * "Your wire": every record that carried the chat, or those that pass a filter, live, and one of them
 * opened.
 *
 * Usage: `<${Wire} />`
 */
import { html } from "htm/preact";
import { computed } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { go, select, selected } from "../address/address.js";
import { page } from "../address/page.js";
import { Choice } from "../choice/choice.js";
import { FilterBox } from "../filter/filter-box.js";
import { whose } from "../filter/filter.js";
import { number } from "../format.js";
import { RecordView } from "../record/record.js";
import { Story } from "../story/story.js";
import { Announcer } from "./announcer.js";
import { paused, shownFilter, togglePause, waiting } from "./capture.js";
import { clear, status } from "./feed.js";
import { Split } from "./split.js";
import { Totals } from "./totals.js";
import { View, ViewChoice } from "./views.js";

/** @import { Whose } from "../address/address.js" */

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
      <h2>${page === "inspect" ? "The wire" : "Your wire"}</h2>
      <${ViewChoice} />
      <${Status} />
      <div class="wire-controls">
        <${Choice} label="Whose records" options=${WHOSE} value=${whose.value}
          onChoose=${(/** @type {Whose} */ whose) => go({ whose })} />
        <button type="button" class="button" aria-pressed=${paused.value} onClick=${togglePause}>Pause</button>
        <button type="button" class="button" title="Forget every record, for everyone" onClick=${clear}>Clear</button>
      </div>
    </div>
    <${FilterBox} />
    ${isWhole.value && html`<${Story} />`}
    <div class=${`wire-body ${open ? "open" : ""}`}>
      <div class="wire-list">
        <${View} />
      </div>
      ${open && html`<${Split} /><${RecordView} />`}
    </div>
    <${Totals} />
    <${Announcer} />`;
}

function closeOnEscape() {
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    // The first Escape closes what is on top: the browser closes an open popover by itself.
    if (document.querySelector(":popover-open, dialog[open]")) return;
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
