/**
 * The story strip: the milestones of this browser's own wire. A milestone lights up when a record
 * has proved it, and then opens that record.
 *
 * Usage: `<${Story} />`
 */
import { html } from "htm/preact";
import { computed } from "@preact/signals";
import { records } from "../wire/capture.js";
import { select, selected } from "../address/address.js";
import { MILESTONES, proofs } from "./milestones.js";

const proved = computed(() => proofs(records.value));

export function Story() {
  return html`
    <ol class="story" aria-label="Milestones seen on your own wire">
      ${MILESTONES.map(({ name, more }, index) => {
        const proof = proved.value[index];
        return html`
          <li class=${proof ? "seen" : ""}>
            <button type="button" disabled=${!proof} onClick=${() => proof && select(proof.seq)}
              aria-current=${proof !== undefined && proof.seq === selected.value}
              title=${proof ? `Seen in record ${proof.seq}: ${more}` : `Not seen yet: ${more}`}>
              <span class="story-mark" aria-hidden="true"></span>${name}
            </button>
          </li>`;
      })}
    </ol>`;
}
