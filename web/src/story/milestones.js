/**
 * The way of a chat's words over Socket.IO, as milestones, each proved by a record. Nothing counts as reached unless a
 * record that shows it has been received. The story is that of this browser's newest session, whatever else goes on
 * beside it: a session before it that still ends, or a raw WebSocket.
 *
 * Usage: `tell(UNTOLD, records)` → `{ proofs }`, for each milestone the newest record that proves it, or undefined;
 * `tell(story, more)` goes on from there
 */
import { CLOSE } from "../opcodes.js";

/** @import { WireRecord } from "../types.js" */

/** @typedef {{ name: string, more: string, proves: (record: WireRecord, story: Story) => boolean }} Milestone */

/**
 * @typedef {object} Story
 * @property {(WireRecord | undefined)[]} proofs one for each milestone
 * @property {number} [opener] the connection of the session's first request
 * @property {string} [sid]
 * @property {number} [socket] the connection that went over to WebSocket
 */

/** @type {Milestone[]} */
export const MILESTONES = [
  {
    name: "polling",
    more: "Socket.IO opens a session with a plain HTTP request",
    proves: (record) => opens(record) && record.http?.target?.includes("transport=polling") === true,
  },
  {
    name: "101",
    more: "the server agrees to switch protocols: this connection is a WebSocket from here on",
    proves: switches,
  },
  {
    name: "probe",
    more: "a ping and its pong prove that the WebSocket works",
    proves: ({ engineio, sid }, story) =>
      sid === story.sid && Boolean(engineio?.some(({ type, probe }) => type === "pong" && probe)),
  },
  {
    name: "upgraded",
    more: "the client leaves polling for the WebSocket",
    proves: ({ engineio, sid }, story) =>
      sid === story.sid && Boolean(engineio?.some(({ type }) => type === "upgrade")),
  },
  {
    name: "your words",
    more: "an EVENT carried your message to the server",
    proves: ({ socketio, direction, sid }, story) =>
      sid === story.sid &&
      direction === "to_server" &&
      Boolean(socketio?.some(({ event }) => event === "send_message")),
  },
  {
    name: "close",
    more: "the closing handshake of the WebSocket",
    proves: ({ websocket, connection }, { socket }) => websocket?.opcode === CLOSE && connection === socket,
  },
];

/** @type {Story} */
export const UNTOLD = { proofs: MILESTONES.map(() => undefined) };

/** @param {Story} before @param {WireRecord[]} more oldest first @returns {Story} */
export function tell(before, more) {
  let story = { ...before, proofs: [...before.proofs] };
  for (const record of more) {
    if (!record.mine) continue;
    if (opens(record)) story = { proofs: [...UNTOLD.proofs], opener: record.connection };
    if (record.engineio?.some(({ type }) => type === "open")) story.sid ??= record.sid;
    if (switches(record, story)) story.socket = record.connection;
    MILESTONES.forEach(({ proves }, index) => {
      if (proves(record, story)) story.proofs[index] = record;
    });
  }
  return story;
}

/** The first request of a session is the one that does not know its `sid` yet. @param {WireRecord} record */
function opens({ http }) {
  const target = http?.target ?? "";
  return target.startsWith("/socket.io/?") && !target.includes("sid=");
}

/**
 * The 101 that the session's handshake is answered with; of a session that begins with a WebSocket, the first answer.
 *
 * @param {WireRecord} record @param {Story} story
 */
function switches({ http, sid, connection }, story) {
  if (http?.status !== 101) return false;
  return story.sid === undefined ? connection === story.opener : sid === story.sid;
}
