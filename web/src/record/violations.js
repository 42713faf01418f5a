/**
 * The rules that a record breaks, who broke them, and where they stand.
 *
 * Usage: `<${Violations} record=${record} />`
 */
import { html } from "htm/preact";
import { ViolationMark } from "../records/marks.js";
import { Section } from "./section.js";

/** @import { DissectedRecord } from "../types.js" */

/** @param {{ record: DissectedRecord }} props */
export function Violations({ record }) {
  if (!record.violations?.length) return null;
  return html`
    <ul class="violations">
      ${record.violations.map(({ rule, section, by }) => html`
        <li class="notice">
          <${ViolationMark} /> by the ${by}. The rule: ${rule} <${Section} of=${section} />
        </li>`)}
    </ul>`;
}
