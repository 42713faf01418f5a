/**
 * What the feed has told this page so far, and what of it is shown. The page keeps 100,000 records, and lets the
 * oldest go for newer ones; the server keeps its own, and both say what they let go. A list that is paused is a second
 * one of at most as many, which nothing takes anything from. A small frame takes some 200 bytes of the page's memory,
 * an HTTP head some 3 kB: so a full list takes 20 MB, or 300 MB at the very most of ordinary traffic.
 *
 * Usage: `records.value`, `shown.value`, `totals.value`; `feed.js` and `earlier.js` alone say what came;
 * `togglePause()` is the reader's.
 */
import { batch, computed, signal } from "@preact/signals";
import { found } from "../source/find.js";
import { opened } from "../source/source.js";

/** @import { Capture, Totals, WireRecord } from "../types.js" */

export const MOST_RECORDS = 100_000;

/** Ordered by `seq`. Whoever tells something of all of them goes on from the last one told: see `newerThan`. */
export const records = signal(/** @type {WireRecord[]} */ ([]));
export const liveCapture = signal(/** @type {Capture | null} */ (null));
/** The filter that the records passed: for a moment another than the one just asked for. */
export const shownFilter = signal("mine");
/** Matching records that the server keeps and that are older than the list. */
export const earlier = signal(0);
/** Records that this page received and let go, to make room for newer ones. */
export const dropped = signal(0);
/** Records that came since the list began. */
export const arrived = signal(0);
/** How often the list began anew, or got an earlier beginning: what was told of it before holds no longer. */
export const beginning = signal(0);

/** What the connections carried, by the server's own counters. */
export const totals = signal(/** @type {Totals | null} */ (null));

/** When somebody had the server forget its records, as this page heard of it; null where nobody did. */
export const cleared = signal(/** @type {Date | null} */ (null));

/**
 * @typedef {object} Frozen
 * @property {WireRecord[]} records
 * @property {number} arrived
 * @property {number} dropped
 * @property {Date | null} cleared
 */
const frozen = signal(/** @type {Frozen | null} */ (null));

export const paused = computed(() => frozen.value !== null);
/** What arrived since the list was paused. */
export const waiting = computed(() => (frozen.value ? arrived.value - frozen.value.arrived : 0));
/** What of it this page had to let go before anybody saw it. */
export const passedOver = computed(() => Math.max(waiting.value - MOST_RECORDS, 0));
/** What the shown list let go. */
export const letGo = computed(() => frozen.value?.dropped ?? dropped.value);
/** When somebody else cleared the capture under a paused list, which keeps what it has. */
export const clearedMeanwhile = computed(() =>
  frozen.value && frozen.value.cleared !== cleared.value ? cleared.value : null,
);
/** What the page shows: of the live server, or what was found in a file that was opened in its place. */
export const shown = computed(() => found.value ?? frozen.value?.records ?? records.value);
export const capture = computed(() => opened.value?.capture ?? liveCapture.value);
/** Changes when `shown` becomes another list, and not when it only goes on. */
export const edition = computed(() => found.value ?? beginning.value);

/** Filters that leave nothing out of a connection, so that what is not shown did not happen. */
const WHOLE = ["", "mine"];
export const isWhole = computed(() => {
  if (!opened.value) return WHOLE.includes(shownFilter.value);
  return WHOLE.includes(opened.value.filter) && found.value === opened.value.records;
});

/** Pausing stops the list, not the listening. A file does not go on, so there is nothing to pause. */
export function togglePause() {
  if (opened.value) return;
  frozen.value = frozen.value ? null : freeze(records.value);
}

/** @param {WireRecord[]} records */
function freeze(records) {
  return { records, arrived: arrived.value, dropped: dropped.value, cleared: cleared.value };
}

/**
 * Starts the list afresh. Only who paused it lets it go on: a paused list holds what it starts with.
 *
 * @param {WireRecord[]} first @param {number} notSent @param {string} filter
 */
export function restart(first, notSent, filter) {
  batch(() => {
    shownFilter.value = filter;
    dropped.value = 0;
    arrived.value = 0;
    earlier.value = notSent;
    beginning.value += 1;
    records.value = first;
    if (frozen.value) frozen.value = freeze(first);
  });
}

/**
 * The server has forgotten its records. Who paused the list keeps what it shows, unless the reader cleared it.
 *
 * @param {boolean} byReader
 */
export function forget(byReader) {
  const kept = frozen.value;
  batch(() => {
    cleared.value = new Date();
    restart([], 0, shownFilter.value);
    if (kept && !byReader && kept.records.length > 0) frozen.value = { ...kept, arrived: 0 };
  });
}

/** @param {WireRecord[]} more */
export function append(more) {
  const newest = records.value.at(-1)?.seq ?? 0;
  const fresh = newerThan(more, newest);
  const all = records.value.concat(fresh);
  const excess = Math.max(all.length - MOST_RECORDS, 0);
  batch(() => {
    records.value = excess > 0 ? all.slice(excess) : all;
    arrived.value += fresh.length;
    dropped.value += excess;
  });
}

/**
 * Puts earlier records before those that are shown; there is room for them. If the list behind a paused one has gone
 * on too far to have them, too, they are let go when it is shown again.
 *
 * @param {WireRecord[]} found @param {number} notSent
 */
export function prepend(found, notSent) {
  batch(() => {
    earlier.value = notSent;
    beginning.value += 1;
    const goesOn = !frozen.value || frozen.value.dropped === dropped.value;
    if (frozen.value) frozen.value = { ...frozen.value, records: found.concat(frozen.value.records) };
    if (goesOn && records.value.length + found.length <= MOST_RECORDS) records.value = found.concat(records.value);
    else dropped.value += found.length;
  });
}

/**
 * The records of a list that came after one, which may be gone.
 *
 * @param {WireRecord[]} list ordered by `seq` @param {number} seq
 */
export const newerThan = (list, seq) => list.slice(indexAfter(list, seq));

/**
 * Where the first record stands that came after one.
 *
 * @param {WireRecord[]} list ordered by `seq` @param {number} seq
 */
export function indexAfter(list, seq) {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle].seq <= seq) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Where a record stands, or -1.
 *
 * @param {WireRecord[]} list ordered by `seq` @param {number | null} seq
 */
export function indexOf(list, seq) {
  if (seq === null) return -1;
  const index = indexAfter(list, seq) - 1;
  return list[index]?.seq === seq ? index : -1;
}
