// What each connection cost, beside the others: as the server tells it, sorted, by session, and in full.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PHONE, Visitor } from "../support/browser.js";
import { browser, server } from "../support/each-test.js";
import { eventually } from "../support/inbox.js";
import { Chatter } from "../support/chatter.js";
import { Listener } from "../support/listener.js";

const grid = ({ page }) => page.getByRole("treegrid", { name: "Connections" });
const row = (visitor, key) => grid(visitor).locator(`[data-key="${key}"]`);
const details = ({ page }) => page.locator(".conns-details");
const plain = (text) => text.replaceAll(/\s+/g, " ").trim();
const number = (value) => value.toLocaleString("en");

/** The connections as this browser gets them told. */
async function told(visitor) {
  const answer = await visitor.page.request.get("/inspector/connections");
  return (await answer.json()).connections;
}

const bytesOf = ({ to_server, to_client }) => to_server.bytes + to_client.bytes;
const messagesOf = ({ to_server, to_client }) => to_server.messages + to_client.messages;

/** The keys of the rows in their order, of those that are drawn. */
const keys = (visitor) =>
  grid(visitor).locator("[data-key]").evaluateAll((rows) =>
    rows
      .sort((one, other) => one.ariaRowIndex - other.ariaRowIndex)
      .map((element) => element.dataset.key),
  );

/** Goes down to a row, by keyboard. */
async function moveTo(visitor, key) {
  const most = Number(await grid(visitor).getAttribute("aria-rowcount"));
  const isThere = () => row(visitor, key).evaluate((element) => element.classList.contains("active"));
  await grid(visitor).focus();
  await visitor.page.keyboard.press("Home");
  for (let step = 0; !(await isThere()); step += 1) {
    assert.ok(step < most, `the row of ${key}`);
    await visitor.page.keyboard.press("ArrowDown");
  }
}

/** The text of a cell, by its class. */
const cell = async (visitor, key, name) => plain(await row(visitor, key).locator(`.conns-${name}`).innerText());

test("what polling costs stands beside what a WebSocket costs, each as the server tells it", async () => {
  // One of each hears the same; polling stops before it is looked at, so that its numbers stand still.
  const poller = await new Listener({ way: "short polling", url: server.url }).ready();
  const socket = await new Listener({ way: "raw WebSocket", url: server.url }).ready();
  const talker = await Chatter.connect(server.url, { transports: ["websocket"] });
  for (let count = 1; count <= 5; count += 1) {
    await talker.say("talker", `message ${count}`);
    await eventually(() => poller.heard.length === count && socket.heard.length === count, `message ${count}`);
  }
  await poller.leave();
  await socket.leave();

  const ann = await Visitor.open(browser, server, { path: "/#view=connections&whose=everyone" });
  await ann.page.getByRole("radio", { name: "Each connection" }).check({ force: true });
  const [web, polls] = await eventually(async () => {
    const all = await told(ann);
    const raw = all.find(({ target }) => target?.startsWith("/ws/chat"));
    // It polled for each message at least once, and has no cookie, as a page has.
    const polling = all.find(({ owner, to_server }) => owner === undefined && to_server.requests >= 5);
    return raw?.closed !== undefined && polling?.closed !== undefined && [raw, polling];
  }, "the ends of both connections");

  for (const connection of [web, polls]) {
    const { id, story } = connection;
    const each = number(Math.round(bytesOf(connection) / messagesOf(connection)));
    await eventually(async () => (await cell(ann, id, "each")).startsWith(each), `${each} bytes each of connection ${id}`);
    assert.ok((await cell(ann, id, "story")).startsWith(story), story);
    assert.match(await cell(ann, id, "messages"), new RegExp(`^${messagesOf(connection)}\\b`));
    const application = [connection.to_server, connection.to_client]
      .map(({ layers }) => layers.application ?? 0)
      .reduce((sum, bytes) => sum + bytes);
    const overhead = 100 * (1 - application / bytesOf(connection));
    assert.ok(Math.abs(parseFloat(await cell(ann, id, "overhead")) - overhead) <= 0.051);
  }
  assert.ok(bytesOf(polls) / messagesOf(polls) > 2 * (bytesOf(web) / messagesOf(web)));

  // Sorted by what a message took, and turned round.
  const sorter = grid(ann).getByRole("columnheader", { name: "Bytes/message" });
  await sorter.getByRole("button").click();
  assert.equal(await sorter.getAttribute("aria-sort"), "descending");
  await eventually(async () => {
    const order = await keys(ann);
    return order.indexOf(String(polls.id)) >= 0 && order.indexOf(String(polls.id)) < order.indexOf(String(web.id));
  }, "polling first");
  await sorter.getByRole("button").click();
  assert.equal(await sorter.getAttribute("aria-sort"), "ascending");
  await eventually(async () => {
    const order = await keys(ann);
    return order.indexOf(String(polls.id)) > order.indexOf(String(web.id));
  }, "polling last");

  // The details, by keyboard: each layer's bytes add up to those of the connection.
  await moveTo(ann, web.id);
  await ann.page.keyboard.press("Enter");
  await details(ann).getByRole("heading", { name: `Connection ${web.id}` }).waitFor();
  const sizes = await details(ann).locator("tbody tr td:nth-child(4)").allInnerTexts();
  assert.equal(sizes.reduce((sum, text) => sum + Number(text.replaceAll(",", "")), 0), bytesOf(web));
  assert.ok((await details(ann).innerText()).includes("WebSocket at /ws/chat?after=0"));
  assert.deepEqual(await ann.barriers(), []);
  await ann.page.keyboard.press("Escape");
  await details(ann).waitFor({ state: "detached" });

  // From the details to the records, and back.
  await row(ann, polls.id).click();
  await details(ann).getByRole("button", { name: "Show its records" }).click();
  const passing = await ann.captured(encodeURIComponent(`conn == ${polls.id}`));
  await eventually(async () => (await ann.records.count()) && (await ann.rows()).length === passing.length, "its records");
  assert.equal(await ann.page.getByRole("combobox", { name: "Filter" }).inputValue(), `conn == ${polls.id}`);

  assert.deepEqual(ann.problems, []);
  talker.leave();
  await ann.leave();
});

test("the polling connections and the WebSocket of a session are one row, which unfolds", async () => {
  const ann = await Visitor.open(browser, server);
  const other = await Chatter.connect(server.url);
  await ann.say("in a session");
  await ann.hears("in a session");
  await ann.page.getByRole("radio", { name: "Connections" }).check({ force: true });

  // Mine are those with this browser's cookie alone.
  const mine = (await told(ann)).filter(({ mine }) => mine);
  const session = mine.filter(({ sids }) => sids.length > 0);
  const key = `session ${session[0].sids[0]}`;
  await row(ann, key).waitFor();
  assert.equal(await grid(ann).locator("[data-key^='session']").count(), 1);
  assert.match(await cell(ann, key, "story"), /^polling, upgraded after [\d.]+ m?s, \d+ messages?, open/);
  assert.match(await cell(ann, key, "story"), new RegExp(`all that ${session.length} connections carried: `));
  const newest = session.at(-1).id;
  const others = session.length - 1;
  assert.match(await cell(ann, key, "who"), new RegExp(`${newest} \\+${others} of its session you$`));
  // The row's words and its column count the same messages.
  const [, messages] = /(\d+) messages?,/.exec(await cell(ann, key, "story"));
  assert.equal(messages, await cell(ann, key, "messages"));

  await moveTo(ann, key);
  await ann.page.keyboard.press("ArrowRight");
  for (const { id } of session) await row(ann, id).and(ann.page.locator('[aria-level="2"]')).waitFor();
  await ann.page.keyboard.press("ArrowLeft");
  await row(ann, session[0].id).waitFor({ state: "detached" });

  await ann.page.keyboard.press("Enter");
  await details(ann).getByRole("heading", { name: `Session of ${session.length} connections` }).waitFor();
  await details(ann).getByRole("button", { name: "Show its records" }).click();
  const filter = await ann.page.getByRole("combobox", { name: "Filter" }).inputValue();
  assert.equal(filter, `eio.sid == "${session[0].sids[0]}"`);
  await ann.page.goBack();

  await ann.page.getByRole("radio", { name: "Everyone" }).check({ force: true });
  await eventually(async () => (await grid(ann).locator("[data-key^='session']").count()) === 2, "the other's session");
  const everyone = plain(await ann.page.getByRole("group", { name: "All together" }).innerText());
  const used = (await told(ann)).filter((connection) => bytesOf(connection) > 0);
  assert.ok(everyone.startsWith(`${used.length} connections, `), everyone);

  // What is closed stays, and says so.
  other.leave();
  const theirs = (await told(ann)).filter(({ mine, sids }) => !mine && sids.length > 0);
  await eventually(
    async () => /closed by the client|ended by the client/.test(await cell(ann, `session ${theirs[0].sids[0]}`, "story")),
    "the end of the other's session",
  );
  assert.deepEqual(ann.problems, []);
  await ann.leave();
});

test("on a phone each connection is a card, sorted by a menu", async () => {
  const ann = await Visitor.open(browser, server, { viewport: PHONE, hasTouch: true });
  await ann.say("small");
  await ann.hears("small");
  await ann.page.getByRole("tab", { name: "Your wire" }).click();
  await ann.page.getByRole("radio", { name: "Connections" }).check({ force: true });
  const key = await grid(ann).locator("[data-key^='session']").getAttribute("data-key");
  assert.match(await cell(ann, key, "each"), /^[\d,]+ B each$/);
  assert.match(await cell(ann, key, "overhead"), /^[\d.]+ % overhead$/);
  await ann.page.getByLabel("Sorted by").selectOption("Messages");
  await eventually(async () => (await keys(ann))[0] === key, "the session first");
  await row(ann, key).tap();
  await details(ann).getByRole("heading", { name: /^Session of/ }).waitFor();
  assert.deepEqual(await ann.barriers(), []);
  assert.equal(await ann.page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false);
  await details(ann).getByRole("button", { name: "Close" }).tap();
  await details(ann).waitFor({ state: "detached" });
  assert.deepEqual(ann.problems, []);
  await ann.leave();
});
