/**
 * Which lines of code belong to a record: told from what it carries, and only where that is certain.
 *
 * Usage: `linesOf(record)` → one of `LINES`, or undefined
 */
import { LINES } from "./code.js";

/** @import { WireRecord } from "../types.js" */
/** @import { LinesName } from "./code.js" */

/** Events by who says them. @type {Map<string, LinesName>} */
const SAID = new Map([["send_message", "send_message"], ["rename", "rename"], ["typing", "typing"]]);
/** @type {Map<string, LinesName>} */
const TOLD = new Map([["message", "message"], ["presence", "event"], ["typing", "event"], ["caught_up", "event"]]);

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
  if (event !== undefined) return (isToServer ? SAID : TOLD).get(event);
  if (packet("CONNECT")) return isToServer ? "connect" : "connected";
  return packet("ACK", "BINARY_ACK") && !isToServer ? "acknowledgement" : undefined;
}

/** The heartbeat is the server's question; whatever else Engine.IO says, the libraries say by themselves. */
function ofEngineIo(/** @type {WireRecord} */ { engineio = [], direction }) {
  const isToServer = direction === "to_server";
  const beat = isToServer ? "pong" : "ping";
  if (engineio.some(({ type, probe }) => !probe && type === beat)) return beat;
  return isToServer ? "by the client" : "by the server";
}

/** The chat’s own words over a WebSocket alone: the same text can be said to the echo, too. */
function ofWebSocket(/** @type {WireRecord} */ { chat = [], direction }) {
  const has = (/** @type {string} */ wanted) => chat.some(({ role }) => role === wanted);
  if (direction === "to_server") return has("sent") ? "said raw" : undefined;
  return has("delivered") ? "heard raw" : undefined;
}

/** @param {WireRecord} record */
function ofHttp({ kind, http, chat = [] }) {
  if (kind === "request") {
    return http?.method === "POST" && http.target?.startsWith("/chat/messages") ? "posted" : undefined;
  }
  if (!chat.some(({ role }) => role === "delivered")) return undefined;
  return http?.part ? "streamed" : "polled";
}
