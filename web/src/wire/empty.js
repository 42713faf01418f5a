/**
 * What stands in the place of records while there are none: why, and what to do.
 *
 * Usage: `<${Empty} />`
 */
import { html } from "htm/preact";
import { asked, show, whose } from "../filter/filter.js";
import { timeOfDay } from "../format.js";
import { NoneFound } from "../source/none-found.js";
import { opened } from "../source/source.js";
import { cleared, paused } from "./capture.js";

export function Empty() {
  if (opened.value) return html`<${NoneFound} />`;
  if (paused.value) return html`<${NoneWhilePaused} />`;
  if (asked.value !== "") return html`<${NoneThatPasses} />`;
  return cleared.value ? html`<${NoneSinceCleared} at=${cleared.value} />` : html`<${Invitation} />`;
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
      <p class="invitation">${where} <code>${asked.value}</code> ${sinceWhen()}.</p>
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

const sinceWhen = () =>
  cleared.value ? `since the capture was cleared at ${timeOfDay(cleared.value.toISOString())}` : "so far";

/** @param {{ at: Date }} props */
function NoneSinceCleared({ at }) {
  return html`
    <div class="introduction">
      <p class="invitation">The capture was cleared at ${timeOfDay(at.toISOString())}.</p>
      <p class="muted">What crosses ${whose.value ? "your" : "the"} wire next will stand here. The connections’
        counters go on.</p>
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
