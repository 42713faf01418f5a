// One message through its layers, counted in the page as the server counts it, and the code beside it.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { LINES } from "../../web/src/stack/code.js";
import { Visitor } from "../support/browser.js";
import { browser, server } from "../support/each-test.js";
import { eventually } from "../support/inbox.js";
import { Line } from "../support/websocket.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const read = (path) => readFileSync(root + path, "utf8");
const spaced = (text) => text.replaceAll(/\s+/g, " ").trim();

const NAMES = {
  http: "HTTP",
  eventstream: "Event stream",
  websocket: "WebSocket",
  engineio: "Engine.IO",
  socketio: "Socket.IO",
  application: "Application",
};

test("every line of code stands where the page says it does", () => {
  const page = spaced(read("tests/browser/source-document.html"));
  const all = Object.values(LINES);
  const here = all.flatMap(({ here }) => [here.page, here.server]).filter((line) => line?.code);
  assert.ok(here.length > 20);
  for (const { from, code } of here) assert.ok(spaced(read(from)).includes(spaced(code)), `${from}: ${code}`);
  // The document writes its handlers without what they do.
  const twins = all.map(({ document }) => document?.page?.code).filter(Boolean);
  assert.ok(twins.length > 3);
  for (const code of twins) assert.ok(page.includes(code.replace(/\}\)$/, "")), code);
});

/** The record that said it, or brought it. */
function carrying(visitor, direction, text) {
  return eventually(async () => {
    const records = await visitor.captured();
    return records.find((record) => record.direction === direction && record.chat && record.text?.includes(text));
  }, `the record that carried "${text}" ${direction}`);
}

/** Opens a record's layers, and holds what they say against what the server counted. */
async function stackOf(visitor, { seq, layers, length }) {
  await visitor.openRecord(seq);
  await visitor.record.getByRole("tab", { name: "Layers" }).click();
  const rows = visitor.record.locator(".stack-row");
  for (const [layer, bytes] of Object.entries(layers)) {
    const row = rows.filter({ has: visitor.page.getByText(NAMES[layer], { exact: true }) });
    assert.match(spaced(await row.innerText()), new RegExp(`\\b${bytes.toLocaleString("en")} bytes? `), layer);
  }
  assert.equal(await rows.count(), Object.keys(layers).length);
  const counts = await rows.locator(".stack-bytes").allInnerTexts();
  assert.equal(counts.reduce((sum, text) => sum + parseInt(text.replaceAll(",", ""), 10), 0), length);
  return rows;
}

test("a message over Socket.IO is told by layer, each with its own bytes", async () => {
  const ann = await Visitor.named("ann", browser, server);
  await ann.say("down through the layers");
  await ann.hears("down through the layers");
  const sent = await carrying(ann, "to_server", "down through the layers");
  const rows = await stackOf(ann, sent);

  // What was to be said is innermost, and the frame around it outermost.
  const titles = await rows.locator(".stack-name").allInnerTexts();
  assert.deepEqual(titles, ["Application", "Socket.IO", "Engine.IO", "WebSocket"]);
  const share = Number(((100 * sent.layers.application) / sent.length).toFixed(1));
  await ann.record.getByText(`application: ${sent.layers.application} of ${sent.length} bytes, ${share} %`).waitFor();

  // A layer lights its bytes, in whatever buffer they are read.
  const detail = await (await ann.page.request.get(`/inspector/records/${sent.seq}`)).json();
  const alight = ann.record.getByRole("grid", { name: "Bytes" }).locator('[role="gridcell"].lit');
  const lit = async () => (await alight.allInnerTexts()).join("");
  await rows.filter({ hasText: "WebSocket" }).click();
  await eventually(async () => (await lit()) === detail.bytes.wire.slice(0, 12), "the frame's header alight");
  await rows.filter({ hasText: "Engine.IO" }).click();
  await eventually(async () => (await lit()) === detail.bytes.wire.slice(12, 14), "the type digit alight, masked");
  await ann.record.getByRole("radio", { name: "Unmasked" }).check({ force: true });
  await eventually(async () => (await lit()) === "34", "the type digit alight, unmasked");
  assert.equal(await rows.filter({ hasText: "Engine.IO" }).getAttribute("aria-pressed"), "true");
  await rows.filter({ hasText: "Engine.IO" }).click();
  await eventually(async () => (await lit()) === "", "nothing alight");
  assert.deepEqual(await ann.barriers(), []);

  // The code behind it, on both ways: who sends stands first, and the document's lines beneath ours.
  const code = async () => (await ann.record.locator(".twin").allInnerTexts()).map(spaced);
  const [emitted, heard, emittedThere, heardThere] = await code();
  assert.match(emitted, /^This page sends it: JavaScript web\/src\/\S+\/socketio\.js send: .*"send_message", draft/);
  assert.match(heard, /^This server receives it: Rust src\/transport\/socketio\.rs socket\.on\( "send_message"/);
  assert.match(emittedThere, /^Its page sends it: JavaScript socket\.emit\('send_message', \{handle: userHandle/);
  assert.match(heardThere, /^Its server receives it: Python @socketio\.on\('send_message'\)$/);
  await ann.record.getByText("This one adds a clientOffset").waitFor();
  const brought = await carrying(ann, "to_client", "ann: down through the layers");
  await stackOf(ann, brought);
  const [ours, , broadcast] = await code();
  assert.match(ours, /^This server sends it: Rust .*self\.emit\("message"/);
  assert.match(broadcast, /^Its server sends it: Python send\(full_message, broadcast=True\)$/);
  await ann.record.getByText("writes the message into its history first").waitFor();

  // What a library says by itself is nobody's line, and told so.
  const records = await ann.captured();
  const probe = records.find(({ engineio }) => engineio?.some(({ type, probe }) => type === "ping" && probe));
  await stackOf(ann, probe);
  await ann.record.getByText("This page: socket.io-client does this by itself.").waitFor();
  assert.equal(await ann.record.locator(".twin").count(), 0);

  assert.deepEqual(ann.problems, []);
  await ann.leave();
});

test("the same over polling, server-sent events and a raw WebSocket", async () => {
  const ann = await Visitor.named("ann", browser, server);
  for (const [way, layers, words] of [
    ["Server-sent events", ["http", "eventstream", "application"], "a Flask response that does not end"],
    ["WebSocket", ["websocket", "application"], "it speaks Socket.IO, and this is a WebSocket alone"],
    ["Short polling", ["http", "application"], "this is a plain GET, which Flask alone would answer"],
    // Last, because whoever leaves it in the middle of a poll is told 400, which the browser logs.
    ["Socket.IO, polling only", ["http", "engineio", "socketio", "application"], "send(full_message, broadcast=True)"],
  ]) {
    await ann.talkOver(way);
    await ann.say(`over ${way}`);
    await ann.hears(`over ${way}`);
    const record = await carrying(ann, "to_client", `over ${way}`);
    assert.deepEqual(Object.keys(record.layers).toSorted(), layers.toSorted(), way);
    await stackOf(ann, record);
    await ann.record.getByText(words).first().waitFor();
  }
  // The chat's words, said to the echo, are none of the chat's.
  const line = await Line.open(server.webSocketUrl("/ws/echo"));
  line.send('{"type":"send","message":"to the echo"}');
  const echoed = await eventually(async () => {
    const frames = await ann.captured(encodeURIComponent("kind == frame and direction == to_server"));
    return frames.find(({ text }) => text?.includes("to the echo"));
  }, "the frame to the echo");
  await stackOf(ann, echoed);
  assert.equal(await ann.record.locator(".twins").count(), 0);
  assert.deepEqual(ann.problems, []);
  await ann.leave();
});
