// The list as the reader arranges it: time, columns, groups, what stands out, and the records before its beginning.

import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { DESKTOP, Visitor } from "../support/browser.js";
import { seconds as secondsIn } from "../support/durations.js";
import { browser, server } from "../support/each-test.js";
import { HANDSHAKE, ask } from "../support/http.js";
import { eventually } from "../support/inbox.js";
import { start } from "../support/server.js";
import { Line } from "../support/websocket.js";

const NARROW = { width: 320, height: 640 };

/** The inspector alone, with a list of everyone's records. */
async function inspector({ viewport = DESKTOP, baseURL = server.url } = {}) {
  const context = await browser.newContext({ baseURL, viewport });
  const visitor = new Visitor(await context.newPage());
  await visitor.page.goto("/inspect");
  await visitor.records.waitFor();
  return visitor;
}

/** Chooses an option of one of the list's menus. */
async function choose(visitor, menu, option, role = "radio") {
  await visitor.page.getByRole("button", { name: menu }).click();
  await visitor.page.getByRole(role, { name: option }).click();
  await visitor.page.keyboard.press("Escape");
}

/** What a row says under a heading. */
async function cell(visitor, seq, heading) {
  const headings = await visitor.page.getByRole("columnheader").allInnerTexts();
  const row = visitor.page.locator(`.records [data-seq="${seq}"]`).first();
  return row.getByRole("gridcell").nth(headings.indexOf(heading)).innerText();
}

/** Two who talk over raw WebSockets, each on a connection of their own. */
async function talk() {
  const [ann, bob] = [
    await Line.open(server.webSocketUrl("/ws/chat?handle=ann")),
    await Line.open(server.webSocketUrl("/ws/chat?handle=bob")),
  ];
  ann.sendJson({ type: "send", handle: "ann", message: "hello bob", clientOffset: "a1" });
  await bob.json(({ type, message }) => type === "message" && message === "hello bob", "ann's words");
  return { ann, bob };
}

test("time and columns are the reader's own, and outlive the page", async () => {
  await talk();
  const visitor = await inspector();
  const records = await visitor.captured("");
  const sent = records.find(({ chat }) => chat?.some(({ role }) => role === "sent"));
  const above = records[records.indexOf(sent) - 1];

  for (const column of ["Number", "Overhead", "Opcode", "Chat message", "Session"]) {
    await choose(visitor, "Columns", column, "checkbox");
  }
  await choose(visitor, "Columns", "Owner, among everyone’s", "checkbox");
  const share = Number(((100 * (sent.length - sent.layers.application)) / sent.length).toFixed(1));
  assert.equal(await cell(visitor, sent.seq, "No."), String(sent.seq));
  assert.equal(await cell(visitor, sent.seq, "Overhead"), `${share} %`);
  assert.equal(await cell(visitor, sent.seq, "Opcode"), "1 text");
  assert.equal(await cell(visitor, sent.seq, "Chat"), String(sent.chat[0].id));
  assert.equal(await visitor.records.getAttribute("aria-colcount"), "11");
  assert.equal(await visitor.page.getByRole("columnheader", { name: "Owner" }).count(), 0);

  await choose(visitor, "Time: clock", /^seconds/);
  assert.equal(await cell(visitor, sent.seq, "Seconds"), sent.at.toFixed(6));
  await choose(visitor, "Time: seconds", /^delta/);
  const step = Math.abs(sent.at - above.at).toFixed(6);
  assert.match(await cell(visitor, sent.seq, "+ Seconds"), new RegExp(`^[+−]${step}$`));

  await visitor.choose(above.seq);
  await visitor.page.keyboard.press("Escape");
  await choose(visitor, "Time: delta", `Count from record ${above.seq}`, "button");
  assert.equal(await cell(visitor, above.seq, "Seconds"), "0.000000");
  assert.equal(await cell(visitor, sent.seq, "Seconds"), (sent.at - above.at).toFixed(6));

  // The keyboard goes on from a record that a link opened.
  await visitor.page.evaluate((seq) => (location.hash = `record=${seq}`), records[1].seq);
  await visitor.record.getByRole("heading", { name: `Record ${records[1].seq}`, exact: true }).waitFor();
  await visitor.records.press("ArrowUp");
  await visitor.record.getByRole("heading", { name: `Record ${records[0].seq}`, exact: true }).waitFor();
  await visitor.page.keyboard.press("Escape");

  await visitor.page.reload();
  await visitor.records.waitFor();
  assert.equal(await visitor.records.getAttribute("aria-colcount"), "11");
  assert.equal(await cell(visitor, sent.seq, "Seconds"), sent.at.toFixed(6), "counted from the beginning again");
  await choose(visitor, "Columns", "Default columns", "button");
  assert.equal(await visitor.records.getAttribute("aria-colcount"), "7");
  assert.deepEqual(visitor.problems, []);
  await visitor.leave();
});

test("a round trip is told where the server asked, and nowhere else: the times are the server's", async () => {
  const asking = await start({ environment: { WIREGLASS_HEARTBEAT: "1" } });
  const ann = await Line.open(asking.webSocketUrl("/ws/chat?handle=ann"));
  ann.socket.ping();
  await ann.pongs.atLeast(1);
  await once(ann.socket, "ping");
  const visitor = await inspector({ baseURL: asking.url });
  const pongs = await eventually(async () => {
    const found = await visitor.captured(encodeURIComponent("ws.opcode == pong"));
    return found.length > 1 && found;
  }, "the client's pong");
  const theirs = pongs.find(({ direction }) => direction === "to_server");
  const ours = pongs.find(({ direction }) => direction === "to_client");
  await choose(visitor, "Columns", /^Round trip/, "checkbox");
  const { seconds } = theirs.links.find(({ relation }) => relation === "ping");
  const told = await cell(visitor, theirs.seq, "Round trip");
  assert.ok(Math.abs(secondsIn(told) - seconds) <= seconds / 100, `${told} instead of ${seconds} s`);
  assert.ok(ours.links.some(({ relation }) => relation === "ping"));
  assert.equal(await cell(visitor, ours.seq, "Round trip"), "");
  assert.deepEqual(visitor.problems, []);
  await visitor.leave();
  await asking.kill();
});

test("groups tell how much belongs together, grow while records arrive, and fold by mouse and keyboard", async () => {
  const { ann, bob } = await talk();
  const visitor = await inspector();
  const { page } = visitor;
  const { keyboard } = page;
  const tree = page.getByRole("treegrid", { name: "Records" });
  const header = (name) => tree.getByRole("row", { name }).filter({ has: page.locator(".group-name") });

  await choose(visitor, "Groups: none", /^message/);
  const carried = await visitor.captured(encodeURIComponent("chat.id == 1"));
  assert.equal(carried.length, 4, "sent, acknowledged, delivered to both");
  await header(`Chat message 1`).getByText("4 records").waitFor();
  const bytes = carried.reduce((sum, { length }) => sum + length, 0);
  await header(`Chat message 1`).getByText(`${bytes} B`).waitFor();

  // By keyboard: to the first row, which is a header; folded, unfolded, and from a record back to its header.
  await choose(visitor, "Groups: message", /^connection/);
  const [{ connection }] = carried;
  await page.getByRole("button", { name: "Collapse all" }).click();
  await eventually(async () => (await tree.locator("[data-seq]").count()) === 0, "nothing but headers");
  await tree.focus();
  await keyboard.press("Home");
  const first = tree.getByRole("row", { level: 1 }).first();
  assert.equal(await first.getAttribute("aria-expanded"), "false");
  await keyboard.press("ArrowRight");
  await tree.locator('[aria-expanded="true"]').waitFor();
  await keyboard.press("ArrowRight");
  const active = async () => page.locator(`#${await tree.getAttribute("aria-activedescendant")}`);
  assert.equal(await (await active()).getAttribute("aria-level"), "2");
  await keyboard.press("Enter");
  await visitor.record.waitFor();
  await keyboard.press("ArrowLeft");
  assert.equal(await (await active()).getAttribute("aria-level"), "1");
  await keyboard.press("Enter");
  await eventually(async () => (await first.getAttribute("aria-expanded")) === "false", "a folded group");
  await keyboard.press("Escape");

  // Folded or not, it counts.
  const facts = header(`Connection ${connection}`).locator(".group-facts");
  const before = parseInt(await facts.innerText(), 10);
  ann.send("not JSON");
  await eventually(async () => parseInt(await facts.innerText(), 10) > before, "a group that grew");
  await header(`Connection ${connection}`).click();
  await tree.locator(`[data-group="${connection}"][data-seq]`).first().waitFor();
  assert.deepEqual(await visitor.barriers(), []);

  // Records without a session stand together.
  await choose(visitor, "Groups: connection", /^session/);
  await tree.getByText("Without a session").waitFor();
  await page.setViewportSize(NARROW);
  assert.deepEqual(await visitor.barriers(), [], "narrow");
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), NARROW.width);
  assert.deepEqual(visitor.problems, []);
  bob.socket.close();
  await visitor.leave();
});

test("what broke, what was refused and what ended is said in words", async () => {
  const visitor = await inspector();
  await ask(`${server.url}/nothing-here`);
  const socket = connect({ port: server.port, host: "127.0.0.1" });
  socket.on("error", () => {});
  const lines = Object.entries({ Host: "127.0.0.1", ...HANDSHAKE }).map(([name, value]) => `${name}: ${value}`);
  socket.write(`GET /ws/echo HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
  await new Promise((resolve) => socket.once("data", resolve));
  // A client's frame without a mask: RFC 6455, section 5.1.
  socket.write(Buffer.from([0x81, 0x02, 0x68, 0x69]));
  const { records } = visitor;
  for (const [tone, words] of [
    ["alert", "client error 404"],
    ["alert", "violation text, 2 bytes"],
    ["ending", "close close 1002"],
    ["alert", "not clean"],
  ]) {
    const row = records.locator(`.row.${tone}`).filter({ has: visitor.page.locator("svg") });
    await eventually(async () => {
      const texts = (await row.allInnerTexts()).map((text) => text.replaceAll(/\s+/g, " "));
      return texts.some((text) => text.includes(words));
    }, `a row that says ${words}`);
  }
  assert.deepEqual(await visitor.barriers(), []);
  assert.deepEqual(visitor.problems, []);
  await visitor.leave();
});

test("earlier records are loaded before the list, and the reader stays where they are", async () => {
  const echo = await Line.open(server.webSocketUrl("/ws/echo"));
  for (let number = 0; number < 2_200; number += 1) echo.send(`message ${number}`);
  await echo.messages.atLeast(2_200);
  const visitor = await inspector();
  const { page, records } = visitor;
  const { capture } = await (await page.request.get("/inspector/records?limit=1")).json();
  const length = async () => Number(await records.getAttribute("aria-rowcount"));
  const head = 1;
  await page.getByText(`${(capture.newest - 2_000).toLocaleString("en")} earlier records in the capture`).waitFor();
  await eventually(async () => (await length()) === 2_000 + head + 1, "the newest, all of them");

  const oldest = capture.newest - 1_999;
  await records.focus();
  await page.keyboard.press("Home");
  const row = records.locator(`[data-seq="${oldest}"]`);
  await row.waitFor();
  const { y } = await row.boundingBox();
  await page.getByRole("button", { name: "Load 1,000 earlier" }).focus();
  await page.keyboard.press("Enter");
  await eventually(async () => (await length()) === 3_000 + head + 1, "a longer list");
  await eventually(async () => Math.abs((await row.boundingBox()).y - y) < 1, "the row in its place");

  // The ladder says so, too, above its first record, and loads them.
  const view = (name) => page.getByRole("radio", { name, exact: true }).check({ force: true });
  await view("Ladder");
  const ladder = page.getByRole("listbox", { name: "Ladder" });
  const first = ladder.locator(`#arrow-${oldest - 1_000}`);
  await eventually(async () => {
    await ladder.evaluate((element) => (element.scrollTop = 0));
    return first.isVisible();
  }, "the ladder's first record");
  const place = (await first.boundingBox()).y;
  assert.deepEqual(await visitor.barriers(), []);
  await page.getByRole("button", { name: "Load 1,000 earlier" }).click();
  await page.getByText("4,000 records", { exact: true }).first().waitFor();
  await eventually(async () => Math.abs((await first.boundingBox()).y - place) < 2, "the arrow in its place");
  await view("List");
  await eventually(async () => (await length()) === 4_000 + head + 1, "the same in the list");
  await records.focus();
  await page.keyboard.press("Home");

  await page.getByRole("button", { name: /^Load \d+ earlier$/ }).press("Enter");
  await eventually(async () => (await length()) === capture.newest + head, "all of them");
  await eventually(() => page.evaluate(() => document.activeElement?.id === "records"), "the focus on the list");
  await page.keyboard.press("Home");
  await records.locator('[data-seq="1"]').waitFor();
  assert.deepEqual(visitor.problems, []);
  await visitor.leave();
});
