// A busy wire: 5,000 records a second, and 100,000 of them in a list or a ladder. Nothing of it may be felt, neither in
// the page nor in the chat. What counts is the processor's time that a frame takes, so that a busy machine does not fail
// the test.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Visitor, launch } from "../support/browser.js";
import { Chatter } from "../support/chatter.js";
import { eventually } from "../support/inbox.js";
import { tasksOf } from "../support/main-thread.js";
import { start } from "../support/server.js";
import { Line } from "../support/websocket.js";

const RATE = 5_000;
const SECONDS = 3;
const MOST_RECORDS = 100_000;
/** No frame over this, in milliseconds. */
const LONGEST_FRAME = 50;
/** How much later the chat may answer while somebody watches the wire, in milliseconds. */
const FELT = 100;

let browser;
let server;
before(async () => {
  browser = await launch();
  server = await start({ environment: { WIREGLASS_CAPTURE_MEMORY: "256MiB" } });
});
after(async () => {
  await browser.close();
  await server.kill();
});

/** Sends messages to the echo, each of which makes two records, so that there are so many a second. */
async function make(echo, { records, rate }) {
  const begin = performance.now();
  for (let sent = 0; sent < records / 2; ) {
    const due = Math.min(((performance.now() - begin) / 1_000) * (rate / 2), records / 2);
    for (; sent < due; sent += 1) echo.send(`message ${sent}`);
    await sleep(20);
  }
}

/** The median of how long the chat takes to answer while `other` goes on. */
async function answersWhile(chatter, other) {
  const times = [];
  let isDone = false;
  const going = other.finally(() => (isDone = true));
  while (!isDone) {
    const begin = performance.now();
    await chatter.say("ann", "still there?");
    times.push(performance.now() - begin);
    await sleep(50);
  }
  await going;
  return times.sort((one, other) => one - other)[times.length >> 1];
}

/** No frame may take longer. */
function assertSmooth(context, what, tasks) {
  const longest = tasks.slice(0, 3).map((ms) => ms.toFixed(1));
  context.diagnostic(`${what}: ${tasks.length} tasks, the longest took ${longest.join(", ")} ms of the processor`);
  assert.ok(tasks[0] <= LONGEST_FRAME, `${what}: ${longest} ms`);
}

test("100,000 records are smooth in a list and in a ladder, also while 5,000 a second are added", async (context) => {
  const chatter = await Chatter.connect(server.url);
  const echo = await Line.open(server.webSocketUrl("/ws/echo"));
  const busy = (seconds) => make(echo, { records: RATE * seconds, rate: RATE });
  const alone = await answersWhile(chatter, busy(SECONDS));

  const page = await (await browser.newContext({ baseURL: server.url })).newPage();
  const visitor = new Visitor(page);
  await page.goto("/inspect");
  await visitor.records.waitFor();
  const arrived = async () => (await page.evaluate(counts)).arrived;
  const rowCount = () => visitor.records.getAttribute("aria-rowcount");

  // Records come as fast as they are made, the end of the list stays in view, and the chat goes on as before.
  const first = await arrived();
  let watched = 0;
  const ingesting = await tasksOf(page, async () => {
    watched = await answersWhile(chatter, busy(SECONDS));
  });
  assertSmooth(context, "5,000 records a second", ingesting);
  context.diagnostic(`the chat answers in ${alone.toFixed(1)} ms, and in ${watched.toFixed(1)} ms while it is watched`);
  assert.ok(watched - alone < FELT, `${watched} ms instead of ${alone} ms`);
  await eventually(async () => (await arrived()) >= first + RATE * SECONDS, "all that was made");
  await page.getByText(/new ↓/).waitFor({ state: "detached" });

  // A paused list stays as it is, even when more comes than the page can keep, which it says.
  await visitor.button("Pause").click();
  const held = await rowCount();
  const before = await arrived();
  await make(echo, { records: MOST_RECORDS + 2_000, rate: 9_000 });
  await eventually(async () => (await arrived()) >= before + MOST_RECORDS + 2_000, "all that was made");
  assert.equal(await rowCount(), held);
  await page.getByText(/[\d,]+ let go by this page while the list is paused/).waitFor();
  await visitor.button("Pause").click();
  await eventually(async () => (await page.evaluate(counts)).shown === MOST_RECORDS, "a full list");
  await page.getByText(/[\d,]+ let go by this page, to make room/).waitFor();

  assertSmooth(context, "scrolling", await tasksOf(page, () => page.evaluate(scrollThrough, 150)));

  // A reader in the middle keeps their place while the oldest records make room for 5,000 a second.
  const seq = await page.evaluate(scrollToMiddle);
  const row = visitor.records.locator(`[data-seq="${seq}"]`);
  const { y } = await row.boundingBox();
  assertSmooth(context, "5,000 a second in a full list", await tasksOf(page, () => busy(2)));
  await page.getByRole("button", { name: /new ↓/ }).waitFor();
  assert.equal((await row.boundingBox()).y, y);

  // Grouped, a message at a time: here those are as many groups as records.
  await page.getByRole("button", { name: "Groups: none" }).click();
  await page.getByRole("radio", { name: /^message/ }).click();
  await page.keyboard.press("Escape");
  await page.getByRole("treegrid", { name: "Records" }).waitFor();
  assertSmooth(context, "5,000 a second in a full list of groups", await tasksOf(page, () => busy(2)));

  // All of it in view as a ladder, live and played.
  await page.getByRole("group", { name: "View" }).getByLabel("Ladder").check({ force: true });
  const ladder = page.getByRole("listbox", { name: "Ladder" });
  await ladder.waitFor();
  await visitor.button("Fit").click();
  const inView = async () => {
    const marks = await ladder.locator(".cluster-count").allInnerTexts();
    return marks.reduce((sum, words) => sum + parseInt(words.replaceAll(",", ""), 10), 0);
  };
  await eventually(async () => (await inView()) > 0.99 * MOST_RECORDS, "nearly all of them in marks that count them");
  assertSmooth(context, "5,000 a second in a ladder that shows all", await tasksOf(page, () => busy(2)));
  await page.getByLabel("Speed").selectOption("0.1");
  await page.getByRole("slider", { name: "Seek" }).focus();
  await page.keyboard.press("Home");
  await visitor.button("Play").click();
  assertSmooth(context, "playing in a ladder that shows all", await tasksOf(page, () => page.evaluate(frames, 60)));
  assert.deepEqual(visitor.problems, []);
  chatter.leave();
});

/** What the page itself says of its list: its own modules, in the page. */
async function counts() {
  const { arrived, shown } = await import("/inspector/assets/wire/capture.js");
  return { arrived: arrived.value, shown: shown.value.length };
}

/** Waits for so many frames. */
async function frames(count) {
  for (let frame = 0; frame < count; frame += 1) await new Promise(requestAnimationFrame);
}

/** From the beginning to the end in so many frames, and a part of the way back by pages. */
async function scrollThrough(frames) {
  const grid = document.getElementById("records");
  const next = () => new Promise(requestAnimationFrame);
  for (let frame = 0; frame <= frames; frame += 1) {
    grid.scrollTop = (frame / frames) * grid.scrollHeight;
    await next();
  }
  for (let frame = 0; frame < frames; frame += 1) {
    grid.scrollTop -= grid.clientHeight;
    await next();
  }
}

/** Gives the record of a row that is then in view. */
async function scrollToMiddle() {
  const grid = document.getElementById("records");
  grid.scrollTop = grid.scrollHeight / 2;
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const { top, height } = grid.getBoundingClientRect();
  const rows = [...grid.querySelectorAll("[data-seq]")];
  return rows.find((row) => row.getBoundingClientRect().top > top + height / 2).dataset.seq;
}
