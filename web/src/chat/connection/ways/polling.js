/**
 * What short and long polling share: ask what came after the last message, and ask again. They differ in
 * who waits. With `wait`, the server does; without, the page does, for `pause` milliseconds.
 *
 * An `If-None-Match` goes with a question that was asked before, and a 304 is a short "still nothing".
 *
 * Usage: `openPolling(opening, { transport: "long-polling", wait: 25, pause: () => 0 })`
 */
import { openPosts, refusalOf } from "./posts.js";
import { queryOf } from "./query.js";

/** @import { Line, Message, Opening, Presence, Typing } from "../../types.js" */

/**
 * @typedef {object} Answer
 * @property {Message[]} messages
 * @property {number} newest
 * @property {boolean} [more]
 * @property {string | number} [state]
 * @property {Presence} [presence]
 * @property {Typing} [typing]
 */

/** How much longer than the server's own waiting an answer may take. */
const PATIENCE_MS = 10_000;

/**
 * @param {Opening} opening @param {{ transport: string, wait?: number, pause: () => number }} manner
 * @returns {Line}
 */
export function openPolling(opening, { transport, wait, pause }) {
  const { room } = opening;
  const posts = openPosts(opening);
  const closing = new AbortController();
  let { begin } = opening;
  /** @type {Answer["state"]} */
  let state;
  /** The last question, and the tag of its answer. */
  let asked = { address: "", tag: "" };
  let replayed = 0;
  let isCaughtUp = false;

  async function run() {
    opening.onTransport(transport);
    while (!closing.signal.aborted) {
      const answer = await ask();
      if (answer) take(answer);
      if (!answer?.more && !closing.signal.aborted) await sleep(pause(), closing.signal);
    }
  }

  /** The answer, or null for a 304. @returns {Promise<Answer | null>} */
  async function ask() {
    const query = queryOf({ begin, room, handle: posts.handle });
    if (state !== undefined) query.set("state", String(state));
    // What was missed is asked for without waiting: an empty answer says that there is nothing.
    if (wait) query.set("wait", String(isCaughtUp ? wait : 0));
    const address = `/chat/messages?${query}`;
    const response = await fetch(address, {
      headers: address === asked.address && asked.tag ? { "If-None-Match": asked.tag } : {},
      signal: AbortSignal.any([closing.signal, AbortSignal.timeout((wait ?? 0) * 1_000 + PATIENCE_MS)]),
    });
    if (response.status === 304) {
      opening.onAnswer(false);
      return null;
    }
    if (!response.ok) throw await refusalOf(response);
    asked = { address, tag: response.headers.get("ETag") ?? "" };
    return response.json();
  }

  /** @param {Answer} answer */
  function take(answer) {
    if (closing.signal.aborted) return;
    opening.onAnswer(answer.messages.length > 0);
    begin = { after: answer.newest };
    state = answer.state;
    answer.messages.forEach(opening.onMessage);
    if (answer.presence) opening.onPresence(answer.presence);
    if (answer.typing) opening.onTyping(answer.typing);
    if (isCaughtUp) return;
    replayed += answer.messages.length;
    if (answer.more) return;
    isCaughtUp = true;
    opening.onCaughtUp({ newest: answer.newest, replayed });
  }

  run().catch((problem) => {
    if (closing.signal.aborted) return;
    opening.onEnd(wordsFor(problem));
  });

  return {
    send: posts.send,
    typing: posts.typing,
    rename: posts.rename,
    close({ pollsOn } = { pollsOn: false }) {
      closing.abort();
      posts.close();
      if (pollsOn) return;
      // `keepalive`, so that it is still said when the page goes away.
      const body = JSON.stringify({ handle: posts.handle, room });
      const headers = { "Content-Type": "application/json" };
      fetch("/chat/leave", { method: "POST", headers, body, keepalive: true }).catch(() => {});
    },
  };
}

/** @param {Error} problem */
function wordsFor(problem) {
  if (problem.name === "TimeoutError") return "the server does not answer";
  return problem instanceof TypeError ? "the server cannot be reached" : problem.message;
}

/** @param {number} ms @param {AbortSignal} signal */
function sleep(ms, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(wake, ms);
    signal.addEventListener("abort", wake);
    function wake() {
      clearTimeout(timer);
      signal.removeEventListener("abort", wake);
      resolve(undefined);
    }
  });
}
