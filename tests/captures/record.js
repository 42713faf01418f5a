// Records the golden captures of real programs anew: `node captures/record.js [NAME…]` in tests/, with
// tests/requirements.txt installed in tests/.venv. What comes out has other times, ports, keys and sids than
// before, so that the expected files have to be made anew too.

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Server as SocketIoServer } from "socket.io";
import { io } from "socket.io-client";
import WebSocket, { WebSocketServer } from "ws";
import { launch } from "../support/browser.js";
import { Inbox } from "../support/inbox.js";
import { start as startWireglass } from "../support/server.js";
import { Recorder } from "./recorder.js";

const FOLDER = new URL("ok/", import.meta.url);
const PYTHON = fileURLToPath(new URL("../.venv/bin/python", import.meta.url));
const TALK = fileURLToPath(new URL("talk.py", import.meta.url));

const run = promisify(execFile);
const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A long text that compresses well, and refers far back once it is sent again. */
const LONG = Array.from({ length: 40 }, (_, index) => `line ${index} of a song; `).join("");

/** An echo with npm ws, and a client of the same; `talk` sends on the client's socket. */
async function ws(comment, server, client, talk) {
  const echo = new WebSocketServer({ port: 0, host: "127.0.0.1", perMessageDeflate: server });
  await once(echo, "listening");
  echo.on("connection", (socket) =>
    socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary })),
  );
  const recorder = await Recorder.start(echo.address().port);
  const socket = new WebSocket(`ws://127.0.0.1:${recorder.port}/`, { perMessageDeflate: client });
  await once(socket, "open");
  await talk(socket);
  socket.close(1000, "done");
  await once(socket, "close");
  echo.close();
  return recorder.text(comment);
}

/** Sends a message and waits for its echo. */
async function say(socket, ...message) {
  socket.send(...message);
  await once(socket, "message");
}

/** The official Socket.IO server with one client; its events are an echo with acknowledgement. */
async function socketIo(comment, { server = {}, client = {} }, talk) {
  const http = createServer();
  const sockets = new SocketIoServer(http, { serveClient: false, ...server });
  sockets.on("connection", (socket) => {
    socket.on("echo", (...words) => words.pop()(...words));
    socket.on("again", (...words) => socket.emit("again", ...words));
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  const recorder = await Recorder.start(http.address().port);
  const socket = io(`http://127.0.0.1:${recorder.port}`, { forceNew: true, ...client });
  await heard(socket, "connect");
  await talk(socket);
  socket.disconnect();
  await sleep(100);
  await sockets.close();
  http.closeAllConnections();
  return recorder.text(comment);
}

function heard(socket, event) {
  return new Promise((resolve) => socket.once(event, resolve));
}

/** This project's own server; `talk` connects to the port that it is given. */
async function wireglass(comment, talk) {
  const server = await startWireglass();
  const recorder = await Recorder.start(server.port);
  await talk(recorder.port);
  await sleep(100);
  await server.end();
  return recorder.text(comment);
}

/** The same with one Socket.IO client. */
function wireglassSocketIo(comment, client, talk) {
  return wireglass(comment, async (port) => {
    const socket = io(`http://127.0.0.1:${port}`, { forceNew: true, ...client });
    await heard(socket, "connect");
    await talk(socket);
    socket.disconnect();
  });
}

/** What a page sees of the web: kept alive, chunked, not modified, streamed. */
const pages = createServer((request, response) => {
  const body = { "/plain": "plain\n", "/found": "found\n" }[request.url];
  if (request.url === "/chunked") {
    response.write("in two ");
    setTimeout(() => response.end("chunks\n"), 20);
  } else if (request.url === "/events") {
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    response.write("id: 1\ndata: one\n\n");
    setTimeout(() => response.write("id: 2\ndata: two\n\n"), 20);
  } else if (request.headers["if-none-match"] === '"v1"') {
    response.writeHead(304, { ETag: '"v1"' }).end();
  } else if (request.method === "POST") {
    request.resume().on("end", () => response.writeHead(204).end());
  } else if (body) {
    response.writeHead(200, { ETag: '"v1"', "Content-Length": body.length }).end(body);
  } else {
    response.writeHead(404, { "Content-Length": 0 }).end();
  }
});

async function curl(comment, ...arguments_) {
  pages.listen(0, "127.0.0.1");
  await once(pages, "listening");
  const recorder = await Recorder.start(pages.address().port);
  const url = `http://127.0.0.1:${recorder.port}`;
  const options = arguments_.map((argument) => argument.replace("URL", url));
  // A stream ends with curl's own time, which it calls an error.
  await run("curl", ["--silent", "--http1.1", ...options]).catch(() => {});
  pages.close();
  return recorder.text(comment);
}

async function python(comment) {
  const echo = spawn(PYTHON, [TALK, "serve"], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(echo.stdout, "data");
  const recorder = await Recorder.start(Number(line));
  await run(PYTHON, [TALK, "talk", String(recorder.port)]);
  echo.kill();
  return recorder.text(comment);
}

const CAPTURES = {
  "ws-deflate": () =>
    ws(
      `npm ws on both sides, with permessage-deflate. Both remember what went before: the second "Hello" is
       shorter. A Ping stands between the messages, and the last one is not compressed.`,
      { threshold: 0 },
      { threshold: 0 },
      async (socket) => {
        await say(socket, "Hello, hello, hello");
        await say(socket, "Hello, hello, hello");
        socket.ping("still there?");
        await once(socket, "pong");
        await say(socket, Buffer.from([0, 1, 2, 3]));
        await say(socket, "not compressed", { compress: false });
      },
    ),

  "ws-deflate-no-context-takeover": () =>
    ws(
      "npm ws on both sides, with permessage-deflate and nothing remembered from message to message.",
      { threshold: 0, serverNoContextTakeover: true, clientNoContextTakeover: true },
      { threshold: 0, serverNoContextTakeover: true, clientNoContextTakeover: true },
      async (socket) => {
        await say(socket, "Hello, hello, hello");
        await say(socket, "Hello, hello, hello");
      },
    ),

  "ws-deflate-small-windows": () =>
    ws(
      `npm ws on both sides, with windows of 1,024 bytes from the client and 512 from the server. The song is too
       long for the server's window to reach back to its beginning.`,
      { threshold: 0, serverMaxWindowBits: 9, clientMaxWindowBits: 10 },
      { threshold: 0, serverMaxWindowBits: 9, clientMaxWindowBits: 10 },
      async (socket) => {
        await say(socket, LONG);
        await say(socket, LONG);
      },
    ),

  "ws-deflate-fragments": () =>
    ws(
      `npm ws on both sides: a compressed message in three frames, with a Ping between them; and one of bytes,
       in two.`,
      { threshold: 0 },
      { threshold: 0 },
      async (socket) => {
        const ponged = once(socket, "pong");
        socket.send("Hello, ", { fin: false });
        socket.send("fragmented, ", { fin: false });
        socket.ping();
        await say(socket, "fragmented world", { fin: true });
        await ponged;
        socket.send(Buffer.alloc(40, 7), { fin: false });
        await say(socket, Buffer.alloc(40, 7), { fin: true });
      },
    ),

  "python-deflate": () =>
    python(
      `Python websockets on both sides, with permessage-deflate as it negotiates it by itself: windows of 12
       bits. One message comes in frames.`,
    ),

  "chromium-deflate": async () => {
    const browser = await launch();
    const perMessageDeflate = { threshold: 0 };
    const echo = new WebSocketServer({ port: 0, host: "127.0.0.1", perMessageDeflate });
    await once(echo, "listening");
    echo.on("connection", (socket) => socket.on("message", (data) => socket.send(String(data))));
    const recorder = await Recorder.start(echo.address().port);
    const page = await browser.newPage();
    await page.evaluate(async (url) => {
      const socket = new WebSocket(url);
      const event = (name) =>
        new Promise((resolve) => socket.addEventListener(name, resolve, { once: true }));
      await event("open");
      for (const word of ["Hello", "Hello"]) {
        socket.send(word);
        await event("message");
      }
      socket.close(3001, "seen");
      await event("close");
    }, `ws://127.0.0.1:${recorder.port}/`);
    await browser.close();
    echo.close();
    return recorder.text("Chromium and npm ws, with permessage-deflate as the browser offers it.");
  },

  "curl-keep-alive": () =>
    curl(
      `curl and Node.js: pages that are there, one of them asked for with HEAD, one that is not there, and one
       that was not modified.`,
      ...["URL/plain", "URL/found", "--next", "--silent", "--http1.1", "--head", "URL/plain"],
      ...["--next", "--silent", "--http1.1", "URL/nowhere"],
      ...["--next", "--silent", "--http1.1", "--header", 'If-None-Match: "v1"', "URL/plain"],
    ),

  "curl-chunked": () =>
    curl("curl and Node.js: a chunked answer that comes in pieces.", "URL/chunked"),

  "curl-continue": () =>
    curl(
      "curl and Node.js: a chunked request that waits for 100 (Continue).",
      ...["--header", "Expect: 100-continue", "--header", "Transfer-Encoding: chunked"],
      ...["--data", "Hello", "URL/upload"],
    ),

  "curl-server-sent-events": () =>
    curl(
      "curl and Node.js: server-sent events, until the client has seen enough.",
      ...["--max-time", "0.3", "URL/events"],
    ),

  "wireglass-chat": () =>
    wireglass(
      `npm ws and this project's server: the chat over a raw WebSocket. What is sent comes back to its sender and
       is acknowledged; what is no message is answered with an error.`,
      async (port) => {
        const socket = new WebSocket(`ws://127.0.0.1:${port}/ws/chat`, { perMessageDeflate: false });
        await once(socket, "open");
        const answers = new Inbox();
        socket.on("message", (data) => answers.push(data));
        const message = { type: "send", handle: "ann", message: "grüß dich", clientOffset: "7f-1" };
        socket.send(JSON.stringify(message));
        await answers.atLeast(2);
        socket.send("what is this?");
        await answers.atLeast(3);
        socket.close(1000);
        await once(socket, "close");
      },
    ),

  "wireglass-chat-asked": () =>
    wireglass(
      `npm ws and this project's server: somebody types, takes another name, and sends two messages, the first
       without a clientOffset. That somebody types is not answered; the name is, before the messages are.`,
      async (port) => {
        const socket = new WebSocket(`ws://127.0.0.1:${port}/ws/chat`, { perMessageDeflate: false });
        await once(socket, "open");
        const answers = new Inbox();
        socket.on("message", (data) => answers.push(data));
        for (const asked of [
          { type: "typing" },
          { type: "rename", handle: "bea" },
          { type: "send", handle: "bea", message: "first" },
          { type: "typing" },
          { type: "send", handle: "bea", message: "second", clientOffset: "7f-2" },
        ]) {
          socket.send(JSON.stringify(asked));
        }
        await answers.atLeast(5);
        socket.close(1000);
        await once(socket, "close");
      },
    ),

  "wireglass-session-unknown": () =>
    wireglass(
      `npm ws and this project's server: a WebSocket for an Engine.IO session that is not there. The server goes
       over to WebSocket, and ends the connection without a word.`,
      async (port) => {
        const target = "/socket.io/?EIO=4&transport=websocket&sid=AAAAAAAAAAAAAAAA";
        const socket = new WebSocket(`ws://127.0.0.1:${port}${target}`, { perMessageDeflate: false });
        await once(socket, "close");
      },
    ),

  "socketio-client-upgrade": () =>
    wireglassSocketIo(
      `The official client and this project's server: polling, the upgrade, an event with an acknowledgement (its
       id is 0), the message to everybody, a namespace that is refused, the end.`,
      {},
      async (socket) => {
        while (socket.io.engine.transport.name !== "websocket") await sleep(10);
        const message = heard(socket, "message");
        await socket.emitWithAck("send_message", { handle: "ann", message: "hi" });
        await message;
        const nowhere = socket.io.socket("/nowhere");
        await heard(nowhere, "connect_error");
      },
    ),

  "socketio-client-polling": () =>
    wireglassSocketIo(
      `The official client and this project's server, with long polling alone: an event with bytes, which is
       refused.`,
      { transports: ["polling"] },
      async (socket) => {
        const message = Buffer.from([1, 2, 3]);
        await socket.emitWithAck("send_message", { handle: "ann", message });
      },
    ),

  "socketio-official-binary": () =>
    socketIo(
      `The official client and server on a WebSocket: events and an acknowledgement with attachments, and
       Engine.IO's heartbeat.`,
      { server: { pingInterval: 300 }, client: { transports: ["websocket"] } },
      async (socket) => {
        const [one, two] = [Buffer.from([1]), Buffer.from([2, 2])];
        await socket.emitWithAck("echo", { one, two: [two] }, "three");
        const again = heard(socket, "again");
        socket.emit("again", Buffer.from("bytes"));
        await again;
        await sleep(350);
      },
    ),

  "socketio-official-binary-polling": () =>
    socketIo(
      "The official client and server with long polling: attachments are base64.",
      { client: { transports: ["polling"] } },
      async (socket) => {
        await socket.emitWithAck("echo", Buffer.from([1, 2, 3]));
      },
    ),

  "socketio-official-deflate": () =>
    socketIo(
      "The official client and server on a WebSocket with permessage-deflate.",
      {
        server: { perMessageDeflate: { threshold: 0 } },
        client: { transports: ["websocket"], perMessageDeflate: { threshold: 0 } },
      },
      async (socket) => {
        const again = heard(socket, "again");
        socket.emit("again", "and again, and again, and again");
        await again;
      },
    ),
};

mkdirSync(FOLDER, { recursive: true });
const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(CAPTURES);
for (const name of names) {
  writeFileSync(new URL(`${name}.capture`, FOLDER), await CAPTURES[name]());
  console.log(name);
}
