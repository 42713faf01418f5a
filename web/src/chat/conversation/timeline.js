/**
 * What stands in the conversation, in order: messages, notes of what happened between them, and where a
 * replay began and ended.
 *
 * A message may arrive twice: by two lines while one takes over from the other, or live and replayed. It
 * stands here once, in the order of the identifiers.
 *
 * Usage: `add(message, { own: false, old: false }); claim(({ id }) => id === 41); newest(); note("ann joined");
 * timeline.value`
 */
import { signal } from "@preact/signals";
import { onNextFrame } from "./next-frame.js";

/** @import { Message } from "../types.js" */

/**
 * @typedef {object} MessageItem
 * @property {"message"} kind
 * @property {string} key
 * @property {Message} message
 * @property {boolean} own
 * @property {boolean} old it was said before this page came
 * @property {number} history
 */
/** @typedef {{ kind: "note", key: string, text: string }} NoteItem */
/** @typedef {{ kind: "replay", key: string, after: number, ids: number[], by: string | null }} ReplayItem
 *   `by` names the transport, where the reader chose another one */
/** @typedef {{ kind: "live", key: string }} LiveItem the replay is over */
/** @typedef {{ brings: (id: number) => void, end: () => void }} Replay */
/** @typedef {MessageItem | NoteItem | ReplayItem | LiveItem} Item */

let keptItems = 1_000;
/** Repeats are of the newest messages: no replay begins before the last one that stands here. */
const KEPT_KEYS = 5_000;

export const timeline = signal(/** @type {Item[]} */ ([]));

/** @type {Item[]} */
let items = [];
/** @type {number | null} */
let last = null;
/** A server that starts without its history counts from one again; what came before stays in front. */
let history = 0;
let notes = 0;
/** @type {Set<string>} */
const seen = new Set();

const publish = onNextFrame(() => {
  items = items.slice(-keptItems);
  timeline.value = [...items];
});

/** Identifier and time together, because identifiers can begin anew. @param {Message} message */
export const keyOf = ({ id, at }) => `${id} ${at}`;

/** The identifier of the newest message; null before there is one. */
export const newest = () => last;

/** The identifier of the oldest message that stands here. */
export const oldest = () => messagesOf(items)[0]?.message.id ?? 0;

/** What the reader has asked for does not go for what comes. @param {number} count of messages more */
export function makeRoom(count) {
  keptItems += count;
}

/**
 * Adds a message, unless it stands here already.
 * @param {Message} message @param {{ own: boolean, old: boolean }} more
 * @param {Replay | null} [replay] of which it is a part
 */
export function add(message, { own, old }, replay) {
  const key = keyOf(message);
  if (seen.has(key)) return;
  seen.add(key);
  if (seen.size > KEPT_KEYS) seen.delete(seen.values().next().value ?? "");
  replay?.brings(message.id);
  last = Math.max(last ?? 0, message.id);
  const before = items.findLastIndex(
    (item) => item.kind !== "message" || item.history < history || item.message.id < message.id,
  );
  items.splice(before + 1, 0, { kind: "message", key, message, own, old, history });
  publish();
}

/**
 * Some turn out to be the reader's own once they stand here. Gives those of this history that `isOwn` holds for.
 * @param {(message: Message) => boolean} isOwn
 */
export function claim(isOwn) {
  const messages = messagesOf(items).filter((item) => item.history === history && isOwn(item.message));
  if (messages.some(({ own }) => !own)) publish();
  for (const item of messages) item.own = true;
  return messages.map(({ message }) => message);
}

/** From here on, identifiers count from `from` again. @param {number} from */
export function beginHistory(from) {
  history += 1;
  last = from;
  note("The server began a new history: its messages count from the beginning again");
}

/** Nothing was said yet, and that is known. @param {number} id */
export function beginAt(id) {
  last ??= id;
}

/** @param {string} text */
export function note(text) {
  items.push({ kind: "note", key: newKey(), text });
  publish();
}

/**
 * A replay is about to come; it stands in the conversation only if it brings something.
 * @param {{ after: number, by: string | null }} what @returns {Replay}
 */
export function beginReplay({ after, by }) {
  /** @type {ReplayItem} */
  const item = { kind: "replay", key: newKey(), after, ids: [], by };
  return {
    /** Before the message itself is added. @param {number} id */
    brings(id) {
      if (item.ids.length === 0) items.push(item);
      item.ids.push(id);
    },
    end() {
      if (item.ids.length === 0) return;
      items.push({ kind: "live", key: newKey() });
      publish();
    },
  };
}

/** @param {Item[]} items */
function messagesOf(items) {
  return items.filter((item) => item.kind === "message");
}

function newKey() {
  notes += 1;
  return `note ${notes}`;
}
