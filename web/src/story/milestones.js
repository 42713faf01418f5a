/**
 * The way of a chat's words, as milestones, each proved by a record. Nothing counts as reached
 * unless a record that shows it has been received. The story is that of this browser's newest
 * Socket.IO session: connecting again begins it anew.
 *
 * Usage: `prove(NOTHING, records)` → for each milestone the newest record that proves it, or undefined;
 * `prove(proofs, more)` goes on from there
 */

/** @import { WireRecord } from "../types.js" */

/** @typedef {{ name: string, more: string, proves: (record: WireRecord) => boolean }} Milestone */

const CLOSE = 8;

/** @type {Milestone[]} */
export const MILESTONES = [
  {
    name: "polling",
    more: "Socket.IO opens a session with a plain HTTP request",
    proves: opensSession,
  },
  {
    name: "101",
    more: "the server agrees to switch protocols: this connection is a WebSocket from here on",
    proves: ({ http }) => http?.status === 101,
  },
  {
    name: "probe",
    more: "a ping and its pong prove that the WebSocket works",
    proves: ({ engineio }) => Boolean(engineio?.some(({ type, probe }) => type === "pong" && probe)),
  },
  {
    name: "upgraded",
    more: "the client leaves polling for the WebSocket",
    proves: ({ engineio }) => Boolean(engineio?.some(({ type }) => type === "upgrade")),
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

/** @typedef {(WireRecord | undefined)[]} Proofs one for each milestone */

/** @type {Proofs} */
export const NOTHING = MILESTONES.map(() => undefined);

/** @param {Proofs} before @param {WireRecord[]} more oldest first @returns {Proofs} */
export function prove(before, more) {
  let proofs = [...before];
  for (const record of more) {
    if (!record.mine) continue;
    if (opensSession(record)) proofs = [...NOTHING];
    MILESTONES.forEach(({ proves }, index) => {
      if (proves(record)) proofs[index] = record;
    });
  }
  return proofs;
}

/** The first request of a session is the one that does not know its `sid` yet. @param {WireRecord} record */
function opensSession({ http }) {
  const target = http?.target ?? "";
  return target.startsWith("/socket.io/") && target.includes("transport=polling") && !target.includes("sid=");
}
