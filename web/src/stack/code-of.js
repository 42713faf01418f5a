/**
 * Which lines of code belong to a record: told from what it carries, and only where that is certain.
 *
 * Usage: `linesOf(record)` → one of `LINES`, or undefined
 */
import { LINES } from "./code.js";

/** @import { WireRecord } from "../types.js" */
/** @import { LinesName } from "./code.js" */

/** @param {WireRecord} record */
export function linesOf(record) {
  const name = nameOf(record);
  return name && LINES[name];
}

/** @param {WireRecord} record @returns {LinesName | undefined} */
function nameOf(record) {
  if (record.socketio?.length) return ofSocketIo(record);
  if (record.engineio?.length) return ofEngineIo(record);
  return record.layer === "websocket" ? ofWebSocket(record) : ofHttp(record);
}

/** A polling body can hold many packets; an event says more than what stands beside it. */
function ofSocketIo(/** @type {WireRecord} */ { socketio = [], direction }) {
  const isToServer = direction === "to_server";
  /** @param {string[]} types */
  const packet = (...types) => socketio.find(({ type }) => types.includes(type));
  const event = packet("EVENT", "BINARY_EVENT")?.event;
  if (event !== undefined) return isToServer ? heardEvent(event) : event === "message" ? "message" : "other event";
  if (packet("CONNECT")) return isToServer ? "connect" : "connected";
  return packet("ACK", "BINARY_ACK") && !isToServer ? "acknowledgement" : undefined;
}

/** @param {string} event */
function heardEvent(event) {
  return event === "send_message" || event === "rename" || event === "typing" ? event : undefined;
}

/** @param {WireRecord} record */
function ofEngineIo({ engineio = [] }) {
  const isBeat = engineio.some(({ type, probe }) => !probe && (type === "ping" || type === "pong"));
  return isBeat ? "heartbeat" : "engine";
}

/** The chat’s own words over a WebSocket alone. @param {WireRecord} record */
function ofWebSocket({ text = "", chat = [], direction }) {
  if (direction === "to_client") return chat.some(({ role }) => role === "delivered") ? "heard raw" : undefined;
  return chat.length > 0 || /^\{"type":"(send|rename|typing)"/.test(text) ? "said raw" : undefined;
}

/** @param {WireRecord} record */
function ofHttp({ kind, http, chat = [] }) {
  if (kind === "request") {
    return http?.method === "POST" && http.target?.startsWith("/chat/messages") ? "posted" : undefined;
  }
  if (!chat.some(({ role }) => role === "delivered")) return undefined;
  return http?.part ? "streamed" : "polled";
}
