/**
 * By what the reader may group the list. A record belongs to as many groups as it has keys; those without any stand
 * together in one more group.
 *
 * Usage: `grouping.value` → "session"; `GROUPINGS.session.keysOf(record)` → `["4TSUmd5IEgGRvXvI"]`
 */
import { remembered } from "../preferences/remembered.js";

/** @import { WireRecord } from "../types.js" */

/**
 * @typedef {object} Grouping
 * @property {string} label
 * @property {string} more what it does, for the menu
 * @property {(record: WireRecord) => string[]} keysOf
 * @property {(key: string, first: WireRecord) => string} nameOf
 * @property {(first: WireRecord) => string} moreOf what else its first record says of a group
 * @property {string} without
 */

/** @type {Record<string, Grouping>} */
export const GROUPINGS = {
  connection: {
    label: "connection",
    more: "each TCP connection",
    keysOf: ({ connection }) => (connection ? [String(connection)] : []),
    nameOf: (key) => `Connection ${key}`,
    moreOf: ({ mine, owner }) => (mine ? "you" : owner ?? ""),
    without: "Without a connection",
  },
  message: {
    label: "message",
    more: "a chat message with all that carried it; a WebSocket message with its frames; a request with its response",
    keysOf: messagesOf,
    nameOf: nameOfMessage,
    moreOf: ({ summary }) => summary,
    without: "Without a message",
  },
  session: {
    label: "session",
    more: "each Engine.IO session, whatever connections it used",
    keysOf: ({ sid }) => (sid ? [sid] : []),
    nameOf: (key) => `Session ${key}`,
    moreOf: ({ mine, owner }) => (mine ? "you" : owner ?? ""),
    without: "Without a session",
  },
};

export const grouping = remembered("grouping", "none");

/** @param {WireRecord} record */
function messagesOf({ chat, websocket, http, connection, direction }) {
  if (chat?.length) return [...new Set(chat.map(({ id }) => `chat ${id}`))];
  if (websocket?.message !== undefined) return [`websocket ${connection} ${direction} ${websocket.message}`];
  return http?.exchange === undefined ? [] : [`http ${http.exchange}`];
}

/** @param {string} key @param {WireRecord} first */
function nameOfMessage(key, { websocket, direction, connection }) {
  const [kind, number] = key.split(" ");
  if (kind === "chat") return `Chat message ${number}`;
  if (kind === "http") return `HTTP exchange ${number}`;
  const way = direction === "to_server" ? "to server" : "to client";
  return `WebSocket message ${websocket?.message} ${way}, connection ${connection}`;
}
