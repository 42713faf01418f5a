/**
 * The story strip: the milestones of this browser's own wire. A milestone lights up when a record
 * has proved it, and then opens that record.
 *
 * Usage: `<${Story} />`
 */
import { html } from "htm/preact";
import { computed } from "@preact/signals";
import { beginning, newerThan, records } from "../wire/capture.js";
import { select, selected } from "../address/address.js";
import { MILESTONES, NOTHING, prove } from "./milestones.js";

/** What was told already, and up to which record: a list of 100,000 is not gone through for each that is new. */
let told = { beginning: 0, seq: 0, proofs: NOTHING };

const proved = computed(() => {
  if (told.beginning !== beginning.value) told = { beginning: beginning.value, seq: 0, proofs: NOTHING };
  const more = newerThan(records.value, told.seq);
  if (more.length > 0) told = { ...told, seq: more[more.length - 1].seq, proofs: prove(told.proofs, more) };
  return told.proofs;
});

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
