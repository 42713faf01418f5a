/**
 * The page's ear: a WebSocket to `/inspector/feed` (docs/api.md), which reconnects by itself and
 * goes on after the last record that it has. The server leaves this WebSocket out of the capture.
 *
 * Messages gather until the next animation frame, so that a busy wire costs one redraw a frame.
 *
 * Usage: `follow(); status.value; await clear();` It watches what `filter/filter.js` says, from then on.
 */
import { batch, effect, signal } from "@preact/signals";
import { filter } from "../filter/filter.js";
import { append, cleared, forget, liveCapture, records, restart, shownFilter, totals } from "./capture.js";

/** @import { FeedMessage } from "../types.js" */

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 8_000;
/** A hidden page gets no animation frames; it must not hoard messages for that. */
const LONGEST_GATHER_MS = 1_000;
/** The timers of a page that is hidden for long come once a minute. */
const MOST_GATHERED = 40;

export const status = signal(
  /** @type {{ live: boolean, words: string }} */ ({ live: false, words: "Connecting" }),
);

/** @type {WebSocket | undefined} */
let socket;
let retryMs = FIRST_RETRY_MS;
/** What the server was asked to watch last. */
let watched = filter.peek();
/** Whether the first batch of the current watch goes on with the list instead of starting it. */
let resumes = false;
/** Whether the next word that the capture was cleared is about what this reader did. */
let clears = false;
/** @type {FeedMessage[]} */
let gathered = [];
/** What delivers it, whichever comes first. */
let frame = 0;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

export function follow() {
  socket = new WebSocket(new URL("/inspector/feed", location.href.replace(/^http/, "ws")));
  socket.onmessage = (event) => gather(JSON.parse(event.data));
  socket.onclose = retry;
}

// Another filter: another list.
effect(() => {
  filter.value;
  startWatching({});
});

/** Asks the server to forget every record, for everyone. */
export async function clear() {
  clears = true;
  const response = await fetch("/inspector/records", { method: "DELETE" }).catch(() => null);
  if (response?.ok) return;
  clears = false;
  status.value = {
    ...status.value,
    words: `Not cleared: ${response ? `the server answered ${response.status}` : "the server cannot be reached"}`,
  };
}

function retry() {
  const seconds = retryMs / 1_000;
  status.value = { live: false, words: `Feed lost; trying again in ${seconds} s` };
  setTimeout(follow, retryMs);
  retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS);
}

/** @param {FeedMessage} message */
function gather(message) {
  gathered.push(message);
  if (gathered.length >= MOST_GATHERED) return deliver();
  if (gathered.length > 1) return;
  frame = requestAnimationFrame(deliver);
  timer = setTimeout(deliver, LONGEST_GATHER_MS);
}

function deliver() {
  cancelAnimationFrame(frame);
  clearTimeout(timer);
  const messages = gathered;
  gathered = [];
  batch(() => messages.forEach(take));
}

/** @param {FeedMessage} message */
function take(message) {
  if (message.type === "hello") return greet(message);
  if (message.type === "records") return takeRecords(message);
  if (message.type === "totals") return void (totals.value = message);
  if (message.type === "cleared") return takeCleared(message);
  status.value = { live: true, words: message.error };
}

/**
 * Goes on where the list ends, unless another filter was chosen meanwhile, or this is another capture,
 * whose records count from one again.
 */
function greet(/** @type {FeedMessage & { type: "hello" }} */ hello) {
  retryMs = FIRST_RETRY_MS;
  status.value = { live: true, words: "Live" };
  const isSame = liveCapture.value?.started === hello.capture.started;
  if (!isSame) cleared.value = null;
  liveCapture.value = hello.capture;
  startWatching(isSame && shownFilter.value === filter.value ? { after: records.value.at(-1)?.seq } : {});
}

/** @param {{ after?: number }} from */
function startWatching({ after }) {
  resumes = after !== undefined;
  watched = filter.peek();
  if (socket?.readyState === WebSocket.OPEN) {
    socket.send(JSON.stringify({ type: "watch", filter: watched, after }));
  }
}

/** Only the first batch of a watch has `earlier`; what was under way before it belongs to the old list. */
function takeRecords(/** @type {FeedMessage & { type: "records" }} */ message) {
  liveCapture.value = message.capture;
  if (message.earlier === undefined || resumes) append(message.records);
  else restart(message.records, message.earlier, watched);
}

function takeCleared(/** @type {FeedMessage & { type: "cleared" }} */ message) {
  liveCapture.value = message.capture;
  forget(clears);
  clears = false;
}
