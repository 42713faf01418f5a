/**
 * How long short polling waits between two questions.
 *
 * Usage: `<${Interval} />`
 */
import { html } from "htm/preact";
import { INTERVALS, interval } from "./ways/short-polling.js";

/** @param {Event & { currentTarget: HTMLSelectElement }} event */
function choose(event) {
  interval.value = event.currentTarget.value;
}

export function Interval() {
  return html`
    <select class="button small interval" aria-label="Seconds between two polls" value=${interval.value}
      onChange=${choose}>
      ${INTERVALS.map((seconds) => html`<option value=${seconds}>every ${seconds} s</option>`)}
    </select>`;
}
