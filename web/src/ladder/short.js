/**
 * What a record is in the fewest words, for a lane that has no room for its summary: of HTTP the method or the status,
 * and what polling carried.
 *
 * Usage: `shortOf(record)` → "GET poll", "POST EVENT send_message", "200 noop"
 */

/** @import { WireRecord } from "../types.js" */

/** The summary's parts, as src/dissect joins them. */
const BETWEEN = " · ";
/** In a narrow lane it goes without saying. */
const LAYER = /Engine\.IO /g;

/** @param {WireRecord} record */
export function shortOf({ kind, http, summary }) {
  const [, ...parts] = summary.split(BETWEEN);
  if (kind === "request") return `${http?.method} ${asked(parts) || pathOf(http?.target ?? "")}`;
  if (kind === "response" && http?.status && parts.length > 0) return `${http.status} ${told(parts)}`;
  return told([summary]);
}

/** @param {string[]} parts */
function asked(parts) {
  const carried = parts.filter((part) => part !== "polling" && !part.startsWith("sid "));
  return told(carried) || (parts.includes("polling") ? "poll" : "");
}

/** @param {string[]} parts */
const told = (parts) => parts.join(BETWEEN).replace(LAYER, "");

/** @param {string} target */
const pathOf = (target) => target.split("?")[0];
