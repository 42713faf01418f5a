// Somebody in the chat, by the official Socket.IO client.

import { io } from "socket.io-client";
import { Inbox, within } from "./inbox.js";

/** The ways in which the official client can connect, by the name that a test gives them. */
export const WAYS = {
  "polling only": { transports: ["polling"] },
  "WebSocket only": { transports: ["websocket"] },
  "polling, then the upgrade": { transports: ["polling", "websocket"] },
};

const DEFAULTS = { ...WAYS["polling, then the upgrade"], forceNew: true, reconnection: false };

/** One connected client and what it heard. */
export class Chatter {
  constructor(socket) {
    this.socket = socket;
    /** What it heard: the arguments of each `message`. */
    this.heard = new Inbox();
    socket.on("message", (...args) => this.heard.push(args));
  }

  /** Connects, and where an upgrade is to come waits for it. */
  static async connect(url, options = {}) {
    const chatter = Chatter.open(url, options);
    await chatter.connected();
    return chatter;
  }

  /** Begins to connect. */
  static open(url, options = {}) {
    return new Chatter(io(url, { ...DEFAULTS, ...options }));
  }

  async connected() {
    const { socket } = this;
    await within(
      new Promise((resolve, reject) => {
        socket.once("connect", resolve);
        socket.once("connect_error", reject);
      }),
      "connect",
    );
    const { engine } = socket.io;
    if (socket.io.opts.transports.includes("websocket") && this.transport !== "websocket") {
      await within(new Promise((resolve) => engine.once("upgrade", resolve)), "the upgrade");
    }
  }

  /** `polling` or `websocket`. */
  get transport() {
    return this.socket.io.engine.transport.name;
  }

  /** Says something; gives the acknowledgement. */
  say(handle, message, more = {}) {
    return this.emit({ handle, message, ...more });
  }

  /** Emits `send_message` with anything; gives the acknowledgement. */
  emit(...args) {
    return within(this.socket.emitWithAck("send_message", ...args), "the acknowledgement");
  }

  /** The texts that it heard, as soon as there are `count`. */
  async texts(count) {
    return (await this.heard.atLeast(count)).map(([text]) => text);
  }

  leave() {
    this.socket.disconnect();
  }
}
