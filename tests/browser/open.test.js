// A capture leaves the page as a file, and opens in it again: with the server gone, and whatever stands in the file.

import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { connectionsOf } from "../../web/src/source/connections-of.js";
import { isConnection, isDissected, isGap, isHeader, isRecord } from "../../web/src/source/shape.js";
import { PHONE, Visitor } from "../support/browser.js";
import { Chatter } from "../support/chatter.js";
import { browser, server } from "../support/each-test.js";
import { HANDSHAKE, ask } from "../support/http.js";
import { eventually } from "../support/inbox.js";
import { Line } from "../support/websocket.js";
import { Wire } from "../support/wire.js";

let folder;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "wireglass-"));
});
after(() => rm(folder, { recursive: true, force: true }));

const capture = { started: "2026-11-23T18:24:00.000Z", oldest: 1, newest: 9, lost: { records: 0, bytes: 0 } };
const header = { wireglass: 1, capture, filter: "" };
const plain = { at: 1, connection: 1, direction: "to_server", layer: "websocket", kind: "opaque", length: 2 };
const record = (seq, more = {}) => ({ ...plain, seq, summary: `number ${seq}`, bytes: { wire: "4142" }, ...more });

/** Writes lines, which are JSON unless they are text already. */
async function written(name, lines) {
  const path = join(folder, name);
  const texts = lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line)));
  await writeFile(path, texts.join("\n"));
  return path;
}

/** Saves an export as a reader does. */
async function saved(visitor, name) {
  const menu = await visitor.menu("Capture");
  const downloading = visitor.page.waitForEvent("download");
  await menu.getByRole("link", { name }).click();
  const download = await downloading;
  const path = join(folder, download.suggestedFilename());
  await download.saveAs(path);
  return path;
}

/** Opens a file as a reader does. */
async function open(visitor, path) {
  const menu = await visitor.menu("Capture");
  const choosing = visitor.page.waitForEvent("filechooser");
  await menu.getByRole("button", { name: "Open a capture…" }).click();
  await (await choosing).setFiles(path);
}

const find = ({ page }) => page.getByRole("searchbox", { name: "Find" });
const banner = ({ page }) => page.locator(".source");
const body = (visitor) => visitor.record.locator(".record-body").innerText();
/** Problems that are more than that there is no server. */
const faults = ({ problems }) => problems.filter((problem) => !/_REFUSED|WebSocket connection/.test(problem));

test("an export opens again without a server, with the same rows, fields, bytes and diagram", async () => {
  // So high that every row of bytes is drawn: a file's list leaves the record another height than the live one.
  const ann = await Visitor.open(browser, server, { viewport: { width: 1_280, height: 3_000 } });
  await ann.page.getByRole("radio", { name: "Everyone" }).check({ force: true });
  const line = await Line.open(server.webSocketUrl("/ws/echo"));
  line.send("a masked frame");
  await line.messages.atLeast(1);
  line.socket.close(1000, "bye");
  await line.end();
  await ann.say("kept in a file");
  await ann.hears("kept in a file");
  // What is written with the file is what is known by then: the numbers of chat messages among it.
  const asked = ["ws.close.code == 1000", "http.status == 101", 'text ~ "masked" and ws.masked', "eio.type == open"];
  const found = await eventually(async () => {
    const lists = await Promise.all(asked.map((filter) => ann.captured(encodeURIComponent(filter))));
    return lists.every(({ length }) => length > 0) && lists.map(([first]) => first.seq);
  }, "the records to compare");
  const path = await saved(ann, "JSON Lines, with fields");
  const exported = (await readFile(path, "utf8")).trim().split("\n").slice(1).map((line) => JSON.parse(line).seq);
  const rows = (await ann.rows()).filter(({ seq }) => exported.includes(seq));
  assert.equal(rows.length, exported.length);
  const live = [];
  for (const seq of found) {
    await ann.choose(seq);
    live.push(await body(ann));
  }

  await server.kill();
  await open(ann, path);
  await banner(ann).getByText(`${exported.length} records`).waitFor();
  assert.deepEqual(await ann.rows(), rows);
  for (const [index, seq] of found.entries()) {
    await ann.choose(seq);
    assert.equal(await body(ann), live[index], `record ${seq}`);
  }
  assert.ok(live[0].includes("as RFC 6455, section 5.2 draws it"), live[0]);
  for (const control of ["Pause", "Filter by this record"]) assert.equal(await ann.button(control).count(), 0, control);
  assert.equal(await ann.page.getByRole("radio", { name: "Everyone" }).count(), 0);
  assert.deepEqual(await ann.barriers(), []);

  // Every view is there, although it was never shown while the server was.
  for (const view of ["Ladder", "Connections", "List"]) {
    await ann.page.getByRole("group", { name: "View" }).getByRole("radio", { name: view }).check({ force: true });
    assert.equal(await ann.page.getByText("cannot be reached, so this view").count(), 0, view);
    assert.equal(await ann.button("Live").count(), 0, view);
  }

  // A link leads to a record of the file, and Back returns.
  await ann.page.evaluate((seq) => (location.hash = `#record=${seq}`), found[0]);
  await ann.record.getByRole("heading", { name: `Record ${found[0]}`, exact: true }).waitFor();
  await ann.page.evaluate(() => (location.hash = "#record=999999"));
  await ann.record.getByText("This record is not in the file.").waitFor();
  assert.deepEqual(faults(ann), []);
  await ann.leave();
});

test("whatever is exported can be opened: handshakes with and without a key, refusals, broken rules, sessions", async () => {
  const { "Sec-WebSocket-Key": key, ...keyless } = HANDSHAKE;
  assert.ok(key);
  assert.equal((await ask(`${server.url}/ws/echo`, { headers: keyless })).status, 400);
  const chatter = await Chatter.connect(server.url);
  await chatter.say("ann", "to be exported");
  await chatter.texts(1);
  chatter.leave();
  const wire = await Wire.open(server.port, "/ws/echo");
  wire.write("8101 41");
  await wire.rest();
  const text = await eventually(async () => {
    const exported = await (await fetch(`${server.url}/inspector/export.jsonl?fields=true`)).text();
    return /"violations"/.test(exported) && exported;
  }, "the broken rule");
  const [first, ...records] = text.trim().split("\n").map((line) => JSON.parse(line));
  assert.ok(isHeader(first));
  for (const connection of first.connections) assert.ok(isConnection(connection), JSON.stringify(connection));
  for (const record of records) assert.ok(isGap(record) || (isRecord(record) && isDissected(record)), record.summary);
  const keys = records.flatMap(({ handshake }) => (handshake ? [handshake.key] : []));
  for (const wanted of [null, key]) assert.ok(keys.includes(wanted), `${wanted} among ${keys}`);
});

test("what is found is what a row says; the live wire goes on behind, and is there again", async () => {
  const ann = await Visitor.open(browser, server);
  await ann.say("in the file");
  await ann.hears("in the file");
  await ann.page.getByRole("combobox", { name: "Filter" }).fill("kind == frame");
  await ann.page.keyboard.press("Enter");
  await eventually(async () => (await ann.rows()).every(({ text }) => !text.includes("HTTP")), "frames alone");
  const path = await saved(ann, "JSON Lines, bytes only");
  const menu = await ann.menu("Capture");
  for (const name of ["HAR", "pcapng"]) {
    const link = await menu.getByRole("link", { name }).getAttribute("href");
    const query = `?filter=${encodeURIComponent("mine and (kind == frame)")}`;
    assert.equal(link, `/inspector/export.${name.toLowerCase()}${query}`);
  }
  assert.deepEqual(await ann.barriers(), [], "with the menu open");
  await ann.page.keyboard.press("Escape");
  await open(ann, path);
  await banner(ann).getByText("exported without fields").waitFor();
  await banner(ann).getByText("mine and (kind == frame)").waitFor();

  // What the other views say is true of a file: nothing more will come, and connections are counted whole.
  await ann.page.evaluate(() => (location.hash = "#view=trace&message=999"));
  await ann.page.getByText("No record that carried it is in the file.").waitFor();
  assert.equal(await ann.page.getByText("Should one come").count(), 0);
  await ann.page.keyboard.press("Escape");
  await ann.page.getByRole("radio", { name: "Connections" }).check({ force: true });
  await ann.page.getByText("Each connection is counted whole, as the server did").waitFor();
  await ann.page.getByRole("radio", { name: "List" }).check({ force: true });
  await ann.records.waitFor();
  const all = (await ann.rows()).length;

  await find(ann).fill("Socket.IO event SEND_message");
  await ann.page.getByText("1 record found").waitFor();
  const [{ seq, text }] = await ann.rows();
  assert.match(text, /EVENT send_message/);
  await ann.choose(seq);
  await ann.record.getByText("This file was exported without fields.").first().waitFor();
  const bytes = await ann.record.getByRole("gridcell").allInnerTexts();
  assert.equal(bytes[0], "81", "the first byte of a final text frame");
  assert.equal(await ann.record.locator(".diagram").count(), 0);
  await ann.button("Show the whole session").click();
  const session = (await ann.rows()).length;
  assert.ok(session > 5 && session <= all, `${session} of ${all} records in the session`);
  await find(ann).fill("<b>nowhere</b>");
  await ann.page.getByText("No record of the file has <b>nowhere</b>.").waitFor();
  assert.deepEqual(await ann.barriers(), []);
  await ann.button("Show all").click();
  assert.equal((await ann.rows()).length, all);

  await ann.say("meanwhile");
  await ann.hears("meanwhile");
  await ann.button("Close the file").click();
  await eventually(async () => (await ann.rows()).some(({ text }) => text.includes("meanwhile")), "the live rows");
  await ann.page.locator("#filter:focus").waitFor();
  assert.equal(await banner(ann).innerText(), "");
  assert.deepEqual(ann.problems, []);
  await ann.leave();
});

test("what a file holds is not trusted: text is text, and what is damaged is counted", async () => {
  const ann = await Visitor.open(browser, server);
  const html = "<img src=x onerror=alert(1)>";
  const field = { name: html, bits: [0, 8], buffer: "wire", value: html, meaning: html };
  const path = await written(`${html.replaceAll("/", "")}.jsonl`, [
    { ...header, fields: true },
    record(1, { summary: html, owner: html, text: html, fields: [field] }),
    "{ no JSON",
    record("2"),
    record(2, {
      violations: [{ rule: "unheard-of", section: "toString", by: "client" }],
      links: [{ relation: "constructor", seq: 1, seconds: 0 }],
      upgrade: "valueOf",
      fields: [{ ...field, name: "constructor", section: "__proto__" }],
    }),
    record(3, { violations: [{ rule: { __html: html }, section: "", by: "client" }] }),
    record(4, { fields: [{ ...field, bits: [0, 1e12] }] }),
    record(4),
    { seq: 7, kind: "gap", summary: "2 records had to make room", gap: { records: 2 } },
    record(8, { fields: [], bytes: { wire: "xyz" } }),
    "",
  ]);
  await open(ann, path);
  await banner(ann).getByText("4 lines could not be read").waitFor();
  assert.deepEqual((await ann.rows()).map(({ seq }) => seq), [1, 2, 4, 7, 8]);
  await ann.choose(1);
  await ann.record.getByRole("treeitem").getByText(html).first().waitFor();
  // Words that mean something to JavaScript are words here.
  await ann.choose(2);
  await ann.record.getByRole("link", { name: "constructor: record 1" }).waitFor();
  await ann.record.getByText("toString").first().waitFor();
  await ann.record.getByRole("treeitem", { name: /^constructor/ }).click();
  for (const damaged of [4, 8]) {
    await ann.choose(damaged);
    await ann.record.getByText("its line in the file is damaged").waitFor();
  }
  assert.equal(await ann.page.locator("img[src=x]").count(), 0);

  const wrong = [
    ["capture.har", ['{"log":{"version":"1.2"}}'], "This is no capture of Wireglass"],
    ["empty.jsonl", [""], "This is no capture of Wireglass"],
    ["newer.jsonl", [{ ...header, wireglass: 2 }], "This capture has version 2 of the format"],
    ["broken.jsonl", [{ wireglass: 1 }], "The first line of this capture is damaged"],
  ];
  for (const [name, lines, words] of wrong) {
    await open(ann, await written(name, lines));
    await banner(ann).getByText(`${name} was not opened. ${words}`, { exact: false }).waitFor();
  }
  assert.equal((await ann.rows()).length, 5, "what was open before is open still");
  await ann.button("Dismiss").click();
  assert.deepEqual(ann.problems, []);
  await ann.leave();
});

test("a file is dropped on a phone's page, and holds no more than the page does", async () => {
  const ann = await Visitor.open(browser, server, { viewport: PHONE });
  await ann.page.getByRole("tab", { name: "Your wire" }).click();
  const most = 100_000;
  const numbered = JSON.stringify(record(0, { summary: "number SEQ" })).replace('"seq":0', '"seq":SEQ');
  const drop = await ann.page.evaluateHandle(
    ([first, line, count]) => {
      const data = new DataTransfer();
      const lines = Array.from({ length: count }, (_, index) => line.replaceAll("SEQ", String(index + 1)));
      data.items.add(new File([[first, ...lines].join("\n")], "dropped.jsonl"));
      return data;
    },
    [JSON.stringify(header), numbered, most + 10],
  );
  await ann.page.dispatchEvent("body", "dragover", { dataTransfer: drop });
  await ann.page.getByText("Drop the capture, to open it here").waitFor();
  await ann.page.dispatchEvent("body", "drop", { dataTransfer: drop });
  await banner(ann).getByText("10 more lines in the file; the page holds 100,000").waitFor();
  await find(ann).fill("number 99999");
  await ann.page.getByText("1 record found").waitFor();
  await ann.choose(99_999);
  await ann.record.getByText("This file was exported without fields.").first().waitFor();
  assert.deepEqual(ann.problems, []);
  await ann.leave();
});

test("where a file lists no connections, they are counted from its records, as the server counts them", async () => {
  const chatter = await Chatter.connect(server.url);
  await chatter.say("ann", "to be counted");
  await chatter.texts(1);
  chatter.leave();
  const line = await Line.open(server.webSocketUrl("/ws/echo"));
  line.send(Buffer.from([1, 2, 3]));
  await line.messages.atLeast(1);
  line.socket.close(1001);
  await line.end();
  const asJson = async (path) => (await fetch(server.url + path)).json();
  const told = await eventually(async () => {
    const { connections } = await asJson("/inspector/connections");
    return connections.every(({ closed }) => closed !== undefined) && connections;
  }, "the connections' ends");
  const { records } = await asJson("/inspector/records?limit=1000");

  const figures = ({ id, peer, mine, opened, closed, end, by, protocol, target, sids, to_server, to_client }) => {
    const carried = [to_server, to_client].map(({ bytes, requests = 0, responses = 0, frames, layers, chat }) => {
      return { bytes, requests, responses, frames, layers, chat };
    });
    return { id, peer, mine, opened, closed, end, by, protocol, target, sids, carried };
  };
  assert.ok(told.length >= 3);
  assert.deepEqual(connectionsOf(records).map(figures), told.map(figures));
});
