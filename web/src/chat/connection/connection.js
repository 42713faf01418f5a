/**
 * The connection: over which way, whether it stands, and what happens when it does not.
 *
 * Changing the way is make-before-break. The new line opens where the conversation ends, and the old one is
 * closed only when the new one has caught up; whatever comes by both stands in the conversation once, and
 * what was not acknowledged goes out again by the new one.
 *
 * Usage: `connect(); choose("sse"); state.value; transport.value; nextTry.value; disconnect()`
 */
import { batch, computed, signal } from "@preact/signals";
import { remembered } from "../../preferences/remembered.js";
import { Backoff } from "./backoff.js";
import { accept, handle, presentable, refuse } from "../composer/handle.js";
import { isAwaited, useLine } from "../composer/outbox.js";
import { forgetAwaited, isOwn } from "../conversation/own.js";
import { lose, meet, update, updateTyping } from "../people/people.js";
import { room } from "../room/room.js";
import { offer } from "../conversation/earlier.js";
import { add, beginAt, beginHistory, beginReplay, newest, note } from "../conversation/timeline.js";
import { Refusal } from "./ways/refusal.js";
import { WAYS } from "./ways/ways.js";

/** @import { CaughtUp, Line, Message, Presence } from "../types.js" */
/** @import { Way } from "./ways/ways.js" */

/** As many as one answer to a poll holds. */
const AT_FIRST = 100;
/** Whoever has not caught up after this long, and brings nothing either, is given up. */
const OPENING_TIMEOUT_MS = 20_000;

const chosen = remembered("transport", "socketio");

/** The way that the reader chose. */
export const way = computed(() => WAYS.find(({ name }) => name === chosen.value) ?? WAYS[4]);

/** The line in use. */
const current = signal(/** @type {Attempt | null} */ (null));
/** The line that is to take its place. */
const successor = signal(/** @type {Attempt | null} */ (null));
const isClosedByReader = signal(false);
const hasFailed = signal(false);

/** When the next attempt begins, by `Date.now()`, and why the last one ended. */
export const nextTry = signal(/** @type {{ at: number, why: string } | null} */ (null));

/** When the connection comes back that the reader closed for a while. */
export const back = signal(/** @type {number | null} */ (null));

export const state = computed(() => {
  if (isClosedByReader.value) return "offline";
  if (current.value) return "connected";
  return hasFailed.value ? "reconnecting" : "connecting";
});

/** What carries the line in use, as presence calls it. */
export const transport = signal(/** @type {string | null} */ (null));

/** The way of the line in use: for a moment another than the one just chosen. */
export const wayInUse = computed(() => current.value?.way ?? null);

/** How often the line in use asked, if it asks, and how often there was something to hear. */
export const polls = signal({ asked: 0, news: 0 });

const backoff = new Backoff();
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

export function connect() {
  clearTimeout(timer);
  back.value = null;
  isClosedByReader.value = false;
  backoff.reset();
  dial();
}

/** @param {number} [seconds] after which it comes back by itself */
export function disconnect(seconds) {
  clearTimeout(timer);
  batch(() => {
    isClosedByReader.value = true;
    nextTry.value = null;
    give(successor);
    give(current);
    rest();
    back.value = seconds ? Date.now() + seconds * 1_000 : null;
  });
  if (seconds) timer = setTimeout(connect, seconds * 1_000);
}

/** @param {string} name */
export function choose(name) {
  chosen.value = name;
  if (!isClosedByReader.value) connect();
}

/** Tells those who read that something is being written. */
export function tellTyping() {
  current.value?.line.typing();
}

/** Tells the others the new name; without a line, they learn it when there is one. */
export async function rename() {
  const attempt = current.value;
  const name = handle.value.trim();
  if (!attempt) return accept(name);
  if (name === attempt.handle) return;
  try {
    await attempt.line.rename(name);
    attempt.handle = name;
    accept(name);
  } catch (problem) {
    // A line that broke meanwhile is no refusal: the next one is told the new name.
    if (problem instanceof Refusal) refuse({ name, before: attempt.handle, why: problem.message });
  }
}

addEventListener("online", () => state.value === "reconnecting" && dial());
addEventListener("pagehide", () => {
  current.value?.line.close();
  successor.value?.line.close();
});
// Back from the browser's cache of pages: its connections are gone.
addEventListener("pageshow", ({ persisted }) => {
  if (persisted && !isClosedByReader.value) location.reload();
});

/** Begins an attempt, now. */
export function dial() {
  clearTimeout(timer);
  give(successor);
  batch(() => {
    nextTry.value = null;
    successor.value = new Attempt(way.value, current.value?.way ?? null);
  });
  successor.value?.open();
}

/** @param {Attempt} attempt */
function stand(attempt) {
  const isChange = attempt.before !== null && attempt.before !== attempt.way;
  batch(() => {
    successor.value = null;
    give(current, attempt);
    current.value = attempt;
    hasFailed.value = false;
    nextTry.value = null;
    transport.value = attempt.transport;
    polls.value = attempt.polls;
    if (attempt.presence) meet(attempt.presence);
    if (isChange) note(`Now over ${attempt.way.label}`);
  });
  backoff.reset();
  useLine(attempt.line);
  // The name may have been changed while it opened.
  rename();
}

/** The attempt is over, and another begins after a while. @param {Attempt} attempt @param {string} why */
function fail(attempt, why) {
  batch(() => {
    if (attempt === successor.value) give(successor);
    if (attempt === current.value) {
      give(current);
      rest();
    }
    hasFailed.value = true;
    // What is under way already needs no other.
    if (successor.value) return;
    const ms = backoff.next();
    nextTry.value = { at: Date.now() + ms, why };
    clearTimeout(timer);
    timer = setTimeout(dial, ms);
  });
}

/** Closes a line. @param {typeof current} place @param {Attempt} [next] which takes its place */
function give(place, next) {
  place.value?.close(next?.way.polls);
  place.value = null;
}

function rest() {
  transport.value = null;
  lose();
  useLine(null);
}

/** @param {number} from where a new history stands */
function beginAnew(from) {
  beginHistory(from);
  forgetAwaited();
}

/** In the place of a line until there is one. @type {Line} */
const NO_LINE = {
  send: () => Promise.reject(new Error("there is no line yet")),
  typing() {},
  rename: () => Promise.resolve(),
  close() {},
};

/** One line from its opening to its end, and what came over it. */
class Attempt {
  transport = "";
  handle = presentable();
  polls = { asked: 0, news: 0 };
  /** @type {Presence | null} */
  presence = null;
  /** @type {Line} */
  line = NO_LINE;
  isOpening = true;
  isOver = false;
  #after = newest();
  /** Identifiers rise over one line; one that does not is of another history. */
  #last = this.#after ?? 0;
  #replay;
  /** How many it brought that were said before the page came. */
  #old = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #patience;

  /** @param {Way} way @param {Way | null} before the way of the line that stands meanwhile */
  constructor(way, before) {
    this.way = way;
    this.before = before;
    const by = before && before !== way ? way.label : null;
    this.#replay = this.#after === null ? null : beginReplay({ after: this.#after, by });
  }

  get isCurrent() {
    return current.peek() === this;
  }

  open() {
    this.#wait();
    /** @template T @param {(value: T) => void} tell */
    const whileOpen = (tell) => (/** @type {T} */ value) => this.isOver || tell(value);
    this.line = this.way.open({
      begin: this.#after === null ? { recent: AT_FIRST } : { after: this.#after },
      room,
      handle: this.handle,
      onTransport: whileOpen((name) => this.#use(name)),
      onMessage: whileOpen((message) => this.#take(message)),
      onPresence: whileOpen((presence) => {
        this.presence = presence;
        if (this.isCurrent) update(presence);
      }),
      onTyping: whileOpen((typing) => this.isCurrent && updateTyping(typing)),
      onCaughtUp: whileOpen((caughtUp) => this.#catchUp(caughtUp)),
      onAnswer: whileOpen((hadNews) => this.#count(hadNews)),
      onEnd: whileOpen((why) => fail(this, why)),
    });
  }

  close(pollsOn = false) {
    this.isOver = true;
    clearTimeout(this.#patience);
    if (this.isOpening) this.#replay?.end();
    // The next one goes on where this one broke off, and brings nothing earlier.
    if (this.isOpening && this.#old > 0) offer();
    this.line.close({ pollsOn });
  }

  #wait() {
    clearTimeout(this.#patience);
    this.#patience = setTimeout(() => fail(this, "there was no answer in time"), OPENING_TIMEOUT_MS);
  }

  /** @param {string} name */
  #use(name) {
    this.transport = name;
    if (this.isCurrent) transport.value = name;
  }

  /** @param {Message} message */
  #take(message) {
    if (message.id <= this.#last) beginAnew(0);
    this.#last = message.id;
    const own = this.#isMine(message);
    const old = this.isOpening && this.#after === null;
    add(message, { own, old }, this.isOpening ? this.#replay : null);
    // As many as were asked for: there may be more.
    if (old && (this.#old += 1) === AT_FIRST) offer();
    if (this.isOpening) this.#wait();
  }

  /** Of a private message it is known who said it. @param {Message} message */
  #isMine(message) {
    const { you } = this.presence ?? {};
    return (message.from && you === message.from.id) || isOwn(message) || isAwaited(message);
  }

  /** @param {CaughtUp} caughtUp */
  #catchUp({ newest: id }) {
    if (!this.isOpening) return;
    clearTimeout(this.#patience);
    if (id < this.#last) {
      beginAnew(id);
      this.#last = id;
    }
    beginAt(id);
    this.isOpening = false;
    this.#replay?.end();
    stand(this);
  }

  /** @param {boolean} hadNews */
  #count(hadNews) {
    this.polls = { asked: this.polls.asked + 1, news: this.polls.news + (hadNews ? 1 : 0) };
    if (this.isCurrent) polls.value = this.polls;
  }
}
