/**
 * What a record's partner tells of it: how long a request was held, a round trip, how long an upgrade took.
 *
 * Usage: `noteOf(record, session)` → `{ words: "held", seconds: 24.9 }`, or null; `spell(note)` → "held 24.9 s"
 */
import { duration } from "../format.js";
import { roundTripOf, since } from "../records/partner.js";

/** @import { WireRecord } from "../types.js" */
/** @import { Session } from "./lifelines.js" */

/** @typedef {{ words: string, seconds: number }} Note */

/** @param {Note | null} note */
export const spell = (note) => note && `${note.words} ${duration(note.seconds)}`;

/** @param {WireRecord} record @param {Session} [session] the one that it belongs to @returns {Note | null} */
export function noteOf(record, session) {
  const told = [
    { words: "upgraded after", seconds: upgraded(record, session) },
    { words: "round trip", seconds: roundTripOf(record) },
    { words: "pong after", seconds: since(record, "ping") },
    { words: "held", seconds: goesOn(record) ? undefined : since(record, "request") },
    { words: "ack after", seconds: since(record, "event") ?? since(record, "sending") },
    { words: "answered after", seconds: since(record, "close") },
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

/** A later part of an answer. @param {WireRecord} response */
const goesOn = ({ http }) => http?.part !== undefined && http.part > 1;
