// What the official suites take for granted of a session, and what no protocol promises:
//
// 1. The first ping comes after `pingInterval`. engineioxide sends it at once, and no case waits for it or answers
//    it. Here it is answered before the suite gets to see the session.
// 2. Each packet comes in a TCP segment of its own. A case that awaits one message and then the next misses the
//    second when both come together. Here each gets a turn of the event loop.
// 3. What was sent over one connection arrives before what is then sent over another. Here a new connection waits
//    a little.
//
// Everything else is the suite's own; `cargo xtask protocol-suites` says which cases depend on these three.

import { Agent } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

await import("./node-imports.js");

const { fetch, WebSocket } = globalThis;

/** Milliseconds between two connections: far less than the suites' intervals, far more than a segment takes. */
const A_LITTLE = 20;

const agent = new (class extends Agent {
  #turn = Promise.resolve();

  createConnection(options, callback) {
    this.#turn = this.#turn.then(() => sleep(A_LITTLE));
    this.#turn.then(() => callback(null, super.createConnection(options)));
  }
})();

globalThis.WebSocket = class extends WebSocket {
  #expectsPing;
  #turn = Promise.resolve();

  constructor(url) {
    super(url, { agent });
    // A session that began with polling has had its first ping there.
    this.#expectsPing = !url.includes("sid=");
  }

  emit(event, ...args) {
    if (this.#expectsPing && event === "message" && String(args[0]) === "2") {
      this.#expectsPing = false;
      this.send("3");
      return true;
    }
    if (event !== "message" && event !== "close") return super.emit(event, ...args);
    this.#turn = this.#turn
      .then(() => new Promise(setImmediate))
      .then(() => super.emit(event, ...args));
    return true;
  }
};

globalThis.fetch = async (url, options) => {
  const response = await fetch(url, { ...options, agent });
  const opening = await response.clone().text();
  if (opening.startsWith("0{")) await takePing(`${url}&sid=${JSON.parse(opening.slice(1)).sid}`);
  return response;
};

async function takePing(session) {
  const polled = await (await fetch(session)).text();
  if (polled !== "2") throw new Error(`a ping was to come first, not ${polled}`);
  await fetch(session, { method: "post", body: "3" });
}
