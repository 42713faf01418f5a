/**
 * The text in the box, and which refused message it is, if it is one.
 *
 * What is refused goes back into the box when the box is empty, so that it can be changed there; a box in
 * which something else is being written is left alone. What stands there outlives a reload.
 *
 * Usage: `text.value`, `edit(clientOffset)`, `editing.value`
 */
import { batch, computed, effect, signal } from "@preact/signals";
import { discard, outbox, post, retry, rewrite } from "./outbox.js";
import { handle } from "./handle.js";
import { recipient, writeTo } from "../people/people.js";
import { room } from "../room/room.js";
import { read, write } from "../stored.js";

/** @import { Person } from "../types.js" */
/** @import { Entry } from "./outbox.js" */

const KEY = `wireglass.draft.${room}`;

/** @type {{ text?: string, editing?: string | null, to?: Person | null }} */
const kept = read("sessionStorage", KEY) ?? {};

export const text = signal(kept.text ?? "");
export const editing = signal(outbox.peek().some(isKept) ? (kept.editing ?? null) : null);

// What was for one reader must not come back as something for everybody.
if (kept.to) writeTo(kept.to);
effect(() => write("sessionStorage", KEY, { text: text.value, editing: editing.value, to: recipient.value }));

/** The refused message that is being edited. */
export const edited = computed(() => outbox.value.find(({ clientOffset }) => clientOffset === editing.value));

/** It has other words by now, or is for somebody else. */
export const isChanged = computed(() => {
  const { value: entry } = edited;
  return entry !== undefined && (text.value.trim() !== entry.message || !isSame(entry.to, recipient.value));
});

/**
 * To whom alone the box wrote before a refused message came into it, and for whom that one was.
 * @type {{ before: Person | null, given: Person | null }}
 */
let readers = { before: null, given: edited.peek()?.to ?? null };

effect(() => {
  const refused = outbox.value.find(({ state }) => state === "refused");
  const isFree = editing.peek() === null && !text.peek().trim();
  // Whoever has just chosen to whom they write is not made to write to somebody else.
  if (refused && isFree && isSame(refused.to, recipient.peek())) edit(refused.clientOffset);
});

/**
 * Puts a refused message into the box, for whom it was. Another one that stood there goes back as it is now; what
 * was no message yet is put behind it.
 */
export function edit(/** @type {string} */ clientOffset) {
  const entry = outbox.peek().find((entry) => entry.clientOffset === clientOffset);
  if (!entry) return;
  const other = edited.peek();
  if (other) {
    if (text.peek().trim() && isChanged.peek()) rewrite(other.clientOffset, written());
    giveBack();
  }
  readers = { before: recipient.peek(), given: entry.to ?? null };
  writeTo(readers.given);
  text.value = [entry.message, other ? "" : text.peek()].filter(Boolean).join("\n");
  editing.value = clientOffset;
}

/** Sends what stands in the box. */
export function submit() {
  const { message, to } = written();
  if (!message) return;
  const name = handle.value.trim();
  const refused = edited.value;
  const hasChanged = isChanged.peek();
  clear();
  // At once: a message that is only rewritten would be taken back into the empty box.
  batch(() => {
    if (!refused) post({ handle: name, message, to });
    else retry(hasChanged ? rewrite(refused.clientOffset, { message, to }) : refused.clientOffset, name);
  });
}

function written() {
  return { message: text.peek().trim(), to: recipient.peek() ?? undefined };
}

/** @param {Person | null | undefined} one @param {Person | null | undefined} other */
function isSame(one, other) {
  return one?.id === other?.id;
}

export function discardEdited() {
  const refused = editing.value;
  clear();
  if (refused) discard(refused);
}

/** Unless somebody was chosen meanwhile; and what was private does not become public by itself. */
function giveBack() {
  const { before, given } = readers;
  if (before && isSame(given, recipient.peek())) writeTo(before);
}

/** Whether this was being edited when the page went away. @param {Entry} entry */
function isKept({ clientOffset, state }) {
  return state === "refused" && clientOffset === kept.editing;
}

function clear() {
  if (editing.peek() !== null) giveBack();
  text.value = "";
  editing.value = null;
}
