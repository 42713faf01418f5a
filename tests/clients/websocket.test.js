// The chat and the echo over raw WebSocket.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Chatter } from "../support/chatter.js";
import { HANDSHAKE, ask } from "../support/http.js";
import { start } from "../support/server.js";
import { Line } from "../support/websocket.js";
import { Wire } from "../support/wire.js";

/** @type {Awaited<ReturnType<typeof start>>} */
let server;

before(async () => {
  server = await start();
});
after(() => server.kill());

const open = (path, options) => Line.open(server.webSocketUrl(path), options);

describe("/ws/chat", () => {
  test("a message reaches everyone, on every transport, and is acknowledged", async () => {
    const [sender, listener] = [await open("/ws/chat"), await open("/ws/chat")];
    const chatter = await Chatter.connect(server.url);

    sender.sendJson({ type: "send", handle: "ann", message: "hello", clientOffset: "a-1" });
    const ack = await sender.json(({ type }) => type === "ack");
    assert.deepEqual(ack, { type: "ack", clientOffset: "a-1", id: ack.id });
    for (const line of [sender, listener]) {
      const message = await line.json(({ type }) => type === "message");
      const { at } = message;
      assert.deepEqual(message, { type: "message", id: ack.id, handle: "ann", message: "hello", at });
      assert.ok(!Number.isNaN(Date.parse(at)), at);
    }
    assert.deepEqual(await chatter.texts(1), ["ann: hello"]);

    await chatter.say("bob", "hello back");
    await listener.json(({ message }) => message === "hello back");

    for (const line of [sender, listener]) line.socket.close(1000);
    chatter.leave();
  });

  test("a burst of 200 arrives in order", async () => {
    const [sender, listener] = [await open("/ws/chat"), await open("/ws/chat")];
    for (let index = 0; index < 200; index += 1) {
      sender.sendJson({ type: "send", handle: "ann", message: String(index) });
    }
    const heard = (await listener.messages.atLeast(200)).map((text) => JSON.parse(text).message);
    assert.deepEqual(heard, Array.from({ length: 200 }, (_, index) => String(index)));
    for (const line of [sender, listener]) line.socket.close(1000);
  });

  test("?after=ID replays what came after, in order", async () => {
    const sender = await open("/ws/chat");
    for (let index = 0; index < 300; index += 1) {
      sender.sendJson({ type: "send", handle: "ann", message: `replay ${index}`, clientOffset: `r${index}` });
    }
    const first = await sender.json((words) => words.type === "ack" && words.clientOffset === "r0");
    await sender.json((words) => words.type === "ack" && words.clientOffset === "r299");

    const late = await open(`/ws/chat?after=${first.id}`);
    const heard = (await late.messages.atLeast(299)).map((text) => JSON.parse(text).message);
    assert.deepEqual(heard, Array.from({ length: 299 }, (_, index) => `replay ${index + 1}`));
    for (const line of [sender, late]) line.socket.close(1000);
  });

  test("a retry with the same clientOffset gets the same id and is not said twice", async () => {
    const [sender, listener] = [await open("/ws/chat"), await open("/ws/chat")];
    const once = { type: "send", handle: "ann", message: "once", clientOffset: "retry" };
    sender.sendJson(once);
    sender.sendJson(once);
    sender.sendJson({ type: "send", handle: "ann", message: "then" });
    const heard = (await listener.messages.atLeast(2)).map((text) => JSON.parse(text).message);
    assert.deepEqual(heard, ["once", "then"]);
    // Acknowledgements come in order, this one last.
    await sender.json(({ type, clientOffset }) => type === "ack" && clientOffset === null);
    const acks = sender.messages.items.map((text) => JSON.parse(text));
    const ids = acks.filter(({ clientOffset }) => clientOffset === "retry").map(({ id }) => id);
    assert.equal(ids.length, 2);
    assert.equal(ids[0], ids[1]);
    for (const line of [sender, listener]) line.socket.close(1000);
  });

  test("what cannot be said is answered with words, and the connection goes on", async () => {
    const line = await open("/ws/chat");
    const attempts = [
      "hello",
      "{",
      "[]",
      "{}",
      '{"type":"shout"}',
      '{"type":"send","handle":"ann"}',
      '{"type":"send","handle":"ann","message":7}',
      '{"type":"send","handle":"","message":"hello"}',
      '{"type":"send","handle":"ann","message":"  "}',
      `{"type":"send","handle":"ann","message":"${"m".repeat(2_001)}"}`,
    ];
    for (const attempt of attempts) line.send(attempt);
    const answers = (await line.messages.atLeast(attempts.length)).map((text) => JSON.parse(text));
    for (const [index, answer] of answers.entries()) {
      assert.equal(answer.type, "error", attempts[index]);
      assert.match(answer.error, /\w+ \w+/);
    }
    line.sendJson({ type: "send", handle: "ann", message: "well" });
    await line.json(({ message }) => message === "well");
    line.socket.close(1000);
  });

  test("a binary message is closed with 1003", async () => {
    const line = await open("/ws/chat");
    line.send(Buffer.from("hello"));
    assert.equal((await line.end()).code, 1003);
  });

  test("a message over 64 KiB is closed with 1009", async () => {
    const line = await open("/ws/chat");
    line.send("x".repeat(64 * 1024 + 1));
    assert.equal((await line.end()).code, 1009);
  });

  test("a bad ?after= is refused with words", async () => {
    const { status, body } = await ask(`${server.url}/ws/chat?after=yesterday`, { headers: HANDSHAKE });
    assert.equal(status, 400);
    assert.match(body, /after/);
  });
});

describe("/ws/echo", () => {
  test("text and binary come back as they were, at every length form", async () => {
    const line = await open("/ws/echo");
    const lengths = [0, 1, 125, 126, 65_535, 65_536, 1_000_000];
    const sent = lengths.flatMap((length) => ["x".repeat(length), Buffer.alloc(length, length)]);
    for (const message of sent) line.send(message);
    const echoed = await line.messages.atLeast(sent.length);
    for (const [index, message] of sent.entries()) {
      assert.ok(
        typeof message === "string" ? echoed[index] === message : message.equals(echoed[index]),
        `${typeof message} of ${message.length} bytes`,
      );
    }
    line.socket.close(1000);
  });

  test("16 MiB come back, a byte more is closed with 1009", async () => {
    const line = await open("/ws/echo");
    const most = Buffer.alloc(16 * 1024 * 1024, 0xa5);
    line.send(most);
    const [echoed] = await line.messages.atLeast(1);
    assert.ok(most.equals(echoed));
    line.send(Buffer.concat([most, Buffer.from([0])]));
    assert.equal((await line.end()).code, 1009);
  });

  test("fragments come back as one message, a Ping between them as a Pong", async () => {
    const line = await open("/ws/echo");
    line.send("grü", { fin: false });
    line.socket.ping("between");
    line.send("ße", { fin: true });
    assert.deepEqual(await line.messages.atLeast(1), ["grüße"]);
    assert.deepEqual(await line.pongs.atLeast(1), [Buffer.from("between")]);
    line.socket.close(1000);
  });

  test("each code and reason of a Close comes back", async () => {
    for (const [code, reason] of [[1000, ""], [1000, "done"], [1001, "bye"], [3000, ""], [4999, "é".repeat(61)]]) {
      const line = await open("/ws/echo");
      line.socket.close(code, reason);
      assert.equal((await line.end()).code, code);
    }
    const line = await open("/ws/echo");
    line.socket.close();
    assert.equal((await line.end()).code, 1005, "a Close without a code is answered by one without");
  });

  // RFC 6455's sections; every frame here is masked with the key 00000000 unless it says otherwise.
  const violations = [
    ["5.1: a frame without a mask", "81 02 6869", 1002],
    ["5.2: a reserved bit", "c1 82 00000000 6869", 1002],
    ["5.2: a reserved opcode", "83 80 00000000", 1002],
    ["5.4: a continuation of nothing", "80 80 00000000", 1002],
    ["5.4: a message within a message", "01 80 00000000 81 80 00000000", 1002],
    ["5.5: a fragmented Ping", "09 80 00000000", 1002],
    ["5.5: a Ping of 126 bytes", `89 fe 007e 00000000 ${"00".repeat(126)}`, 1002],
    ["5.5.1: a Close of one byte", "88 81 00000000 03", 1002],
    ["7.4.1: a code that never stands on the wire", "88 82 00000000 03ed", 1002],
    ["8.1: text that is not UTF-8", "81 82 00000000 c328", 1007],
  ];
  for (const [rule, bytes, code] of violations) {
    test(`${rule}, is closed with ${code}`, async () => {
      const wire = await Wire.open(server.port, "/ws/echo");
      wire.write(bytes);
      const [opcode, , ...payload] = Buffer.from(await wire.take(4), "hex");
      assert.equal(opcode, 0x88);
      assert.equal(Buffer.from(payload).readUInt16BE(), code);
      wire.write(`88 82 00000000 ${code.toString(16).padStart(4, "0")}`);
      await wire.rest();
    });
  }

  test("an empty message is answered by an empty frame without a mask", async () => {
    const wire = await Wire.open(server.port, "/ws/echo");
    wire.write("81 80 12345678");
    assert.equal(await wire.take(2), "8100");
    wire.write("88 80 12345678");
    assert.equal(await wire.rest(), "8800", "and the server ends TCP after the Close");
  });
});

describe("what is no handshake", () => {
  for (const path of ["/ws/chat", "/ws/echo", "/socket.io/?EIO=4&transport=websocket"]) {
    const url = () => server.url + path;

    test(`${path} takes the RFC's own key`, async () => {
      const { status, headers } = await ask(url(), { headers: HANDSHAKE });
      assert.equal(status, 101);
      assert.equal(headers["sec-websocket-accept"], "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    });

    test(`${path} answers a wrong version with 426 and the right one`, async () => {
      for (const version of ["8", "12", "14", "x"]) {
        const { status, headers, body } = await ask(url(), {
          headers: { ...HANDSHAKE, "Sec-WebSocket-Version": version },
        });
        assert.equal(status, 426);
        assert.equal(headers["sec-websocket-version"], "13");
        assert.match(body, /version 13/);
      }
    });

    test(`${path} answers a plain GET with 426 and words that help`, async () => {
      const { status, headers, body } = await ask(url());
      assert.equal(status, 426);
      assert.equal(headers.upgrade, "websocket");
      assert.match(body, /WebSocket endpoint/);
    });

    test(`${path} answers a key that is none with 400`, async () => {
      for (const key of ["", "short", "dGhlIHNhbXBsZSBub25jZQ"]) {
        const { status, body } = await ask(url(), {
          headers: { ...HANDSHAKE, "Sec-WebSocket-Key": key },
        });
        assert.equal(status, 400, key);
        assert.match(body, /Sec-WebSocket-Key/);
      }
    });
  }
});
