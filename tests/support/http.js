// Requests with any header, a foreign Origin or a wrong handshake too: `fetch` would not send them.

import { request } from "node:http";
import { text } from "node:stream/consumers";

/** What a handshake says, for a test to change. */
export const HANDSHAKE = {
  Connection: "Upgrade",
  Upgrade: "websocket",
  "Sec-WebSocket-Version": "13",
  "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
};

/** The answer to one request: `{status, headers, body}`; a 101 has no body, and its connection is ended. */
export function ask(url, { method = "GET", headers = {}, body, agent = false, signal } = {}) {
  return new Promise((resolve, reject) => {
    const asked = request(url, { method, headers, agent, signal });
    asked.once("error", reject);
    asked.once("response", (response) => {
      text(response).then(
        (body) => resolve({ status: response.statusCode, headers: response.headers, body }),
        reject,
      );
    });
    asked.once("upgrade", (response, socket) => {
      socket.destroy();
      resolve({ status: response.statusCode, headers: response.headers, body: "" });
    });
    asked.end(body);
  });
}
