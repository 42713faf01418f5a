/**
 * The sections of the specifications that fields and violations name: each with its title, a sentence in our own
 * words, because a classroom may have no internet, and the address where the rest stands.
 *
 * Usage: `SECTIONS.get("RFC 6455 5.3")` → `["Client-to-Server Masking", "A client hides …"]`;
 * `urlOf("RFC 6455 5.3")` → "https://www.rfc-editor.org/rfc/rfc6455#section-5.3"
 */

/** @type {Map<string, [title: string, says: string]>} a file can name any section, "constructor" among them */
export const SECTIONS = new Map(Object.entries({
  "RFC 6265 4.1": ["Set-Cookie", "How a server asks a browser to keep a value and to send it back."],
  "RFC 6265 4.2": ["Cookie", "How a browser sends back what it keeps for a server."],

  "RFC 6455 1.9": [
    "Subprotocols Using the WebSocket Protocol",
    "The two sides can agree on a language for their messages.",
  ],
  "RFC 6455 4.1": [
    "Client Requirements",
    "What a client’s opening handshake has to say, and what it checks in the answer.",
  ],
  "RFC 6455 4.2.2": [
    "Sending the Server’s Opening Handshake",
    "What a server’s answer has to say, and how the Accept is made.",
  ],
  "RFC 6455 5.1": ["Overview", "A client masks each of its frames, and a server none."],
  "RFC 6455 5.2": ["Base Framing Protocol", "How a frame is laid out, bit by bit."],
  "RFC 6455 5.3": [
    "Client-to-Server Masking",
    "Each byte of the payload is combined by XOR with a byte of a key that is new for each frame.",
  ],
  "RFC 6455 5.4": [
    "Fragmentation",
    "A message can be cut into frames, and only control frames may stand between them.",
  ],
  "RFC 6455 5.5": ["Control Frames", "Close, Ping and Pong: short, never fragmented."],
  "RFC 6455 5.5.1": ["Close", "A Close frame ends the sender’s side, and is answered by one."],
  "RFC 6455 5.6": ["Data Frames", "Text or binary: what the application sends."],
  "RFC 6455 7.1.6": ["The WebSocket Connection Close Reason", "Words in a Close frame, for people."],
  "RFC 6455 7.1.7": ["Fail the WebSocket Connection", "What a side does that cannot go on."],
  "RFC 6455 7.4": ["Status Codes", "Why a connection is closed, as a number."],
  "RFC 6455 7.4.1": ["Defined Status Codes", "What each of the numbers from 1000 to 1015 means."],
  "RFC 6455 8.1": ["Handling Errors in UTF-8-Encoded Data", "Text that is no UTF-8 fails the connection."],
  "RFC 6455 9.1": ["Negotiating Extensions", "The client offers extensions, and the server accepts some of them."],
  "RFC 6455 10.2": ["Origin Considerations", "A server can tell from Origin which page a browser acts for."],
  "RFC 6455 11.3.2": ["Sec-WebSocket-Extensions", "May stand in a request often, in a response once."],
  "RFC 6455 11.3.3": ["Sec-WebSocket-Accept", "Stands in a response once."],

  "RFC 7692 6.1": ["Compression", "Only the first frame of a compressed message has the bit that says so."],
  "RFC 7692 7.1": ["Method Parameters", "Which parameters permessage-deflate knows, and how they are agreed on."],
  "RFC 7692 7.1.2": ["Limiting the LZ77 Sliding Window Size", "How far back compressed data may refer."],
  "RFC 7692 7.2": [
    "Message Payload Transformation",
    "A message is packed with DEFLATE, without the four bytes that would end each.",
  ],
  "RFC 7692 7.2.2": ["Decompression", "The receiver puts the four bytes back, and inflates."],

  "RFC 9110 5.1": ["Field Names", "The name of a field line says what its value means; case does not matter."],
  "RFC 9110 5.5": ["Field Values", "What may stand in a field’s value."],
  "RFC 9110 6.4": ["Content", "What is carried in a body, without the framing around it."],
  "RFC 9110 6.6.1": ["Date", "When the message was made."],
  "RFC 9110 7.2": ["Host and :authority", "Which of a server’s names is meant."],
  "RFC 9110 7.6.1": ["Connection", "Which fields are meant for this connection alone."],
  "RFC 9110 7.8": ["Upgrade", "How two sides go over to another protocol on the same connection."],
  "RFC 9110 8.3": ["Content-Type", "What kind of data the content is."],
  "RFC 9110 8.8.3": ["ETag", "A name for this version of what was asked for."],
  "RFC 9110 10.1.3": ["Referer", "Which page the request came from."],
  "RFC 9110 10.1.5": ["User-Agent", "Which program asks."],
  "RFC 9110 11.6.2": ["Authorization", "How a client proves who it is."],
  "RFC 9110 11.7.1": ["Proxy-Authenticate", "How a proxy asks who the client is."],
  "RFC 9110 12.5.1": ["Accept", "Which kinds of content the client would like."],
  "RFC 9110 12.5.3": ["Accept-Encoding", "Which compressions the client understands."],
  "RFC 9110 12.5.4": ["Accept-Language", "Which languages the reader would like."],
  "RFC 9110 13.1.2": ["If-None-Match", "Asks only for what has changed since."],
  "RFC 9110 15": ["Status Codes", "How it went, as a number of three digits."],
  "RFC 9111 5.2": ["Cache-Control", "Who may keep a copy, and for how long."],
  "RFC 9112 2.1": ["Message Format", "A start-line, field lines, an empty line, and perhaps a body."],
  "RFC 9112 2.2": ["Message Parsing", "Lines end with CR LF, and how they are read."],
  "RFC 9112 2.3": ["HTTP Version", "Which version of HTTP the sender speaks."],
  "RFC 9112 3": ["Request Line", "A method, a target and a version, with spaces between them."],
  "RFC 9112 3.1": ["Method", "What is to be done."],
  "RFC 9112 3.2": ["Request Target", "With what it is to be done."],
  "RFC 9112 4": ["Status Line", "A version, a status code, and words."],
  "RFC 9112 5": ["Field Syntax", "A name, a colon, and a value."],
  "RFC 9112 6": ["Message Body", "What comes after the empty line."],
  "RFC 9112 6.1": ["Transfer-Encoding", "How the body is framed, where its length is not known when it begins."],
  "RFC 9112 6.2": ["Content-Length", "How many bytes the body has."],
  "RFC 9112 6.3": ["Message Body Length", "How a receiver knows where the body ends."],
  "RFC 9112 7.1": ["Chunked Transfer Coding", "Each chunk says its length first; one of length 0 is the last."],
  "RFC 9112 8": ["Handling Incomplete Messages", "What to do with a message whose end never came."],

  "WHATWG HTML 9.2.5": [
    "Parsing an event stream",
    "Lines of a name, a colon and a value; an empty line ends an event.",
  ],
  "WHATWG HTML 9.2.6": ["Interpreting an event stream", "What data, event, id and retry do."],

  "Engine.IO v4, Protocol": ["Protocol", "Sessions, packets and their types, over polling or a WebSocket."],
  "Engine.IO v4, Handshake": ["Handshake", "The server opens a session, and says its id and its times."],
  "Engine.IO v4, Heartbeat": ["Heartbeat", "The server asks now and then whether the client is there."],
  "Engine.IO v4, Encoding": [
    "Packet encoding",
    "A digit for the type, then the data; polling joins packets into one body.",
  ],
  "Socket.IO v5, Packet encoding": [
    "Packet encoding",
    "A digit for the type, then attachments, namespace and id where there are any, then JSON.",
  ],
}));

const ENGINE_IO = "https://github.com/socketio/engine.io-protocol";
const SOCKET_IO = "https://github.com/socketio/socket.io-protocol";
const EVENT_STREAM = "https://html.spec.whatwg.org/multipage/server-sent-events.html";

const ELSEWHERE = new Map(Object.entries({
  "WHATWG HTML 9.2.5": `${EVENT_STREAM}#parsing-an-event-stream`,
  "WHATWG HTML 9.2.6": `${EVENT_STREAM}#event-stream-interpretation`,
  "Engine.IO v4, Protocol": `${ENGINE_IO}#protocol`,
  "Engine.IO v4, Handshake": `${ENGINE_IO}#handshake`,
  "Engine.IO v4, Heartbeat": `${ENGINE_IO}#heartbeat`,
  "Engine.IO v4, Encoding": `${ENGINE_IO}#packet-encoding`,
  "Socket.IO v5, Packet encoding": `${SOCKET_IO}#packet-encoding`,
}));

/** @param {string} section */
export function urlOf(section) {
  const [, rfc, number] = section.match(/^RFC (\d+) ([\d.]+)$/) ?? [];
  return rfc ? `https://www.rfc-editor.org/rfc/rfc${rfc}#section-${number}` : ELSEWHERE.get(section);
}
