/**
 * Which lines of code a record comes from and goes to. The Python and JavaScript lines are the source document's, word
 * for word; the Rust lines are our server's as they stand in the file that is named, and a test looks them up there.
 *
 * Usage: `LINES.message` → `{ sent: [{ language: "Python", from: "the source document", code: "send(…)" }, …], … }`
 */

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
/** There is no line to show, and why. @param {Language} language @param {string} says @returns {CodeLine} */
const none = (language, says) => ({ language, from: "", says });

const NOT_IN_THE_DOCUMENT = "Flask-SocketIO has no line for this there: the source document’s chat has no such event.";
const NO_SOCKET_IO = "Flask-SocketIO has no line for this: it speaks Socket.IO, and this is a WebSocket alone.";

/**
 * @typedef {"send_message" | "message" | "acknowledgement" | "other event" | "rename" | "typing" | "connect"
 *   | "connected" | "heartbeat" | "engine" | "heard raw" | "said raw" | "posted" | "polled" | "streamed"} LinesName
 */

/** @type {Record<LinesName, Lines>} */
export const LINES = {
  send_message: {
    sent: [javascript("socket.emit('send_message', {handle: userHandle, message: message})")],
    received: [
      python("@socketio.on('send_message')"),
      rust(
        SOCKET_IO,
        `socket.on(
    "send_message",
    move |socket: SocketRef, size: Size, TryData(send): TryData<Object<Send>>, ack: Ack| {`,
      ),
    ],
  },
  message: {
    sent: [
      python("send(full_message, broadcast=True)"),
      rust(SOCKET_IO, 'self.emit("message", &(text, Heard::from(&**message)))'),
    ],
    received: [javascript("socket.on('message', (data) => {})")],
    remark:
      "Python sends to all clients with one call. Our server writes the message into its history first, and then " +
      "each client’s own task emits it from there: so whoever was away gets what they missed, in the same order.",
  },
  acknowledgement: {
    sent: [
      none("Python", "Flask-SocketIO acknowledges with what a handler returns; the source document’s returns nothing."),
      rust("src/transport/socketio/event.rs", "ack.send(answer)"),
    ],
    received: [],
  },
  "other event": {
    sent: [
      none("Python", NOT_IN_THE_DOCUMENT),
      rust(SOCKET_IO, "self.send(size, |socket| socket.emit(event, arguments))"),
    ],
    received: [],
  },
  rename: {
    sent: [],
    received: [none("Python", NOT_IN_THE_DOCUMENT), rust(SOCKET_IO, 'socket.on(\n    "rename",')],
  },
  typing: {
    sent: [],
    received: [none("Python", NOT_IN_THE_DOCUMENT), rust(SOCKET_IO, 'socket.on("typing", move || {')],
  },
  connect: {
    sent: [javascript("io.connect(location.protocol + '//' + document.domain + ':' + location.port)")],
    received: [python("SocketIO(app)"), rust(SOCKET_IO, 'io.ns("/", connected.with(check));')],
  },
  connected: {
    sent: [
      none("Python", "Flask-SocketIO has no line for this: the library answers by itself."),
      rust(SOCKET_IO, 'io.ns("/", connected.with(check));'),
    ],
    received: [javascript("socket.on('connect', () => {})")],
  },
  heartbeat: {
    sent: [
      none("Python", "Flask-SocketIO has no line for this: the library beneath it asks by itself."),
      rust(SOCKET_IO, ".ping_interval(transports.heartbeat.interval)"),
    ],
    received: [],
    remark: "Engine.IO’s heartbeat is no event: neither side’s application hears of it.",
  },
  engine: {
    sent: [
      none("Python", "Flask-SocketIO has no line for this: the libraries on both sides do it by themselves."),
      none("Rust", "Nor has our server: socketioxide does it."),
    ],
    received: [],
  },
  "heard raw": {
    sent: [
      none("Python", NO_SOCKET_IO),
      rust(WEBSOCKET, ".map(|message| Outgoing::Message(Heard::from(&**message)).frame())"),
    ],
    received: [],
  },
  "said raw": {
    sent: [],
    received: [
      none("Python", NO_SOCKET_IO),
      rust(WEBSOCKET, "let refused = match serde_json::from_str(text) {"),
    ],
  },
  posted: {
    sent: [],
    received: [
      none("Python", "Flask-SocketIO has no line for this: it is a plain POST, which Flask alone would take."),
      rust(SERVER, '.route("/chat/messages", get(polling::messages).post(posts::send))'),
    ],
  },
  polled: {
    sent: [
      none("Python", "Flask-SocketIO has no line for this: it is a plain GET, which Flask alone would answer."),
      rust(SERVER, '.route("/chat/messages", get(polling::messages).post(posts::send))'),
    ],
    received: [],
  },
  streamed: {
    sent: [
      none("Python", "Flask-SocketIO has no line for this: it would be a Flask response that does not end."),
      rust("src/transport/sse.rs", ".id(heard.id.to_string())\n.data(json(&heard))"),
    ],
    received: [],
  },
};
