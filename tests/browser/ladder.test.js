// The ladder shows real conversations: the upgrade at a glance, what was held, and all of it played again.

import assert from "node:assert/strict";
import { test } from "node:test";
import { DESKTOP, PHONE, Visitor } from "../support/browser.js";
import { DURATION, seconds as secondsIn } from "../support/durations.js";
import { browser, server } from "../support/each-test.js";
import { eventually } from "../support/inbox.js";
import { Wire } from "../support/wire.js";

/** High enough for as many polls as a busy machine's upgrade takes. */
const HIGH = { width: 1280, height: 1500 };

/** A visitor's ladder. */
class Ladder {
  constructor(visitor) {
    this.visitor = visitor;
    this.page = visitor.page;
    this.diagram = this.page.getByRole("listbox", { name: "Ladder" });
    this.caption = this.page.locator(".ladder-caption");
    this.current = this.diagram.locator(".arrow.current");
  }

  /** Shows the ladder, on the page that is open. */
  static async of(visitor) {
    const ladder = new Ladder(visitor);
    await ladder.choose("View", "Ladder");
    await ladder.diagram.waitFor();
    return ladder;
  }

  async choose(group, label) {
    const choice = this.page.getByRole("group", { name: group, exact: true });
    await choice.getByLabel(label, { exact: true }).check({ force: true });
  }

  arrow(name) {
    return this.diagram.getByRole("option", { name });
  }

  async press(...keys) {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  /** Waits until the current record is the one at this place among all, from 1. */
  async isAt(position) {
    await this.diagram.locator(`.arrow.current[aria-posinset="${position}"]`).waitFor();
  }

  /** Goes to the end, and on to it, until what has to come is there. */
  async toEnd(awaited) {
    await eventually(async () => {
      await this.diagram.evaluate((element) => (element.scrollTop = element.scrollHeight)).catch(() => {});
      return (await awaited.count()) > 0;
    }, `${awaited} at the end`);
  }
}

test("the way from polling to WebSocket is one story, at a glance", async () => {
  const ann = await Visitor.open(browser, server, { viewport: HIGH });
  const records = await eventually(async () => {
    const captured = await ann.captured();
    return captured.some(({ upgrade }) => upgrade === "upgraded") && captured;
  }, "the upgrade");
  const ladder = await Ladder.of(ann);

  // Each step is in view, and the last one tells how long it took.
  const steps = records.filter(({ upgrade }) => upgrade);
  for (const { seq, upgrade } of steps) await ladder.diagram.locator(`#arrow-${seq}`, { hasText: upgrade }).waitFor();
  const last = await ladder.arrow(RegExp(`upgraded after ${DURATION}`)).first().boundingBox();
  const view = await ladder.diagram.boundingBox();
  assert.ok(last.y + last.height <= view.y + view.height, "the whole story is in view");
  await ladder.arrow(/polling · new session/).waitFor();
  await ladder.diagram.locator(".thread").waitFor({ state: "attached" });

  // Polling and the WebSocket are lanes of their own, with the client on the left.
  const heads = await ladder.diagram.locator(".lane-head").allInnerTexts();
  assert.ok(heads.some((text) => text.includes("polling")), String(heads));
  assert.ok(heads.some((text) => text.includes("WebSocket")), String(heads));
  const { connection } = records.find(({ upgrade }) => upgrade === "handshake");
  const number = ann.page.locator("b", { hasText: RegExp(`^${connection}$`) });
  const lane = ladder.diagram.locator(".lane-head", { has: number });
  const [client, serverSide] = await Promise.all(["client", "server"].map((end) => lane.getByText(end).boundingBox()));
  assert.ok(client.x < serverSide.x);

  // What each arrow says: when, whose, which way, what, how much.
  const probe = records.find(({ upgrade }) => upgrade === "probe");
  const what = "to server, Engine.IO ping probe, 12 bytes, upgrade: probe";
  await ladder.arrow(`${probe.at.toFixed(3)} s, connection ${connection}, ${what}`).waitFor();

  // Choosing one opens it beside the ladder, and Escape closes it.
  await ladder.diagram.locator(`#arrow-${probe.seq}`).click();
  await ann.record.getByRole("heading", { name: `Record ${probe.seq}`, exact: true }).waitFor();
  assert.match(ann.page.url(), new RegExp(`view=ladder&record=${probe.seq}$`));
  await ladder.diagram.locator(`#arrow-${probe.seq}[aria-selected="true"]`).waitFor();
  assert.deepEqual(await ann.barriers(), []);
  await ladder.press("Escape");
  await ann.record.waitFor({ state: "detached" });

  // By layer, and in one lane that names the connections.
  await ladder.choose("Lanes", "By layer");
  await ladder.diagram.locator(".lane-head", { hasText: "Engine.IO" }).waitFor();
  const layers = await ladder.diagram.locator(".lane-name").allInnerTexts();
  assert.deepEqual(layers.map((text) => text.trim()).slice(0, 2), ["TCP", "HTTP"]);
  await ladder.choose("Lanes", "One lane");
  await ladder.diagram.locator(`#arrow-${probe.seq} .connection`, { hasText: String(connection) }).waitFor();
  assert.deepEqual(await ann.barriers(), []);

  // The choice outlives the page.
  await ann.page.reload();
  await ladder.page.getByRole("radio", { name: "One lane", checked: true }).waitFor({ state: "attached" });
  assert.deepEqual(ann.problems, []);
  await ann.leave();
});

test("Live is pressed at the end alone, and leads there; the next word ends the look at the upgrade", async () => {
  const ann = await Visitor.open(browser, server, { viewport: { width: 1280, height: 640 } });
  await eventually(async () => (await ann.captured()).some(({ upgrade }) => upgrade === "upgraded"), "the upgrade");
  const ladder = await Ladder.of(ann);
  const isPressed = (pressed) => ann.page.getByRole("button", { name: "Live", exact: true, pressed }).waitFor();
  await isPressed(false);
  await ann.button("Live").click();
  await isPressed(true);
  await ladder.diagram.evaluate((element) => (element.scrollTop = 0));
  await isPressed(false);

  await ladder.choose("View", "List");
  await ladder.choose("View", "Ladder");
  await isPressed(false);
  await ann.say("follow me");
  await ladder.arrow(/EVENT message/).waitFor();
  await isPressed(true);
  assert.deepEqual(ann.problems, []);
  await ann.leave();
});

test("a request is a bar for as long as it is held", async () => {
  const ann = await Visitor.open(browser, server);
  const ladder = await Ladder.of(ann);
  await ann.talkOver("Long polling");
  await ladder.toEnd(ladder.diagram.locator(".held.pending"));
  await ladder.toEnd(ladder.diagram.getByText("held, no answer yet"));
  const asked = await eventually(async () => {
    const requests = (await ann.captured()).filter(({ kind }) => kind === "request");
    return requests.findLast(({ http }) => http.target.includes("state="));
  }, "the request that is held");

  await ann.say("an answer at last");
  await ann.hears("an answer at last");
  const answer = await eventually(async () => {
    const responses = (await ann.captured()).filter(({ kind }) => kind === "response");
    return responses.find(({ http }) => http.exchange === asked.http.exchange);
  }, "its answer");
  const { seconds } = answer.links.find(({ relation }) => relation === "request");
  const arrow = ladder.diagram.locator(`#arrow-${answer.seq} .visually-hidden`);
  await ladder.toEnd(arrow);
  const words = await arrow.innerText();
  const told = secondsIn(words.slice(words.indexOf("held")));
  assert.ok(Math.abs(told - seconds) <= seconds / 100, `${told} s instead of ${seconds} s`);

  // An event stream is a bar that its events leave one by one; the last request of the polling never got an answer.
  await ann.talkOver("Server-sent events");
  await ladder.toEnd(ladder.diagram.locator(".held.streaming"));
  await ladder.toEnd(ladder.arrow(/an event stream begins/));
  assert.deepEqual(ann.problems, []);
  await ann.leave();
});

test("what stands out: a violation, a close, the end of a connection, and who did not follow the end", async () => {
  const ann = await Visitor.open(browser, server, { path: "/" });
  const ladder = await Ladder.of(ann);
  await ladder.choose("Whose records", "Everyone");
  const wire = await Wire.open(server.port, "/ws/echo");
  wire.write("89 80 00000000");
  await wire.take(2);
  wire.write("81 05 68656c6c6f");
  await wire.rest();
  await ladder.toEnd(ladder.diagram.locator(".arrow.violating"));
  await ladder.arrow(/violation of RFC 6455 5\.1/).waitFor();
  await ladder.arrow(RegExp(`pong.*pong after ${DURATION}`)).waitFor();
  await ladder.toEnd(ladder.diagram.locator(".arrow.landmark", { hasText: "close 1002" }));
  await ladder.toEnd(ladder.diagram.locator(".lifeline.ended"));

  // Whoever scrolled up is not pulled down, and is told what came.
  await ladder.diagram.evaluate((element) => (element.scrollTop = 0));
  await ann.say("below the view");
  await ann.hears("below the view");
  await ann.page.getByRole("button", { name: /^\d+ new ↓$/ }).click();
  await ladder.arrow(/EVENT send_message/).first().waitFor();

  // To scale, records of one moment become one mark, which opens up when it is chosen.
  await ladder.choose("Time", "To scale");
  const cluster = ladder.arrow(/records.* too near to one another to tell apart: \+ zooms in/).first();
  const height = () => ladder.diagram.evaluate((element) => element.scrollHeight);
  for (const nearer of [() => ladder.diagram.press("+"), () => cluster.click()]) {
    await ann.button("Fit").click();
    await cluster.waitFor();
    const before = await height();
    await nearer();
    await eventually(async () => (await height()) > before, "a nearer look");
  }

  // Who steps comes to each of the records that it counts, drawn over it.
  await ann.button("Fit").click();
  await cluster.waitFor();
  await ladder.press("Home", "ArrowDown", "ArrowDown");
  await ladder.isAt(3);
  await ladder.press("Escape");
  assert.deepEqual(await ann.barriers(), []);
  assert.deepEqual(ann.problems, []);
  await ann.leave();
});

test("a conversation is played again, by keyboard and by a presenter's clicker", async () => {
  const ann = await Visitor.open(browser, server);
  await ann.say("once more");
  await ann.hears("once more");
  const ladder = await Ladder.of(ann);

  // Step by step: what comes later is faint and says nothing yet.
  await ladder.diagram.focus();
  await ladder.press("Home");
  await ladder.isAt(1);
  await ladder.press("ArrowDown", "ArrowRight", "PageDown", "n");
  await ladder.isAt(5);
  await ladder.press("ArrowUp", "p");
  await ladder.isAt(3);
  assert.equal(await ladder.diagram.locator(".arrow.later .arrow-label").count(), 0);
  assert.ok((await ladder.diagram.locator(".arrow.later").count()) > 0);
  const active = await ladder.diagram.getAttribute("aria-activedescendant");
  assert.equal(active, await ladder.current.getAttribute("id"));
  assert.equal(await ladder.caption.getAttribute("aria-live"), "polite");
  const record = (await ann.captured()).find(({ seq }) => active === `arrow-${seq}`);
  const sentences = { opened: "A client opened", request: "The client asked", response: "The server answered" };
  await ladder.caption.getByText(sentences[record.kind]).waitFor();

  // The clicker works while nothing has the focus, and never in a field for text.
  await ladder.diagram.evaluate((element) => element.blur());
  await ladder.press("PageDown");
  await ladder.isAt(4);
  await ladder.press("n");
  await ann.message.focus();
  await ladder.press("PageDown", "ArrowLeft");
  await ladder.isAt(4);

  // Enter opens the record; the next step opens the next; the first Escape leaves playback, the second the record.
  await ladder.diagram.focus();
  await ladder.press("Enter");
  await ann.record.waitFor();
  const first = ann.page.url();
  await ladder.press("PageDown");
  await eventually(() => ann.page.url() !== first, "the next record in the address");
  await ladder.press("Escape");
  await ladder.caption.waitFor({ state: "detached" });
  await ann.record.waitFor();
  await ladder.press("Escape");
  await ann.record.waitFor({ state: "detached" });

  // Playing goes to the end by itself, and is not read out.
  await ladder.page.getByLabel("Speed").selectOption("50");
  const seek = ladder.page.getByRole("slider", { name: "Seek" });
  await seek.fill(await seek.getAttribute("min"));
  await ladder.isAt(1);
  await ladder.diagram.focus();
  await ladder.press("Space");
  await ann.page.locator(".ladder-caption[aria-live=off]").waitFor();
  await ann.button("Play").waitFor();
  await ladder.diagram.locator(".arrow.current").waitFor();
  assert.equal(await ladder.diagram.locator(".arrow.later").count(), 0);
  await ann.button("Live").click();
  await ladder.caption.waitFor({ state: "detached" });
  assert.deepEqual(ann.problems, []);
  await ann.leave();
});

test("on a phone one lane holds all, and the controls stand in a menu", async () => {
  const ann = await Visitor.open(browser, server, { viewport: PHONE });
  await ann.page.getByRole("tab", { name: "Your wire" }).click();
  const ladder = await Ladder.of(ann);
  await ladder.arrow(/upgraded after/).first().waitFor();
  const beyond = await ladder.diagram.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth);
  assert.equal(beyond, 0);
  const menu = await ann.menu("How the ladder is drawn and played");
  await menu.getByRole("radio", { name: "One lane", checked: true }).waitFor({ state: "attached" });
  assert.deepEqual(await ann.barriers(), []);
  await ladder.press("Escape");
  await ann.page.setViewportSize(DESKTOP);
  await ladder.diagram.locator(".lane-head", { hasText: "WebSocket" }).waitFor();
  assert.deepEqual(ann.problems, []);
  await ann.leave();
});
