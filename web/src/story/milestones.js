/**
 * The way of a chat's words, as milestones, each proved by a record. Nothing counts as reached
 * unless a record that shows it has been received.
 *
 * Usage: `proofs(records)` → for each milestone the newest record that proves it, or undefined.
 */

/** @import { Direction, WireRecord } from "../types.js" */

/** @typedef {{ name: string, more: string, proves: (record: WireRecord) => boolean }} Milestone */

const CLOSE = 8;

/** @type {Milestone[]} */
export const MILESTONES = [
  {
    name: "HTTP polling",
    more: "Socket.IO opens over plain HTTP requests",
    proves: ({ http }) => /\/socket\.io\/.*transport=polling/.test(http?.target ?? ""),
  },
  {
    name: "101",
    more: "the server agrees to switch protocols: this connection is a WebSocket from here on",
    proves: ({ http }) => http?.status === 101,
  },
  {
    // In Engine.IO v4 only the server pings and only the client pongs; the probe alone goes the other way.
    name: "probe",
    more: "a ping and its pong prove that the WebSocket works",
    proves: ({ engineio, direction }) => has(engineio, "pong") && direction === "to_client",
  },
  {
    name: "upgraded",
    more: "the client leaves polling for the WebSocket",
    proves: ({ engineio }) => has(engineio, "upgrade"),
  },
  {
    name: "your words",
    more: "an EVENT carried your message to the server",
    proves: ({ socketio, direction }) =>
      direction === "to_server" && Boolean(socketio?.some(({ event }) => event === "send_message")),
  },
  {
    name: "close",
    more: "the closing handshake of the WebSocket",
    proves: ({ websocket }) => websocket?.opcode === CLOSE,
  },
];

/** @param {WireRecord[]} records oldest first */
export function proofs(records) {
  const own = records.filter(({ mine }) => mine);
  return MILESTONES.map(({ proves }) => own.findLast(proves));
}

/** @param {{ type: string }[] | undefined} packets @param {string} type */
function has(packets, type) {
  return Boolean(packets?.some((packet) => packet.type === type));
}
