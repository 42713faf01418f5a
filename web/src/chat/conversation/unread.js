/**
 * What the reader has not seen: messages that come while the page is hidden, or while an earlier part of the
 * conversation is read.
 *
 * Usage: `watching(true)` when the end is in view; `unread.value`, `firstUnread.value`
 */
import { effect, signal } from "@preact/signals";
import { timeline } from "./timeline.js";

/** @import { Item } from "./timeline.js" */

/** How many. */
export const unread = signal(0);
/** The first of them, by its key; it stays marked after it was read, until the next is missed or one speaks. */
export const firstUnread = signal(/** @type {string | null} */ (null));

let isAtEnd = true;
/** @type {Item | undefined} */
let lastSeen;

const title = document.title;
const isSeen = () => isAtEnd && document.visibilityState === "visible";

/** @param {boolean} atEnd whether the end of the conversation is in view */
export function watching(atEnd) {
  isAtEnd = atEnd;
  if (isSeen()) unread.value = 0;
}

document.addEventListener("visibilitychange", () => watching(isAtEnd));

effect(() => {
  const items = timeline.value;
  const fresh = items.slice(lastSeen ? items.indexOf(lastSeen) + 1 : 0);
  lastSeen = items.at(-1);
  for (const item of fresh) {
    if (item.kind !== "message" || item.old) continue;
    if (item.own) firstUnread.value = null;
    else if (!isSeen()) count(item.key);
  }
});

effect(() => {
  document.title = unread.value > 0 ? `(${unread.value}) ${title}` : title;
});

/** @param {string} key */
function count(key) {
  if (unread.peek() === 0) firstUnread.value = key;
  unread.value = unread.peek() + 1;
}
