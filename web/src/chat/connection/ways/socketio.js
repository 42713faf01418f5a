/**
 * Socket.IO, by its official client. It repeats by itself what was not acknowledged (`retries`), the server
 * knowing each message by its `clientOffset`. Its own reconnecting is off: the page reconnects, and counts
 * down to it, for all transports alike.
 *
 * Usage: `const line = openSocketIo(["polling", "websocket"])(opening);`
 */
import { io } from "socket.io-client";
import { Refusal } from "./refusal.js";

/** @import { Socket } from "socket.io-client" */
/** @import { Message, Open } from "../../types.js" */

const ACK_TIMEOUT_MS = 5_000;
const RETRIES = 2;

/** What the client calls the ends of a line, in plain words. @type {Record<string, string>} */
const ENDINGS = {
  "io server disconnect": "the server closed the session",
  "ping timeout": "the server fell silent",
  "transport close": "the connection was closed",
  "transport error": "the connection broke",
  "parse error": "the server sent what is no packet",
};

/** @param {("polling" | "websocket")[]} transports @returns {Open} */
export function openSocketIo(transports) {
  return (opening) => {
    const { begin, room, handle } = opening;
    const place = "after" in begin ? { serverOffset: begin.after } : begin;
    const socket = io({
      transports,
      auth: { ...place, room, handle },
      reconnection: false,
      forceNew: true,
      retries: RETRIES,
      ackTimeout: ACK_TIMEOUT_MS,
    });
    /** Ends the waiting for answers that will not come. */
    const closing = new AbortController();

    socket.io.on("open", () => followTransport(socket.io, opening.onTransport));
    socket.on("message", (/** @type {string} */ _line, /** @type {Message} */ message) => opening.onMessage(message));
    socket.on("presence", opening.onPresence);
    socket.on("typing", opening.onTyping);
    socket.on("caught_up", opening.onCaughtUp);
    socket.on("connect_error", (problem) => end(whyNotOpen(problem)));
    socket.on("disconnect", (reason) => end(ENDINGS[reason] ?? reason));

    /** @param {string} why */
    function end(why) {
      if (closing.signal.aborted) return;
      close();
      opening.onEnd(why);
    }

    function close() {
      closing.abort();
      socket.disconnect();
    }

    /** The acknowledgement's value; after the last retry without one, the line is taken for dead. */
    async function ask(/** @type {string} */ event, /** @type {object} */ content) {
      const isAnswered = new AbortController();
      const closed = new Promise((_, reject) => {
        const giveUp = () => reject(new Error("the line was closed"));
        closing.signal.addEventListener("abort", giveUp, { signal: isAnswered.signal });
      });
      const answer = socket.emitWithAck(event, content).catch((problem) => {
        end("the server does not answer");
        throw problem;
      });
      const value = await Promise.race([answer, closed]).finally(() => isAnswered.abort());
      if (value?.error) throw new Refusal(value);
      return value;
    }

    return {
      send: (draft) => ask("send_message", draft),
      // Not through the queue of what is retried: a sign of typing is worth nothing later.
      typing: () => void socket.volatile.emit("typing"),
      rename: async (to) => void (await ask("rename", { handle: to })),
      close,
    };
  };
}

/** Of a refusal the server says why; of what the transport meets, a page learns nothing. @param {Error} problem */
function whyNotOpen(problem) {
  if ("type" in problem && problem.type === "TransportError") return "the server cannot be reached";
  return problem.message === "timeout" ? "the server does not answer" : problem.message;
}

/** Socket.IO opens with HTTP long polling and upgrades to a WebSocket once a probe has come back. */
function followTransport(/** @type {Socket["io"]} */ { engine }, /** @type {(name: string) => void} */ tell) {
  tell(`socketio-${engine.transport.name}`);
  engine.on("upgrade", (/** @type {{ name: string }} */ upgraded) => tell(`socketio-${upgraded.name}`));
}
