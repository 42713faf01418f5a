/**
 * Server-sent events: one answer that does not end, read by the browser's own EventSource. What the page
 * says goes by POST.
 *
 * EventSource would reconnect by itself, after the same time whatever happens. Here a broken one is
 * closed and the page opens another, so that its waiting grows and can be shown.
 *
 * Usage: `const line = openServerSentEvents(opening);`
 */
import { openPosts } from "./posts.js";
import { queryOf } from "./query.js";

/** @import { Line, Opening } from "../../types.js" */

/** @param {Opening} opening @returns {Line} */
export function openServerSentEvents(opening) {
  const posts = openPosts(opening);
  const source = new EventSource(`/chat/stream?${queryOf(opening)}`);
  let hasOpened = false;
  source.onopen = () => {
    hasOpened = true;
    opening.onTransport("sse");
  };
  source.onerror = () => {
    source.close();
    posts.close();
    opening.onEnd(hasOpened ? "the stream of events ended" : "the server cannot be reached");
  };
  /** @param {string} name @param {(data: any) => void} tell */
  const on = (name, tell) => source.addEventListener(name, (event) => tell(JSON.parse(event.data)));
  on("message", opening.onMessage);
  on("presence", opening.onPresence);
  on("typing", opening.onTyping);
  on("caught_up", opening.onCaughtUp);
  return {
    send: posts.send,
    typing: posts.typing,
    rename: posts.rename,
    close() {
      source.close();
      posts.close();
    },
  };
}
