/**
 * The story strip: the milestones of this browser's newest Socket.IO session. A milestone lights up when a record
 * has proved it, and then opens that record.
 *
 * Usage: `<${Story} />`
 */
import { html } from "htm/preact";
import { computed } from "@preact/signals";
import { select, selected } from "../address/address.js";
import { beginning, newerThan, records } from "../wire/capture.js";
import { MILESTONES, UNTOLD, tell } from "./milestones.js";

/** What was told already, and up to which record: a list of 100,000 is not gone through for each that is new. */
let told = { beginning: 0, seq: 0, story: UNTOLD };

const proofs = computed(() => {
  if (told.beginning !== beginning.value) told = { beginning: beginning.value, seq: 0, story: UNTOLD };
  const more = newerThan(records.value, told.seq);
  if (more.length > 0) told = { ...told, seq: more[more.length - 1].seq, story: tell(told.story, more) };
  return told.story.proofs;
});

export function Story() {
  return html`
    <ol class="story" aria-label="Milestones seen on your own wire">
      <li class="story-of">Your Socket.IO</li>
      ${MILESTONES.map(({ name, more }, index) => {
        const proof = proofs.value[index];
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
