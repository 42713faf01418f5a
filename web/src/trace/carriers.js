/**
 * The records that carried a chat message, of everyone: what was carried to others is theirs. Live, they are asked for
 * again, because some of it is known late (the number of what was sent) and some comes late (a replay to a newcomer).
 *
 * Usage: `const { records, requests, beginnings, problem } = useCarriers(7);` where `records` is null until they are
 * known
 */
import { useEffect, useState } from "preact/hooks";
import { again } from "../source/again.js";
import { Problem, opened, readRecords } from "../source/source.js";
import { isPolled, requestOf } from "./transport.js";

/** @import { Capture, WireRecord } from "../types.js" */

/**
 * @typedef {object} Carriers
 * @property {WireRecord[] | null} records
 * @property {Map<number, WireRecord>} requests which polled answers belong to, by their number
 * @property {Map<number, number>} beginnings when each WebSocket among them was opened, by its connection
 * @property {boolean} isCut whether there may be more than was asked for
 * @property {number} missing records that are gone, any of which may have carried it
 * @property {Capture | null} capture
 * @property {string | null} problem
 */

/** In the first seconds often, then now and then. */
const PAUSES_MS = [400, 800, 1_600];
const LATER_MS = 4_000;
/** What the server gives at once, and how many members a set in a filter may have. */
const PAGE = 1_000;
const MOST_PAGES = 10;
const SET = 40;

/** @type {Carriers} */
const UNKNOWN = {
  records: null,
  requests: new Map(),
  beginnings: new Map(),
  isCut: false,
  missing: 0,
  capture: null,
  problem: null,
};

/** @param {number} id */
export function useCarriers(id) {
  const [carriers, setCarriers] = useState(UNKNOWN);
  const file = opened.value;
  useEffect(() => {
    if (file) return setCarriers(within(file.records, file.capture, id));
    let known = UNKNOWN;
    const ask = async (/** @type {AbortSignal} */ signal) => {
      const next = await askFor(id, known, signal);
      if (next !== known) setCarriers((known = next));
    };
    return again(ask, (turn) => PAUSES_MS[turn] ?? LATER_MS);
  }, [id, file]);
  return carriers;
}

/** @param {WireRecord[]} all @param {Capture} capture @param {number} id @returns {Carriers} */
function within(all, capture, id) {
  const records = all.filter(({ chat }) => chat?.some((part) => part.id === id));
  const asked = new Set(records.filter(isPolled).map((record) => requestOf(record)?.seq));
  const requests = new Map(all.filter(({ seq }) => asked.has(seq)).map((record) => [record.seq, record]));
  return { ...UNKNOWN, records, requests, beginnings: beginningsIn(all.filter(isUpgrade)), capture };
}

/** The same again when nothing has changed. @param {number} id @param {Carriers} known @param {AbortSignal} signal */
async function askFor(id, known, signal) {
  try {
    const { found, isCut, missing, capture } = await search(`chat.id == ${id}`, 0, signal);
    const isOther = capture.started !== known.capture?.started;
    const isSame = !isOther && !known.problem && known.missing === missing && namesOf(found) === namesOf(known.records);
    if (isSame) return known;
    const { requests, beginnings } = isOther ? UNKNOWN : known;
    return {
      records: found,
      requests: await askForRequests(found, requests, signal),
      beginnings: await askForBeginnings(found, beginnings, signal),
      isCut,
      missing,
      capture,
      problem: null,
    };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { ...known, problem: error.message };
  }
}

/** @param {WireRecord[] | null} records */
const namesOf = (records) => records?.map(({ seq, chat = [] }) => `${seq} ${chat.map(({ role }) => role)}`).join();

/**
 * The requests of polled answers, without those that are known already.
 *
 * @param {WireRecord[]} records @param {Map<number, WireRecord>} known @param {AbortSignal} signal
 */
async function askForRequests(records, known, signal) {
  const wanted = records.filter(isPolled).flatMap((record) => requestOf(record)?.seq ?? []);
  const requests = new Map(known);
  for (const some of setsOf(wanted, known)) {
    const { found } = await search(`seq in {${some.join(" ")}}`, some[0] - 1, signal);
    for (const record of found) requests.set(record.seq, record);
  }
  return requests;
}

/**
 * The same of WebSockets.
 *
 * @param {WireRecord[]} records @param {Map<number, number>} known @param {AbortSignal} signal
 */
async function askForBeginnings(records, known, signal) {
  const wanted = records.filter(({ layer }) => layer === "websocket").map(({ connection }) => connection);
  let beginnings = known;
  for (const some of setsOf(wanted, known)) {
    const { found } = await search(`conn in {${some.join(" ")}} and http.status == 101`, 0, signal);
    beginnings = new Map([...beginnings, ...beginningsIn(found)]);
  }
  return beginnings;
}

/** @param {WireRecord} record */
const isUpgrade = ({ http }) => http?.status === 101;

/** @param {WireRecord[]} upgrades */
const beginningsIn = (upgrades) => new Map(upgrades.map(({ connection, at }) => [connection, at]));

/**
 * Numbers that are not known yet, as many at once as may be asked for.
 *
 * @param {number[]} wanted @param {Map<number, unknown>} known
 */
function setsOf(wanted, known) {
  const unknown = [...new Set(wanted)].filter((number) => !known.has(number)).sort((one, other) => one - other);
  const sets = Math.ceil(unknown.length / SET);
  return Array.from({ length: sets }, (_, index) => unknown.slice(index * SET, (index + 1) * SET));
}

/** @param {string} filter @param {number} after @param {AbortSignal} signal */
async function search(filter, after, signal) {
  /** @type {WireRecord[]} */
  const found = [];
  let missing = 0;
  for (let pages = 1; ; pages += 1) {
    const { capture, records } = await readRecords({ filter, after, limit: PAGE }, signal);
    for (const { gap } of records) missing += gap?.records ?? 0;
    const passed = records.filter(({ kind }) => kind !== "gap");
    found.push(...passed);
    const isFull = passed.length === PAGE;
    if (!isFull || pages === MOST_PAGES) return { found, isCut: isFull, missing, capture };
    after = passed[passed.length - 1].seq;
  }
}
