// From a bubble to every record that carried it to every receiver, and from a record back to its bubble.

import assert from "node:assert/strict";
import { test } from "node:test";
import { DESKTOP, PHONE, Visitor } from "../support/browser.js";
import { Chatter } from "../support/chatter.js";
import { DURATION, seconds } from "../support/durations.js";
import { browser, server } from "../support/each-test.js";
import { eventually } from "../support/inbox.js";
import { Listener, WAYS } from "../support/listener.js";

/** What the trace calls each way that a listener can choose. */
const TRANSPORTS = {
  "short polling": "Short polling",
  "long polling": "Long polling",
  "server-sent events": "Server-sent events",
  "raw WebSocket": "WebSocket",
  "Socket.IO, polling only": "Socket.IO over polling",
  "Socket.IO, WebSocket only": "Socket.IO over WebSocket",
  "Socket.IO, polling, then the upgrade": "Socket.IO over WebSocket",
};

/** What the button of those who are here is called. */
const PEOPLE = /^People: /;

const trace = ({ page }) => page.locator(".trace");
const rows = (visitor) => trace(visitor).locator("tbody tr:has(td)");
const replays = (visitor) => trace(visitor).locator(".trace-replays tr:has(td)");
const plain = (text) => text.replaceAll(/\s+/g, " ").trim();
const carried = (visitor, id) => visitor.captured(encodeURIComponent(`chat.id == ${id}`));
const withRole = (records, role) => records.filter(({ chat }) => chat.some((part) => part.role === role));
const toTrace = ({ page }, id) => page.getByRole("button", { name: `Show message ${id} on the wire` });

/** The number of a message, as the way to its trace says it. */
async function numberOf(visitor, text) {
  const message = visitor.settled.filter({ has: visitor.page.getByText(text, { exact: true }) });
  const name = await message.locator(".to-trace").getAttribute("aria-label");
  return Number(/\d+/.exec(name)[0]);
}

/** What is shown is rounded to three digits. */
const isAbout = (shown, exact) => Math.abs(shown - exact) <= exact / 100;

test("a bubble is followed to every receiver, over every transport, as its records say", async () => {
  const listeners = await Promise.all(WAYS.map((way) => new Listener({ way, url: server.url }).ready()));
  const ann = await Visitor.open(browser, server);
  await ann.say("over all seven");
  await ann.hears("over all seven");
  await Promise.all(listeners.map(({ way, heard }) => eventually(() => heard.length > 0, `the message over ${way}`)));
  const id = await numberOf(ann, "over all seven");
  const records = await eventually(async () => {
    const found = await carried(ann, id);
    return withRole(found, "delivered").length === WAYS.length + 1 && withRole(found, "sent").length === 1 && found;
  }, "all that carried it");

  // By keyboard: the newest message is where Tab leads to. The focus goes along, and with Escape back again.
  const title = trace(ann).getByRole("heading", { name: `Message ${id}` });
  const hasFocus = (locator) => locator.evaluate((element) => element === document.activeElement);
  await ann.page.getByRole("radio", { name: "Connections" }).check({ force: true });
  await toTrace(ann, id).focus();
  await ann.page.keyboard.press("Enter");
  await eventually(() => hasFocus(title), "the focus on the trace");
  await ann.page.keyboard.press("Escape");
  await trace(ann).waitFor({ state: "detached" });
  assert.match(ann.page.url(), /view=connections$/);
  await eventually(() => hasFocus(toTrace(ann, id)), "the focus where it was");
  await ann.page.keyboard.press("Enter");
  await title.waitFor();
  await ann.page.keyboard.press("r");
  await eventually(() => hasFocus(trace(ann)), "the focus on the trace, which scrolls");
  await eventually(async () => (await rows(ann).count()) === WAYS.length + 1, "a row for each delivery");
  await ann.conversation.locator(".message.is-traced").getByText("over all seven").waitFor();
  assert.equal(await trace(ann).locator(".trace-words").innerText(), "over all seven");

  // The sum, the sender and each receiver are those that the interface tells.
  const bytes = records.reduce((sum, { length }) => sum + length, 0);
  const data = records.reduce((sum, { layers }) => sum + (layers.application ?? 0), 0);
  const sum = plain(await trace(ann).locator(".trace-sum").innerText());
  assert.equal(
    sum,
    `1 message of 14 characters: 1 record in; 8 deliveries and 1 acknowledgement out, ${bytes.toLocaleString("en")} bytes in all, ` +
      `of which ${data.toLocaleString("en")} bytes were the application’s own data.`,
  );
  const [sent] = withRole(records, "sent");
  const [answer] = withRole(records, "acknowledged");
  const from = trace(ann).getByRole("region", { name: "From" });
  assert.match(plain(await from.innerText()), new RegExp(`^From you ${sent.connection} Socket.IO over WebSocket`));
  assert.match(plain(await from.innerText()), new RegExp(`record ${answer.seq}, ${answer.length} bytes$`));

  const deliveries = withRole(records, "delivered").toSorted((one, other) => one.at - other.at);
  const told = (await rows(ann).allInnerTexts()).map(plain);
  for (const [index, { seq, at, connection, mine, length }] of deliveries.entries()) {
    assert.match(told[index], new RegExp(`^${mine ? "you" : "no cookie"} ${connection} `));
    assert.ok(told[index].endsWith(String(seq)), told[index]);
    assert.ok(told[index].includes(` ${length} `), told[index]);
    const after = told[index].replace(RegExp(`${DURATION} after it was`), "");
    assert.ok(isAbout(seconds(after), at - sent.at), told[index]);
  }
  const transports = Object.values(TRANSPORTS);
  for (const transport of new Set(transports)) {
    const expected = transports.filter((name) => name === transport).length + (transport === "Socket.IO over WebSocket");
    const cells = trace(ann).locator("tbody td:nth-child(2)");
    const found = (await cells.allInnerTexts()).filter((text) => text.split("\n")[0] === transport);
    assert.equal(found.length, expected, transport);
  }
  const delays = deliveries.map(({ at }) => at - sent.at);
  const statistics = plain(await trace(ann).locator(".trace-statistics").innerText());
  const [fastest, median, slowest] = statistics.split(/(?=median|slowest)/).map(seconds);
  for (const [shown, exact] of [[fastest, delays[0]], [median, (delays[3] + delays[4]) / 2], [slowest, delays[7]]]) {
    assert.ok(isAbout(shown, exact), statistics);
  }
  assert.deepEqual(await ann.barriers(), []);

  // Choosing any opens the record beside; Back leads to the trace, and then to where the reader was.
  await rows(ann).nth(2).getByRole("link").click();
  await ann.record.getByRole("heading", { name: `Record ${deliveries[2].seq}`, exact: true }).waitFor();
  await trace(ann).locator("tr.open").getByRole("link", { name: `record ${deliveries[2].seq}` }).waitFor();
  await ann.page.goBack();
  await ann.record.waitFor({ state: "detached" });
  await ann.button("Show in the list").click();
  assert.equal(await ann.page.getByRole("combobox", { name: "Filter" }).inputValue(), `chat.id == ${id}`);
  await eventually(async () => (await ann.rows()).length === records.length, "the records in the list");
  await ann.page.goBack();
  await ann.button("Show in the ladder").click();
  await eventually(() => ann.page.url().includes("view=ladder"), "the ladder");
  assert.match(ann.page.url(), new RegExp(`filter=chat.id%20%3D%3D%20${id}`));

  // Who comes later is told, and that stands apart: it says nothing of how fast the others were.
  await ann.page.goto(`/#view=trace&message=${id}`);
  const late = await new Listener({ way: "raw WebSocket", url: server.url }).ready();
  await eventually(async () => (await rows(ann).count()) === WAYS.length + 2, "the replay to who came later");
  assert.equal(await replays(ann).count(), 1);
  await trace(ann).getByRole("heading", { name: `${WAYS.length + 1} deliveries, 1 later replay` }).waitFor();
  assert.equal(plain(await trace(ann).locator(".trace-statistics").innerText()), statistics);

  assert.deepEqual(ann.problems, []);
  await Promise.all([...listeners, late].map((listener) => listener.leave()));
  await ann.leave();
});

test("from a record to its bubble, and to the trace; without a chat there is no such way", async () => {
  const ann = await Visitor.open(browser, server);
  const bob = await Visitor.open(browser, server, { path: "/?room=other" });
  await ann.say("the first");
  await ann.hears("the first");
  const talker = await Chatter.connect(server.url);
  await Promise.all(Array.from({ length: 30 }, (_, number) => talker.say("talker", `and number ${number + 1}`)));
  await ann.hears("and number 30");
  const id = await numberOf(ann, "the first");
  const [sent] = await eventually(async () => {
    const found = withRole(await carried(ann, id), "sent");
    return found.length > 0 && found;
  }, "the record that sent it");

  // The open record's bubble is marked; the button brings it into view, and the focus to it.
  const bubble = ann.settled.filter({ has: ann.page.getByText("the first", { exact: true }) });
  await ann.openRecord(sent.seq);
  await ann.conversation.locator(".message.is-carried").getByText("the first").waitFor();
  await ann.record.getByRole("button", { name: "Show in the chat" }).click();
  await eventually(
    () => toTrace(ann, id).evaluate((button) => button === document.activeElement),
    "the focus on the bubble",
  );
  await eventually(() => bubble.evaluate((element) => {
    const [box, log] = [element.getBoundingClientRect(), element.closest("[role=log]").getBoundingClientRect()];
    return box.top >= log.top && box.bottom <= log.bottom;
  }), "the bubble in view");

  // One stop for Tab among all of them; the arrows go from one to the next.
  assert.equal(await ann.conversation.locator('.to-trace[tabindex="0"]').count(), 1);
  await ann.page.keyboard.press("End");
  await eventually(
    async () => toTrace(ann, await numberOf(ann, "and number 30")).evaluate((button) => button === document.activeElement),
    "the focus on the newest",
  );
  await ann.page.keyboard.press("ArrowUp");
  const before = await numberOf(ann, "and number 29");
  assert.equal(await ann.conversation.locator('.to-trace[tabindex="0"]').getAttribute("data-message"), String(before));

  await ann.button(`Trace message ${id}`).click();
  await trace(ann).getByRole("heading", { name: `Message ${id}` }).waitFor();
  assert.equal(await ann.record.count(), 1, "the record stays open beside");

  // Somebody in another room has no such bubble, and a page without a chat no such button.
  await bob.page.goto(`/?room=other#record=${sent.seq}`);
  await bob.record.getByText("(not in this conversation)").waitFor();
  await bob.page.goto(`/inspect#record=${sent.seq}`);
  await bob.record.getByText(`Chat message ${id}: sent to the server`).waitFor();
  assert.equal(await bob.record.getByRole("button", { name: "Show in the chat" }).count(), 0);
  await bob.button(`Trace message ${id}`).click();
  await eventually(async () => (await rows(bob).count()) > 0, "its deliveries");
  assert.equal(await trace(bob).locator(".trace-words").innerText(), "the first");
  assert.equal(await trace(bob).getByRole("button", { name: "Show in the chat" }).count(), 0);

  // What is no longer there is said, and that more may come.
  await (await bob.menu("Capture")).getByRole("button", { name: "Clear" }).click();
  await trace(bob).getByText("No record that carried it is in the capture.").waitFor();
  assert.deepEqual(await bob.barriers(), []);
  const late = await new Listener({ way: "server-sent events", url: server.url }).ready();
  await eventually(async () => (await rows(bob).count()) > 0, "its replay");
  await trace(bob).getByText("What brought it to the server is not known here").waitFor();
  assert.equal(await trace(bob).locator(".trace-statistics, .trace-after").count(), 0, "no time without a beginning");

  assert.deepEqual([...ann.problems, ...bob.problems], []);
  talker.leave();
  await late.leave();
  await ann.leave();
  await bob.leave();
});

test("a message to many is bounded at first; on a phone the story goes down, and leads back to the chat", async () => {
  const listeners = await Promise.all(
    Array.from({ length: 20 }, () => new Listener({ way: "raw WebSocket", url: server.url }).ready()),
  );
  const ann = await Visitor.open(browser, server, { viewport: PHONE, hasTouch: true });
  await ann.say("to many");
  await ann.hears("to many");
  await eventually(() => listeners.every(({ heard }) => heard.length > 0), "everybody");
  const id = await numberOf(ann, "to many");
  await toTrace(ann, id).tap();
  await ann.page.getByRole("tab", { name: "Your wire", selected: true }).waitFor();
  await ann.button("Show all 21").click();
  assert.equal(await rows(ann).count(), 21);
  const overflow = () => ann.page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  assert.equal(await overflow(), false);
  assert.deepEqual(await ann.barriers(), []);

  await rows(ann).first().getByRole("link").click();
  await ann.record.getByRole("button", { name: "Show in the chat" }).click();
  await ann.page.getByRole("tab", { name: "Chat", selected: true }).waitFor();
  await ann.conversation.locator(".message.is-carried, .message.is-traced").getByText("to many").waitFor();

  // Of more than the page asks for, it says that it tells of the first ones alone: here one record comes again and again.
  await ann.page.setViewportSize(DESKTOP);
  await ann.page.route(/inspector\/records\?filter=chat/, async (route) => {
    const url = new URL(route.request().url());
    const [after, limit] = ["after", "limit"].map((name) => Number(url.searchParams.get(name)));
    url.searchParams.set("after", "0");
    const { capture, records } = await (await route.fetch({ url: url.href })).json();
    const again = Array.from({ length: limit }, (_, index) => ({ ...records.at(-1), seq: after + index + 1 }));
    await route.fulfill({ json: { capture, records: again } });
  });
  // A page that has not unfolded the table, of ten thousand rows now.
  await ann.page.reload();
  await trace(ann).getByText("Only the first 10,000 records that carried it are told of here").waitFor();
  await ann.page.unrouteAll({ behavior: "wait" });
  assert.deepEqual(ann.problems, []);
  await Promise.all(listeners.map((listener) => listener.leave()));
  await ann.leave();
});

test("a private message is followed to the one that it was for", async () => {
  const [ann, bob] = [await Visitor.named("ann", browser, server), await Visitor.named("bob", browser, server)];
  const carol = await Chatter.connect(server.url);
  await (await ann.menu(PEOPLE)).getByRole("button", { name: "Write only to bob" }).click();
  await ann.say("for your eyes");
  await bob.hears("for your eyes");
  const id = await numberOf(bob, "for your eyes");
  await toTrace(bob, id).click({ force: true });
  await eventually(async () => (await rows(bob).count()) === 2, "the two that have it");
  const told = (await rows(bob).allInnerTexts()).map(plain);
  assert.ok(told.some((text) => text.startsWith("you ")), told.join());
  await trace(bob).getByText("only to bob").waitFor();
  const from = plain(await trace(bob).getByRole("region", { name: "From" }).innerText());
  assert.match(from, /^From ann \(browser \w+ \w+\) /);
  assert.equal(await trace(bob).locator(".trace-statistics").count(), 0, "two rows say as much");

  assert.deepEqual([...ann.problems, ...bob.problems], []);
  carol.leave();
  await ann.leave();
  await bob.leave();
});
