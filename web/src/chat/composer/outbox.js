/**
 * What was written and does not stand in the conversation yet. It goes out in order, one after the other,
 * each when the one before is acknowledged, and stays here until the server has taken it *and* it has come
 * back. It outlives a reload, in sessionStorage.
 *
 * What got no answer is sent again with the same `clientOffset`, over whatever line there is then: the server
 * knows it by that, and says it only once.
 *
 * Usage: `post({ handle, message, to }); outbox.value; retry(offset); discard(offset); useLine(line)`
 */
import { effect, signal } from "@preact/signals";
import { Backoff } from "../connection/backoff.js";
import { room } from "../room/room.js";
import { acknowledged } from "../conversation/own.js";
import { newest, timeline } from "../conversation/timeline.js";
import { read, write } from "../stored.js";
import { Refusal } from "../connection/ways/refusal.js";

/** @import { Line, Message, Person } from "../types.js" */

/**
 * @typedef {object} Entry
 * @property {string} clientOffset
 * @property {string} handle
 * @property {string} message
 * @property {Person} [to]
 * @property {"waiting" | "sent" | "acknowledged" | "refused"} state
 * @property {number} [id] once it is acknowledged
 * @property {string} [words] why it was refused, or why it waits
 * @property {string} [code] of the refusal
 * @property {number} [since] the newest message when it was sent first
 * @property {boolean} [isBack] it stands in the conversation already, before its acknowledgement
 */

/** The server says in words what is too long, but it hangs up on what is longer than this many UTF-16 units. */
const LONGEST = 150_000;
const KEY = `wireglass.outbox.${room}`;

export const outbox = signal(restored());
effect(() => write("sessionStorage", KEY, outbox.value));

/** @type {Line | null} */
let line = null;
let isSending = false;
/** Ends the pause before the next attempt. */
let wake = () => {};
const backoff = new Backoff();

/** The same words would be refused again. @param {Entry} entry */
export const isTooLong = ({ code = "" }) => code === "message_too_long" || code === "body_too_large";

/** @param {Pick<Entry, "handle" | "message" | "to">} draft */
export function post(draft) {
  outbox.value = [...outbox.value, { ...draft, clientOffset: newOffset(), state: "waiting" }];
  sendAll();
}

/**
 * Sends again what was refused, under the name that its sender has now.
 *
 * @param {string} clientOffset @param {string} handle
 */
export function retry(clientOffset, handle) {
  change(clientOffset, { words: undefined, handle, state: "waiting" });
  sendAll();
}

/**
 * Gives a refused message other words, or another reader: that is another message, so it has another name from then on.
 * @param {string} clientOffset @param {Pick<Entry, "message" | "to">} changes @returns {string} its new `clientOffset`
 */
export function rewrite(clientOffset, changes) {
  const renamed = newOffset();
  change(clientOffset, { ...changes, clientOffset: renamed });
  return renamed;
}

/** @param {string} clientOffset */
export function discard(clientOffset) {
  outbox.value = outbox.value.filter((entry) => entry.clientOffset !== clientOffset);
}

/** The line that stands from now on, or null. @param {Line | null} next */
export function useLine(next) {
  line = next;
  backoff.reset();
  wake();
  sendAll();
}

async function sendAll() {
  if (isSending) return;
  isSending = true;
  for (let entry = nextEntry(); line && entry; entry = nextEntry()) await send(line, entry);
  isSending = false;
}

const nextEntry = () => outbox.value.find(({ state }) => state === "waiting" || state === "sent");

/** @param {Line} way @param {Entry} entry */
async function send(way, { clientOffset, handle, message, to, since = newest() ?? 0 }) {
  if (message.length > LONGEST) {
    const words = `the message is too long to be sent: ${message.length} characters`;
    change(clientOffset, { state: "refused", words, code: "body_too_large", isBack: false });
    return;
  }
  change(clientOffset, { state: "sent", words: undefined, code: undefined, since });
  try {
    const { id } = await way.send({ handle, message, clientOffset, ...(to && { to: to.id }) });
    backoff.reset();
    change(clientOffset, { state: "acknowledged", id });
    acknowledged(id);
    settle();
  } catch (problem) {
    if (problem instanceof Refusal && !problem.passes) {
      change(clientOffset, { state: "refused", words: problem.message, code: problem.code, isBack: false });
      return;
    }
    change(clientOffset, { state: "waiting", words: whyItWaits(problem) });
    const pauseMs = backoff.next();
    const { retryAfter = 0 } = problem instanceof Refusal ? problem : {};
    if (line === way) await pause(Math.max(pauseMs, retryAfter * 1_000));
  }
}

/** The server's "try again" is for programs: this one does, by itself. @param {unknown} problem */
function whyItWaits(problem) {
  if (!(problem instanceof Refusal)) return "there was no answer";
  return problem.code === "rate_limited" ? "too many messages at once" : problem.message;
}

/** @param {number} ms @returns {Promise<void>} */
function pause(ms) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    wake = () => {
      clearTimeout(timer);
      resolve();
    };
  });
}

// What has come back needs no place here any more.
effect(settle);

function settle() {
  const messages = timeline.value.filter((item) => item.kind === "message");
  const last = messages.at(-1)?.message.id ?? -1;
  const lastOwn = messages.findLast(({ own }) => own)?.message;
  const entries = outbox.peek();
  const kept = entries.filter(({ state, id = Infinity }) => state !== "acknowledged" || id > last);
  const sent = kept.findIndex(({ state, isBack }) => state === "sent" && !isBack);
  const isBack = sent >= 0 && lastOwn !== undefined && isSame(kept[sent], lastOwn);
  if (isBack) kept[sent] = { ...kept[sent], isBack };
  if (isBack || kept.length < entries.length) outbox.value = kept;
}

/** Whether this is what was sent and is not acknowledged yet. @param {Message} said */
export const isAwaited = (said) =>
  outbox.peek().some((entry) => isOnItsWay(entry) && !entry.isBack && isSame(entry, said));

/** @param {Entry} entry */
const isOnItsWay = ({ state, since }) => since !== undefined && (state === "sent" || state === "waiting");

/** The acknowledgement may come after the message: for that moment it is known by its words. */
function isSame(/** @type {Entry} */ { handle, message, to, since = 0 }, /** @type {Message} */ said) {
  return said.id > since && said.handle === handle && said.message === message && said.to?.id === to?.id;
}

/** @param {string} clientOffset @param {Partial<Entry>} changes */
function change(clientOffset, changes) {
  outbox.value = outbox.value.map((entry) =>
    entry.clientOffset === clientOffset ? { ...entry, ...changes } : entry,
  );
}

/** Random, and not from `crypto.randomUUID`, which pages on plain HTTP do not have. */
function newOffset() {
  return Array.from(crypto.getRandomValues(new Uint32Array(3)), (part) => part.toString(36)).join("");
}

/** What was acknowledged is in the server's history, from which it comes anyway. @returns {Entry[]} */
function restored() {
  /** @type {Entry[]} */
  const entries = read("sessionStorage", KEY) ?? [];
  for (const { state, id } of entries) if (state === "acknowledged" && id !== undefined) acknowledged(id);
  return entries.filter(({ state }) => state !== "acknowledged");
}
