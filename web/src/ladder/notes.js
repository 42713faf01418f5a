/**
 * What a record's partner tells of it: how long a request was held, a round trip, how long an upgrade took.
 *
 * Usage: `noteOf(record, session)` → `{ words: "held", seconds: 24.9 }`, or null; `spell(note)` → "held 24.9 s"
 */
import { duration } from "../format.js";

/** @import { Relation, WireRecord } from "../types.js" */
/** @import { Session } from "./lifelines.js" */

/** @typedef {{ words: string, seconds: number }} Note */

/** @param {Note | null} note */
export const spell = (note) => note && `${note.words} ${duration(note.seconds)}`;

/** @param {WireRecord} record @param {Session} [session] the one that it belongs to @returns {Note | null} */
export function noteOf(record, session) {
  const since = (/** @type {Relation} */ relation) =>
    record.links?.find((link) => link.relation === relation && link.seq < record.seq)?.seconds;
  const told = [
    { words: "upgraded after", seconds: upgraded(record, session) },
    { words: isAsked(record) ? "pong after" : "round trip", seconds: since("ping") },
    { words: "held", seconds: goesOn(record) ? undefined : since("request") },
    { words: "ack after", seconds: since("event") ?? since("sending") },
    { words: "answered after", seconds: since("close") },
  ];
  return /** @type {Note | undefined} */ (told.find(({ seconds }) => seconds !== undefined)) ?? null;
}

/**
 * From the session's first request, as the connections' stories count it; its answer is the first that knows the `sid`.
 *
 * @param {WireRecord} record @param {Session} [session]
 */
function upgraded({ at, upgrade }, session) {
  if (upgrade !== "upgraded" || !session?.first.engineio?.some(({ type }) => type === "open")) return undefined;
  const asked = session.first.links?.find(({ relation }) => relation === "request");
  return asked && at - (session.first.at - asked.seconds);
}

/**
 * The times are the server's, so what it asked has made a round trip when the pong comes; what the client asked has
 * only been answered.
 *
 * @param {WireRecord} pong
 */
const isAsked = ({ direction }) => direction === "to_client";

/** A later part of an answer. @param {WireRecord} response */
const goesOn = ({ http }) => http?.part !== undefined && http.part > 1;
