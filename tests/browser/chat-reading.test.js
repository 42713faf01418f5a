// Reading and writing: links, emoji, days, what is new, and all of it by keyboard and for everybody.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { PHONE, Visitor } from "../support/browser.js";
import { browser, server } from "../support/each-test.js";
import { eventually } from "../support/inbox.js";

test("addresses become links, and the end of a sentence does not", async () => {
  const ann = await Visitor.open(browser, server);
  await ann.say("see https://example.org/a_(b)?c=d#e, (http://example.com/x) or HTTPS://EXAMPLE.NET. And ftp://no.example");
  const links = ann.settled.locator("a");
  await links.nth(2).waitFor();
  assert.deepEqual(await links.allInnerTexts(), [
    "https://example.org/a_(b)?c=d#e",
    "http://example.com/x",
    "HTTPS://EXAMPLE.NET",
  ]);
  assert.deepEqual(ann.problems, []);
  await ann.leave();
});

test("emoji by keyboard, where the caret stands", async () => {
  const ann = await Visitor.open(browser, server);
  await ann.message.fill("so good");
  await ann.message.press("Home");
  for (const _ of "so") await ann.message.press("ArrowRight");
  const picker = ann.page.getByRole("button", { name: "Emoji", exact: true });
  await picker.focus();
  await ann.page.keyboard.press("Enter");
  const emoji = ann.page.getByRole("dialog", { name: "Emoji" });
  await emoji.getByRole("button").first().waitFor();
  const isFocused = (locator) => locator.evaluate((element) => element === document.activeElement);
  await eventually(() => isFocused(emoji.getByRole("button").first()), "the focus on the first");
  await ann.page.keyboard.press("ArrowRight");
  await ann.page.keyboard.press("ArrowDown");
  const chosen = await emoji.getByRole("button").nth(9).innerText();
  await eventually(() => isFocused(emoji.getByRole("button").nth(9)), "the focus one below");
  await ann.page.keyboard.press("Enter");
  await eventually(async () => (await ann.message.inputValue()) === `so${chosen} good`, "the emoji in its place");
  await eventually(() => isFocused(ann.message), "the focus back in the box");
  await ann.page.keyboard.press("Enter");
  await ann.hears(`so${chosen} good`);
  await ann.say("🎉 👍🏽");
  await ann.settled.locator(".message-text.emoji").waitFor();
  await ann.say("123 #");
  await ann.hears("123 #");
  assert.equal(await ann.settled.locator(".message-text.emoji").count(), 1);
  assert.deepEqual(ann.problems, []);
  await ann.leave();
});

test("what is new is counted and marked: scrolled up, and on a hidden page", async () => {
  const [ann, bob] = [await Visitor.open(browser, server), await Visitor.open(browser, server)];
  for (let number = 1; number <= 25; number += 1) await bob.say(`line ${number}`);
  await ann.hears("line 25");
  const isAtEnd = () =>
    ann.conversation.evaluate((log) => log.scrollHeight - log.scrollTop - log.clientHeight < 40);
  await eventually(isAtEnd, "the end in view");

  await ann.conversation.evaluate((log) => log.scrollTo(0, 0));
  await ann.button("Go to the end").waitFor();
  for (const text of ["new 1", "new 2", "new 3"]) await bob.say(text);
  const toEnd = ann.button("3 new: go to the end");
  await toEnd.waitFor();
  assert.equal(await ann.page.title(), "(3) Wireglass: a chat made of glass");
  assert.ok(!(await isAtEnd()), "who reads elsewhere is left there");
  await toEnd.click();
  await eventually(isAtEnd, "the end in view");
  await eventually(async () => (await ann.page.title()) === "Wireglass: a chat made of glass", "the plain title");
  const order = await ann.conversation.locator("ol > li").allInnerTexts();
  const mark = order.findIndex((text) => text === "New");
  assert.match(order[mark - 1], /line 25/);
  assert.match(order[mark + 1], /new 1/);
  await ann.say("I have read it");
  await ann.hears("I have read it");
  assert.equal(await ann.conversation.locator(".divider.new").count(), 0);

  await ann.page.evaluate(() => {
    Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
    Object.defineProperty(document, "hidden", { value: true, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await bob.say("while away");
  await eventually(async () => (await ann.page.title()).startsWith("(1) "), "the count in the title");
  await ann.conversation.locator(".divider.new").waitFor();
  await ann.page.evaluate(() => {
    delete document.visibilityState;
    delete document.hidden;
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await eventually(async () => !(await ann.page.title()).startsWith("("), "the plain title");
  assert.deepEqual([...ann.problems, ...bob.problems], []);
  await ann.leave();
  await bob.leave();
});

test("every message says when, and a day ends where it ends", async () => {
  const [ann, bob] = [await Visitor.open(browser, server), await Visitor.open(browser, server)];
  await bob.say("today");
  await ann.hears("today");
  const time = ann.settled.locator("time");
  assert.match(await time.innerText(), /^\d{2}:\d{2}:\d{2}$/);
  assert.match(await time.getAttribute("title"), /\d{4}/);
  // The same message, read a day later.
  await ann.page.clock.install({ time: Date.now() + 24 * 3_600_000 });
  await ann.page.reload();
  await ann.hears("today");
  await ann.conversation.getByText("Yesterday", { exact: true }).waitFor();
  await ann.leave();
  await bob.leave();
});

test("the whole pane by keyboard", async () => {
  const ann = await Visitor.named("ann", browser, server);
  const bob = await Visitor.named("bob", browser, server);
  const { keyboard } = ann.page;
  await ann.conversation.getByText("is now bob").waitFor();
  await ann.button("Transport: over Socket.IO").focus();
  await keyboard.press("Enter");
  await keyboard.press("Tab");
  await ann.page.getByRole("radio", { name: "Socket.IO", exact: true }).waitFor();
  await keyboard.press("ArrowUp");
  await keyboard.press("Escape");
  await ann.page.getByLabel("Transport in use: raw WebSocket").waitFor();

  await ann.page.getByRole("button", { name: "People: 2 here" }).focus();
  await keyboard.press("Enter");
  await keyboard.press("Tab");
  await keyboard.press("Enter");
  await ann.page.getByText("Only to bob", { exact: true }).waitFor();
  await keyboard.type("by keyboard");
  await keyboard.press("Enter");
  await bob.hears("by keyboard");
  await keyboard.press("Shift+Tab");
  await keyboard.press("Shift+Tab");
  await keyboard.press("Shift+Tab");
  await keyboard.press("Enter");
  await ann.page.getByText("Only to bob", { exact: true }).waitFor({ state: "detached" });
  assert.deepEqual([...ann.problems, ...bob.problems], []);
  await ann.leave();
  await bob.leave();
});

describe("axe finds nothing in the chat", () => {
  const looks = [
    { colorScheme: "light" },
    { colorScheme: "dark" },
    { colorScheme: "light", viewport: PHONE },
    { colorScheme: "dark", viewport: { width: 320, height: 640 } },
  ];
  for (const look of looks) {
    test(`${look.colorScheme}, ${look.viewport?.width ?? "desk"}`, async () => {
      const ann = await Visitor.named("ann", browser, server, look);
      const bob = await Visitor.named("a rather long name, thirty-one .", browser, server);
      const noBarriers = async (what) => assert.deepEqual(await ann.barriers(), [], what);
      const width = () =>
        ann.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      await ann.conversation.getByText("is now a rather long").waitFor();
      for (const name of [/^Transport: /, /^People: /, "Room: lobby", "Emoji"]) {
        await ann.menu(name);
        await noBarriers(`${name}`);
        await ann.page.keyboard.press("Escape");
      }
      await (await ann.menu(/^People: /)).getByRole("button", { name: /^Write only to a rather/ }).click();
      await ann.say(`for your eyes https://example.org/${"long/".repeat(30)}`);
      await ann.settled.locator("a").waitFor();
      await noBarriers("a private message");
      await ann.button("Write to everyone again").click();
      await ann.button("Go offline for 10 s").click();
      await ann.say("waiting");
      await ann.say("x".repeat(2_001));
      await bob.say("missed");
      await bob.hears("missed");
      await noBarriers("offline");
      assert.equal(await width(), 0);
      await ann.button("Come back now").click();
      await ann.page.getByRole("alert").getByText("too long").waitFor();
      await ann.conversation.getByText("1 message missed").waitFor();
      await noBarriers("a replay and a refusal");
      await ann.button("Discard").click();
      await ann.talkOver("Short polling");
      await noBarriers("short polling");
      assert.equal(await width(), 0);
      assert.deepEqual(ann.problems, []);
      await ann.leave();
      await bob.leave();
    });
  }
});

test("earlier messages than the newest hundred are there for the asking, and the reader stays in place", async () => {
  const { url } = server;
  const headers = { "Content-Type": "application/json" };
  const post = (room, message) =>
    fetch(`${url}/chat/messages`, { method: "POST", headers, body: JSON.stringify({ handle: "bob", message, room }) });
  // With gaps between them: other rooms talk too.
  for (let number = 1; number <= 150; number += 1) {
    await post("lobby", `line ${number}`);
    if (number === 30) for (let other = 0; other < 150; other += 1) await post("elsewhere", "something else");
  }
  const ann = await Visitor.open(browser, server);
  await ann.hears("line 150");
  assert.equal((await ann.texts())[0], "line 51");
  const more = ann.button("Earlier messages");
  const first = ann.settled.getByText("line 51", { exact: true });
  const top = async () => (await first.boundingBox()).y;
  await more.scrollIntoViewIfNeeded();
  const before = await top();
  await more.click();
  await ann.hears("line 31");
  assert.ok(Math.abs((await top()) - before) < 40, "what was read stays where it was");
  for (let pages = 0; pages < 4 && (await more.or(ann.button("Asking…")).count()) > 0; pages += 1) {
    await more.click();
    await ann.button("Asking…").waitFor({ state: "detached" });
  }
  await ann.hears("line 1");
  assert.deepEqual(await ann.texts(), Array.from({ length: 150 }, (_, index) => `line ${index + 1}`));
  assert.equal(await ann.page.title(), "Wireglass: a chat made of glass");
  assert.deepEqual(await ann.barriers(), []);
  assert.deepEqual(ann.problems, []);
  await ann.leave();
});
