// Whose words are whose: known by what was acknowledged, and never by a handle alone.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Visitor } from "../support/browser.js";
import { browser, server } from "../support/each-test.js";
import { eventually } from "../support/inbox.js";
import { start } from "../support/server.js";

const own = (visitor) => visitor.settled.and(visitor.page.locator(".own")).locator(".message-text").allInnerTexts();

async function owns(visitor, texts, what) {
  await eventually(async () => (await own(visitor)).join() === texts.join(), what ?? `${texts} as one's own`);
}

test("whoever takes one's handle stands on the other side, under a head of their own", async () => {
  const [ann, bob] = [await Visitor.named("ann", browser, server), await Visitor.named("bob", browser, server)];
  await ann.say("from ann");
  await bob.hears("from ann");
  await bob.isCalled("ann");
  await bob.say("from the other ann");
  await ann.hears("from the other ann");
  await ann.say("from ann again");
  await bob.hears("from ann again");
  await owns(ann, ["from ann", "from ann again"]);
  await owns(bob, ["from the other ann"]);
  assert.equal(await ann.settled.and(ann.page.locator(".continues")).count(), 0);
  assert.deepEqual([...ann.problems, ...bob.problems], []);
  await ann.leave();
  await bob.leave();
});

test("one's own words stay one's own after a new name and a reload, over every kind of acknowledgement", async () => {
  const [ann, bob] = [await Visitor.named("ann", browser, server), await Visitor.named("bob", browser, server)];
  const said = [];
  for (const label of ["Short polling", "Server-sent events", "WebSocket", "Socket.IO"]) {
    await ann.talkOver(label);
    said.push(`over ${label}`);
    await ann.say(said.at(-1));
    await ann.hears(said.at(-1));
  }
  await bob.say("from bob");
  await ann.hears("from bob");
  await ann.isCalled("anna");
  await ann.page.reload();
  await ann.hears("from bob");
  await owns(ann, said);

  // Another tab of the same browser knows them too, those that it is told of before they are acknowledged as well.
  const tab = new Visitor(await ann.page.context().newPage());
  await tab.page.goto("/");
  await tab.connected();
  await ann.say("from the first tab");
  await tab.hears("from the first tab");
  await owns(tab, [...said, "from the first tab"]);
  assert.deepEqual([...ann.problems, ...tab.problems, ...bob.problems], []);
  await ann.leave();
  await bob.leave();
});

test("of a history that begins anew, nothing is taken for one's own by its number", async () => {
  let short = await start();
  const listen = `127.0.0.1:${short.port}`;
  const ann = await Visitor.named("ann", browser, short);
  for (const text of ["one", "two", "three"]) await ann.say(text);
  await owns(ann, ["one", "two", "three"]);
  await ann.page.goto("about:blank");
  await short.kill();
  short = await start({ args: ["--listen", listen] });
  const bob = await Visitor.named("bob", browser, short);
  for (const text of ["uno", "due", "tre"]) await bob.say(text);
  await bob.hears("tre");
  await ann.page.goto("/");
  await ann.hears("tre");
  assert.deepEqual(await own(ann), []);
  await ann.leave();
  await bob.leave();
  await short.kill();
});

test("a message that is back before its acknowledgement is one's own already", async () => {
  const ann = await Visitor.open(browser, server);
  let answer;
  await ann.talkOver("Server-sent events");
  await ann.page.route("**/chat/messages", async (route) => {
    const response = await route.fetch();
    await new Promise((resolve) => (answer = resolve));
    await route.fulfill({ response });
  });
  await ann.say("quicker than its answer");
  await ann.hears("quicker than its answer");
  assert.deepEqual(await own(ann), ["quicker than its answer"]);
  await ann.conversation.locator(".pending").waitFor({ state: "detached" });
  await eventually(() => answer, "the answer to hold back");
  answer();
  await eventually(
    () => ann.page.evaluate(() => (localStorage.getItem("wireglass.own.lobby") ?? "[]") !== "[]"),
    "what was acknowledged to be kept",
  );
  await ann.page.reload();
  await owns(ann, ["quicker than its answer"]);
  await ann.leave();
});
