/**
 * The raw WebSocket: one connection, both ways, JSON in text frames, and everything else by hand: names
 * for the messages that are not acknowledged yet, and a limit to how long that may take.
 *
 * Usage: `const line = openWebSocket(opening);`
 */
import { queryOf } from "./query.js";
import { Refusal } from "./refusal.js";

/** @import { Line, Opening } from "../../types.js" */
/** @typedef {{ resolve: (value: any) => void, reject: (problem: Error) => void }} Waiting */

const ACK_TIMEOUT_MS = 10_000;
/** The close code for a message that is too big (RFC 6455 7.4.1): the one that waits for its answer. */
const TOO_BIG = 1009;
/** What a browser says where no close frame came (RFC 6455 7.1.5). */
const NO_CLOSE = 1006;

/** @param {Opening} opening @returns {Line} */
export function openWebSocket(opening) {
  const address = new URL(`/ws/chat?${queryOf(opening)}`, location.href.replace(/^http/, "ws"));
  const socket = new WebSocket(address);
  /** Who waits for an answer: messages by their `clientOffset`. @type {Map<string, Waiting>} */
  const waiting = new Map();
  /** An error without a `clientOffset` answers a rename. @type {Waiting | null} */
  let renaming = null;
  let isClosed = false;
  let hasOpened = false;

  socket.onopen = () => {
    hasOpened = true;
    opening.onTransport("websocket");
  };
  socket.onmessage = ({ data }) => isClosed || take(JSON.parse(data));
  socket.onclose = ({ code, reason }) => {
    const unsaid = code === NO_CLOSE ? "the connection broke" : `the WebSocket closed with ${code}`;
    const why = hasOpened ? reason || unsaid : "the server cannot be reached";
    end(why, code === TOO_BIG ? new Refusal({ error: why, code: "body_too_large" }) : undefined);
  };

  /** @param {any} words */
  function take({ type, ...words }) {
    if (type === "message") return opening.onMessage(words);
    if (type === "typing") return opening.onTyping(words);
    if (type === "caught_up") return opening.onCaughtUp(words);
    if (type === "ack") return waiting.get(words.clientOffset)?.resolve({ id: words.id });
    if (type === "renamed") return renaming?.resolve(undefined);
    if (type === "presence") return opening.onPresence(words);
    if (type === "error") (waiting.get(words.clientOffset) ?? renaming)?.reject(new Refusal(words));
  }

  /**
   * The line is over for good, and whoever waits for an answer will not get it here.
   * @param {string} why @param {Error} [problem]
   */
  function end(why, problem) {
    if (isClosed) return;
    giveUp(problem);
    opening.onEnd(why);
  }

  function giveUp(problem = new Error("the line was closed")) {
    isClosed = true;
    socket.close();
    const all = renaming ? [...waiting.values(), renaming] : waiting.values();
    for (const { reject } of all) reject(problem);
  }

  return {
    async send(draft) {
      // Whoever does not answer in time is taken for gone: then another WebSocket is opened.
      const timer = setTimeout(() => end("the server does not answer"), ACK_TIMEOUT_MS);
      try {
        return await new Promise((resolve, reject) => {
          waiting.set(draft.clientOffset, { resolve, reject });
          socket.send(JSON.stringify({ type: "send", ...draft }));
        });
      } finally {
        clearTimeout(timer);
        waiting.delete(draft.clientOffset);
      }
    },
    typing: () => socket.send(JSON.stringify({ type: "typing" })),
    rename: (to) =>
      new Promise((resolve, reject) => {
        renaming = { resolve, reject };
        socket.send(JSON.stringify({ type: "rename", handle: to }));
      }),
    close: () => giveUp(),
  };
}
