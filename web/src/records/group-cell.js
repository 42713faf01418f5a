/**
 * What stands in the row above a group's records: what they have in common, how many they are, their bytes, and from
 * when to when.
 *
 * Usage: `<${GroupCell} group=${group} span=${6} />`
 */
import { html } from "htm/preact";
import { count, size } from "../format.js";
import { timeOf } from "./time.js";

/** @import { Group } from "./groups.js" */

/** @param {{ group: Group, span: number }} props */
export function GroupCell({ group, span }) {
  const { name, more, records, bytes } = group;
  const first = timeOf(records[0], null);
  const last = records.length > 1 ? timeOf(records[records.length - 1], records[0]) : first;
  const times = [...new Set([first, last])].filter(Boolean).join(" – ");
  return html`
    <span role="gridcell" class="cell-group" aria-colindex=${1} aria-colspan=${span}>
      <svg class="twisty" viewBox="0 0 12 12" aria-hidden="true"><path d="M4.500 3 7.500 6 4.500 9" /></svg>
      <span class="group-name">${name}</span>
      <span class="group-more">${more}</span>
      <span class="group-facts">
        <span>${count(records.length, "record")}</span>
        <span>${size(bytes)}</span>
        <span class="group-times">${times}</span>
      </span>
    </span>`;
}
