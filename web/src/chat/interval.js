/**
 * How long short polling waits between two questions.
 *
 * Usage: `<${Interval} />`
 */
import { html } from "htm/preact";
import { INTERVALS, interval } from "./ways/short-polling.js";

export function Interval() {
  return html`
    <label class="interval">
      every
      <select aria-label="Seconds between two polls" value=${interval.value}
        onChange=${(/** @type {Event & { currentTarget: HTMLSelectElement }} */ event) => {
          interval.value = event.currentTarget.value;
        }}>
        ${INTERVALS.map((seconds) => html`<option value=${seconds}>${seconds} s</option>`)}
      </select>
    </label>`;
}
