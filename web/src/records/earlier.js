/**
 * The list's beginning, where the server keeps earlier records than those in it: how many, and a button that loads some
 * of them. It is pressed by the reader alone: a list that grew by itself whenever it is scrolled to its top would have
 * no top.
 *
 * Usage: `${hasEarlier.value && html`<${Earlier} span=${6} />`}`; `<${EarlierWords} heir="ladder" />` in another view
 */
import { html } from "htm/preact";
import { computed } from "@preact/signals";
import { count, number } from "../format.js";
import { useHeir } from "../menu/heir.js";
import { opened } from "../source/source.js";
import { MOST_RECORDS, earlier } from "../wire/capture.js";
import { STEP, asking, loadEarlier, room } from "../wire/earlier.js";

export const hasEarlier = computed(() => !opened.value && earlier.value > 0);

/** @param {{ span: number }} props */
export function Earlier({ span }) {
  return html`
    <div role="row" class="row records-earlier" aria-rowindex=${2}>
      <span role="gridcell" aria-colindex=${1} aria-colspan=${span}>
        <${EarlierWords} heir="records" />
      </span>
    </div>`;
}

/** @param {{ heir: string }} props what gets the focus when there are no more */
export function EarlierWords({ heir }) {
  return html`
    <span>${count(earlier.value, "earlier record")} in the capture</span>
    ${room.value > 0
      ? html`<${Load} heir=${heir} />`
      : html`<span class="muted">the list is full with ${number(MOST_RECORDS)}: filter to see them</span>`}
    ${asking.value === "failed" && html`<span role="status">They did not come: try again.</span>`}`;
}

/** @param {{ heir: string }} props */
function Load({ heir }) {
  const place = useHeir(heir);
  const isAsking = asking.value === "yes";
  return html`
    <button type="button" class="button small" ref=${place} aria-disabled=${isAsking} onClick=${loadEarlier}>
      ${isAsking ? "Loading…" : `Load ${number(Math.min(STEP, room.value, earlier.value))} earlier`}
    </button>`;
}
