// A client made of bytes that begins to listen over one of the ways, and then does nothing more: it reads nothing
// and answers nothing, until a test lets it.

import { once } from "node:events";
import { connect } from "node:net";
import { HANDSHAKE } from "./http.js";
import { within } from "./inbox.js";

/** CONNECT in a masked text frame; the masking key is zero. */
const connectFrame = (auth) => {
  const payload = Buffer.from(`40${JSON.stringify(auth)}`);
  return Buffer.concat([Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0]), payload]);
};

/** How each way begins, up to the point from where on the server sends messages. */
const BEGINNINGS = {
  "raw WebSocket": (client, after, handle) => {
    return client.ask(`GET /ws/chat?after=${after}&handle=${handle} HTTP/1.1`, HANDSHAKE);
  },
  "server-sent events": (client, after, handle) => {
    return client.ask(`GET /chat/stream?after=${after}&handle=${handle} HTTP/1.1`);
  },
  "long polling": async (client, after, handle) => {
    client.write(`GET /chat/messages?after=${after}&handle=${handle}&wait=3 HTTP/1.1`);
  },
  "Socket.IO over WebSocket": async (client, after, handle) => {
    await client.ask("GET /socket.io/?EIO=4&transport=websocket HTTP/1.1", HANDSHAKE);
    client.socket.write(connectFrame({ serverOffset: after, handle }));
  },
  "Socket.IO over polling": async (client, after, handle) => {
    const target = "/socket.io/?EIO=4&transport=polling";
    const opened = await client.ask(`GET ${target} HTTP/1.1`);
    client.sid = /"sid":"([^"]*)"/.exec(opened)[1];
    const body = `40${JSON.stringify({ serverOffset: after, handle })}`;
    await client.ask(`POST ${target}&sid=${client.sid} HTTP/1.1`, { "Content-Length": body.length }, body);
    client.write(`GET ${target}&sid=${client.sid} HTTP/1.1`);
  },
};

/** Those ways. */
export const RAW_WAYS = Object.keys(BEGINNINGS);

export class Raw {
  constructor(way, socket) {
    this.way = way;
    this.socket = socket;
    /** What the inspector calls its address. */
    this.peer = `127.0.0.1:${socket.localPort}`;
    this.closed = new Promise((resolve) => socket.once("close", resolve));
    socket.on("error", () => {});
  }

  /** Begins to listen after a message, under a handle, and reads no more. */
  static async begin(way, port, { after, handle }) {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    await once(socket, "connect");
    const client = new Raw(way, socket);
    await BEGINNINGS[way](client, after, handle);
    socket.pause();
    return client;
  }

  /** Sends a request. */
  write(line, headers = {}, body = "") {
    const lines = Object.entries({ Host: "127.0.0.1", ...headers }).map(([name, value]) => `${name}: ${value}`);
    this.socket.write(`${[line, ...lines].join("\r\n")}\r\n\r\n${body}`);
  }

  /** Sends a request; gives the first that comes back. */
  async ask(line, headers, body) {
    this.write(line, headers, body);
    const [answer] = await within(once(this.socket, "data"), `${this.way}: an answer to ${line}`);
    const text = answer.toString("latin1");
    if (!/^HTTP\/1.1 (101|2\d\d) /.test(text)) throw new Error(text);
    return text;
  }

  /** Reads again, to the end of the connection; gives everything that came. */
  async rest() {
    const pieces = [];
    this.socket.on("data", (piece) => pieces.push(piece));
    this.socket.resume();
    await within(this.closed, `${this.way}: the end`);
    return Buffer.concat(pieces);
  }
}
