/**
 * What was said before the newest messages that the page began with, a page of it at a time: by the same request as
 * short polling, and without a handle, so that it announces nobody.
 *
 * The server gives what follows an identifier, and those of a room have gaps. So this asks from further and further
 * back, until there is something.
 *
 * Usage: `offer()` when there may be more; `<${Earlier} onAsk=${…} />` at the top of the conversation
 */
import { html } from "htm/preact";
import { signal } from "@preact/signals";
import { useHeir } from "../../menu/heir.js";
import { presence } from "../people/people.js";
import { room } from "../room/room.js";
import { isOwn } from "./own.js";
import { add, makeRoom, oldest } from "./timeline.js";

/** @import { Message } from "../types.js" */

const FIRST_REACH = 100;
const FURTHER = 4;
const DRAWN_MS = 300;

export const earlier = signal(/** @type {"none" | "some" | "asking" | "failed"} */ ("none"));

export function offer() {
  earlier.value = "some";
}

/** @param {{ onAsk: () => void }} props */
export function Earlier({ onAsk }) {
  const place = useHeir("conversation");
  const isAsking = earlier.value === "asking";
  function bring() {
    if (isAsking) return;
    onAsk();
    bringEarlier();
  }
  return html`
    <p class="earlier" ref=${place}>
      <button type="button" class="button small" aria-disabled=${isAsking} onClick=${bring}>
        ${isAsking ? "Asking…" : "Earlier messages"}
      </button>
      ${earlier.value === "failed" && html`<span role="status">They did not come: try again.</span>`}
    </p>`;
}

async function bringEarlier() {
  earlier.value = "asking";
  try {
    const { found, isAll } = await findBefore(oldest());
    makeRoom(found.length);
    const you = presence.peek()?.you;
    for (const message of found) {
      add(message, { own: (message.from && message.from.id === you) || isOwn(message), old: true });
    }
    // After they are drawn, or else a screen reader would read them out as news.
    setTimeout(() => (earlier.value = isAll ? "none" : "some"), DRAWN_MS);
  } catch {
    earlier.value = "failed";
  }
}

/** The last ones before a message, and whether these are all. @param {number} before */
async function findBefore(before) {
  for (let reach = FIRST_REACH; ; reach *= FURTHER) {
    const after = Math.max(before - 1 - reach, 0);
    const found = await between(after, before);
    if (found.length > 0 || after === 0) return { found, isAll: after === 0 };
  }
}

/** @param {number} after @param {number} before @returns {Promise<Message[]>} */
async function between(after, before) {
  const query = new URLSearchParams({ after: String(after), room });
  const response = await fetch(`/chat/messages?${query}`);
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  const { messages, newest, more } = await response.json();
  const found = messages.filter((/** @type {Message} */ { id }) => id < before);
  return more && newest < before - 1 ? [...found, ...(await between(newest, before))] : found;
}
