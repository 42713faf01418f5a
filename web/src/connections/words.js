/**
 * What is said of a connection in few words.
 *
 * Usage: `stateOf(connections)` → "closed by the client, 1000"; `overheadOf(cost)` → "≥ 31 %"
 */
import { count, percent } from "../format.js";

/** @import { Connection } from "../types.js" */
/** @import { Cost } from "./cost.js" */

/** @param {Connection[]} connections of one session, or one alone */
export function stateOf(connections) {
  const open = connections.filter(({ closed }) => closed === undefined).length;
  if (connections.length > 1) return open > 0 ? `${open} of ${connections.length} open` : "closed";
  const [{ closed, end, by, closing }] = connections;
  if (closed === undefined) return "open";
  if (closing?.code !== undefined) return `closed, ${closing.code}`;
  return end === "reset" ? `reset by the ${by}` : `closed by the ${by}`;
}

/** Where some bytes cannot be told apart, the least that it is. @param {Cost} cost */
export function overheadOf({ overhead, untold }) {
  if (!overhead) return "–";
  return `${untold > 0 ? "≥ " : ""}${percent(overhead.least)}`;
}

/** Requests, as many as there were, and frames of each kind. @param {Cost} cost */
export function countsOf({ requests, frames }) {
  return [requests > 0 && count(requests, "request"), framesOf(frames)].filter(Boolean).join(", ");
}

/** @param {Cost["frames"]} frames by opcode */
export function framesOf(frames) {
  const counts = Object.entries(frames).filter(([, count]) => count > 0);
  return counts.length > 0 ? `frames: ${counts.map(([opcode, count]) => `${count} ${opcode}`).join(", ")}` : "";
}
