/**
 * Where the chat and the wire meet: which of the chat's messages the wire is just about, and the way from a record to
 * its bubble. The chat says that it is there; beside the inspector alone there is none.
 *
 * Usage: `bubbles.value?.reveal(7)`; `marked.value.get(7)` → "traced"; `useCarried(record.chat)` while a record is open
 */
import { computed, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { message, view } from "../address/address.js";
import { opened } from "../source/source.js";

/** @import { ChatPart } from "../types.js" */

/**
 * What the chat offers.
 * @typedef {object} Bubbles
 * @property {(id: number) => Said | undefined} find a message of the conversation, by its number
 * @property {(id: number) => void} reveal brings its bubble into view
 */
/** @typedef {{ handle: string, message: string, at: string, to?: { handle: string } }} Said */

/** `traced`: the wire follows it; `carried`: the open record carries it. @typedef {"traced" | "carried"} Mark */

const offered = signal(/** @type {Bubbles | null} */ (null));

/** The messages of an opened file are of another conversation, whatever their numbers. */
export const bubbles = computed(() => (opened.value ? null : offered.value));

const carried = signal(/** @type {ChatPart[]} */ ([]));

export const marked = computed(() => {
  /** @type {Map<number, Mark>} */
  const marks = new Map();
  if (opened.value) return marks;
  for (const { id } of carried.value) marks.set(id, "carried");
  if (view.value === "trace" && message.value !== null) marks.set(message.value, "traced");
  return marks;
});

/** The chat says that it is there. @param {Bubbles} conversation */
export function offer(conversation) {
  offered.value = conversation;
  return () => {
    offered.value = null;
  };
}

/** While it is open, the bubbles of what a record carries are marked. @param {ChatPart[]} chat */
export function useCarried(chat) {
  const ids = chat.map(({ id }) => id).join();
  useEffect(() => {
    carried.value = chat;
    return () => {
      carried.value = [];
    };
  }, [ids]);
}
