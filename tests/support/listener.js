// Somebody who listens to the chat, over any of the seven ways. Who is cut off comes back, and asks for what came
// after the last message that they heard.

import { once } from "node:events";
import { Agent, get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { io } from "socket.io-client";
import { WebSocket } from "ws";
import { WAYS as SOCKET_IO } from "./chatter.js";
import { ask } from "./http.js";
import { eventually } from "./inbox.js";

/** How long a listener waits before it tries again, in milliseconds. */
const PAUSE = 25;

/** How often short polling asks, in milliseconds. */
const POLLING = 50;

/**
 * How to follow the chat from a message on until the connection breaks or the signal says so. `connected` is to be
 * called when it stands, and `hear` with each message.
 *
 * @type {Record<string, (chat: {url: string, after: number, connected(): void,
 *   hear(message: {id: number, handle: string, message: string}): void, signal: AbortSignal}) => Promise<void>>}
 */
const FOLLOWING = {
  "short polling": (chat) => poll(chat, "", POLLING),
  "long polling": (chat) => poll(chat, "&wait=20", 0),
  "server-sent events": stream,
  "raw WebSocket": webSocket,
};
for (const [name, options] of Object.entries(SOCKET_IO)) {
  FOLLOWING[`Socket.IO, ${name}`] = (chat) => socketIo(chat, options);
}

/** All seven ways. */
export const WAYS = Object.keys(FOLLOWING);

export class Listener {
  #cut = new AbortController();
  #following = true;

  /** Begins after the message `after`, and is cut off each time that it has heard as many as `cuts` says. */
  constructor({ way, url, after = 0, cuts = [] }) {
    this.way = way;
    this.url = url;
    this.position = after;
    this.cuts = new Set(cuts);
    /** What it heard, in that order: `{id, handle, message, heardAt}`. */
    this.heard = [];
    /** How often it was connected. */
    this.connections = 0;
    this.gone = this.#follow();
  }

  /** Waits until it is connected for the first time. */
  async ready() {
    await eventually(() => this.connections > 0, `${this.way}: a connection`);
    return this;
  }

  /** Breaks its connection, without a word to the server. */
  cutOff() {
    this.#cut.abort();
  }

  /** Goes for good. */
  async leave() {
    this.#following = false;
    this.cutOff();
    await this.gone;
  }

  async #follow() {
    while (this.#following) {
      this.#cut = new AbortController();
      const { signal } = this.#cut;
      const chat = {
        url: this.url,
        after: this.position,
        connected: () => (this.connections += 1),
        hear: (message) => signal.aborted || this.#hear(message),
        signal,
      };
      await FOLLOWING[this.way](chat).catch(() => {});
      await sleep(PAUSE);
    }
  }

  #hear({ id, handle, message }) {
    this.heard.push({ id, handle, message, heardAt: performance.now() });
    this.position = id;
    if (this.cuts.has(this.heard.length)) this.cutOff();
  }
}

async function poll({ url, after, connected, hear, signal }, more, milliseconds) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    for (let first = true; !signal.aborted; first = false) {
      const target = `${url}/chat/messages?after=${after}${first ? "" : more}`;
      const { status, body } = await ask(target, { agent, signal });
      if (status !== 200) throw new Error(body);
      const { messages, newest } = JSON.parse(body);
      if (first) connected();
      messages.forEach(hear);
      after = newest;
      if (milliseconds) await sleep(milliseconds);
    }
  } finally {
    agent.destroy();
  }
}

async function stream({ url, after, connected, hear, signal }) {
  const asked = get(`${url}/chat/stream?after=${after}`, { agent: false, signal });
  const [response] = await once(asked, "response");
  if (response.statusCode !== 200) throw new Error(`${response.statusCode}`);
  connected();
  let rest = "";
  for await (const piece of response.setEncoding("utf8")) {
    const events = (rest + piece).split("\n\n");
    rest = events.pop();
    for (const event of events) {
      const data = /^data: (.*)$/m.exec(event);
      if (data) hear(JSON.parse(data[1]));
    }
  }
}

function webSocket({ url, after, connected, hear, signal }) {
  const address = `${url.replace(/^http/, "ws")}/ws/chat?after=${after}`;
  const socket = new WebSocket(address, { perMessageDeflate: false });
  signal.addEventListener("abort", () => socket.terminate());
  socket.on("open", connected);
  socket.on("message", (data) => {
    const words = JSON.parse(String(data));
    if (words.type === "message") hear(words);
  });
  socket.on("error", () => {});
  return new Promise((resolve) => socket.once("close", resolve));
}

function socketIo({ url, after, connected, hear, signal }, options) {
  const socket = io(url, { ...options, forceNew: true, reconnection: false, auth: { serverOffset: after } });
  socket.on("connect", connected);
  socket.on("message", (_, message) => hear(message));
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => {
      const { engine } = socket.io;
      // A WebSocket is cut without a DISCONNECT packet or a Close frame.
      if (engine.transport?.ws) engine.transport.ws.terminate();
      else engine.close();
      resolve();
    });
    socket.once("connect_error", resolve);
    // The engine's end: it may come before the CONNECT is answered.
    socket.io.once("close", resolve);
  }).finally(() => socket.disconnect());
}
