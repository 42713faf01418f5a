// Pages of other sites are kept out (RFC 6455 10.2).

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Chatter, WAYS } from "../support/chatter.js";
import { HANDSHAKE, ask } from "../support/http.js";
import { start } from "../support/server.js";

const FOREIGN = "http://elsewhere.test";
const ENDPOINTS = [
  ["/ws/chat", HANDSHAKE],
  ["/ws/echo", HANDSHAKE],
  ["/inspector/feed", HANDSHAKE],
  ["/inspector/records", {}],
  ["/socket.io/?EIO=4&transport=websocket", HANDSHAKE],
  ["/socket.io/?EIO=4&transport=polling", {}],
];

describe("a server as it comes", () => {
  /** @type {Awaited<ReturnType<typeof start>>} */
  let server;
  before(async () => {
    server = await start();
  });
  after(() => server.kill());

  for (const [path, headers] of ENDPOINTS) {
    test(`${path} refuses a foreign Origin with 403`, async () => {
      for (const origin of [FOREIGN, "null", `${server.url}.elsewhere.test`, "http://127.0.0.1:1"]) {
        const answer = await ask(server.url + path, { headers: { ...headers, Origin: origin } });
        assert.equal(answer.status, 403, origin);
        assert.match(answer.body, /Origin/);
      }
    });

    test(`${path} takes its own Origin, and none`, async () => {
      const expected = headers === HANDSHAKE ? 101 : 200;
      const own = await ask(server.url + path, { headers: { ...headers, Origin: server.url } });
      assert.equal(own.status, expected);
      assert.equal(own.headers["access-control-allow-origin"], undefined);
      assert.equal((await ask(server.url + path, { headers })).status, expected);
    });
  }

  for (const [name, options] of Object.entries(WAYS)) {
    test(`the official client with a foreign Origin does not connect: ${name}`, async () => {
      const connecting = Chatter.connect(server.url, { ...options, extraHeaders: { Origin: FOREIGN } });
      await assert.rejects(connecting, /xhr poll error|websocket error/);
    });
  }
});

for (const [how, options] of Object.entries({
  "--allow-origin": { args: ["--listen", "127.0.0.1:0", "--allow-origin", FOREIGN] },
  WIREGLASS_ALLOW_ORIGIN: { environment: { WIREGLASS_ALLOW_ORIGIN: `http://another.test,${FOREIGN}` } },
})) {
  test(`${how} lets an Origin in`, async (context) => {
    const server = await start(options);
    context.after(() => server.kill());
    for (const [path, headers] of ENDPOINTS) {
      const answer = await ask(server.url + path, { headers: { ...headers, Origin: FOREIGN } });
      assert.ok([101, 200].includes(answer.status), `${path}: ${answer.status}`);
      // What is no WebSocket has to say so itself, or the browser keeps the answer from the page (CORS).
      if (headers !== HANDSHAKE) assert.equal(answer.headers["access-control-allow-origin"], FOREIGN, path);
    }
    const asks = { Origin: FOREIGN, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type" };
    const preflight = await ask(`${server.url}/chat/messages`, { method: "OPTIONS", headers: asks });
    assert.equal(preflight.status, 200);
    assert.match(preflight.headers["access-control-allow-methods"], /\bPOST\b/);
    assert.match(preflight.headers["access-control-allow-headers"], /content-type/i);
  });
}
