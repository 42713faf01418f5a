/**
 * What another record is to this one, in plain words.
 *
 * Usage: `wordsOf(link, record)` → `{ what: "answered by", when: "1.2 ms later" }`
 */
import { duration } from "../format.js";

/** @import { Link, Relation, WireRecord } from "../types.js" */

/** The other record came before this one, after it, or either: then the numbers say which. */
const BEFORE = -1;
const AFTER = 1;
const EITHER = 0;

/** @typedef {[what: string, when: typeof BEFORE | typeof AFTER | typeof EITHER]} Words */

/** @type {Record<Relation, Words>} */
const RELATIONS = {
  request: ["the request that this answers:", BEFORE],
  response: ["answered by", AFTER],
  ping: ["the ping that this answers:", BEFORE],
  pong: ["answered by the pong in", AFTER],
  close: ["the other side’s Close frame:", EITHER],
  "message start": ["the first frame of this message:", BEFORE],
  "message part": ["the message goes on in", AFTER],
  "message end": ["the message ends in", AFTER],
  event: ["the event that this acknowledges:", BEFORE],
  sending: ["the sending that this acknowledges:", BEFORE],
  acknowledgement: ["acknowledged by", AFTER],
  packet: ["the packet that announced this attachment:", BEFORE],
  attachment: ["its attachment:", AFTER],
  "upgrade, before": ["the upgrade’s step before this:", BEFORE],
  "upgrade, after": ["the upgrade’s next step:", AFTER],
};
/** A file may name any relation. @type {Map<string, Words>} */
const WORDS = new Map(Object.entries(RELATIONS));

/** @param {Link} link @param {WireRecord} record */
export function wordsOf({ relation, seq, seconds }, record) {
  const [what, order] = WORDS.get(relation) ?? [`${relation}:`, EITHER];
  const isBefore = order === EITHER ? seq < record.seq : order === BEFORE;
  return { what, when: `${duration(seconds)} ${isBefore ? "before" : "later"}` };
}
