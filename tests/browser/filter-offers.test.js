// One click from any value to its filter: in the list, in the record's bar, and under the lens.

import assert from "node:assert/strict";
import { test } from "node:test";
import { filterOfField, filtersOf } from "../../web/src/filter/from-record.js";
import { PHONE, Visitor } from "../support/browser.js";
import { Chatter } from "../support/chatter.js";
import { browser, server } from "../support/each-test.js";
import { ask } from "../support/http.js";
import { eventually } from "../support/inbox.js";
import { Line } from "../support/websocket.js";
import { Wire } from "../support/wire.js";

const box = ({ page }) => page.getByRole("combobox", { name: "Filter" });

async function asJson(path) {
  const answer = await fetch(server.url + path);
  return { status: answer.status, body: await answer.json() };
}

/** Of every kind of record at least one: polling, the upgrade, fragments, a ping, a violation, closes, a refusal. */
async function makeTraffic() {
  for (const transports of [["polling"], ["polling", "websocket"]]) {
    const chatter = await Chatter.connect(server.url, { transports });
    await chatter.say("ann", 'say "hi" \\ there');
    await chatter.texts(1);
    chatter.leave();
  }
  const line = await Line.open(server.webSocketUrl("/ws/echo"));
  line.send("in ", { fin: false });
  line.send("parts");
  line.socket.ping("now");
  await line.messages.atLeast(1);
  await line.pongs.atLeast(1);
  line.socket.close(1000, 'bye "now"');
  await line.end();
  const wire = await Wire.open(server.port, "/ws/echo");
  wire.write("8101 41");
  await wire.rest();
  await fetch(`${server.url}/nowhere?token=x`);
}

const flat = (fields) => fields.flatMap((field) => [field, ...flat(field.children ?? [])]);

test("every filter that a record of real traffic offers is one, and the record passes it", async () => {
  await makeTraffic();
  const records = await eventually(async () => {
    const { body } = await asJson("/inspector/records?limit=1000");
    return body.records.filter(({ kind }) => kind === "closed").length >= 3 && body.records;
  }, "the connections' ends");
  const offered = new Set();
  for (const { seq } of records) {
    const { body: record } = await asJson(`/inspector/records/${seq}`);
    const ofFields = flat(record.fields).map((field) => filterOfField(record, field)).filter(Boolean);
    const filters = [...new Set([...filtersOf(record).map(({ filter }) => filter), ...ofFields])];
    assert.ok(filters.length > 0, `nothing is offered for ${record.summary}`);
    // In as many requests as are needed: a filter has at most 50 tests.
    for (let from = 0; from < filters.length; from += 15) {
      const filter = filters.slice(from, from + 15).join(" and ");
      const query = new URLSearchParams({ filter, after: String(seq - 1), limit: "1" });
      const { status, body } = await asJson(`/inspector/records?${query}`);
      assert.equal(status, 200, `${filter}: ${JSON.stringify(body)}`);
      assert.equal(body.records[0]?.seq, seq, `record ${seq}, ${record.summary}, does not pass ${filter}`);
    }
    for (const filter of filters) offered.add(filter.split(" ")[0]);
  }
  const wanted = ["conn", "eio.sid", "sio.event", "ws.opcode", "ws.close.code", "ws.close.reason", "violation.rule"];
  for (const field of [...wanted, "http.status", "http.path", "http.header", "chat.id", "upgrade"]) {
    assert.ok(offered.has(field), `no filter for ${field}`);
  }
});

test("a header may have any name, also one that means something to JavaScript", async () => {
  const names = ["Host", "constructor", "toString", "valueOf", "__proto__"];
  const record = { kind: "request", http: { headers: names.map((name) => [name, "x"]) } };
  const filters = names.map((name) => filterOfField(record, { name, bits: [0, 8], buffer: "wire" }));
  assert.deepEqual(filters, names.map((name) => `http.header == "${name}"`));

  await ask(`${server.url}/named`, { headers: { constructor: "of all objects" } });
  const ann = await Visitor.open(browser, server);
  const [{ seq }] = await eventually(async () => {
    const found = await ann.captured(encodeURIComponent('http.header == "constructor" and kind == request'));
    return found.length > 0 && found;
  }, "the request");
  await ann.openRecord(seq);
  await ann.record.getByRole("treeitem", { name: /^constructor of all objects/ }).click();
  await ann.record.getByRole("button", { name: 'Filter http.header == "constructor"' }).waitFor();
  assert.deepEqual(ann.problems, []);
  await ann.leave();
});

test("a row's menu asks for records that are like it, alone, together with the filter, or without them", async () => {
  const ann = await Visitor.open(browser, server);
  await ann.say("hello");
  await ann.hears("hello");
  const menu = ann.page.getByRole("dialog", { name: /^Records that are like record/ });
  const row = ann.records.locator("[data-seq]", { hasText: "send_message" });

  await row.click({ button: "right" });
  await menu.getByText('sio.event == "send_message"').waitFor();
  assert.deepEqual(await ann.barriers(), [], "with the menu open");
  assert.equal(await menu.getByRole("button", { name: /^And/ }).count(), 0, "no filter is set that could be joined");
  await menu.getByRole("button", { name: "Only: direction == to_server" }).click();
  await eventually(async () => (await box(ann).inputValue()) === "direction == to_server", "the filter");

  // By the keyboard alone: the menu is about the row that the list's keyboard is at.
  await row.click();
  await ann.record.waitFor();
  await ann.page.keyboard.press("Escape");
  await ann.records.focus();
  await ann.page.keyboard.press("Shift+F10");
  await menu.waitFor();
  await menu.getByRole("button", { name: /^Only/ }).first().and(ann.page.locator(":focus")).waitFor();
  await ann.page.keyboard.press("Escape");
  await menu.waitFor({ state: "hidden" });
  assert.equal(await ann.page.evaluate(() => document.activeElement?.id), "records");
  await ann.page.keyboard.press("ContextMenu");
  await menu.getByRole("button", { name: 'Not: sio.event == "send_message"' }).click();
  const joined = 'direction == to_server and not sio.event == "send_message"';
  await eventually(async () => (await box(ann).inputValue()) === joined, "the filters joined");
  assert.deepEqual(ann.problems, []);
  await ann.leave();
});

test("the open record's bar and its lens offer the same, of others' records too, and on a phone", async () => {
  await makeTraffic();
  const ann = await Visitor.open(browser, server, { viewport: PHONE });
  const { body } = await asJson(`/inspector/records?filter=${encodeURIComponent("ws.close.code == 1000")}`);
  await ann.openRecord(body.records[0].seq);
  await ann.page.getByRole("tab", { name: "Your wire" }).click();
  const field = ann.record.getByRole("treeitem", { name: /^Status code/ });
  await field.click();
  await ann.record.getByRole("button", { name: "Filter ws.close.code == 1000" }).click();
  await ann.record.waitFor({ state: "detached" });
  await ann.page.getByRole("radio", { name: "Everyone", checked: true }).waitFor();
  assert.equal(await box(ann).inputValue(), "ws.close.code == 1000");

  await ann.choose(body.records[0].seq);
  const menu = await ann.menu("Filter by this record");
  await menu.getByRole("button", { name: /^And: conn == \d+$/ }).click();
  const joined = `ws.close.code == 1000 and conn == ${body.records[0].connection}`;
  await eventually(async () => (await box(ann).inputValue()) === joined, "the filters joined");
  assert.deepEqual(ann.problems, []);
  await ann.leave();
});
