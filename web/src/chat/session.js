/**
 * The chat itself, over the official Socket.IO client: what arrives, how it goes, and `send`.
 *
 * A message may arrive twice (live, and replayed after a reconnect): it is shown once. `auth` tells
 * the server the last one seen, so that it sends what was missed; `clientOffset` names each message
 * that we send, so that sending it again is harmless.
 *
 * Usage: `await send("quiet heron", "hello"); messages.value; state.value; transport.value;`
 */
import { io } from "socket.io-client";
import { signal } from "@preact/signals";

/** @typedef {{ id: number, handle: string, message: string, at: string }} Message */

const KEPT_MESSAGES = 1_000;
const ACK_TIMEOUT_MS = 10_000;

export const messages = signal(/** @type {Message[]} */ ([]));
export const state = signal(
  /** @type {"connecting" | "connected" | "reconnecting" | "offline"} */ ("connecting"),
);
export const transport = signal(/** @type {string | null} */ (null));

let lastId = 0;
/** Identifier and time together, because a server that starts afresh counts from one again. */
const seen = new Set();

const socket = io({
  auth: (/** @type {(data: object) => void} */ answer) => answer({ serverOffset: lastId }),
});

socket.io.on("open", followTransport);
socket.on("connect", () => {
  state.value = "connected";
});
socket.on("connect_error", disconnected);
socket.on("disconnect", disconnected);
socket.on("message", (/** @type {string} */ _line, /** @type {Message} */ message) => receive(message));

export function connect() {
  state.value = "connecting";
  socket.connect();
}

export function disconnect() {
  socket.disconnect();
}

/**
 * Resolves when the server has acknowledged the message; rejects with words for the reader.
 * @param {string} handle @param {string} message @param {string} clientOffset
 */
export async function send(handle, message, clientOffset) {
  if (!socket.connected) throw new Error("Not sent: there is no connection now. Your words stay here.");
  const answer = await socket
    .timeout(ACK_TIMEOUT_MS)
    .emitWithAck("send_message", { handle, message, clientOffset })
    .catch(() => ({ error: "The server has not answered. Send again: it will be shown only once." }));
  if (answer.error) throw new Error(answer.error);
}

/** @param {Message} message */
function receive(message) {
  const key = `${message.id} ${message.at}`;
  if (seen.has(key)) return;
  seen.add(key);
  lastId = message.id;
  messages.value = [...messages.value, message].slice(-KEPT_MESSAGES);
}

/** Socket.IO opens with HTTP long polling and upgrades to a WebSocket once a probe has come back. */
function followTransport() {
  const { engine } = socket.io;
  transport.value = engine.transport.name;
  engine.on("upgrade", (/** @type {{ name: string }} */ upgraded) => {
    transport.value = upgraded.name;
  });
}

/** `active` says whether the client will try again by itself. */
function disconnected() {
  state.value = socket.active ? "reconnecting" : "offline";
  transport.value = null;
}
