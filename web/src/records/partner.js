/**
 * How long ago the record was that this one answers.
 *
 * The times are the server's. So what the server asked has made a round trip when the answer comes; what a client asked
 * has only been answered, and nobody here knows how long that was on its way.
 *
 * Usage: `since(response, "request")` → seconds, or undefined; `roundTripOf(pong)` → seconds, or undefined
 */

/** @import { Relation, WireRecord } from "../types.js" */

/** Answered by the other side at once, as a rule: by a pong, or an acknowledgement. @type {Relation[]} */
const ASKING = ["ping", "event"];

/** Told by whichever of the two came second. @param {WireRecord} record @param {Relation} relation */
export function since({ links, seq }, relation) {
  return links?.find((link) => link.relation === relation && link.seq < seq)?.seconds;
}

/** @param {WireRecord} record */
export function roundTripOf(record) {
  if (record.direction !== "to_server") return undefined;
  return ASKING.map((relation) => since(record, relation)).find((seconds) => seconds !== undefined);
}
