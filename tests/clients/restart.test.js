// The server is killed, or ends, in the middle of the load: what it acknowledged is there once, and who listens
// misses nothing.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { ask } from "../support/http.js";
import { eventually } from "../support/inbox.js";
import { Listener, WAYS } from "../support/listener.js";
import { random } from "../support/random.js";
import { start } from "../support/server.js";
import { Speaker } from "../support/speaker.js";
import { assertWhole } from "../support/whole.js";

/** How long it is under load each time, in milliseconds. */
const SHORTEST = 100;
const LONGEST = 600;

for (const [signal, times] of [["SIGKILL", 20], ["SIGINT", 5]]) {
  test(`${signal} under load, ${times} times: what was acknowledged is there once`, async (context) => {
    const chance = random(signal);
    const folder = await mkdtemp(join(tmpdir(), "wireglass-"));
    context.after(() => rm(folder, { recursive: true }));
    const database = join(folder, "chat.db");
    const restart = (port) => {
      // The official client can miss the end of a connection in the middle of its upgrade, until no ping comes.
      const options = ["--database", database, "--heartbeat", "2"];
      return start({ args: ["--listen", `127.0.0.1:${port}`, ...options] });
    };
    let server = await restart(0);
    context.after(() => server.kill());

    const { url, port } = server;
    const listeners = WAYS.map((way) => new Listener({ way, url }));
    context.after(() => Promise.all(listeners.map((listener) => listener.leave())));
    const speakers = WAYS.map((way, index) => {
      return new Speaker({ way, url, handle: `speaker ${index}`, window: 8, pause: 5 });
    });
    context.after(() => speakers.forEach((speaker) => speaker.leave()));
    let isOver = false;
    const speaking = Promise.all(speakers.map((speaker) => speaker.speak(() => isOver)));
    // It is awaited below; until then its failure ends nothing.
    speaking.catch(() => {});

    for (let time = 0; time < times; time += 1) {
      const wait = SHORTEST + chance() * (LONGEST - SHORTEST);
      await sleep(wait);
      await server.end(signal);
      server = await restart(port);
    }
    // Everybody has said something to the last one too before it is over.
    const said = () => speakers.map(({ acknowledged }) => acknowledged.size);
    const before = said();
    const haveSaid = () => said().every((count, index) => count > before[index]);
    const last = eventually(haveSaid, () => `all to speak to the last server: ${said()} after ${before}`);
    await Promise.race([last, speaking]);
    isOver = true;
    await speaking;

    const history = await everything(url);
    assertWhole(history, speakers, "the history");
    console.log(`${signal}: ${history.length} messages; connections that broke, and those that came:`);
    for (const [index, way] of WAYS.entries()) {
      const { acknowledged, breaks } = speakers[index];
      const listener = listeners[index];
      const newest = history.at(-1).id;
      await eventually(() => listener.position >= newest, () => `${way}: ${listener.position} of ${newest}`);
      console.log(`  ${way}: ${acknowledged.size} said, ${breaks} breaks; ${listener.connections} to listen`);
      assert.ok(breaks > 0, `${way}: nothing broke`);
      const words = ({ id, message }) => `${id} ${message}`;
      assert.deepEqual(listener.heard.map(words), history.map(words), way);
    }
  });
}

/** The whole history of the lobby. */
async function everything(url) {
  const history = [];
  for (let after = 0; ; ) {
    const { messages, newest, more } = JSON.parse((await ask(`${url}/chat/messages?after=${after}`)).body);
    history.push(...messages);
    if (!more) return history;
    after = newest;
  }
}
