/**
 * What one connection cost, or several together: bytes each way and by layer, and what an application's message took.
 *
 * Usage: `costOf([connection])` → `{ bytes: 1240, messages: 1, perMessage: 1240, overhead: { least, … }, … }`
 */
import { overheadOf } from "../layers/layers.js";
import { added, sum } from "../sum.js";

/** @import { Overhead } from "../layers/layers.js" */
/** @import { Connection, Layers } from "../types.js" */

/**
 * @typedef {object} Cost
 * @property {number} toServer bytes
 * @property {number} toClient bytes
 * @property {number} bytes both ways
 * @property {Layers} layers
 * @property {number} untold bytes of which nobody can say whether they are the application's
 * @property {Overhead | null} overhead null where no layer is told
 * @property {number} requests
 * @property {Record<string, number>} frames by opcode
 * @property {number} messages
 * @property {number | null} perMessage bytes
 */

/** @param {Connection[]} connections @returns {Cost} */
export function costOf(connections) {
  const sides = connections.flatMap(({ to_server, to_client }) => [to_server, to_client]);
  const toServer = sum(connections, ({ to_server }) => to_server.bytes);
  const bytes = sum(sides, (side) => side.bytes);
  const messages = sum(sides, (side) => side.messages);
  const layers = added(sides.map((side) => side.layers));
  const overhead = overheadOf(layers, bytes);
  return {
    toServer,
    toClient: bytes - toServer,
    bytes,
    layers,
    untold: overhead?.untold ?? bytes,
    overhead,
    requests: sum(sides, ({ requests = 0 }) => requests),
    frames: added(sides.map((side) => side.frames)),
    messages,
    perMessage: messages > 0 ? bytes / messages : null,
  };
}
