// The page for everybody: on a phone, by keyboard, with a screen reader, without script, and with text
// that would like to be code.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { PHONE, Visitor } from "../support/browser.js";
import { browser, server } from "../support/each-test.js";
import { eventually } from "../support/inbox.js";

test("text that would like to be code stays text, everywhere", async () => {
  const [ann, bob] = [await Visitor.open(browser, server), await Visitor.open(browser, server)];
  const attack = "<img src=x onerror=alert(1)>";
  await ann.handle.fill("<b>ann</b>");
  await ann.say(attack);
  await bob.hears(attack);
  await bob.hears("<b>ann</b>");
  const carrying = await eventually(async () => {
    return (await bob.captured()).find(({ text, direction }) => direction === "to_client" && text?.includes(attack));
  }, "the frame that carried it");
  await eventually(async () => (await bob.rows()).some(({ text }) => text.includes("<img src=x")), "its row");
  await bob.openRecord(carrying.seq);
  await bob.record.getByText("<img src=x").first().waitFor();
  for (const visitor of [ann, bob]) {
    assert.equal(await visitor.page.locator('img[src="x"], .message b').count(), 0);
    assert.deepEqual(visitor.problems, []);
    await visitor.leave();
  }
});

test("what the server refuses is said, and the words stay in the box", async () => {
  const ann = await Visitor.open(browser, server);
  await ann.handle.fill("a".repeat(33));
  await ann.say("too long a name");
  await ann.page.getByRole("alert").getByText("the handle is too long").first().waitFor();
  await ann.handle.fill("ann");
  const long = "x".repeat(2_001);
  await ann.say(long);
  await ann.page.getByRole("alert").getByText("the message is too long").waitFor();
  assert.equal(await ann.message.inputValue(), long);
  await ann.message.fill("short enough");
  await ann.button("Send").click();
  await ann.hears("short enough");
  await eventually(async () => (await ann.message.inputValue()) === "", "an empty box");
  assert.deepEqual(ann.problems, []);
  await ann.leave();
});

test("what was missed while disconnected comes after, once", async () => {
  const [ann, bob] = [await Visitor.open(browser, server), await Visitor.open(browser, server)];
  await bob.say("heard");
  await ann.hears("heard");
  await ann.button("Disconnect").click();
  await ann.button("Connect").waitFor();
  await bob.say("missed");
  await bob.hears("missed");
  await ann.button("Connect").click();
  await ann.hears("missed");
  await bob.say("and now");
  await ann.hears("and now");
  const texts = await ann.conversation.locator(".message-text").allInnerTexts();
  assert.deepEqual(texts.slice(-3), ["heard", "missed", "and now"]);
  assert.deepEqual([...ann.problems, ...bob.problems], []);
  await ann.leave();
  await bob.leave();
});

test("on a phone the two panes are tabs", async () => {
  const ann = await Visitor.open(browser, server, { viewport: PHONE });
  const tabs = ann.page.getByRole("tab");
  assert.deepEqual(await tabs.allInnerTexts(), ["Chat", "Your wire"]);
  await ann.page.getByRole("tabpanel", { name: "Chat" }).waitFor();
  await ann.say("from a phone");
  await ann.hears("from a phone");

  await tabs.nth(1).click();
  await ann.page.getByRole("tabpanel", { name: "Your wire" }).waitFor();
  await ann.message.waitFor({ state: "hidden" });
  const rows = await eventually(async () => {
    const rows = await ann.rows();
    return rows.some(({ text }) => text.includes("from a phone")) && rows;
  }, "the row that carried the words");

  const { seq } = rows.find(({ text }) => text.includes("send_message"));
  await ann.choose(seq);
  const overflow = await ann.page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth - clientWidth;
  });
  assert.equal(overflow, 0, "the page is no wider than the phone");
  await ann.button("Back").click();
  await ann.record.waitFor({ state: "detached" });

  await tabs.nth(1).press("ArrowLeft");
  await ann.message.waitFor();
  assert.equal(await tabs.nth(0).getAttribute("aria-selected"), "true");
  assert.deepEqual(ann.problems, []);
  await ann.leave();
});

test("everything can be done by keyboard", async () => {
  const ann = await Visitor.open(browser, server);
  const { keyboard } = ann.page;

  /** Presses Tab until the focus is there; the order is the page's. */
  async function tabTo(locator) {
    for (let presses = 0; presses < 40; presses += 1) {
      if (await locator.evaluate((element) => element === document.activeElement)) return;
      await keyboard.press("Tab");
    }
    assert.fail(`Tab does not lead to ${locator}`);
  }

  await tabTo(ann.message);
  await keyboard.type("by keyboard");
  await keyboard.press("Enter");
  await ann.hears("by keyboard");
  await eventually(async () => (await ann.rows()).some(({ text }) => text.includes("by keyboard")), "its row");

  await tabTo(ann.page.getByRole("radio", { name: "Mine" }));
  await keyboard.press("ArrowRight");
  await eventually(() => ann.page.getByRole("radio", { name: "Everyone" }).isChecked(), "Everyone");
  await keyboard.press("ArrowLeft");
  await eventually(() => ann.page.getByRole("radio", { name: "Mine" }).isChecked(), "Mine");
  await ann.records.waitFor();

  await tabTo(ann.records);
  await keyboard.press("Home");
  const first = (await ann.captured())[0].seq;
  await eventually(async () => {
    return (await ann.records.getAttribute("aria-activedescendant")) === `row-${first}`;
  }, "the first row");
  await keyboard.press("Enter");
  await ann.record.getByRole("heading", { name: `Record ${first}`, exact: true }).waitFor();
  await keyboard.press("ArrowDown");
  await ann.record.getByRole("heading", { name: `Record ${first + 1}`, exact: true }).waitFor();

  await tabTo(ann.record.getByRole("tree", { name: "Fields" }));
  await keyboard.press("ArrowDown");
  await ann.record.locator('[role="treeitem"][aria-selected="true"]').waitFor();
  await tabTo(ann.record.getByRole("grid", { name: "Bytes" }));
  await keyboard.press("ArrowRight");
  await ann.record.locator('[role="gridcell"][aria-selected="true"]').waitFor();
  await keyboard.press("Escape");
  await ann.record.waitFor({ state: "detached" });

  assert.deepEqual(ann.problems, []);
  await ann.leave();
});

test("without script the page still says what it is", async () => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(server.url);
  await page.getByText("everyone who has this page open reads it").waitFor();
  await page.getByText("every byte that carries the chat appears").waitFor();
  const link = page.getByRole("link", { name: "/inspector/records" });
  await link.click();
  await page.getByText('"records":').waitFor();
  await context.close();
});

describe("axe finds nothing", () => {
  for (const colorScheme of ["light", "dark"]) {
    test(`${colorScheme}, on a desk`, async () => {
      const [ann, bob] = [
        await Visitor.open(browser, server, { colorScheme }),
        await Visitor.open(browser, server),
      ];
      assert.deepEqual(await ann.barriers(), [], "at first");
      await bob.say("hello");
      await ann.hears("hello");
      await ann.say("hello yourself");
      await ann.hears("hello yourself");
      await ann.page.getByRole("radio", { name: "Everyone" }).check({ force: true });
      await ann.records.waitFor();
      assert.deepEqual(await ann.barriers(), [], "everyone's records");

      const records = await ann.captured();
      for (const [what, matches] of [
        ["a frame", ({ text, kind }) => kind === "frame" && text?.includes("send_message")],
        ["a handshake", ({ http }) => http?.status === 101],
        ["a connection's opening", ({ kind }) => kind === "opened"],
      ]) {
        await ann.openRecord(records.find(matches).seq);
        assert.deepEqual(await ann.barriers(), [], what);
      }
      assert.deepEqual(ann.problems, []);
      await ann.leave();
      await bob.leave();
    });

    test(`${colorScheme}, on a phone`, async () => {
      const ann = await Visitor.open(browser, server, { colorScheme, viewport: PHONE });
      await ann.say("hello");
      await ann.hears("hello");
      assert.deepEqual(await ann.barriers(), [], "the chat");
      await ann.page.getByRole("tab", { name: "Your wire" }).click();
      await ann.records.waitFor();
      assert.deepEqual(await ann.barriers(), [], "the list");
      const records = await ann.captured();
      await ann.openRecord(records.find(({ text }) => text?.includes("send_message")).seq);
      assert.deepEqual(await ann.barriers(), [], "a record");
      await ann.leave();
    });
  }
});
