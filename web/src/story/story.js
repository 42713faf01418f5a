/**
 * The story strip: the milestones of this browser's newest Socket.IO session. A milestone lights up when a record
 * has proved it, and then opens that record.
 *
 * Usage: `<${Story} />`
 */
import { html } from "htm/preact";
import { computed } from "@preact/signals";
import { useState } from "preact/hooks";
import { select, selected } from "../address/address.js";
import { page } from "../address/page.js";
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
  const [stop, setStop] = useState(0);
  const seen = proofs.value.flatMap((proof, index) => (proof ? [index] : []));
  const here = seen.includes(stop) ? stop : seen[0];
  // Whoever only looks on has no session of their own.
  if (page === "inspect" && seen.length === 0) return null;

  /** One stop for Tab; the arrows go on from there. @param {KeyboardEvent & { currentTarget: HTMLElement }} event */
  function onKeyDown({ key, currentTarget }) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[key];
    const next = step && seen[seen.indexOf(here) + step];
    if (next === undefined) return;
    setStop(next);
    currentTarget.querySelectorAll("button")[next].focus();
  }

  return html`
    <ol class="story" aria-label="Milestones seen on your own wire" onKeyDown=${onKeyDown}>
      <li class="story-of">Your Socket.IO</li>
      ${MILESTONES.map(({ name, more }, index) => {
        const proof = proofs.value[index];
        return html`
          <li class=${proof ? "seen" : ""}>
            <button type="button" disabled=${!proof} tabIndex=${index === here ? 0 : -1}
              onClick=${() => proof && select(proof.seq)}
              aria-current=${proof !== undefined && proof.seq === selected.value}
              title=${proof ? `Seen in record ${proof.seq}: ${more}` : `Not seen yet: ${more}`}>
              <span class="story-mark" aria-hidden="true"></span>${name}
            </button>
          </li>`;
      })}
    </ol>`;
}
