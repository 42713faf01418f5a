// One message through its layers, counted in the page as the server counts it, and the code beside it.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { LINES } from "../../web/src/stack/code.js";
import { Visitor } from "../support/browser.js";
import { browser, server } from "../support/each-test.js";
import { eventually } from "../support/inbox.js";

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
  const lines = Object.values(LINES).flatMap(({ sent, received }) => [...sent, ...received]);
  const page = spaced(read("tests/browser/source-document.html"));
  assert.ok(lines.length > 20);
  for (const { language, from, code } of lines) {
    if (!code) continue;
    if (language === "Rust") assert.ok(spaced(read(from)).includes(spaced(code)), `${from}: ${code}`);
    // The document writes its handlers without what they do.
    if (language === "JavaScript") assert.ok(page.includes(code.replace(/\}\)$/, "")), code);
  }
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

  // The code behind it, on both ways.
  const code = async () => (await ann.record.locator(".twin").allInnerTexts()).map(spaced);
  const [emitted, python, rust] = await code();
  assert.match(emitted, /^Sent by JavaScript .*socket\.emit\('send_message', \{handle: userHandle/);
  assert.match(python, /^Received by Python .*@socketio\.on\('send_message'\)$/);
  assert.match(rust, /^Received by Rust src\/transport\/socketio\.rs socket\.on\( "send_message"/);
  const brought = await carrying(ann, "to_client", "ann: down through the layers");
  await stackOf(ann, brought);
  const [broadcast, ours] = await code();
  assert.match(broadcast, /^Sent by Python .*send\(full_message, broadcast=True\)$/);
  assert.match(ours, /^Sent by Rust .*self\.emit\("message"/);
  await ann.record.getByText("writes the message into its history first").waitFor();

  assert.deepEqual(ann.problems, []);
  await ann.leave();
});

test("the same over polling, server-sent events and a raw WebSocket", async () => {
  const ann = await Visitor.named("ann", browser, server);
  for (const [way, layers, words] of [
    ["Server-sent events", ["http", "eventstream", "application"], "a Flask response that does not end"],
    ["WebSocket", ["websocket", "application"], "it speaks Socket.IO, and this is a WebSocket alone"],
    ["Short polling", ["http", "application"], "it is a plain GET, which Flask alone would answer"],
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
  assert.deepEqual(ann.problems, []);
  await ann.leave();
});
