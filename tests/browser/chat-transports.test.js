// The page talks over every transport, and changes between them while others talk.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Visitor, WAYS } from "../support/browser.js";
import { browser, server } from "../support/each-test.js";
import { eventually } from "../support/inbox.js";

/** Goes on saying numbers, as a guest by POST, until told to stop; gives all that was said. */
function talkOn(url) {
  const said = [];
  let goesOn = true;
  const done = (async () => {
    while (goesOn) {
      const message = `number ${said.length + 1}`;
      const body = JSON.stringify({ handle: "counter", message, clientOffset: message });
      const answer = await fetch(`${url}/chat/messages`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body,
      });
      // More than a sender may send in a while is said a little later.
      if (answer.status === 201) said.push(message);
      else assert.equal(answer.status, 429);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  })();
  return {
    said,
    async stop() {
      goesOn = false;
      await done;
      return said;
    },
  };
}

describe("two people talk", () => {
  for (const label of Object.keys(WAYS)) {
    test(`over ${label}`, async () => {
      const [ann, bob] = [await Visitor.open(browser, server), await Visitor.open(browser, server)];
      await ann.talkOver(label);
      await ann.say("from ann");
      await bob.hears("from ann");
      await ann.hears("from ann");
      await bob.say("from bob");
      await ann.hears("from bob");
      // What came twice, by the old line and by the new one, stands there once.
      assert.deepEqual(await ann.texts(), ["from ann", "from bob"]);
      assert.equal(await ann.conversation.locator(".pending").count(), 0);

      // The choice outlives the page.
      await ann.page.reload();
      await ann.page.getByLabel(`Transport in use: ${WAYS[label]}`, { exact: true }).waitFor();
      await ann.hears("from bob");
      await bob.say("again");
      await ann.hears("again");
      assert.deepEqual([...ann.problems, ...bob.problems], []);
      await ann.leave();
      await bob.leave();
    });
  }
});

test("through all seven while somebody talks: nothing lost, nothing twice, all in order", async () => {
  const ann = await Visitor.open(browser, server);
  const talk = talkOn(server.url);
  await ann.hears("number 3");
  const own = [];
  for (const label of [...Object.keys(WAYS), "WebSocket", "Short polling", "Socket.IO"]) {
    const message = `then over ${label}, ${own.length}`;
    own.push(message);
    await ann.say(message);
    await ann.talkOver(label);
    const count = talk.said.length;
    await eventually(() => talk.said.length > count + 3, "more to be said");
  }
  const said = await talk.stop();
  await ann.hears(said.at(-1));
  await ann.hears(own.at(-1));
  const texts = await ann.texts();
  assert.deepEqual(texts.filter((text) => text.startsWith("number ")), said);
  assert.deepEqual(texts.filter((text) => text.startsWith("then ")), own);
  assert.deepEqual(ann.problems, []);
  await ann.leave();
});

test("changed in a hurry, the last choice holds and nothing is lost", async () => {
  const ann = await Visitor.open(browser, server);
  const talk = talkOn(server.url);
  const menu = await ann.menu(/^Transport: /);
  for (let round = 0; round < 3; round += 1) {
    for (const label of Object.keys(WAYS)) await menu.getByRole("radio", { name: label, exact: true }).check();
  }
  await menu.getByRole("radio", { name: "Server-sent events" }).check();
  await ann.page.getByLabel("Transport in use: server-sent events").waitFor();
  const count = talk.said.length;
  await eventually(() => talk.said.length > count + 3, "more to be said");
  const said = await talk.stop();
  await ann.hears(said.at(-1));
  assert.deepEqual(await ann.texts(), said);
  await ann.leave();
});

test("short polling asks as often as it is told to, and says what that costs", async () => {
  const ann = await Visitor.open(browser, server);
  await ann.talkOver("Short polling");
  const interval = ann.page.getByLabel("Seconds between two polls");
  assert.equal(await interval.inputValue(), "2");
  await interval.selectOption("1");
  await ann.page.getByText(/[3-9] requests, 0 with news/).waitFor();
  const polls = (await ann.captured()).filter(
    ({ http, direction }) => direction === "to_server" && http?.target?.startsWith("/chat/messages?"),
  );
  const gaps = polls.slice(1).map(({ at }, index) => at - polls[index].at);
  assert.ok(gaps.at(-1) >= 0.9 && gaps.at(-1) < 1.9, `a second between polls, not ${gaps.at(-1)}`);
  // A question that was asked before is answered shortly.
  await eventually(async () => (await ann.captured()).some(({ http }) => http?.status === 304), "a 304");

  await ann.page.reload();
  await interval.waitFor();
  assert.equal(await interval.inputValue(), "1");
  assert.deepEqual(ann.problems, []);
  await ann.leave();
});

test("a way that does not open is said, and the old one stays in use meanwhile", async () => {
  const [ann, bob] = [await Visitor.open(browser, server), await Visitor.open(browser, server)];
  await ann.page.route("**/chat/stream?*", (route) => route.abort());
  const menu = await ann.menu(/^Transport: /);
  await menu.getByRole("radio", { name: "Server-sent events" }).check();
  await ann.page.keyboard.press("Escape");
  await ann.page.getByText("Server-sent events does not open").waitFor();
  await bob.say("still there?");
  await ann.hears("still there?");
  await ann.say("yes");
  await bob.hears("yes");
  await ann.button("Try now").click();
  await ann.page.unroute("**/chat/stream?*");
  await ann.page.getByLabel("Transport in use: server-sent events").waitFor();
  assert.deepEqual(await ann.texts(), ["still there?", "yes"]);
  await ann.leave();
  await bob.leave();
});
