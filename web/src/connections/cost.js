/**
 * What one connection cost, or several together: bytes each way and by layer, and what an application's message took.
 *
 * Overhead is every byte that is not the application's. Of some bytes nobody can tell: what permessage-deflate made
 * smaller, what could not be framed, and what was lost before it was read. So it lies between two shares, which are the
 * same where everything is told.
 *
 * Usage: `costOf([connection])` → `{ bytes: 1240, messages: 1, perMessage: 1240, overhead: { least, greatest }, … }`
 */

/** @import { Carried, Connection, LayerName, Layers } from "../types.js" */

/**
 * @typedef {object} Cost
 * @property {number} toServer bytes
 * @property {number} toClient bytes
 * @property {number} bytes both ways
 * @property {Layers} layers
 * @property {number} untold bytes of which nobody can say whether they are the application's
 * @property {{ least: number, greatest: number } | null} overhead shares of the bytes; null where no layer is told
 * @property {number} requests
 * @property {Record<string, number>} frames by opcode
 * @property {number} messages
 * @property {number} chat chat messages, sent or delivered
 * @property {number | null} perMessage bytes
 */

/** @type {LayerName[]} */
const OVERHEAD = ["http", "eventstream", "websocket", "engineio", "socketio"];

/** @param {Connection[]} connections @returns {Cost} */
export function costOf(connections) {
  const sides = connections.flatMap(({ to_server, to_client }) => [to_server, to_client]);
  const total = (/** @type {(side: Carried) => number | undefined} */ of) =>
    sides.reduce((sum, side) => sum + (of(side) ?? 0), 0);
  const bytes = total((side) => side.bytes);
  const messages = total((side) => side.messages);
  const toServer = connections.reduce((sum, { to_server }) => sum + to_server.bytes, 0);
  const layers = added(sides.map((side) => side.layers ?? {}));
  const known = OVERHEAD.reduce((sum, layer) => sum + (layers[layer] ?? 0), 0);
  const application = layers.application ?? 0;
  return {
    toServer,
    toClient: bytes - toServer,
    bytes,
    layers,
    untold: bytes - known - application,
    overhead: known + application > 0 ? { least: known / bytes, greatest: 1 - application / bytes } : null,
    requests: total((side) => side.requests),
    frames: added(sides.map((side) => side.frames)),
    messages,
    chat: total((side) => side.chat),
    perMessage: messages > 0 ? bytes / messages : null,
  };
}

/** @template {string} Name @param {Partial<Record<Name, number>>[]} counts */
function added(counts) {
  const sums = /** @type {Record<Name, number>} */ ({});
  for (const each of counts) {
    for (const [name, count] of /** @type {[Name, number][]} */ (Object.entries(each))) {
      sums[name] = (sums[name] ?? 0) + count;
    }
  }
  return sums;
}
