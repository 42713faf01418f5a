/**
 * Which lines of code a record comes from and goes to: this page's and this server's, as they stand in the files that
 * are named; and as their twins those of the lesson's document, word for word. A test looks them up where it can.
 *
 * Usage: `LINES.message.here.server` → `{ from: "src/transport/socketio.rs", code: "self.emit(…)" }`
 */

/** @typedef {{ from?: string, code?: string, says?: string }} CodeLine where there is no line, `says` tells why */
/** @typedef {{ page?: CodeLine, server?: CodeLine }} Sides */
/** @typedef {{ here: Sides, document?: Sides, differs: string }} Lines `differs`: what the document does otherwise */

const SOCKET_IO = "src/transport/socketio.rs";
const WEBSOCKET = "src/transport/websocket.rs";
const SERVER = "src/server.rs";
const WAYS = "web/src/chat/connection/ways";

/** @param {string} from @param {string} code @returns {CodeLine} */
const line = (from, code) => ({ from, code });
/** @param {string} code @returns {CodeLine} */
const twin = (code) => ({ code });

const CLIENT_ALONE = { says: "socket.io-client does this by itself." };
const SERVER_ALONE = { says: "socketioxide does this by itself." };
const BEATS = line(SOCKET_IO, ".ping_interval(transports.heartbeat.interval)");
const PATIENCE = line(SOCKET_IO, ".ping_timeout(transports.heartbeat.timeout)");
const LIBRARIES = "The document has no line for this either: the libraries on both sides do it by themselves.";
const NOT_THERE = "The document has no line for this: its chat has no such event.";
const NOT_SOCKET_IO = "The document has no line for this: it speaks Socket.IO, and this is";

/**
 * @typedef {"send_message" | "message" | "acknowledgement" | "event" | "rename" | "typing" | "connect" | "connected"
 *   | "ping" | "pong" | "by the client" | "by the server" | "heard raw" | "said raw" | "posted" | "polled"
 *   | "streamed"} LinesName
 */

/** @type {Record<LinesName, Lines>} */
export const LINES = {
  send_message: {
    here: {
      page: line(`${WAYS}/socketio.js`, 'send: (draft) => ask("send_message", draft),'),
      server: line(
        SOCKET_IO,
        `socket.on(
    "send_message",
    move |socket: SocketRef, size: Size, TryData(send): TryData<Object<Send>>, ack: Ack| {`,
      ),
    },
    document: {
      page: twin("socket.emit('send_message', {handle: userHandle, message: message})"),
      server: twin("@socketio.on('send_message')"),
    },
    differs:
      "The document’s page sends the handle and the message alone. This one adds a clientOffset and asks for an " +
      "acknowledgement: so nothing is lost, and nothing is said twice.",
  },
  message: {
    here: {
      server: line(SOCKET_IO, 'self.emit("message", &(text, Heard::from(&**message)))'),
      page: line(
        `${WAYS}/socketio.js`,
        'socket.on("message", (/** @type {string} */ _line, /** @type {Message} */ message) => ' +
          "opening.onMessage(message));",
      ),
    },
    document: {
      server: twin("send(full_message, broadcast=True)"),
      page: twin("socket.on('message', (data) => {})"),
    },
    differs:
      "The document’s server sends the first argument only, to all clients with one call. Ours adds a second one, " +
      "and writes the message into its history first; then each client’s own task emits it from there: so whoever " +
      "was away gets what they missed, in the same order.",
  },
  acknowledgement: {
    here: {
      server: line("src/transport/socketio/event.rs", "ack.send(answer)"),
      page: line(`${WAYS}/socketio.js`, "const answer = socket.emitWithAck(event, content)"),
    },
    differs: "Flask-SocketIO acknowledges with what a handler returns; the document’s returns nothing.",
  },
  event: {
    here: {
      server: line(SOCKET_IO, "self.send(size, |socket| socket.emit(event, arguments))"),
      page: line(
        `${WAYS}/socketio.js`,
        `socket.on("presence", opening.onPresence);
socket.on("typing", opening.onTyping);
socket.on("caught_up", opening.onCaughtUp);`,
      ),
    },
    differs: NOT_THERE,
  },
  rename: {
    here: {
      page: line(`${WAYS}/socketio.js`, 'rename: async (to) => void (await ask("rename", { handle: to })),'),
      server: line(SOCKET_IO, 'socket.on(\n    "rename",'),
    },
    differs: NOT_THERE,
  },
  typing: {
    here: {
      page: line(`${WAYS}/socketio.js`, 'typing: () => void socket.volatile.emit("typing"),'),
      server: line(SOCKET_IO, 'socket.on("typing", move || {'),
    },
    differs: NOT_THERE,
  },
  connect: {
    here: {
      page: line(`${WAYS}/socketio.js`, "const socket = io({"),
      server: line(SOCKET_IO, 'io.ns("/", connected.with(check));'),
    },
    document: {
      page: twin("io.connect(location.protocol + '//' + document.domain + ':' + location.port)"),
      server: twin("SocketIO(app)"),
    },
    differs: "The document’s page says nothing of itself. This one says its room, its handle and where to begin.",
  },
  connected: {
    here: { server: line(SOCKET_IO, 'io.ns("/", connected.with(check));') },
    document: {
      server: { says: "Flask-SocketIO answers by itself." },
      page: twin("socket.on('connect', () => {})"),
    },
    differs: "",
  },
  ping: {
    here: { server: BEATS, page: CLIENT_ALONE },
    differs: "Engine.IO’s heartbeat is no event: neither side’s application hears of it, nor does the document’s.",
  },
  pong: {
    here: { page: CLIENT_ALONE, server: PATIENCE },
    differs: "Engine.IO’s heartbeat is no event: neither side’s application hears of it, nor does the document’s.",
  },
  "by the client": { here: { page: CLIENT_ALONE, server: SERVER_ALONE }, differs: LIBRARIES },
  "by the server": { here: { server: SERVER_ALONE, page: CLIENT_ALONE }, differs: LIBRARIES },
  "heard raw": {
    here: {
      server: line(WEBSOCKET, ".map(|message| Outgoing::Message(Heard::from(&**message)).frame())"),
      page: line(`${WAYS}/websocket.js`, 'if (type === "message") return opening.onMessage(words);'),
    },
    differs: `${NOT_SOCKET_IO} a WebSocket alone.`,
  },
  "said raw": {
    here: {
      page: line(`${WAYS}/websocket.js`, 'socket.send(JSON.stringify({ type: "send", ...draft }));'),
      server: line(WEBSOCKET, "let refused = match serde_json::from_str(text) {"),
    },
    differs: `${NOT_SOCKET_IO} a WebSocket alone.`,
  },
  posted: {
    here: {
      page: line(`${WAYS}/posts.js`, 'return (await post("messages", draft)).json();'),
      server: line(SERVER, '.route("/chat/messages", get(polling::messages).post(posts::send))'),
    },
    differs: `${NOT_SOCKET_IO} a plain POST, which Flask alone would take.`,
  },
  polled: {
    here: {
      server: line(SERVER, '.route("/chat/messages", get(polling::messages).post(posts::send))'),
      page: line(`${WAYS}/polling.js`, "answer.messages.forEach(opening.onMessage);"),
    },
    differs: `${NOT_SOCKET_IO} a plain GET, which Flask alone would answer.`,
  },
  streamed: {
    here: {
      server: line("src/transport/sse.rs", ".id(heard.id.to_string())\n.data(json(&heard))"),
      page: line(`${WAYS}/server-sent-events.js`, 'on("message", opening.onMessage);'),
    },
    differs: `${NOT_SOCKET_IO} an event stream, which would be a Flask response that does not end.`,
  },
};
