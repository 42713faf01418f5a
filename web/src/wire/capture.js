/**
 * What the feed has told this page so far, and what of it is shown. The page keeps the newest
 * 20,000 records; the server keeps its own, and both say what they let go.
 *
 * Usage: `records.value`, `shown.value`, `totals.value`; `feed.js` alone calls the functions.
 */
import { batch, computed, signal } from "@preact/signals";
import { found } from "../source/find.js";
import { opened } from "../source/source.js";

/** @import { Capture, Totals, WireRecord } from "../types.js" */

const KEPT_RECORDS = 20_000;

export const records = signal(/** @type {WireRecord[]} */ ([]));
export const liveCapture = signal(/** @type {Capture | null} */ (null));
/** The filter that the records passed: for a moment another than the one just asked for. */
export const shownFilter = signal("mine");
/** Matching records that the server keeps and that are older than the list. */
export const earlier = signal(0);
/** Records that this page received and let go, to make room for newer ones. */
export const dropped = signal(0);

/** What the connections carried, by the server's own counters. */
export const totals = signal(/** @type {Totals | null} */ (null));

const frozen = signal(/** @type {{ records: WireRecord[], received: number } | null} */ (null));
const received = computed(() => dropped.value + records.value.length);

export const paused = computed(() => frozen.value !== null);
/** What arrived since the list was paused. */
export const waiting = computed(() => (frozen.value ? received.value - frozen.value.received : 0));
/** What the page shows: of the live server, or what was found in a file that was opened in its place. */
export const shown = computed(() => found.value ?? frozen.value?.records ?? records.value);
export const capture = computed(() => opened.value?.capture ?? liveCapture.value);

/** Pausing stops the list, not the listening. A file does not go on, so there is nothing to pause. */
export function togglePause() {
  if (opened.value) return;
  frozen.value = frozen.value ? null : { records: records.value, received: received.value };
}

/**
 * Starts the list afresh. Only who paused it lets it go on: a paused list holds what it starts with.
 *
 * @param {WireRecord[]} first @param {number} notSent @param {string} filter
 */
export function restart(first, notSent, filter) {
  batch(() => {
    shownFilter.value = filter;
    if (frozen.value) frozen.value = { records: first, received: first.length };
    dropped.value = 0;
    earlier.value = notSent;
    records.value = first;
  });
}

/** @param {WireRecord[]} more */
export function append(more) {
  const newest = records.value.at(-1)?.seq ?? 0;
  const all = [...records.value, ...more.filter(({ seq }) => seq > newest)];
  const excess = Math.max(all.length - KEPT_RECORDS, 0);
  batch(() => {
    records.value = excess > 0 ? all.slice(excess) : all;
    dropped.value += excess;
  });
}

/**
 * Where a record stands in a list ordered by `seq`, or -1.
 *
 * @param {WireRecord[]} list @param {number | null} seq
 */
export function indexOf(list, seq) {
  if (seq === null) return -1;
  let low = 0;
  let high = list.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (list[middle].seq === seq) return middle;
    if (list[middle].seq < seq) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
