/**
 * A record as one plain sentence.
 *
 * Usage: `sentence(record)` → "The client sent a WebSocket text frame with a payload of 65 bytes."
 */
import { count } from "../format.js";
import { OPCODES } from "../opcodes.js";

/** @import { WebSocketPart, WireRecord } from "../types.js" */

/** @param {WireRecord} record */
export function sentence(record) {
  const sender = record.direction === "to_server" ? "The client" : "The server";
  const told = record.websocket ? frame(sender, record) : message(sender, record);
  const more = [
    record.incomplete && "The connection ended before it was whole.",
    record.truncated && "Not all of its bytes were kept.",
    record.context_lost && "Records before it are missing, so it could not be read further.",
  ].filter(Boolean);
  return more.length > 0 ? [told.replace(/\.?$/, "."), ...more].join(" ") : told;
}

/** @param {string} sender @param {WireRecord} record */
function frame(sender, record) {
  const { websocket } = record;
  if (!websocket) return "";
  const { opcode, masked, payload_length } = websocket;
  const name = opcode in OPCODES ? `${OPCODES[opcode]} frame` : `frame with the reserved opcode ${opcode}`;
  const hidden = masked ? ", masked" : "";
  const size = count(payload_length, "byte");
  const looks = `${size}${compressed(websocket)}${hidden}${part(websocket)}`;
  return `${sender} sent a WebSocket ${name} with a payload of ${looks}${carried(record)}`;
}

/** @param {WebSocketPart} websocket */
function compressed({ compressed, inflated_length }) {
  if (!compressed) return "";
  return inflated_length === undefined ? ", compressed" : ` that inflate to ${inflated_length}`;
}

/** Which frame of its message it is, where that has more than one. @param {WebSocketPart} websocket */
function part({ fin, fragment }) {
  if (fragment === undefined) return fin ? "" : ", not the last of its message";
  return `, frame ${fragment}${fin ? " and the last" : ""} of its message`;
}

/** What the frame says, where that is more than its opcode. @param {WireRecord} record */
function carried({ websocket, engineio, summary, text }) {
  if (websocket?.close || engineio?.length) return `: ${summary}`;
  if (!text) return ".";
  // The text is the whole message's, and the last of its frames has an end of it alone.
  return websocket?.fin && (websocket.fragment ?? 1) > 1 ? `, which completes “${text}”` : `: “${text}”`;
}

/** @param {string} sender @param {WireRecord} record */
function message(sender, { kind, summary, http, tcp }) {
  if (kind === "request") return `${sender} asked: ${http?.method} ${http?.target}`;
  if (http?.part && http.part > 1) return `${sender} went on with its answer: ${summary}`;
  if (kind === "response") return `${sender} answered: ${http?.status} ${http?.reason ?? ""}`;
  if (kind === "opened") return `A client opened a TCP connection${tcp?.peer ? ` from ${tcp.peer}` : ""}.`;
  if (kind === "closed") return closed(tcp);
  return summary;
}

/** @param {WireRecord["tcp"]} tcp */
function closed(tcp) {
  const who = tcp?.by === "server" ? "The server" : "The client";
  return tcp?.end === "reset"
    ? `${who} reset the TCP connection.`
    : `${who} ended the TCP connection first, with a FIN.`;
}
