// Each sender's order at every receiver, over all seven ways at once.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { eventually } from "../support/inbox.js";
import { Listener, WAYS } from "../support/listener.js";
import { start } from "../support/server.js";
import { Speaker } from "../support/speaker.js";
import { assertWhole } from "../support/whole.js";

const SENDERS = 20;
const RECEIVERS = 20;
const MESSAGES = 50;

/** @type {Awaited<ReturnType<typeof start>>} */
let server;

before(async () => {
  server = await start();
});
after(() => server.kill());

test("20 senders, 20 receivers: each hears everything once, in each sender's order", async (context) => {
  const all = SENDERS * MESSAGES;
  const way = (index) => WAYS[index % WAYS.length];
  const listeners = Array.from({ length: RECEIVERS }, (_, index) => {
    // Two thirds of them, which are some of each way, are cut off three times on the way.
    const cuts = index < WAYS.length ? [] : [all * 0.1, all * 0.3, all * 0.7];
    return new Listener({ way: way(index), url: server.url, cuts });
  });
  context.after(() => Promise.all(listeners.map((listener) => listener.leave())));
  await Promise.all(listeners.map((listener) => listener.ready()));

  const speakers = Array.from({ length: SENDERS }, (_, index) => {
    return new Speaker({ way: way(index), url: server.url, handle: `sender ${index}`, window: MESSAGES });
  });
  await Promise.all(speakers.map((speaker) => speaker.speak((number) => number === MESSAGES)));
  assert.deepEqual(speakers.map(({ breaks }) => breaks), speakers.map(() => 0));

  for (const listener of listeners) {
    await eventually(
      () => listener.heard.length >= all,
      () => `${listener.way}: ${listener.heard.length} of ${all} messages`,
    );
  }
  for (const listener of listeners) {
    assertWhole(listener.heard, speakers, listener.way);
    assert.equal(listener.heard.length, all, listener.way);
    assert.equal(listener.connections, 1 + listener.cuts.size, listener.way);
  }
});
