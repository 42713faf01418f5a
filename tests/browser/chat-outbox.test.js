// What is written gets there: once, in order, over reconnects, restarts and reloads; or it comes back.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { Visitor, WAYS } from "../support/browser.js";
import { browser, server } from "../support/each-test.js";
import { eventually } from "../support/inbox.js";
import { start } from "../support/server.js";

const pending = (visitor) => visitor.conversation.locator(".pending .message-text");

/** What the browser itself says of servers that are gone is no problem of the page. */
const problems = (visitor) => visitor.problems.filter((text) => !/Failed to load|WebSocket connection|ERR_/.test(text));

test("several written while disconnected wait, outlive a reload, and go out in order", async () => {
  const [ann, bob] = [await Visitor.open(browser, server), await Visitor.open(browser, server)];
  await ann.button("Disconnect").click();
  for (const text of ["one", "two", "three"]) await ann.say(text);
  assert.deepEqual(await pending(ann).allInnerTexts(), ["one", "two", "three"]);
  assert.equal(await ann.conversation.getByText("waits for a connection").count(), 3);
  assert.equal(await ann.message.inputValue(), "");
  await ann.page.reload();
  await bob.hears("three");
  await ann.hears("three");
  assert.deepEqual(await bob.texts(), ["one", "two", "three"]);
  assert.deepEqual(await ann.texts(), ["one", "two", "three"]);
  await eventually(async () => (await pending(ann).count()) === 0, "an empty outbox");
  assert.deepEqual([...ann.problems, ...bob.problems], []);
  await ann.leave();
  await bob.leave();
});

describe("the server is killed and starts again", () => {
  for (const label of Object.keys(WAYS)) {
    test(`over ${label}`, async () => {
      const folder = mkdtempSync(join(tmpdir(), "wireglass-"));
      const args = ["--database", join(folder, "chat.db"), "--listen"];
      let own = await start({ args: [...args, "127.0.0.1:0"] });
      const listen = `127.0.0.1:${own.port}`;
      const ann = await Visitor.open(browser, own);
      await ann.talkOver(label);
      await ann.say("before");
      await ann.hears("before");

      await own.kill();
      await ann.say("while it was down");
      await ann.say("this too");
      await ann.page.getByText("No connection:").waitFor();
      await ann.button("Try now").waitFor();
      await ann.page.getByRole("timer").waitFor();

      own = await start({ args: [...args, listen] });
      await ann.hears("this too");
      await ann.say("and after");
      await ann.hears("and after");
      assert.deepEqual(await ann.texts(), ["before", "while it was down", "this too", "and after"]);
      await eventually(async () => (await pending(ann).count()) === 0, "an empty outbox");

      const bob = await Visitor.open(browser, own);
      await bob.hears("and after");
      assert.deepEqual(await bob.texts(), ["before", "while it was down", "this too", "and after"]);
      assert.deepEqual([...problems(ann), ...bob.problems], []);
      await ann.leave();
      await bob.leave();
      await own.kill();
      rmSync(folder, { recursive: true });
    });
  }
});

test("a server that comes back without its history: what is said then is shown behind what was", async () => {
  for (const label of ["Short polling", "Server-sent events", "WebSocket", "Socket.IO"]) {
    let own = await start();
    const listen = `127.0.0.1:${own.port}`;
    const ann = await Visitor.open(browser, own);
    await ann.talkOver(label);
    for (const text of ["old 1", "old 2", "old 3"]) await ann.say(text);
    await ann.hears("old 3");
    await own.kill();
    own = await start({ args: ["--listen", listen] });
    await ann.say("new 1");
    await ann.hears("new 1");
    await ann.say("new 2");
    await ann.hears("new 2");
    assert.deepEqual(await ann.texts(), ["old 1", "old 2", "old 3", "new 1", "new 2"]);
    await ann.conversation.getByText("The server began a new history").waitFor();
    assert.deepEqual(problems(ann), []);
    await ann.leave();
    await own.kill();
  }
});

test("an acknowledgement that was lost on a POST: sent again by the same name, said once", async () => {
  const [ann, bob] = [await Visitor.open(browser, server), await Visitor.open(browser, server)];
  await ann.talkOver("Long polling");
  const names = [];
  await ann.page.route("**/chat/messages", async (route) => {
    if (route.request().method() !== "POST") return route.continue();
    names.push(route.request().postDataJSON().clientOffset);
    if (names.length > 2) return route.continue();
    await route.fetch();
    return route.abort();
  });
  await ann.say("once");
  await ann.say("then this");
  await bob.hears("then this");
  await ann.hears("then this");
  assert.deepEqual(await bob.texts(), ["once", "then this"]);
  assert.deepEqual(await ann.texts(), ["once", "then this"]);
  assert.equal(names.length, 4);
  assert.equal(new Set(names.slice(0, 3)).size, 1);
  assert.deepEqual(problems(ann), []);
  await ann.leave();
  await bob.leave();
});

test("an acknowledgement that was lost with its WebSocket: sent again over the next", async () => {
  const [ann, bob] = [await Visitor.open(browser, server), await Visitor.open(browser, server)];
  let swallowed = 0;
  const sent = [];
  await ann.page.routeWebSocket(/\/ws\/chat/, (page) => {
    const upstream = page.connectToServer();
    page.onMessage((text) => {
      if (text.includes('"send"')) sent.push(JSON.parse(text).clientOffset);
      upstream.send(text);
    });
    upstream.onMessage((text) => {
      if (swallowed < 1 && text.includes('"ack"')) {
        swallowed += 1;
        void page.close({ code: 3000 });
        return void upstream.close();
      }
      page.send(text);
    });
  });
  await ann.talkOver("WebSocket");
  await ann.say("once");
  await eventually(() => swallowed === 1, "an acknowledgement to swallow");
  await ann.say("then this");
  await bob.hears("then this");
  await eventually(async () => (await ann.texts()).length === 2, "both at ann's");
  assert.deepEqual(await bob.texts(), ["once", "then this"]);
  assert.deepEqual(await ann.texts(), ["once", "then this"]);
  assert.equal(sent.length, 3);
  assert.equal(sent[0], sent[1]);
  await ann.leave();
  await bob.leave();
});

test("a change of transport takes along what is not acknowledged", async () => {
  const [ann, bob] = [await Visitor.open(browser, server), await Visitor.open(browser, server)];
  await ann.talkOver("Short polling");
  // The answer to this POST does not come, but the message has arrived.
  await ann.page.route("**/chat/messages", async (route) => {
    if (route.request().method() !== "POST") return route.continue();
    await route.fetch();
  });
  await ann.say("on its way");
  await bob.hears("on its way");
  await ann.say("behind it");
  await ann.talkOver("WebSocket");
  await bob.hears("behind it");
  await ann.hears("behind it");
  assert.deepEqual(await ann.texts(), ["on its way", "behind it"]);
  assert.deepEqual(await bob.texts(), ["on its way", "behind it"]);
  await ann.leave();
  await bob.leave();
});

test("too many at once wait and go out by themselves", async () => {
  const slow = await start({ environment: { WIREGLASS_RATE_LIMIT: "2", WIREGLASS_RATE_BURST: "2" } });
  const ann = await Visitor.open(browser, slow);
  for (const label of ["Long polling", "WebSocket", "Socket.IO"]) {
    await ann.talkOver(label);
    const texts = [1, 2, 3, 4].map((number) => `${label} ${number}`);
    for (const text of texts) await ann.say(text);
    await ann.hears(texts.at(-1));
    assert.deepEqual((await ann.texts()).slice(-4), texts);
    await eventually(async () => (await pending(ann).count()) === 0, "an empty outbox");
  }
  assert.deepEqual(problems(ann), []);
  await ann.leave();
  await slow.kill();
});

describe("what is refused comes back into the box", () => {
  for (const label of ["Short polling", "Server-sent events", "WebSocket", "Socket.IO"]) {
    test(`over ${label}`, async () => {
      const [ann, bob] = [await Visitor.open(browser, server), await Visitor.open(browser, server)];
      await ann.talkOver(label);
      const long = "x".repeat(2_001);
      await ann.say(long);
      const alert = ann.page.getByRole("alert");
      await alert.getByText("the message is too long").waitFor();
      assert.equal(await ann.message.inputValue(), long);
      assert.equal(await ann.button("Retry").count(), 0, "the same words would be too long again");
      await ann.message.fill("short");
      await ann.button("Retry").click();
      await bob.hears("short");
      assert.equal(await alert.count(), 0);
      assert.equal(await ann.message.inputValue(), "");

      // While something else is being written, it stays in the conversation.
      await ann.button("Disconnect").click();
      await ann.say(long);
      await ann.message.fill("something else");
      await ann.button("Connect").click();
      const refused = ann.conversation.locator(".pending.refused");
      await refused.getByText("the message is too long").waitFor();
      assert.equal(await ann.message.inputValue(), "something else");
      await refused.getByRole("button", { name: "Discard" }).click();
      await refused.waitFor({ state: "detached" });
      await ann.button("Send").click();
      await bob.hears("something else");
      assert.deepEqual(await bob.texts(), ["short", "something else"]);

      await ann.say(long);
      await alert.getByText("the message is too long").waitFor();
      await ann.button("Discard").click();
      assert.equal(await ann.message.inputValue(), "");
      assert.equal(await alert.count(), 0);
      assert.deepEqual([...problems(ann), ...bob.problems], []);
      await ann.leave();
      await bob.leave();
    });
  }
});

describe("a text that is larger than a body may be comes back, and holds up nothing", () => {
  for (const label of Object.keys(WAYS)) {
    test(`over ${label}`, async () => {
      const ann = await Visitor.open(browser, server);
      await ann.talkOver(label);
      await ann.say("x".repeat(70_000));
      await ann.page.getByRole("alert").getByText(/too (long|large|big)/).waitFor();
      await ann.button("Discard").click();
      await ann.say("after it");
      await ann.hears("after it");
      await ann.leave();
    });
  }
});

test("a handle that is refused is said, and the old one stays", async () => {
  for (const label of ["Long polling", "WebSocket", "Socket.IO"]) {
    const ann = await Visitor.named("ann", browser, server);
    await ann.talkOver(label);
    const notRenamed = ann.page.getByRole("alert").getByText("Not renamed: the handle is too long");
    await ann.say("x".repeat(2_001));
    await ann.page.getByRole("alert").getByText("the message is too long").waitFor();
    await ann.handle.fill("a".repeat(33));
    await ann.page.getByText("33 of 32: too long").waitFor();
    await ann.handle.press("Tab");
    await notRenamed.waitFor();
    assert.equal(await ann.handle.inputValue(), "ann");
    await ann.button("Discard").click();
    await ann.button("Dismiss").click();
    assert.equal(await notRenamed.count(), 0);
    await ann.page.reload();
    await ann.conversation.waitFor();
    assert.equal(await ann.handle.inputValue(), "ann");

    // Without a connection nobody says no yet.
    await ann.button("Disconnect").click();
    await ann.handle.fill("b".repeat(33));
    await ann.handle.press("Tab");
    await ann.button("Connect").click();
    await notRenamed.waitFor();
    assert.equal(await ann.handle.inputValue(), "b".repeat(32));
    await ann.handle.fill("  ");
    await ann.handle.press("Tab");
    assert.equal(await ann.handle.inputValue(), "b".repeat(32), "nobody is called nothing");
    await ann.handle.fill("anna");
    await ann.handle.press("Tab");
    await ann.conversation.getByText("You are now anna").waitFor();
    assert.equal(await ann.page.getByRole("alert").count(), 0);
    assert.deepEqual(problems(ann), []);
    await ann.leave();
  }
});

test("what is refused goes to whom the box says, and to nobody else", async () => {
  const ann = await Visitor.named("ann", browser, server);
  const bob = await Visitor.named("bob", browser, server);
  const eve = await Visitor.named("eve", browser, server);
  await ann.conversation.getByText("is now eve").waitFor();
  const alert = ann.page.getByRole("alert");
  const long = "x".repeat(2_001);
  const onlyToBob = async () => {
    await (await ann.menu(/^People: /)).getByRole("button", { name: "Write only to bob" }).click();
  };

  await ann.say(long);
  await alert.getByText("the message is too long").waitFor();
  await onlyToBob();
  await ann.message.fill("for bob alone");
  await ann.button("Retry").click();
  await bob.hears("for bob alone");

  await ann.say(long);
  await alert.getByText("the message is too long").waitFor();
  await ann.button("Write to everyone again").click();
  await ann.message.fill("for all");
  await ann.button("Retry").click();
  await eve.hears("for all");

  // A public message that comes back does not make a box public in which somebody is about to write to one.
  await ann.talkOver("Long polling");
  let letGo;
  const hold = async (route) => {
    await new Promise((resolve) => (letGo = resolve));
    await route.continue();
  };
  await ann.page.route("**/chat/messages", hold, { times: 1 });
  await ann.say(long);
  await eventually(() => letGo, "a message to hold back");
  await onlyToBob();
  letGo();
  await ann.conversation.locator(".pending.refused").getByText("the message is too long").waitFor();
  await ann.say("psst");
  await bob.hears("psst");
  await ann.button("Edit").click();
  assert.equal(await ann.page.getByText("Only to bob", { exact: true }).count(), 0);
  await ann.message.fill("for all again");
  await ann.button("Retry").click();
  await eve.hears("for all again");
  await ann.page.getByText("Only to bob", { exact: true }).waitFor();
  assert.deepEqual(await eve.texts(), ["for all", "for all again"]);
  for (const visitor of [ann, bob, eve]) {
    assert.deepEqual(problems(visitor), []);
    await visitor.leave();
  }
});

test("of two that are refused, neither loses its new words to the other", async () => {
  const ann = await Visitor.open(browser, server);
  await ann.button("Disconnect").click();
  for (const letter of ["a", "b"]) await ann.say(letter.repeat(2_001));
  await ann.button("Connect").click();
  await ann.page.getByRole("alert").getByText("the message is too long").first().waitFor();
  await ann.message.fill("a, shorter");
  await ann.conversation.locator(".pending.refused").getByRole("button", { name: "Edit" }).click();
  assert.equal(await ann.message.inputValue(), "b".repeat(2_001));
  await ann.message.fill("b, shorter");
  await ann.button("Send").click();
  await ann.hears("b, shorter");
  await eventually(async () => (await ann.message.inputValue()) === "a, shorter", "the other words in the box");
  await ann.button("Send").click();
  await ann.hears("a, shorter");
  assert.deepEqual(await ann.texts(), ["b, shorter", "a, shorter"]);
  assert.deepEqual(ann.problems, []);
  await ann.leave();
});

test("Enter in the field of the handle renames, and asks for no message", async () => {
  const ann = await Visitor.named("ann", browser, server);
  await ann.message.evaluate((box) => box.addEventListener("invalid", () => (globalThis.isAskedFor = true)));
  await ann.handle.fill("anna");
  await ann.handle.press("Enter");
  await ann.conversation.getByText("You are now anna").waitFor();
  assert.ok(await ann.message.evaluate((box) => box === document.activeElement), "the focus in the box");
  assert.equal(await ann.page.evaluate(() => globalThis.isAskedFor), undefined);
  await ann.leave();
});

test("spaces alone are no message, and that is said", async () => {
  const ann = await Visitor.open(browser, server);
  const problem = () => ann.message.evaluate((box) => box.validationMessage);
  await ann.say("  ");
  assert.match(await problem(), /spaces and empty lines alone/);
  assert.equal(await ann.message.inputValue(), "  ");
  await ann.say(" hello ");
  await ann.hears("hello");
  assert.doesNotMatch(await problem(), /spaces/);
  await ann.leave();
});

test("what is too long is counted before it is sent, as people count", async () => {
  const ann = await Visitor.open(browser, server);
  await ann.message.fill("x".repeat(1_599));
  assert.equal(await ann.page.getByText("of 2,000").count(), 0);
  await ann.message.fill("👩🏽‍🚀".repeat(1_950));
  await ann.page.getByText("1,950 of 2,000", { exact: true }).waitFor();
  await ann.message.fill("x".repeat(2_010));
  await ann.page.getByText("2,010 of 2,000: too long", { exact: true }).waitFor();
  assert.deepEqual(await ann.barriers(), []);
  await ann.leave();
});

test("a draft outlives a reload, and stays for whom it was", async () => {
  const [ann, bob] = [await Visitor.named("ann", browser, server), await Visitor.named("bob", browser, server)];
  await ann.conversation.getByText("is now bob").waitFor();
  await ann.message.fill("not sent yet");
  await (await ann.menu(/^People: /)).getByRole("button", { name: "Write only to bob" }).click();
  await ann.page.reload();
  await ann.connected();
  assert.equal(await ann.message.inputValue(), "not sent yet");
  await ann.page.getByText("Only to bob", { exact: true }).waitFor();
  await ann.button("Write to everyone again").click();

  // What was refused and is being changed is still that one.
  const long = "x".repeat(2_001);
  await ann.say(long);
  await ann.page.getByRole("alert").getByText("the message is too long").waitFor();
  await ann.message.fill("shorter");
  await ann.page.reload();
  await ann.connected();
  await ann.page.getByRole("alert").getByText("the message is too long").waitFor();
  assert.equal(await ann.message.inputValue(), "shorter");
  await ann.button("Retry").click();
  await bob.hears("shorter");
  assert.equal(await ann.page.getByRole("alert").count(), 0);
  await ann.page.reload();
  await ann.connected();
  assert.equal(await ann.message.inputValue(), "");
  assert.deepEqual([...ann.problems, ...bob.problems], []);
  await ann.leave();
  await bob.leave();
});

test("what was refused is offered again after a reload", async () => {
  const ann = await Visitor.open(browser, server);
  await ann.button("Disconnect").click();
  for (const letter of ["a", "b"]) await ann.say(letter.repeat(2_001));
  await ann.button("Connect").click();
  await ann.conversation.locator(".pending.refused").waitFor();
  await ann.page.evaluate(() => sessionStorage.removeItem("wireglass.draft.lobby"));
  await ann.button("Discard").first().waitFor();
  await ann.page.reload();
  await ann.connected();
  await ann.page.getByRole("alert").getByText("the message is too long").first().waitFor();
  assert.deepEqual(ann.problems, []);
  await ann.leave();
});
