/**
 * The seven ways in which the page can talk to the server, by the names that the reader chooses from.
 *
 * Usage: `WAYS.find(({ name }) => name === "sse").open(opening)`
 */
import { openLongPolling } from "./long-polling.js";
import { openServerSentEvents } from "./server-sent-events.js";
import { openShortPolling } from "./short-polling.js";
import { openSocketIo } from "./socketio.js";
import { openWebSocket } from "./websocket.js";

/** @import { Open } from "../../types.js" */

/**
 * @typedef {object} Way
 * @property {string} name
 * @property {string} label
 * @property {string} more what it does, in one sentence
 * @property {string[]} transports what may carry it, in the order of an upgrade
 * @property {boolean} [polls] it asks, by requests that the server cannot tell from a last one
 * @property {Open} open
 */

/** @type {Way[]} */
export const WAYS = [
  {
    name: "short-polling",
    label: "Short polling",
    more: "asks every few seconds; most answers bring nothing new",
    transports: ["short-polling"],
    polls: true,
    open: openShortPolling,
  },
  {
    name: "long-polling",
    label: "Long polling",
    more: "asks, and the server holds the answer until there is news",
    transports: ["long-polling"],
    polls: true,
    open: openLongPolling,
  },
  {
    name: "sse",
    label: "Server-sent events",
    more: "one response that never ends brings the news; what you say goes by POST",
    transports: ["sse"],
    open: openServerSentEvents,
  },
  {
    name: "websocket",
    label: "WebSocket",
    more: "one connection for both directions, without a library",
    transports: ["websocket"],
    open: openWebSocket,
  },
  {
    name: "socketio",
    label: "Socket.IO",
    more: "begins with polling, then upgrades to a WebSocket",
    transports: ["socketio-polling", "socketio-websocket"],
    open: openSocketIo(["polling", "websocket"]),
  },
  {
    name: "socketio-polling",
    label: "Socket.IO, polling only",
    more: "as in networks that block WebSockets",
    transports: ["socketio-polling"],
    open: openSocketIo(["polling"]),
  },
  {
    name: "socketio-websocket",
    label: "Socket.IO, WebSocket only",
    more: "a WebSocket from the beginning, without an upgrade",
    transports: ["socketio-websocket"],
    open: openSocketIo(["websocket"]),
  },
];

/**
 * What carries a line, in words: `short` where the way is named beside it.
 * @type {Record<string, { name: string, short: string }>}
 */
export const TRANSPORTS = {
  "short-polling": { name: "short polling", short: "asks" },
  "long-polling": { name: "long polling", short: "asks and waits" },
  sse: { name: "server-sent events", short: "one answer without end" },
  websocket: { name: "raw WebSocket", short: "frames both ways" },
  "socketio-polling": { name: "HTTP long polling", short: "polling" },
  "socketio-websocket": { name: "WebSocket", short: "WebSocket" },
};
