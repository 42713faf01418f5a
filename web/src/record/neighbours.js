/**
 * The records before and after the open one, of those that the list shows: for whoever does not see the list because
 * the record covers it.
 *
 * Usage: `<${Neighbours} />`
 */
import { html } from "htm/preact";
import { select, selected } from "../address/address.js";
import { indexOf, shown } from "../wire/capture.js";

export function Neighbours() {
  const here = indexOf(shown.value, selected.value);
  return html`
    <${Step} to=${here < 0 ? undefined : shown.value[here - 1]} name="The record before" sign="↑" />
    <${Step} to=${here < 0 ? undefined : shown.value[here + 1]} name="The record after" sign="↓" />`;
}

/** @param {{ to?: { seq: number }, name: string, sign: string }} props */
function Step({ to, name, sign }) {
  return html`
    <button type="button" class="button icon" aria-label=${name} title=${name} aria-disabled=${!to}
      onClick=${() => to && select(to.seq)}><span aria-hidden="true">${sign}</span></button>`;
}
