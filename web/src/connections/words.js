/**
 * What is said of a connection in few words.
 *
 * Usage: `stateOf(connections)` → "closed by the client, 1000"; `overheadTold(cost)` → "≥ 31 %";
 * `sessionStory(connections, sids, cost)` → "polling, upgraded after 41 ms, 12 messages, open"
 */
import { count, duration } from "../format.js";
import { overheadWords } from "../layers/layers.js";

/** @import { Connection } from "../types.js" */
/** @import { Cost } from "./cost.js" */

/** @param {Connection[]} connections of one session, or one alone */
export function stateOf(connections) {
  const open = connections.filter(({ closed }) => closed === undefined).length;
  if (connections.length > 1) return open > 0 ? `${open} of ${connections.length} open` : "closed";
  const [{ closed, end, by, closing }] = connections;
  if (closed === undefined) return "open";
  // Whoever began the closing handshake, though the other may have ended the connection below it.
  if (closing?.began) return `closed by the ${closing.began}, ${closing.code ?? "without a code"}`;
  return end === "reset" ? `reset by the ${by}` : `closed by the ${by}`;
}

/**
 * What became of a session; of several on the same connections, of the newest. The messages are those of all.
 *
 * @param {Connection[]} connections @param {string[]} sids @param {Cost} cost
 */
export function sessionStory(connections, sids, cost) {
  const upgraded = connections.findLast(({ upgraded_after }) => upgraded_after !== undefined);
  // The connection that was upgraded tells it from the beginning.
  const teller = upgraded ?? connections[connections.length - 1];
  const parts = [
    sids.length > 1 && `${count(sids.length, "session")}, the newest: polling`,
    sids.length === 1 && "polling",
    upgraded?.upgraded_after !== undefined && `upgraded after ${duration(upgraded.upgraded_after)}`,
    !upgraded && teller.protocol === "websocket" && "then a WebSocket",
    count(cost.messages, "message"),
    stateOf([teller]),
  ];
  return parts.filter(Boolean).join(", ");
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
