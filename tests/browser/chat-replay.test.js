// What was missed is replayed, and is seen to be.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { PHONE, Visitor, WAYS } from "../support/browser.js";
import { browser, server } from "../support/each-test.js";
import { eventually } from "../support/inbox.js";

const divider = (visitor) => visitor.conversation.locator(".divider.replay");

/** The last message's number. */
async function newest(url) {
  return (await (await fetch(`${url}/chat/messages?recent=1`)).json()).newest;
}

describe("what was missed stands between two lines, and leads to its records", () => {
  for (const label of Object.keys(WAYS)) {
    test(`over ${label}`, async () => {
      const [ann, bob] = [await Visitor.open(browser, server), await Visitor.open(browser, server)];
      await ann.talkOver(label);
      await bob.say("heard");
      await ann.hears("heard");
      const last = await newest(server.url);
      await ann.button("Go offline for 10 s").click();
      await ann.page.getByText("Offline, as you wished").waitFor();
      await ann.page.getByRole("timer").getByText(/\d s/).waitFor();
      for (const text of ["missed 1", "missed 2", "missed 3"]) await bob.say(text);
      await bob.hears("missed 3");
      await ann.say("mine, meanwhile");
      await ann.button("Come back now").click();
      await ann.hears("mine, meanwhile");
      await divider(ann).getByText(`3 messages missed · replayed after #${last}`).waitFor();
      await ann.conversation.getByText("caught up, live again").waitFor();
      assert.deepEqual(await ann.texts(), ["heard", "missed 1", "missed 2", "missed 3", "mine, meanwhile"]);

      await ann.button("Show what carried them").click();
      const box = ann.page.getByRole("combobox", { name: "Filter" });
      const filter = `chat.role == delivered and chat.id in {${last + 1}..${last + 3}}`;
      assert.equal(await box.inputValue(), filter);
      // One answer is one record, and that of server-sent events ends with the connection.
      if (label === "Server-sent events") await ann.button("Disconnect").click();
      const carried = await eventually(async () => {
        const records = await ann.captured(encodeURIComponent(`mine and (${filter})`));
        return records.length > 0 && records;
      }, "the records that carried them");
      const ids = new Set(carried.flatMap(({ chat }) => chat.map(({ id }) => id)));
      for (const id of [last + 1, last + 2, last + 3]) assert.ok(ids.has(id), `#${id} among ${[...ids]}`);
      await eventually(async () => (await ann.rows()).length === carried.length, "their rows");
      assert.deepEqual([...ann.problems, ...bob.problems], []);
      await ann.leave();
      await bob.leave();
    });
  }
});

test("after ten seconds the connection comes back by itself", async () => {
  const [ann, bob] = [await Visitor.open(browser, server), await Visitor.open(browser, server)];
  await bob.say("heard");
  await ann.hears("heard");
  await ann.button("Go offline for 10 s").click();
  await bob.say("missed");
  await ann.hears("missed");
  await divider(ann).getByText("1 message missed").waitFor();
  assert.deepEqual(ann.problems, []);
  await ann.leave();
  await bob.leave();
});

test("where nothing was missed, nothing is said; where there was nothing before, all was", async () => {
  const [ann, bob] = [await Visitor.open(browser, server), await Visitor.open(browser, server)];
  await ann.button("Disconnect").click();
  await ann.button("Connect").click();
  await ann.connected();
  assert.equal(await divider(ann).count(), 0);
  await ann.button("Disconnect").click();
  await bob.say("the very first");
  await bob.hears("the very first");
  await ann.button("Connect").click();
  await ann.hears("the very first");
  await divider(ann).getByText("1 message missed · replayed from the beginning").waitFor();
  await ann.leave();
  await bob.leave();
});

test("on a phone, their records are shown in the other tab", async () => {
  const [ann, bob] = [
    await Visitor.open(browser, server, { viewport: PHONE }),
    await Visitor.open(browser, server),
  ];
  await bob.say("heard");
  await ann.hears("heard");
  await ann.button("Disconnect").click();
  await bob.say("missed");
  await bob.hears("missed");
  await ann.button("Connect").click();
  await ann.hears("missed");
  await ann.button("Show what carried them").click();
  await ann.records.waitFor();
  assert.equal(await ann.page.getByRole("tab", { name: "Your wire" }).getAttribute("aria-selected"), "true");
  assert.deepEqual(ann.problems, []);
  await ann.leave();
  await bob.leave();
});
