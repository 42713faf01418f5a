/**
 * Records that passed the filter before those in the list and that the server still keeps, a thousand at a time, as
 * long as the list has room for them.
 *
 * Usage: `if (room.value > 0) await loadEarlier();` `asking.value` → "failed"
 */
import { computed, signal } from "@preact/signals";
import { readRecords } from "../source/source.js";
import { MOST_RECORDS, beginning, prepend, shown, shownFilter } from "./capture.js";

export const STEP = 1_000;

export const asking = signal(/** @type {"no" | "yes" | "failed"} */ ("no"));
export const room = computed(() => Math.max(MOST_RECORDS - shown.value.length, 0));

export async function loadEarlier() {
  const [list, before] = [beginning.peek(), shown.peek()[0]?.seq];
  if (asking.peek() === "yes" || before === undefined) return;
  asking.value = "yes";
  try {
    const { records, earlier } = await ask(before);
    asking.value = "no";
    // Another list may stand there by now, or this one has let its beginning go.
    if (beginning.peek() === list && shown.peek()[0]?.seq === before) prepend(records, earlier ?? 0);
  } catch {
    asking.value = "failed";
  }
}

/** @param {number} before */
function ask(before) {
  return readRecords({ filter: shownFilter.peek(), before, limit: Math.min(STEP, room.peek()) });
}
