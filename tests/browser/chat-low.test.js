// On pages that are low, narrow, or touched: everything is within reach and nothing is cut off.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { PHONE, Visitor } from "../support/browser.js";
import { browser, server } from "../support/each-test.js";

describe("the box and what is beside it are within reach on a low page", () => {
  for (const [width, height] of [[640, 400], [320, 256], [844, 390]]) {
    test(`${width} × ${height}`, async () => {
      const ann = await Visitor.open(browser, server, { viewport: { width, height } });
      const isInView = (locator) =>
        locator.evaluate((element) => {
          const { x, y, width, height } = element.getBoundingClientRect();
          return element.contains(document.elementFromPoint(x + width / 2, y + height / 2));
        });
      assert.ok(await isInView(ann.message), "at first");
      await ann.say("x".repeat(2_001));
      await ann.page.getByRole("alert").getByText("too long").waitFor();
      for (const name of ["Send", "Emoji", "Discard"]) {
        await ann.button(name).scrollIntoViewIfNeeded();
        assert.ok(await isInView(ann.button(name)), name);
      }
      await ann.button("Discard").click();
      await ann.say("short");
      await ann.hears("short");
      await ann.settled.scrollIntoViewIfNeeded();
      assert.ok((await ann.conversation.boundingBox()).height >= 100, "a conversation that can be read");
      const transport = ann.page.getByRole("button", { name: /^Transport: / });
      await transport.scrollIntoViewIfNeeded();
      assert.ok(await isInView(transport), "what stands at the top");
      assert.deepEqual(await ann.barriers(), []);
      await ann.leave();
    });
  }
});

test("a long name of a room breaks, and its menu stays whole", async () => {
  const room = "a".repeat(32);
  for (const width of [320, 390, 1280]) {
    const ann = await Visitor.open(browser, server, { path: `/?room=${room}`, viewport: { width, height: 800 } });
    const menu = await ann.menu(/^Room: /);
    assert.ok(await menu.evaluate(({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth), `${width} px`);
    const { x, width: wide } = await menu.boundingBox();
    assert.ok(x >= 0 && x + wide <= width, "within the page");
    await ann.leave();
  }
});

test("a list of many people leaves its button in view", async () => {
  for (const viewport of [PHONE, { width: 1280, height: 600 }]) {
    const ann = await Visitor.named("ann", browser, server, { viewport });
    for (let number = 0; number < 60; number += 1) await fetch(`${server.url}/chat/messages?handle=person+${number}`);
    const button = ann.page.getByRole("button", { name: /^People: 6\d here/ });
    await button.waitFor();
    const menu = await ann.menu(/^People: /);
    const [opener, list] = [await button.boundingBox(), await menu.boundingBox()];
    assert.ok(list.y >= opener.y + opener.height, "below its button");
    assert.ok(list.y + list.height <= viewport.height, "above the end of the page");
    if (viewport === PHONE) assert.equal(Math.round(list.x + list.width / 2), PHONE.width / 2, "in the middle");
    await ann.leave();
  }
});

test("for a finger, controls are large enough, and fields of a size that iOS does not enlarge", async () => {
  const ann = await Visitor.open(browser, server, { viewport: PHONE, hasTouch: true, isMobile: true });
  await ann.say("x".repeat(2_001));
  await ann.page.getByRole("alert").waitFor();
  for (const name of ["Send", "Emoji", "Disconnect"]) {
    const { width, height } = await ann.button(name).boundingBox();
    assert.ok(width >= 44 && height >= 44, `${name}: ${width} × ${height}`);
  }
  const small = await ann.page.evaluate(() =>
    [...document.querySelectorAll("#pane-chat button")]
      .map((button) => ({ text: button.innerText, height: button.getBoundingClientRect().height }))
      .filter(({ height }) => height > 0 && height < 32),
  );
  assert.deepEqual(small, []);
  for (const field of [ann.message, ann.handle]) {
    assert.ok((await field.evaluate((element) => parseFloat(getComputedStyle(element).fontSize))) >= 16);
  }
  await ann.leave();
});

test("what to do stays there until something is said", async () => {
  const ann = await Visitor.named("ann", browser, server);
  await ann.conversation.getByText("then watch it cross").waitFor();
  await ann.say("something");
  await ann.hears("something");
  assert.equal(await ann.conversation.getByText("then watch it cross").count(), 0);
  await ann.leave();
});

test("the head of the chat does not jump with the transport, and a wide page gives the chat more room", async () => {
  const ann = await Visitor.open(browser, server);
  const place = () => ann.button("Disconnect").boundingBox();
  const before = await place();
  for (const label of ["Socket.IO, WebSocket only", "Server-sent events"]) {
    await ann.talkOver(label);
    assert.deepEqual(await place(), before, label);
  }
  const pane = ann.page.getByRole("region", { name: "Chat" });
  assert.ok((await pane.boundingBox()).width < 384);
  await ann.page.setViewportSize({ width: 1920, height: 1080 });
  assert.ok((await pane.boundingBox()).width > 540);
  await ann.leave();
});

test("one's own emoji stand without a box, as others' do", async () => {
  const [ann, bob] = [await Visitor.open(browser, server), await Visitor.open(browser, server)];
  await ann.say("🎉");
  for (const visitor of [ann, bob]) {
    await visitor.hears("🎉");
    const background = visitor.settled.locator(".emoji").evaluate((text) => getComputedStyle(text).backgroundColor);
    assert.equal(await background, "rgba(0, 0, 0, 0)");
    await visitor.leave();
  }
});

test("long names leave it readable that they type", async () => {
  const ann = await Visitor.open(browser, server);
  const bob = await Visitor.named("WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW", browser, server);
  await bob.message.pressSequentially("hm");
  const words = ann.page.getByText("is typing…").last();
  await words.waitFor();
  const { x, width } = await words.boundingBox();
  const pane = await ann.page.getByRole("region", { name: "Chat" }).boundingBox();
  assert.ok(x + width <= pane.x + pane.width, "within the pane");
  await ann.leave();
  await bob.leave();
});
