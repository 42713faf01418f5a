// Who is here, who types, who is called what; private messages; rooms.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Visitor, WAYS } from "../support/browser.js";
import { browser, server } from "../support/each-test.js";
import { eventually } from "../support/inbox.js";
import { start } from "../support/server.js";

const CHIPS = {
  "Short polling": "short polling",
  "Long polling": "long polling",
  "Server-sent events": "SSE",
  WebSocket: "WebSocket",
  "Socket.IO": "Socket.IO, WebSocket",
  "Socket.IO, polling only": "Socket.IO, polling",
  "Socket.IO, WebSocket only": "Socket.IO, WebSocket",
};

const PEOPLE = /^People: /;

test("the list names everybody, with what carries them", async () => {
  const [ann, bob] = [await Visitor.named("ann", browser, server), await Visitor.named("bob", browser, server)];
  await ann.conversation.getByText(/ joined$/).waitFor();
  const menu = await ann.menu(PEOPLE);
  const own = menu.getByRole("listitem").first();
  const other = menu.getByRole("listitem").nth(1);
  assert.match(await own.innerText(), /^ann\s+you/);
  for (const label of Object.keys(WAYS)) {
    await bob.talkOver(label);
    await eventually(
      async () => (await other.locator(".chip").allInnerTexts()).join() === CHIPS[label],
      () => `bob over ${CHIPS[label]}`,
    );
    assert.match(await other.innerText(), /^bob/);
  }
  // A change of transport is neither a departure nor an arrival.
  assert.equal(await ann.conversation.getByText(/bob (joined|left)$/).count(), 0);
  assert.deepEqual([...ann.problems, ...bob.problems], []);
  await ann.leave();
  await bob.leave();
});

test("who comes, goes and is renamed is said, on every way", async () => {
  const ann = await Visitor.named("ann", browser, server);
  for (const label of ["Short polling", "Long polling", "Server-sent events", "WebSocket", "Socket.IO"]) {
    await ann.talkOver(label);
    const bob = await Visitor.named(`bob over ${label}`, browser, server);
    // Between two polls both can have happened: then somebody came who is called that.
    await ann.conversation.getByText(new RegExp(`( is now bob over ${label}|^bob over ${label} joined)$`)).waitFor();
    await bob.talkOver(label);
    await bob.isCalled(`bea over ${label}`);
    await ann.conversation.getByText(`bob over ${label} is now bea over ${label}`, { exact: true }).waitFor();
    // The first that somebody is told is no news: ann was here before.
    assert.equal(await bob.conversation.getByText("joined").count(), 0);
    await bob.leave();
    await ann.conversation.getByText(`bea over ${label} left`, { exact: true }).waitFor();
  }
  await ann.page.getByRole("button", { name: "People: 1 here" }).waitFor();
  assert.deepEqual(ann.problems, []);
  await ann.leave();
});

test("who types is seen, until they have said it", async () => {
  const [ann, bob] = [await Visitor.named("ann", browser, server), await Visitor.named("bob", browser, server)];
  for (const label of ["Short polling", "Long polling", "Server-sent events", "WebSocket", "Socket.IO"]) {
    await bob.talkOver(label);
    await bob.message.pressSequentially("hm");
    await ann.page.getByText("bob is typing…").waitFor();
    assert.equal(await bob.page.getByText("is typing…").count(), 0);
    await bob.message.press("Enter");
    await ann.page.getByText("bob is typing…").waitFor({ state: "detached" });
  }
  assert.deepEqual([...ann.problems, ...bob.problems], []);
  await ann.leave();
  await bob.leave();
});

test("a private message is for two, and honest about the wire", async () => {
  const ann = await Visitor.named("ann", browser, server);
  const bob = await Visitor.named("bob", browser, server);
  const eve = await Visitor.named("eve", browser, server);
  await ann.conversation.getByText("is now eve").waitFor();
  for (const label of ["Long polling", "Server-sent events", "WebSocket", "Socket.IO"]) {
    await ann.talkOver(label);
    await eve.talkOver(label);
    const secret = `for bob, over ${label}`;
    await (await ann.menu(PEOPLE)).getByRole("button", { name: "Write only to bob" }).click();
    await ann.page.getByText("Only to bob", { exact: true }).waitFor();
    await ann.page.getByText("everybody who watches the wire under Everyone can still read it there").waitFor();
    assert.ok(await ann.message.evaluate((box) => box === document.activeElement), "the focus in the box");
    await ann.say(secret);
    await bob.hears(secret);
    await ann.hears(secret);
    await ann.button("Write to everyone again").click();
    await ann.say(`for all, over ${label}`);
    await eve.hears(`for all, over ${label}`);
    assert.ok(!(await eve.texts()).includes(secret));
  }
  assert.equal(await bob.conversation.locator(".message.private").getByText("only to you").count(), 4);
  assert.equal(await ann.conversation.locator(".message.private").getByText("only to bob").count(), 4);

  // As it was said: on the wire, whoever watches it can read it.
  await eve.page.getByRole("radio", { name: "Everyone" }).check({ force: true });
  await eventually(async () => (await eve.rows()).some(({ text }) => text.includes("for bob, over")), "the secret");

  // Somebody who is gone cannot be written to.
  await (await ann.menu(PEOPLE)).getByRole("button", { name: "Write only to bob" }).click();
  await bob.leave();
  await ann.conversation.getByText("bob left").waitFor();
  await ann.page.getByRole("status").getByText("bob is not here any more").waitFor();
  await ann.say("too late");
  await ann.page.getByRole("alert").getByText("is not here any more").waitFor();
  await ann.button("Write to everyone again").click();
  await ann.button("Discard").click();
  assert.deepEqual([...ann.problems, ...eve.problems], []);
  await ann.leave();
  await eve.leave();
});

test("after the server was away, who comes back to it is no news", async () => {
  let own = await start();
  const listen = `127.0.0.1:${own.port}`;
  const [ann, bob] = [await Visitor.named("ann", browser, own), await Visitor.named("bob", browser, own)];
  await ann.conversation.getByText("is now bob").waitFor();
  const joined = await ann.conversation.getByText(/joined$/).count();
  await own.kill();
  for (const visitor of [ann, bob]) await visitor.page.getByText("No connection:").waitFor();
  // Bob comes back after ann, who then hears of it.
  await bob.page.route("**/socket.io/**", (route) => route.abort());
  own = await start({ args: ["--listen", listen] });
  await ann.page.getByRole("button", { name: "People: 1 here" }).waitFor();
  await bob.page.unroute("**/socket.io/**");
  await ann.page.getByRole("button", { name: "People: 2 here" }).waitFor();
  const eve = await Visitor.named("eve", browser, own);
  await ann.conversation.getByText("is now eve").waitFor();
  assert.equal(await ann.conversation.getByText(/joined$/).count(), joined + 1, "only eve has joined");
  for (const visitor of [ann, bob, eve]) await visitor.leave();
  await own.kill();
});

test("rooms are pages of their own, and have a link", async () => {
  const [ann, bob] = [await Visitor.open(browser, server), await Visitor.open(browser, server)];
  await ann.say("in the lobby");
  await bob.hears("in the lobby");
  const menu = await ann.menu("Room: lobby");
  await menu.getByRole("textbox", { name: "Another room" }).fill("no room!");
  await menu.getByRole("button", { name: "Go there" }).click();
  assert.ok(await menu.isVisible(), "what is no name leads nowhere");
  await menu.getByRole("textbox", { name: "Another room" }).fill("physics-2");
  await menu.getByRole("button", { name: "Go there" }).click();
  await ann.page.waitForURL("/?room=physics-2");
  await ann.connected();
  assert.deepEqual(await ann.texts(), []);
  await ann.say("in physics");
  await ann.hears("in physics");
  const link = await (await ann.menu("Room: physics-2")).locator("code").innerText();
  assert.equal(link, `${server.url}/?room=physics-2`);

  const eve = await Visitor.open(browser, server, { path: link });
  for (const label of Object.keys(WAYS)) {
    await eve.talkOver(label);
    await eve.say(`physics over ${label}`);
    await ann.hears(`physics over ${label}`);
  }
  assert.deepEqual(await bob.texts(), ["in the lobby"]);
  await ann.page.getByRole("link", { name: "Back to the lobby" }).click();
  await ann.hears("in the lobby");

  await bob.page.goto("/?room=%3Cb%3Enone%3C%2Fb%3E");
  await bob.page.getByText("is not a valid room name").waitFor();
  await bob.hears("in the lobby");
  for (const visitor of [ann, bob, eve]) {
    assert.deepEqual(visitor.problems, []);
    await visitor.leave();
  }
});
