// Somebody who speaks in the chat, over any of the seven ways, and says again what was not acknowledged.

import { Agent } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { io } from "socket.io-client";
import { WebSocket } from "ws";
import { WAYS as SOCKET_IO } from "./chatter.js";
import { ask } from "./http.js";

/** How long a speaker waits before it tries again, in milliseconds. */
const PAUSE = 25;

/** Answers that say: try again later. */
const PASSING = new Set(["busy", "shutting_down", "history_failed", "too_many_connections"]);

/**
 * How to speak: `say` gives the acknowledgement, and fails when the connection breaks first. By POST, one thing is
 * said after the other.
 */
const SPEAKING = {
  "short polling": post,
  "long polling": post,
  "server-sent events": post,
  "raw WebSocket": webSocket,
};
for (const [name, options] of Object.entries(SOCKET_IO)) {
  SPEAKING[`Socket.IO, ${name}`] = (url) => socketIo(url, options);
}

export class Speaker {
  #hasLeft = false;

  /**
   * Says at most `window` things before the first of them is acknowledged, where the way is a connection, and waits
   * `pause` milliseconds after each.
   */
  constructor({ way, url, handle, window = 64, pause = 0, line = (number) => `${handle} ${number}` }) {
    this.way = way;
    this.url = url;
    this.handle = handle;
    this.window = SPEAKING[way] === post ? 1 : window;
    this.pause = pause;
    this.line = line;
    /** The id of each line that was acknowledged, by its number. */
    this.acknowledged = new Map();
    /** When each line was said for the first time. */
    this.saidAt = new Map();
    /** How often a connection broke. */
    this.breaks = 0;
  }

  /** Says its lines until `isDone` says of a line's number that it is not to be said, whatever breaks meanwhile. */
  async speak(isDone) {
    for (;;) {
      let speech;
      try {
        speech = await SPEAKING[this.way](this.url);
        await this.#say(speech, isDone);
        return;
      } catch (error) {
        if (this.#hasLeft || (error.isAnswer && !PASSING.has(error.code))) throw error;
        this.breaks += 1;
      } finally {
        speech?.end();
      }
      await sleep(PAUSE);
    }
  }

  /** Does not come back when its connection breaks. */
  leave() {
    this.#hasLeft = true;
  }

  /** Over one connection: everything, in order, that has no acknowledgement yet. */
  async #say(speech, isDone) {
    const waiting = new Set();
    for (let number = 0; !isDone(number); number += 1) {
      if (this.acknowledged.has(number)) continue;
      const words = { handle: this.handle, message: this.line(number), clientOffset: `${this.handle}-${number}` };
      if (!this.saidAt.has(words.message)) this.saidAt.set(words.message, performance.now());
      const saying = speech
        .say(words)
        .then((answer) => {
          waiting.delete(saying);
          if (answer.error) throw Object.assign(new Error(answer.error), { code: answer.code, isAnswer: true });
          this.acknowledged.set(number, answer.id);
        });
      // It is awaited below, where the first failure ends all.
      saying.catch(() => {});
      waiting.add(saying);
      if (this.pause) await sleep(this.pause);
      if (waiting.size >= this.window) await Promise.race(waiting);
    }
    await Promise.all(waiting);
  }
}

async function post(url) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const headers = { "Content-Type": "application/json" };
  return {
    async say(words) {
      const target = `${url}/chat/messages`;
      const { body } = await ask(target, { method: "POST", agent, headers, body: JSON.stringify(words) });
      return JSON.parse(body);
    },
    end: () => agent.destroy(),
  };
}

async function webSocket(url) {
  const socket = new WebSocket(`${url.replace(/^http/, "ws")}/ws/chat`, { perMessageDeflate: false });
  const answers = new Map();
  socket.on("message", (data) => {
    const { type, ...answer } = JSON.parse(String(data));
    if (type === "ack" || type === "error") answers.get(answer.clientOffset)?.resolve(answer);
  });
  socket.on("close", () => {
    for (const { reject } of answers.values()) reject(new Error("closed"));
  });
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  socket.on("error", () => {});
  return {
    say: (words) =>
      new Promise((resolve, reject) => {
        if (socket.readyState !== WebSocket.OPEN) throw new Error("closed");
        answers.set(words.clientOffset, { resolve, reject });
        socket.send(JSON.stringify({ type: "send", ...words }));
      }),
    end: () => socket.terminate(),
  };
}

async function socketIo(url, options) {
  const socket = io(url, { ...options, forceNew: true, reconnection: false });
  try {
    await new Promise((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("connect_error", reject);
      // The engine may have opened, and end before the CONNECT is answered.
      socket.io.once("close", reject);
    });
  } catch (error) {
    socket.disconnect();
    throw error;
  }
  return {
    say: async (words) => {
      if (!socket.connected) throw new Error("closed");
      return socket.emitWithAck("send_message", words);
    },
    end: () => socket.disconnect(),
  };
}
