/**
 * A record of the ladder as one sentence, for whoever does not see the arrow, and for who points at it.
 *
 * Usage: `spoken(record, "held 24.9 s")` →
 * "12.345 s, connection 3, to client, 200 OK, 119 bytes, held 24.9 s"
 */
import { count } from "../format.js";

/** @import { WireRecord } from "../types.js" */

const seconds = new Intl.NumberFormat("en", { minimumFractionDigits: 3, maximumFractionDigits: 3 });

/** @param {WireRecord} record @param {string | null} note */
export function spoken({ at, connection, direction, summary, length, violations, upgrade }, note) {
  return [
    `${seconds.format(at)} s`,
    `connection ${connection}`,
    direction === "to_server" ? "to server" : "to client",
    summary,
    count(length, "byte"),
    upgrade && `upgrade: ${upgrade}`,
    note,
    ...(violations ?? []).map(({ rule, section }) => `violation of ${section}: ${rule}`),
  ].filter(Boolean).join(", ");
}
