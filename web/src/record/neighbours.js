/**
 * The records before and after the open one, of those that the list shows: for whoever does not see the list because
 * the record covers it.
 *
 * Usage: `<${Neighbours} />`; `step(1)` opens the record after
 */
import { html } from "htm/preact";
import { select, selected } from "../address/address.js";
import { indexOf, shown } from "../wire/capture.js";

export function Neighbours() {
  return html`
    <${Step} by=${-1} name="The record before" sign="↑" />
    <${Step} by=${1} name="The record after" sign="↓" />`;
}

/** @param {{ by: number, name: string, sign: string }} props */
function Step({ by, name, sign }) {
  return html`
    <button type="button" class="button icon" aria-label=${name} title=${name} aria-disabled=${!neighbour(by)}
      onClick=${() => step(by)}><span aria-hidden="true">${sign}</span></button>`;
}

/** @param {number} by */
export function step(by) {
  const record = neighbour(by);
  if (record) select(record.seq);
}

/** @param {number} by */
function neighbour(by) {
  const here = indexOf(shown.value, selected.value);
  return here < 0 ? undefined : shown.value[here + by];
}
