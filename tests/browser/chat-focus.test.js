// By keyboard, nothing loses its place: the focus goes on to something sensible, and menus close behind it.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Visitor } from "../support/browser.js";
import { browser, server } from "../support/each-test.js";
import { eventually } from "../support/inbox.js";
import { start } from "../support/server.js";

/** Waits until the focus is there. */
async function focused(locator) {
  await eventually(
    () => locator.evaluate((element) => element === document.activeElement),
    `the focus on ${locator}`,
  );
}

const press = async (locator) => {
  await locator.focus();
  await locator.press("Enter");
};

test("Escape gives the focus back to the button of the menu; Tab out of it closes it", async () => {
  const [ann, bob] = [await Visitor.named("ann", browser, server), await Visitor.named("bob", browser, server)];
  await ann.conversation.getByText("is now bob").waitFor();
  for (const name of [/^Room: /, /^Transport: /, /^People: /, "Emoji"]) {
    const button = ann.page.getByRole("button", { name, exact: true });
    const menu = ann.page.getByRole("dialog", { name });
    await press(button);
    await menu.waitFor();
    // The emoji have the focus at once.
    if (name !== "Emoji") await ann.page.keyboard.press("Tab");
    await eventually(() => menu.evaluate((element) => element.contains(document.activeElement)), `focus in ${name}`);
    await ann.page.keyboard.press("Escape");
    await menu.waitFor({ state: "hidden" });
    await focused(button);

    await press(button);
    await menu.waitFor();
    for (let presses = 0; presses < 8 && (await menu.isVisible()); presses += 1) await ann.page.keyboard.press("Tab");
    await menu.waitFor({ state: "hidden" });
    assert.ok(await ann.page.evaluate(() => document.activeElement !== document.body), `focus behind ${name}`);
  }
  assert.deepEqual([...ann.problems, ...bob.problems], []);
  await ann.leave();
  await bob.leave();
});

test("what vanishes under the focus leaves it to an heir", async () => {
  const ann = await Visitor.named("ann", browser, server);
  for (const button of ["Disconnect", "Connect"]) await press(ann.button(button));
  await focused(ann.button("Disconnect"));
  await ann.connected();

  await press(ann.button("Go offline for 10 s"));
  await focused(ann.button("Come back now"));
  await ann.page.keyboard.press("Enter");
  await focused(ann.conversation);
  await ann.connected();

  await ann.say("x".repeat(2_001));
  await press(ann.button("Discard"));
  await focused(ann.message);
  await ann.say("x".repeat(2_001));
  await ann.button("Discard").waitFor();
  await ann.message.fill("short");
  await press(ann.button("Retry"));
  await focused(ann.message);
  await ann.hears("short");

  await ann.button("Disconnect").click();
  await ann.say("x".repeat(2_001));
  await ann.message.fill("something else");
  await ann.button("Connect").click();
  await press(ann.conversation.getByRole("button", { name: "Discard" }));
  await focused(ann.message);

  for (let number = 1; number <= 25; number += 1) await ann.say(`line ${number}`);
  await ann.hears("line 25");
  await ann.conversation.evaluate((log) => log.scrollTo(0, 0));
  await press(ann.button("Go to the end"));
  await focused(ann.conversation);
  assert.deepEqual(ann.problems, []);
  await ann.leave();
});

test("Try now shows that it tries, and keeps the focus until there is a connection", async () => {
  let own = await start();
  const listen = `127.0.0.1:${own.port}`;
  const ann = await Visitor.open(browser, own);
  await own.kill();
  await ann.page.getByText("No connection: ").waitFor();
  assert.equal(await ann.page.getByText("No connection").count(), 1, "said once");
  assert.equal(await ann.button("Go offline for 10 s").count(), 0);
  await press(ann.button("Try now"));
  await focused(ann.button("Trying…"));
  await ann.page.getByText("No connection: the server cannot be reached").waitFor();
  await focused(ann.button("Try now"));
  own = await start({ args: ["--listen", listen] });
  await ann.connected();
  await focused(ann.conversation);
  await ann.leave();
  await own.kill();
});

describe("arrow keys in the list of transports open only where they stay", () => {
  /** How often the page opened anything, by its requests. */
  function watch(ann) {
    const opened = [];
    ann.page.on("request", (request) => {
      const { pathname, searchParams } = new URL(request.url());
      if (pathname === "/chat/stream" || searchParams.get("EIO") === "4") opened.push(request.url());
    });
    return opened;
  }

  test("after a moment, on Enter, and when the menu closes", async () => {
    const ann = await Visitor.open(browser, server);
    const { keyboard } = ann.page;
    const opened = watch(ann);
    const menu = await ann.menu(/^Transport: /);
    await menu.getByRole("radio", { name: "Socket.IO", exact: true }).focus();
    for (const _ of "123") await keyboard.press("ArrowUp");
    assert.ok(await menu.getByRole("radio", { name: "Long polling" }).isChecked());
    assert.equal(opened.length, 0);
    await ann.page.getByLabel("Transport in use: long polling").waitFor({ state: "attached" });
    assert.equal(opened.length, 0, "what was passed by was not opened");

    await keyboard.press("ArrowDown");
    await keyboard.press("Enter");
    await eventually(() => opened.length === 1, "server-sent events, on Enter");
    await keyboard.press("ArrowDown");
    await keyboard.press("Escape");
    await ann.page.getByLabel("Transport in use: raw WebSocket").waitFor();
    assert.deepEqual(ann.problems, []);
    await ann.leave();
  });
});
