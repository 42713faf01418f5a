/**
 * Which lines of code a record comes from and goes to. The Python and JavaScript lines are the source document's, word
 * for word; the Rust lines are our own server's as they stand in the file that is named, and a test looks them up there.
 *
 * Usage: `linesOf(record)` → `{ sent: [{ language: "Python", from: "the source document", code: "send(…)" }], … }`
 */

/** @import { WireRecord } from "../types.js" */

/** @typedef {"Python" | "Rust" | "JavaScript"} Language */
/** @typedef {{ language: Language, from: string, code?: string, says?: string }} CodeLine */
/** @typedef {{ sent: CodeLine[], received: CodeLine[], remark?: string }} Lines */

const DOCUMENT = "the source document";
const SOCKET_IO = "src/transport/socketio.rs";
const WEBSOCKET = "src/transport/websocket.rs";
const SERVER = "src/server.rs";

/** @param {string} code @returns {CodeLine} */
const python = (code) => ({ language: "Python", from: DOCUMENT, code });
/** @param {string} code @returns {CodeLine} */
const javascript = (code) => ({ language: "JavaScript", from: DOCUMENT, code });
/** @param {string} from @param {string} code @returns {CodeLine} */
const rust = (from, code) => ({ language: "Rust", from, code });
/** @param {string} [more] @returns {CodeLine} */
const noPython = (more = "") => ({
  language: "Python",
  from: "",
  says: ["Flask-SocketIO has no line for this", more].filter(Boolean).join(": ") + ".",
});

/** @type {Record<string, Lines>} */
export const LINES = {
  "send_message": {
    sent: [javascript("socket.emit('send_message', {handle: userHandle, message: message})")],
    received: [
      python("@socketio.on('send_message')"),
      rust(SOCKET_IO, 'socket.on(\n    "send_message",\n    move |socket: SocketRef, size: Size, TryData(send): TryData<Object<Send>>, ack: Ack| {'),
    ],
  },
  "message": {
    sent: [
      python("send(full_message, broadcast=True)"),
      rust(SOCKET_IO, 'self.emit("message", &(text, Heard::from(&**message)))'),
    ],
    received: [javascript("socket.on('message', (data) => {})")],
    remark:
      "Python sends to all clients with one call. Our server writes the message into its history first, and then each " +
      "client’s own task emits it from there: so whoever was away gets what they missed, in the same order.",
  },
  "acknowledgement": {
    sent: [
      { language: "Python", from: "", says: "Flask-SocketIO acknowledges with what the handler returns; the source document’s returns nothing." },
      rust("src/transport/socketio/event.rs", "ack.send(answer)"),
    ],
    received: [],
  },
  "event to client": {
    sent: [
      { language: "Python", from: "", says: "The source document’s chat has no such event; Flask-SocketIO would send it with emit." },
      rust(SOCKET_IO, "self.send(size, |socket| socket.emit(event, arguments))"),
    ],
    received: [],
  },
  "rename": {
    sent: [],
    received: [noPython("the source document’s chat has no such event"), rust(SOCKET_IO, 'socket.on(\n    "rename",')],
  },
  "typing": {
    sent: [],
    received: [noPython("the source document’s chat has no such event"), rust(SOCKET_IO, 'socket.on("typing", move || {')],
  },
  "connect": {
    sent: [javascript("io.connect(location.protocol + '//' + document.domain + ':' + location.port)")],
    received: [python("SocketIO(app)"), rust(SOCKET_IO, 'io.ns("/", connected.with(check));')],
  },
  "connected": {
    sent: [noPython("the library answers by itself"), rust(SOCKET_IO, 'io.ns("/", connected.with(check));')],
    received: [javascript("socket.on('connect', () => {})")],
  },
  "heartbeat": {
    sent: [
      noPython("python-engineio beneath it asks by itself"),
      rust(SOCKET_IO, ".ping_interval(transports.heartbeat.interval)"),
    ],
    received: [],
    remark: "Engine.IO’s heartbeat is no event: neither side’s application hears of it.",
  },
  "engine": {
    sent: [noPython("the libraries on both sides do this by themselves"), { language: "Rust", from: "", says: "Neither have we: socketioxide does it." }],
    received: [],
  },
  "raw, to client": {
    sent: [noPython("it speaks Socket.IO, and this is a WebSocket alone"), rust(WEBSOCKET, ".map(|message| Outgoing::Message(Heard::from(&**message)).frame())")],
    received: [],
  },
  "raw, to server": {
    sent: [],
    received: [noPython("it speaks Socket.IO, and this is a WebSocket alone"), rust(WEBSOCKET, "let refused = match serde_json::from_str(text) {")],
  },
  "posted": {
    sent: [],
    received: [
      noPython("it is a plain POST, which Flask alone would take"),
      rust(SERVER, '.route("/chat/messages", get(polling::messages).post(posts::send))'),
    ],
  },
  "polled": {
    sent: [
      noPython("it is a plain GET, which Flask alone would answer"),
      rust(SERVER, '.route("/chat/messages", get(polling::messages).post(posts::send))'),
    ],
    received: [],
  },
  "streamed": {
    sent: [
      noPython("server-sent events would be a Flask response that does not end"),
      rust("src/transport/sse.rs", ".id(heard.id.to_string())\n.data(json(&heard))"),
    ],
    received: [],
  },
};

/** @param {WireRecord} record @returns {Lines | undefined} */
export function linesOf(record) {
  const key = keyOf(record);
  return key === undefined ? undefined : LINES[key];
}

/** @param {WireRecord} record */
function keyOf(record) {
  const { socketio = [], engineio = [], direction } = record;
  const isToServer = direction === "to_server";
  const event = socketio.find(({ type }) => type === "EVENT" || type === "BINARY_EVENT")?.event;
  if (event !== undefined) return ofEvent(event, isToServer);
  if (socketio.some(({ type }) => type === "ACK" || type === "BINARY_ACK")) return isToServer ? undefined : "acknowledgement";
  if (socketio.some(({ type }) => type === "CONNECT")) return isToServer ? "connect" : "connected";
  if (engineio.some(({ type }) => type === "ping" || type === "pong") && !engineio.some(({ probe }) => probe)) return "heartbeat";
  if (engineio.length > 0) return "engine";
  return record.layer === "websocket" ? ofWebSocket(record, isToServer) : ofHttp(record);
}

/** @param {string} event @param {boolean} isToServer */
function ofEvent(event, isToServer) {
  if (!isToServer) return event === "message" ? "message" : "event to client";
  return ["send_message", "rename", "typing"].includes(event) ? event : undefined;
}

/** The chat’s own words over a WebSocket alone. @param {WireRecord} record @param {boolean} isToServer */
function ofWebSocket({ text = "", chat = [] }, isToServer) {
  if (isToServer && (chat.length > 0 || /^\{"type":"(send|rename|typing)"/.test(text))) return "raw, to server";
  if (!isToServer && chat.some(({ role }) => role === "delivered")) return "raw, to client";
  return undefined;
}

/** @param {WireRecord} record */
function ofHttp({ kind, http, chat = [] }) {
  if (kind === "request" && http?.method === "POST" && http.target?.startsWith("/chat/messages")) return "posted";
  if (kind !== "response" || !chat.some(({ role }) => role === "delivered")) return undefined;
  return http?.part ? "streamed" : "polled";
}
