/**
 * Where records come from: the live server, or a file of JSON Lines that the reader has opened in its place. Whoever
 * wants a whole record, or the connections, asks here and need not know which of the two it is.
 *
 * Usage: `opened.value?.name`; `await readRecord(931, signal)` → the record with its fields and bytes;
 * `await readConnections(signal)`; of the live server alone, `await readRecords({ filter, limit: 9 }, signal)`. All of
 * them throw a `Problem` with words for the reader.
 */
import { signal } from "@preact/signals";

/** @import { Capture, ConnectionList, DissectedRecord, FilterError, RecordList, WireRecord } from "../types.js" */

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

/** The server took the text for no filter. */
export class NoFilter extends Problem {
  /** @param {FilterError} what */
  constructor(what) {
    super(what.error);
    this.what = what;
  }
}

export const opened = signal(/** @type {OpenedFile | null} */ (null));

/** @param {number} seq @param {AbortSignal} signal @returns {Promise<DissectedRecord>} */
export function readRecord(seq, signal) {
  return opened.value?.readRecord(seq) ?? ask(`/inspector/records/${seq}`, signal);
}

/** @param {AbortSignal} signal @returns {Promise<ConnectionList>} */
export function readConnections(signal) {
  return opened.value?.readConnections() ?? ask("/inspector/connections", signal);
}

/**
 * @param {{ filter: string, after?: number, before?: number, limit: number }} query as docs/api.md has it
 * @param {AbortSignal} [signal] @returns {Promise<RecordList>}
 */
export function readRecords(query, signal) {
  const parameters = Object.entries(query).map(([name, value]) => [name, String(value)]);
  return ask(`/inspector/records?${new URLSearchParams(parameters)}`, signal);
}

/** What is not there is told in the server's own words. @param {string} path @param {AbortSignal} [signal] */
async function ask(path, signal) {
  const brokenOff = (/** @type {Error} */ error) => {
    if (signal?.aborted) throw error;
    throw new Problem("The server cannot be reached.");
  };
  const response = await fetch(path, { signal }).catch(brokenOff);
  if (response.ok) return response.json().catch(brokenOff);
  if (response.status !== 400 && response.status !== 404) throw new Problem(`The server answered ${response.status}.`);
  const answer = await response.json().catch(brokenOff);
  if (answer.code === "bad_filter") throw new NoFilter(answer);
  throw new Problem(`${answer.error[0].toUpperCase()}${answer.error.slice(1)}.`);
}
