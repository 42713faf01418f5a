/**
 * Where records come from: the live server, or a file of JSON Lines that the reader has opened in its place. Whoever
 * wants a whole record, or the connections, asks here and need not know which of the two it is.
 *
 * Usage: `opened.value?.name`; `await readRecord(931, signal)` → the record with its fields and bytes;
 * `await readConnections(signal)`. Both throw a `Problem` with words for the reader.
 */
import { signal } from "@preact/signals";

/** @import { Capture, ConnectionList, DissectedRecord, WireRecord } from "../types.js" */

/**
 * A capture that was opened from a file, and nothing else than the file is needed to read it.
 * @typedef {object} OpenedFile
 * @property {string} name
 * @property {Capture} capture
 * @property {string} filter what its records had passed
 * @property {boolean} hasFields whether it says what each bit means
 * @property {WireRecord[]} records in the order of `seq`, without fields and bytes
 * @property {string[]} haystack what is searched of each record
 * @property {number} unreadable lines that are no records, and are left out
 * @property {number} beyond lines after as many records as the page holds
 * @property {(seq: number) => Promise<DissectedRecord>} readRecord
 * @property {() => Promise<ConnectionList>} readConnections
 */

export class Problem extends Error {}

export const opened = signal(/** @type {OpenedFile | null} */ (null));

/** @param {number} seq @param {AbortSignal} signal @returns {Promise<DissectedRecord>} */
export function readRecord(seq, signal) {
  return opened.value?.readRecord(seq) ?? ask(`/inspector/records/${seq}`, GONE, signal);
}

/** @param {AbortSignal} signal @returns {Promise<ConnectionList>} */
export function readConnections(signal) {
  return opened.value?.readConnections() ?? ask("/inspector/connections", "There are no connections.", signal);
}

const GONE = "This record is no longer in the capture: it was cleared, or it made room for newer ones.";

/** @param {string} path @param {string} nothing what a 404 means @param {AbortSignal} signal */
async function ask(path, nothing, signal) {
  const response = await fetch(path, { signal }).catch((error) => {
    if (signal.aborted) throw error;
    throw new Problem("The server cannot be reached.");
  });
  if (response.ok) return response.json();
  throw new Problem(response.status === 404 ? nothing : `The server answered ${response.status}.`);
}
