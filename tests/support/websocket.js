// A raw WebSocket, by `ws`.

import { WebSocket } from "ws";
import { Inbox, within } from "./inbox.js";

/** An open WebSocket and what came over it. */
export class Line {
  constructor(socket) {
    this.socket = socket;
    /** Text messages as strings, binary messages as Buffers. */
    this.messages = new Inbox();
    /** Payloads of Pong frames. */
    this.pongs = new Inbox();
    /** `{code, reason}` of the end; the code is 1006 when no Close frame came. */
    this.closed = new Promise((resolve) => {
      socket.once("close", (code, reason) => resolve({ code, reason: reason.toString() }));
    });
    socket.on("message", (data, isBinary) => this.messages.push(isBinary ? data : data.toString()));
    socket.on("pong", (data) => this.pongs.push(data));
  }

  /** Opens a WebSocket; `options` are those of `ws`. */
  static async open(url, options = {}) {
    const socket = new WebSocket(url, { perMessageDeflate: false, ...options });
    const line = new Line(socket);
    await within(
      new Promise((resolve, reject) => {
        socket.once("open", resolve);
        socket.once("error", reject);
      }),
      `the handshake with ${url}`,
    );
    // What breaks later shows in `closed`.
    socket.on("error", () => {});
    return line;
  }

  send(data, options = {}) {
    this.socket.send(data, options);
  }

  sendJson(value) {
    this.send(JSON.stringify(value));
  }

  /** The first text message whose JSON `matches`. */
  async json(matches, description) {
    return JSON.parse(await this.messages.find((text) => matches(JSON.parse(text)), description));
  }

  /** How it ended, once it has. */
  end() {
    return within(this.closed, "the close");
  }
}
