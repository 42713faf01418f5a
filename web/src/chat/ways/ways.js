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

/** @import { Open } from "../types.js" */

/**
 * @typedef {object} Way
 * @property {string} name
 * @property {string} label
 * @property {string} more what it does, in one sentence
 * @property {string[]} transports what may carry it, in the order of an upgrade
 * @property {Open} open
 */

/** @type {Way[]} */
export const WAYS = [
  {
    name: "short-polling",
    label: "Short polling",
    more: "asks again and again, and mostly hears that there is nothing",
    transports: ["short-polling"],
    open: openShortPolling,
  },
  {
    name: "long-polling",
    label: "Long polling",
    more: "asks once, and the server answers when there is news",
    transports: ["long-polling"],
    open: openLongPolling,
  },
  {
    name: "sse",
    label: "Server-sent events",
    more: "one answer that never ends; what you say goes by POST",
    transports: ["sse"],
    open: openServerSentEvents,
  },
  {
    name: "websocket",
    label: "WebSocket",
    more: "one connection, frames both ways, no library",
    transports: ["websocket"],
    open: openWebSocket,
  },
  {
    name: "socketio",
    label: "Socket.IO",
    more: "begins with polling and upgrades to a WebSocket",
    transports: ["socketio-polling", "socketio-websocket"],
    open: openSocketIo(["polling", "websocket"]),
  },
  {
    name: "socketio-polling",
    label: "Socket.IO, polling only",
    more: "as where no WebSocket comes through",
    transports: ["socketio-polling"],
    open: openSocketIo(["polling"]),
  },
  {
    name: "socketio-websocket",
    label: "Socket.IO, WebSocket only",
    more: "no polling first, so no upgrade",
    transports: ["socketio-websocket"],
    open: openSocketIo(["websocket"]),
  },
];

/**
 * What carries a line, in words: `short` where the way is named beside it.
 * @type {Record<string, { name: string, short: string }>}
 */
export const TRANSPORTS = {
  "short-polling": { name: "short polling", short: "asks again and again" },
  "long-polling": { name: "long polling", short: "asks, and waits" },
  sse: { name: "server-sent events", short: "listens to one answer" },
  websocket: { name: "raw WebSocket", short: "both ways" },
  "socketio-polling": { name: "HTTP long polling", short: "polling" },
  "socketio-websocket": { name: "WebSocket", short: "WebSocket" },
};
