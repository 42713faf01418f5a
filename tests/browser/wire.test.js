// Two people chat over the page, and find in the inspector what carried their words.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Visitor } from "../support/browser.js";
import { browser, server } from "../support/each-test.js";
import { eventually } from "../support/inbox.js";

const isFrame = ({ kind }) => kind === "frame";
const isClose = ({ websocket }) => websocket?.opcode === 8;
const carries = (type, probe) => ({ engineio }) =>
  engineio?.some((packet) => packet.type === type && Boolean(packet.probe) === probe);

/** The records of the connection that was upgraded, from its handshake on. */
function upgraded(records) {
  const switched = records.find(({ http }) => http?.status === 101);
  assert.ok(switched, "no 101 among the records");
  return records.filter(({ connection }) => connection === switched.connection);
}

test("the handshake, the upgrade, the words and the close are found", async () => {
  const [ann, bob] = [await Visitor.open(browser, server), await Visitor.open(browser, server)];
  await ann.handle.fill("ann");
  await bob.handle.fill("bob");

  await ann.say("hello from ann");
  await bob.hears("hello from ann");
  await bob.message.fill("hello from bob");
  await bob.message.press("Enter");
  await ann.hears("hello from bob");
  await bob.hears("hello from bob");

  // By the interface: each on a connection of their own.
  const words = { ann: "hello from ann", bob: "hello from bob" };
  const seen = {};
  for (const [name, visitor, other] of [["ann", ann, "bob"], ["bob", bob, "ann"]]) {
    const records = await eventually(async () => {
      const captured = await visitor.captured();
      return captured.filter(({ text }) => text?.includes('42["message"')).length >= 2 && captured;
    }, "the frames that carry both messages");
    assert.ok(records.every(({ mine }) => mine));
    assert.ok(!records.some(({ http }) => http?.target?.startsWith("/inspector")));

    const line = upgraded(records);
    seen[name] = line[0].connection;
    const request = line.find(({ kind }) => kind === "request");
    const header = request.http.headers.find(([header]) => header.toLowerCase() === "upgrade");
    assert.equal(header[1], "websocket");

    const frames = line.filter(isFrame);
    const steps = [
      [carries("ping", true), "to_server", "2probe"],
      [carries("pong", true), "to_client", "3probe"],
      [carries("upgrade", false), "to_server", "5"],
    ];
    let before = 0;
    for (const [matches, direction, text] of steps) {
      const frame = frames.find(matches);
      assert.ok(frame, `no ${text}`);
      assert.equal(frame.direction, direction);
      assert.equal(frame.text, text);
      assert.equal(frame.websocket.opcode, 1);
      assert.equal(frame.websocket.masked, direction === "to_server");
      assert.ok(frame.seq > before, `${text} in its place`);
      before = frame.seq;
    }

    const sent = frames.find(({ socketio }) => socketio?.some(({ event }) => event === "send_message"));
    assert.equal(sent.direction, "to_server");
    assert.match(sent.text, new RegExp(`"handle":"${name}","message":"${words[name]}"`));
    for (const speaker of [name, other]) {
      const heard = frames.find(({ text }) => text?.includes(`"${speaker}: ${words[speaker]}"`));
      assert.equal(heard.direction, "to_client");
      assert.deepEqual(heard.socketio, [{ type: "EVENT", namespace: "/", id: null, event: "message" }]);
    }
  }
  assert.notEqual(seen.ann, seen.bob);

  // On the page: the same records, a row each, and the milestones that they prove.
  await bob.page.getByRole("button", { name: "Disconnect" }).click();
  await bob.button("Connect").waitFor();
  const expected = [
    /101 Switching Protocols/,
    /Engine\.IO ping probe.*2probe/,
    /Engine\.IO pong probe.*3probe/,
    /Engine\.IO upgrade/,
    /EVENT send_message.*hello from bob/,
    /EVENT message.*ann: hello from ann/,
    /EVENT message.*bob: hello from bob/,
    /DISCONNECT/,
    /close without a status code/,
    /TCP connection closed/,
  ];
  const rows = await eventually(async () => {
    const rows = await bob.rows();
    return expected.every((pattern) => rows.some(({ text }) => pattern.test(text))) && rows;
  }, () => `rows for ${expected.join(", ")}`);
  const captured = await bob.captured();
  assert.deepEqual(rows.map(({ seq }) => seq), captured.map(({ seq }) => seq));

  const milestones = bob.page.getByRole("list", { name: "Milestones seen on your own wire" });
  for (const name of ["polling", "101", "probe", "upgraded", "your words", "close"]) {
    await milestones.getByRole("button", { name, exact: true, disabled: false }).waitFor();
  }

  // Both Close frames, then TCP's end; and ann's, when her page is closed.
  const closes = upgraded(captured).filter(isClose);
  assert.deepEqual(closes.map(({ direction }) => direction), ["to_server", "to_client"]);
  assert.equal(upgraded(captured).at(-1).kind, "closed");

  assert.deepEqual(ann.problems, []);
  await ann.leave();
  await eventually(async () => {
    const line = (await bob.captured("")).filter(({ connection }) => connection === seen.ann);
    return line.at(-1).kind === "closed";
  }, "the end of the closed page's connection");

  assert.deepEqual(bob.problems, []);
  await bob.leave();
});

test("Mine shows the own records, Everyone all of them", async () => {
  const [ann, bob] = [await Visitor.open(browser, server), await Visitor.open(browser, server)];
  await ann.say("for everyone");
  await bob.hears("for everyone");
  const theirs = (await ann.captured()).map(({ seq }) => seq);
  assert.ok(theirs.length > 10);

  await bob.page.getByRole("radio", { name: "Everyone" }).check({ force: true });
  await eventually(async () => {
    const rows = (await bob.rows()).map(({ seq }) => seq);
    return theirs.every((seq) => rows.includes(seq));
  }, "ann's rows in bob's list");

  await bob.page.getByRole("radio", { name: "Mine" }).check({ force: true });
  await eventually(async () => {
    const rows = (await bob.rows()).map(({ seq }) => seq);
    return rows.length > 10 && !rows.some((seq) => theirs.includes(seq));
  }, "bob's rows alone");

  assert.deepEqual([...ann.problems, ...bob.problems], []);
  await ann.leave();
  await bob.leave();
});

test("Clear forgets, Pause holds, and what comes after is shown", async () => {
  const ann = await Visitor.open(browser, server);
  await ann.say("before");
  await ann.hears("before");
  await (await ann.menu("Capture")).getByRole("button", { name: "Clear" }).click();
  await eventually(async () => !(await ann.captured("")).some(({ text }) => text?.includes("before")), "an empty capture");

  // Nothing has passed since; what passed before is not denied.
  const box = ann.page.getByRole("combobox", { name: "Filter" });
  await box.fill("http.status == 599");
  await box.press("Enter");
  await ann.page.getByText(/passes http\.status == 599 since the capture was cleared at \d/).waitFor();
  await box.fill("");
  await box.press("Enter");

  await ann.button("Pause").click();
  await ann.say("to be cleared");
  await ann.hears("to be cleared");
  await ann.page.getByText(/Paused · [1-9]\d* waiting/).waitFor();
  await (await ann.menu("Capture")).getByRole("button", { name: "Clear" }).click();
  await ann.page.getByText("The list is paused.").waitFor();
  await ann.say("while paused");
  await ann.hears("while paused");
  await ann.page.getByText(/Paused · [1-9]\d* waiting/).waitFor();
  await ann.button("Pause").click();
  await eventually(async () => {
    return (await ann.records.count()) && (await ann.rows()).some(({ text }) => text.includes("while paused"));
  }, "the rows that waited");

  // What somebody else clears stays in a list that is paused, and is told.
  const has = async (words) => (await ann.rows()).some(({ text }) => text.includes(words));
  await ann.button("Pause").click();
  await ann.page.getByText(/Paused · \d+ waiting$/).waitFor();
  assert.equal((await ann.page.request.delete("/inspector/records")).status(), 204);
  await ann.page.getByText(/Paused · \d+ waiting · cleared at [\d:]+ meanwhile/).waitFor();
  assert.ok(await has("while paused"));
  await ann.say("and after that");
  await ann.hears("and after that");
  await ann.page.getByText(/Paused · [1-9]\d* waiting/).waitFor();
  await ann.button("Pause").click();
  await eventually(async () => (await ann.records.count()) && (await has("and after that")), "what came since");
  assert.ok(!(await has("while paused")));
  assert.deepEqual(ann.problems, []);
  await ann.leave();
});
