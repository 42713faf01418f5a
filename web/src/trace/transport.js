/**
 * What brought a chat message to where it went, in words: read off the record, and off the request that a polled answer
 * belongs to.
 *
 * Usage: `transportOf(record, request)` → "Long polling"
 */

/** @import { WireRecord } from "../types.js" */

/** @param {WireRecord} record @param {WireRecord} [request] that it answers, where that is known */
export function transportOf({ layer, http, sid, socketio, direction }, request) {
  const isSocketIo = sid !== undefined || Boolean(socketio?.length);
  if (layer === "websocket") return isSocketIo ? "Socket.IO over WebSocket" : "WebSocket";
  if (isSocketIo) return "Socket.IO over polling";
  if (http?.part !== undefined) return "Server-sent events";
  if (direction === "to_server") return "HTTP POST";
  if (request === undefined) return "Polling";
  return isHeld(request) ? "Long polling" : "Short polling";
}

/** It let the server wait for news before it answers (docs/chat.md). @param {WireRecord} request */
function isHeld({ http }) {
  const [, query] = (http?.target ?? "").split("?");
  return Number(new URLSearchParams(query).get("wait")) > 0;
}

/** An answer of the chat's own polling, which is long or short by what was asked. @param {WireRecord} record */
export const isPolled = ({ layer, http, sid, chat = [] }) =>
  layer === "http" && http?.part === undefined && sid === undefined && chat.some(({ role }) => role === "delivered");

/** The request that a response belongs to. @param {WireRecord} record */
export const requestOf = ({ links = [] }) => links.find(({ relation }) => relation === "request");
