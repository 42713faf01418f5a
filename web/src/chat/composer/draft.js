/**
 * The text in the box, and which refused message it is, if it is one.
 *
 * What is refused goes back into the box when the box is empty, so that it can be changed there; a box in
 * which something else is being written is left alone.
 *
 * Usage: `text.value`, `edit(clientOffset)`, `editing.value`
 */
import { computed, effect, signal } from "@preact/signals";
import { discard, outbox, post, retry } from "./outbox.js";
import { handle } from "./handle.js";
import { recipient } from "../people/people.js";

export const text = signal("");
export const editing = signal(/** @type {string | null} */ (null));

/** The refused message that is being edited. */
export const edited = computed(() => outbox.value.find(({ clientOffset }) => clientOffset === editing.value));

effect(() => {
  const refused = outbox.value.find(({ state }) => state === "refused");
  if (refused && editing.peek() === null && !text.peek().trim()) edit(refused.clientOffset);
});

/** Puts a refused message into the box. What stood there and was no message yet is put behind it. */
export function edit(/** @type {string} */ clientOffset) {
  const entry = outbox.peek().find((entry) => entry.clientOffset === clientOffset);
  if (!entry) return;
  text.value = [entry.message, editing.peek() ? "" : text.peek()].filter(Boolean).join("\n");
  editing.value = clientOffset;
}

/** Sends what stands in the box. */
export function submit() {
  const message = text.value.trim();
  if (!message) return;
  const name = handle.value.trim();
  const to = recipient.value ?? undefined;
  const refused = edited.value;
  clear();
  if (!refused) post({ handle: name, message, to });
  else retry(refused.clientOffset, { handle: name, ...(message !== refused.message && { message }) });
}

export function discardEdited() {
  const refused = editing.value;
  clear();
  if (refused) discard(refused);
}

function clear() {
  text.value = "";
  editing.value = null;
}
