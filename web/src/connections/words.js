/**
 * What is said of a connection in few words.
 *
 * Usage: `stateOf(connections)` → "closed by the client, 1000"; `overheadTold(cost)` → "≥ 31 %"
 */
import { count } from "../format.js";
import { overheadWords } from "../layers/layers.js";

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

/** @param {Cost} cost */
export const overheadTold = ({ overhead }) => (overhead ? overheadWords(overhead) : "–");

/** Requests, as many as there were, and frames of each kind. @param {Cost} cost */
export function countsOf({ requests, frames }) {
  return [requests > 0 && count(requests, "request"), framesOf(frames)].filter(Boolean).join(", ");
}

/** @param {Cost["frames"]} frames by opcode */
export function framesOf(frames) {
  const counts = Object.entries(frames).filter(([, count]) => count > 0);
  return counts.length > 0 ? `frames: ${counts.map(([opcode, count]) => `${count} ${opcode}`).join(", ")}` : "";
}
