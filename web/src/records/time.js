/**
 * How the list tells time: as the clock does, in seconds from a beginning, or in seconds from the row above.
 *
 * Usage: `time.value` → "relative"; `timeOf(record, above)` → "12.345678"; `countFrom(record)`
 */
import { computed, signal } from "@preact/signals";
import { clock } from "../format.js";
import { remembered } from "../preferences/remembered.js";
import { capture } from "../wire/capture.js";

/** @import { WireRecord } from "../types.js" */

/** @type {Record<string, { label: string, more: string, heading: string }>} */
export const TIMES = {
  clock: { label: "clock", more: "the time of day", heading: "Time" },
  relative: { label: "seconds", more: "since the beginning", heading: "Seconds" },
  delta: { label: "delta", more: "seconds since the row above", heading: "+ Seconds" },
};

export const time = remembered("time", "clock");

const chosen = signal(/** @type {{ started: string, seq: number, at: number } | null} */ (null));

/** The record that seconds are counted from; null is the capture's beginning. It holds for its own capture. */
export const zero = computed(() => (chosen.value?.started === capture.value?.started ? chosen.value : null));

/** @param {WireRecord | null} record */
export function countFrom(record) {
  chosen.value = record && { started: capture.value?.started ?? "", seq: record.seq, at: record.at };
}

/** @param {WireRecord} record @param {WireRecord | null} above */
export function timeOf({ at }, above) {
  if (time.value === "relative") return seconds(at - (zero.value?.at ?? 0));
  if (time.value === "delta") return above?.at === undefined ? "" : signed(at - above.at);
  return clock(capture.value?.started ?? "", at);
}

/** To the microsecond, as the server measures. @param {number} value */
const seconds = (value) => value.toFixed(6).replace("-", "−");

/** A connection's opening is told late, so that the row above may be younger. @param {number} value */
const signed = (value) => (value < 0 ? seconds(value) : `+${seconds(value)}`);
