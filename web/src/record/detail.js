/**
 * The open record, fetched with its fields and bytes. The one before stays in view until the next
 * has come, so that moving through the list does not flicker.
 *
 * Usage: `detail.value?.record`, `detail.value?.problem`
 */
import { computed, effect, signal } from "@preact/signals";
import { selected } from "../address/address.js";
import { Problem, readRecord } from "../source/source.js";
import { capture } from "../wire/capture.js";
import { bytesOf } from "./bytes.js";
import { flatten } from "./fields.js";

/** @import { DissectedRecord } from "../types.js" */

/** @typedef {{ seq: number, record?: DissectedRecord, problem?: string }} Detail */

export const detail = signal(/** @type {Detail | null} */ (null));

/** The buffers of the open record as bytes, and its fields in reading order. */
export const buffers = computed(() => bytesOf(detail.value?.record));
export const fields = computed(() => flatten(detail.value?.record?.fields ?? []));

/** A server that was started anew has other records of the same numbers: how often that was so. */
const restarts = signal(0);
let started = "";
effect(() => {
  const now = capture.value?.started ?? started;
  if (started && now !== started) restarts.value = restarts.peek() + 1;
  started = now;
});

effect(() => {
  const seq = selected.value;
  restarts.value;
  if (seq === null) {
    detail.value = null;
    return;
  }
  const abort = new AbortController();
  load(seq, abort.signal).then(
    (loaded) => {
      // Not everything that answers can be told to stop: a late answer is about a record that is closed again.
      if (!abort.signal.aborted) detail.value = loaded;
    },
    () => {},
  );
  return () => abort.abort();
});

/** @param {number} seq @param {AbortSignal} signal @returns {Promise<Detail>} */
async function load(seq, signal) {
  try {
    return { seq, record: await readRecord(seq, signal) };
  } catch (error) {
    if (error instanceof Problem) return { seq, problem: error.message };
    throw error;
  }
}
