// Ctrl-C: every WebSocket hears "1001 going away", and the program ends within two seconds.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Chatter, WAYS } from "../support/chatter.js";
import { start } from "../support/server.js";
import { Line } from "../support/websocket.js";
import { Wire } from "../support/wire.js";

const MOST = 2_000;

/** Interrupts the server and measures how long it took to end. */
async function interrupt(server, signal) {
  const begin = performance.now();
  const code = await server.end(signal);
  return { code, milliseconds: performance.now() - begin };
}

/** Speaks Engine.IO and Socket.IO by hand, as far as the namespace. */
async function engine(server) {
  const line = await Line.open(server.webSocketUrl("/socket.io/?EIO=4&transport=websocket"));
  await line.messages.find((text) => text.startsWith("0{"));
  line.send("40");
  await line.messages.find((text) => text.startsWith("40{"));
  return line;
}

for (const signal of ["SIGINT", "SIGTERM"]) {
  test(`${signal} closes every WebSocket with 1001 and ends with 0 within 2 s`, async (context) => {
    const server = await start();
    context.after(() => server.kill());
    const lines = [
      await Line.open(server.webSocketUrl("/ws/echo")),
      await Line.open(server.webSocketUrl("/ws/chat")),
      await Line.open(server.webSocketUrl("/inspector/feed")),
      await engine(server),
    ];
    const [ended, ...closed] = await Promise.all([
      interrupt(server, signal),
      ...lines.map((line) => line.end()),
    ]);
    assert.deepEqual(closed.map(({ code }) => code), lines.map(() => 1001));
    assert.equal(ended.code, 0);
    assert.ok(ended.milliseconds < MOST, `${ended.milliseconds} ms`);
  });
}

for (const [name, options] of Object.entries(WAYS)) {
  test(`the official client learns of the end: ${name}`, async (context) => {
    const server = await start();
    context.after(() => server.kill());
    const chatter = await Chatter.connect(server.url, options);
    const disconnected = new Promise((resolve) => chatter.socket.once("disconnect", resolve));
    const { code, milliseconds } = await interrupt(server, "SIGINT");
    assert.equal(code, 0);
    assert.ok(milliseconds < MOST, `${milliseconds} ms`);
    await disconnected;
  });
}

test("clients that answer nothing do not hold the end up", async (context) => {
  const server = await start();
  context.after(() => server.kill());
  const paths = ["/ws/echo", "/ws/chat", "/socket.io/?EIO=4&transport=websocket"];
  for (const path of paths) await Wire.open(server.port, path);
  const { code, milliseconds } = await interrupt(server, "SIGINT");
  assert.equal(code, 0);
  assert.ok(milliseconds < MOST, `${milliseconds} ms`);
});

test("without clients it ends at once", async () => {
  const { code, milliseconds } = await interrupt(await start(), "SIGINT");
  assert.equal(code, 0);
  assert.ok(milliseconds < MOST, `${milliseconds} ms`);
});
