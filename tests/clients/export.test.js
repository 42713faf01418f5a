// The HAR export of what real clients did, against the schema of HAR 1.2.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import Ajv from "ajv";
import draft6 from "ajv/dist/refs/json-schema-draft-06.json" with { type: "json" };
import addFormats from "ajv-formats";
import * as schemas from "har-schema";
import { Chatter, WAYS } from "../support/chatter.js";
import { start } from "../support/server.js";
import { Line } from "../support/websocket.js";

/** @type {Awaited<ReturnType<typeof start>>} */
let server;
/** The export's `log`. */
let log;
/** Whether a value is a HAR file; `errors` says why not. */
let isHar;

before(async () => {
  server = await start();
  for (const options of Object.values(WAYS)) {
    const chatter = await Chatter.connect(server.url, options);
    await chatter.say("ann", "grüße");
    await chatter.texts(1);
    chatter.leave();
  }
  const line = await Line.open(server.webSocketUrl("/ws/echo"));
  line.socket.send("text");
  line.socket.send(Buffer.from([0, 255]));
  line.socket.close(4000, "bye");
  await new Promise((resolve) => line.socket.once("close", resolve));
  await fetch(`${server.url}/nowhere?a=b`, { method: "POST", body: new Uint8Array([0, 255]) });

  const ajv = new Ajv({ strict: false });
  ajv.addMetaSchema(draft6);
  addFormats(ajv);
  ajv.addSchema(Object.values(schemas.default));
  isHar = ajv.getSchema("har.json#");
  const har = await (await fetch(`${server.url}/inspector/export.har`)).json();
  assert.ok(isHar(har), JSON.stringify(isHar.errors));
  ({ log } = har);
});
after(() => server.kill());

test("the schema is a judge", () => {
  for (const member of ["version", "creator", "entries"]) {
    assert.ok(!isHar({ log: { ...log, [member]: undefined } }), member);
  }
  for (const member of ["startedDateTime", "time", "request", "response", "cache", "timings"]) {
    const [entry, ...others] = log.entries;
    const broken = { ...log, entries: [{ ...entry, [member]: undefined }, ...others] };
    assert.ok(!isHar({ log: broken }), member);
  }
});

test("entries stand in the order of time, and name their page", () => {
  const times = log.entries.map((entry) => Date.parse(entry.startedDateTime));
  assert.deepEqual(times, times.toSorted((a, b) => a - b));
  const ids = log.pages.map((page) => page.id);
  assert.ok(log.entries.every((entry) => ids.includes(entry.pageref)));
});

test("what was said is in polling bodies and in messages, to the server and back", () => {
  const sockets = log.entries.filter((entry) => entry._resourceType === "websocket");
  const paths = sockets.map((entry) => new URL(entry.request.url).pathname).toSorted();
  assert.deepEqual(paths, ["/socket.io/", "/socket.io/", "/ws/echo"]);

  const messages = sockets.flatMap((entry) => entry._webSocketMessages);
  const posted = log.entries.map((entry) => entry.request.postData?.text ?? "");
  const polled = log.entries.map((entry) => entry.response.content.text ?? "");
  const sent = messages.filter(({ type }) => type === "send").map(({ data }) => data);
  const received = messages.filter(({ type }) => type === "receive").map(({ data }) => data);
  const count = (texts, part) => texts.filter((text) => text.includes(part)).length;
  assert.equal(count([...posted, ...sent], '"send_message",{"handle":"ann","message":"grüße"}'), 3);
  assert.equal(count([...polled, ...received], '"message","ann: grüße"'), 3);
});

test("binary data is in base64, and the end is told", () => {
  const echo = log.entries.find((entry) => entry.request.url.endsWith("/ws/echo"));
  const told = echo._webSocketMessages.map(({ type, opcode, data }) => [type, opcode, data]);
  for (const type of ["send", "receive"]) {
    assert.deepEqual(
      told.filter(([way]) => way === type),
      [
        [type, 1, "text"],
        [type, 2, "AP8="],
      ],
    );
  }
  assert.equal(echo._webSocketClose.code, 4000);
  assert.equal(echo._webSocketClose.reason, "bye");
  const post = log.entries.find((entry) => entry.request.url.endsWith("/nowhere?a=b"));
  assert.equal(post.request.postData.text, "AP8=");
  assert.equal(post.request.postData.encoding, "base64");
});
