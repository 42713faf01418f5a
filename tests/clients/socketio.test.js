// The chat over Socket.IO, with the official client.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Chatter, WAYS } from "../support/chatter.js";
import { ask } from "../support/http.js";
import { eventually, within } from "../support/inbox.js";
import { start } from "../support/server.js";
import { Line } from "../support/websocket.js";

/** @type {Awaited<ReturnType<typeof start>>} */
let server;
/** @type {Chatter[]} */
let chatters = [];

before(async () => {
  server = await start();
});
after(async () => {
  for (const chatter of chatters) chatter.leave();
  await server.kill();
});

async function join(options) {
  const chatter = await Chatter.connect(server.url, options);
  chatters.push(chatter);
  return chatter;
}

/** Several clients, one or more for each way of connecting. */
function joinEveryWay(times = 1) {
  const ways = Array.from({ length: times }, () => Object.values(WAYS)).flat();
  return Promise.all(ways.map(join));
}

for (const [name, options] of Object.entries(WAYS)) {
  describe(name, () => {
    test("a message reaches everyone, the sender too", async () => {
      const [sender, ...others] = [await join(options), ...(await joinEveryWay())];
      assert.equal(sender.transport, options.transports.at(-1));

      const answer = await sender.say("ann", `hello over ${name}`);
      assert.deepEqual(Object.keys(answer), ["id"]);

      for (const chatter of [sender, ...others]) {
        const [args] = await chatter.heard.atLeast(1);
        const [text, detail, ...rest] = args;
        assert.equal(text, `ann: hello over ${name}`);
        assert.deepEqual(detail, {
          id: answer.id,
          handle: "ann",
          message: `hello over ${name}`,
          at: detail.at,
        });
        assert.match(detail.at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
        assert.deepEqual(rest, []);
      }
    });

    test("text of every script arrives as it was sent", async () => {
      const [sender, listener] = await Promise.all([join(options), join(options)]);
      const message = 'Grüße, 你好, مرحبا, 👩‍👩‍👧, \u001e, "quotes" \\ and <b>tags</b>\nand a line';
      await sender.say("Zoë", message);
      const [[text, detail]] = await listener.heard.atLeast(1);
      assert.equal(text, `Zoë: ${message}`);
      assert.equal(detail.message, message);
    });

    test("what cannot be said is answered with words", async () => {
      const chatter = await join(options);
      const attempts = [
        [],
        [null],
        ["hello"],
        [17],
        [{}],
        [{ handle: "ann" }],
        [{ message: "hello" }],
        [{ handle: 1, message: "hello" }],
        [{ handle: "ann", message: ["hello"] }],
        [{ handle: "", message: "hello" }],
        [{ handle: "ann", message: " \n" }],
        [{ handle: "a".repeat(33), message: "hello" }],
        [{ handle: "ann", message: "m".repeat(2_001) }],
        [{ handle: "ann", message: "hello", clientOffset: "c".repeat(129) }],
        [{ handle: "ann", message: "hello", clientOffset: {} }],
        [Buffer.from("hello")],
      ];
      for (const attempt of attempts) {
        const answer = await chatter.emit(...attempt);
        assert.deepEqual(Object.keys(answer).sort(), ["code", "error"], JSON.stringify(attempt));
        assert.match(answer.error, /\w+ \w+/);
        assert.match(answer.code, /^[a-z_]+$/);
      }
      // None of them was said, and the connection still works.
      await chatter.say("ann", "well");
      assert.deepEqual(await chatter.texts(1), ["ann: well"]);
    });

    test("what cannot be said is answered by an event where no acknowledgement was asked for", async () => {
      const chatter = await join(options);
      const told = within(new Promise((resolve) => chatter.socket.once("error", resolve)), "the refusal");
      chatter.socket.emit("send_message", { handle: "ann", message: "m".repeat(2_001) });
      const { error, code } = await told;
      assert.equal(code, "message_too_long");
      assert.match(error, /2000/);
      // What is taken needs no such answer.
      chatter.socket.once("error", assert.fail);
      chatter.socket.emit("send_message", { handle: "ann", message: "well" });
      assert.deepEqual(await chatter.texts(1), ["ann: well"]);
    });

    test("a burst of 200 arrives in order at every client", async () => {
      const sender = await join(options);
      const listeners = await joinEveryWay(2);
      const said = Array.from({ length: 200 }, (_, index) => `ann: ${index}`);
      for (let index = 0; index < said.length; index += 1) {
        sender.socket.emit("send_message", { handle: "ann", message: String(index) });
      }
      for (const chatter of [sender, ...listeners]) {
        assert.deepEqual(await chatter.texts(said.length), said);
        const ids = chatter.heard.items.map(([, { id }]) => id);
        assert.deepEqual(ids, Array.from(ids, (_, index) => ids[0] + index));
      }
    });

    test("what was missed is replayed after serverOffset, in order", async () => {
      const sender = await join(options);
      const { id } = await sender.say("ann", "known");
      const missed = Array.from({ length: 300 }, (_, index) => `missed ${index}`);
      await Promise.all(missed.map((message) => sender.say("ann", message)));

      const late = await join({ ...options, auth: { serverOffset: id } });
      await sender.say("ann", "new");
      const expected = [...missed, "new"].map((message) => `ann: ${message}`);
      assert.deepEqual(await late.texts(expected.length), expected);
    });

    test("without serverOffset nothing is replayed", async () => {
      const sender = await join(options);
      await sender.say("ann", "before");
      const late = await join({ ...options, auth: {} });
      await sender.say("ann", "after");
      assert.deepEqual(await late.texts(1), ["ann: after"]);
    });

    test("what CONNECT cannot mean is refused with words", async () => {
      const attempts = [{ serverOffset: "nonsense" }, { recent: 201 }, { room: "no room" }, { handle: " " }];
      for (const auth of attempts) {
        const refused = join({ ...options, auth });
        await assert.rejects(refused, /\w+ \w+/, JSON.stringify(auth));
      }
    });

    test("a retry with the same clientOffset gets the same id and is not said twice", async () => {
      const [sender, listener] = await Promise.all([join(options), join(options)]);
      const clientOffset = `${sender.socket.id}-1`;
      const first = await sender.say("ann", "once", { clientOffset });
      const retry = await sender.say("ann", "once", { clientOffset });
      assert.deepEqual(retry, first);
      await sender.say("ann", "then");
      assert.deepEqual(await listener.texts(2), ["ann: once", "ann: then"]);
    });
  });
}

test("a burst that begins before the upgrade is done arrives in order", async () => {
  const listeners = await joinEveryWay();
  const sender = Chatter.open(server.url, WAYS["polling, then the upgrade"]);
  chatters.push(sender);
  const said = Array.from({ length: 200 }, (_, index) => `ann: ${index}`);
  for (let index = 0; index < said.length; index += 1) {
    sender.socket.emit("send_message", { handle: "ann", message: String(index) });
  }
  await sender.connected();
  assert.equal(sender.transport, "websocket");
  for (const chatter of [sender, ...listeners]) {
    assert.deepEqual(await chatter.texts(said.length), said);
  }
});

test("who missed more than a socket's buffer holds can upgrade all the same", async () => {
  const sender = await join();
  const { id } = await sender.say("ann", "known");
  const missed = Array.from({ length: 300 }, (_, index) => String(index));
  await Promise.all(missed.map((message) => sender.say("ann", message)));
  for (let round = 0; round < 10; round += 1) {
    const late = await join({ auth: { serverOffset: id } });
    assert.equal(late.transport, "websocket");
    assert.deepEqual(await late.texts(300), missed.map((message) => `ann: ${message}`));
  }
});

/** A session that polls and upgrades when a test says so. */
class Session {
  static async open(url, serverOffset) {
    const session = new Session();
    const target = `${url}/socket.io/?EIO=4&transport=polling`;
    const { sid } = JSON.parse((await ask(target)).body.slice(1));
    session.target = `${target}&sid=${sid}`;
    session.packets = [];
    await ask(session.target, { method: "POST", body: `40${JSON.stringify({ serverOffset })}` });
    return session;
  }

  async poll() {
    const { status, body } = await ask(this.target);
    assert.equal(status, 200, body);
    this.packets.push(...body.split("\u001e"));
  }

  /** As the official client does it: the probe, while a poll is under way. */
  async upgrade() {
    const target = this.target.replace("transport=polling", "transport=websocket").replace("http", "ws");
    this.line = await Line.open(target);
    this.line.send("2probe");
    await Promise.all([this.poll(), this.line.messages.find((text) => text === "3probe", "3probe")]);
    this.line.send("5");
  }

  /** The messages that came, over both. */
  heard() {
    const packets = [...this.packets, ...(this.line?.messages.items ?? [])];
    return packets.filter((text) => text.startsWith('42["message"')).map((text) => JSON.parse(text.slice(2))[2].message);
  }
}

test("an upgrade that begins late finds room, however much was missed", async () => {
  const sender = await join();
  const { id } = await sender.say("ann", "known");
  const missed = Array.from({ length: 300 }, (_, index) => `missed ${index}`);
  await Promise.all(missed.map((message) => sender.say("ann", message)));

  const session = await Session.open(server.url, id);
  // By then, all that may wait for a poll waits for it.
  await sleep(1_500);
  await session.upgrade();
  await eventually(() => session.heard().length >= missed.length, () => `${session.heard().length} of ${missed.length}`);
  assert.deepEqual(session.heard(), missed);
  session.line.socket.close();
});

test("large messages that wait for a poll are all there after the upgrade, and it finds room", async () => {
  const sender = await join({ transports: ["websocket"] });
  const { id } = await sender.say("ann", "known");
  // One character of many bytes: a packet, in which it stands twice, has 120 kB.
  const pile = `e${"\u0301".repeat(30_000)}`;
  const missed = Array.from({ length: 60 }, (_, index) => `${index} ${pile}`);
  await Promise.all(missed.map((message) => sender.say("ann", message)));
  for (const polls of [1, 6, 10]) {
    const session = await Session.open(server.url, id);
    for (let poll = 0; poll < polls; poll += 1) await session.poll();
    await session.upgrade();
    const count = () => session.heard().length;
    await eventually(() => count() >= missed.length, () => `${count()} of ${missed.length} after ${polls} polls`);
    assert.ok(session.heard().every((message, index) => message === missed[index]), "in order");
    session.line.socket.close();
  }
});

test("sends beyond what can wait for an answer end the session, once and with words", async (context) => {
  const own = await start({ environment: { WIREGLASS_LOG: "wireglass=info" } });
  context.after(() => own.kill());
  const line = await Line.open(own.webSocketUrl("/socket.io/?EIO=4&transport=websocket"));
  line.send("40");
  await line.messages.find((text) => text.startsWith("40"), "CONNECT");
  // Who reads nothing gets no answers, and goes on sending.
  line.socket.pause();
  const words = "x".repeat(200);
  for (let index = 0; index < 60_000; index += 1) {
    line.send(`42${index}["send_message",{"handle":"ann","message":"${words}"}]`);
  }
  const reason = 'wireglass_let_go_total{transport="socketio-websocket",reason="sends faster than it can be answered"} 1';
  let metrics = "";
  const told = async () => (metrics = (await ask(`${own.url}/metrics`)).body).includes(reason);
  await eventually(told, () => metrics);
  line.socket.terminate();
});

test("two senders' bursts mix, each in its own order", async () => {
  const [ann, bob, listener] = await joinEveryWay();
  for (let index = 0; index < 200; index += 1) {
    ann.socket.emit("send_message", { handle: "ann", message: String(index) });
    bob.socket.emit("send_message", { handle: "bob", message: String(index) });
  }
  const heard = await listener.texts(400);
  for (const handle of ["ann", "bob"]) {
    assert.deepEqual(
      heard.filter((text) => text.startsWith(handle)),
      Array.from({ length: 200 }, (_, index) => `${handle}: ${index}`),
    );
  }
  assert.deepEqual(await ann.texts(400), heard, "everyone hears the same order");
});
