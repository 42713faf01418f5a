/**
 * What can stand in the conversation, one component each. Text is only ever text, and each piece of it that
 * somebody else wrote is kept apart in its direction of writing, so that none can turn its neighbours round.
 *
 * Usage: `<${MessageItem} message=${message} own=${false} continues=${false} />`
 */
import { html } from "htm/preact";
import { useMemo } from "preact/hooks";
import { show } from "../../filter/filter.js";
import { count, timeOfDay } from "../../format.js";
import { turnTo } from "../../panes/active.js";
import { Text, isEmoji } from "./text.js";
import { ToTrace } from "./to-trace.js";

/** @import { Mark } from "../../trace/bubbles.js" */
/** @import { NoteItem, ReplayItem } from "./timeline.js" */
/** @import { Message } from "../types.js" */

/**
 * @typedef {object} MessageProps
 * @property {Message} message
 * @property {boolean} own
 * @property {boolean} continues it stands under the head of the one before
 * @property {Mark} [mark] what the wire has to do with it just now
 * @property {boolean} isStop the Tab key leads to it
 */

/** @param {MessageProps} props */
export function MessageItem({ message, own, continues, mark, isStop }) {
  // The same result again spares a long conversation from being compared on every message.
  return useMemo(() => {
    const { id, handle, at, to } = message;
    const classes = ["message", own && "own", continues && "continues", to && "private", mark && `is-${mark}`];
    return html`
      <li class=${classes.filter(Boolean).join(" ")}>
        <p class="message-head">
          <bdi class="message-handle">${handle}</bdi>
          ${to && html`<span class="only">only to ${own ? html`<bdi>${to.handle}</bdi>` : "you"}</span>`}
          <time dateTime=${at} title=${fullDate(at)}>${timeOfDay(at)}</time>
        </p>
        <div class="message-line">
          <p class=${`message-text ${isEmoji(message.message) ? "emoji" : ""}`} dir="auto"
            title=${fullDate(at)}><${Text} text=${message.message} /></p>
          <${ToTrace} id=${id} isStop=${isStop} />
        </div>
      </li>`;
  }, [message, own, continues, mark, isStop]);
}

/** Somebody came, went, or is called another name. @param {{ item: NoteItem }} props */
export function Note({ item }) {
  return html`<li class="note"><bdi>${item.text}</bdi></li>`;
}

export function Day(/** @type {{ at: string }} */ { at }) {
  return html`<li class="divider"><span>${dayOf(at)}</span></li>`;
}

/** Where the reader left off. */
export function New() {
  return html`<li class="divider new"><span>New</span></li>`;
}

/** What came after is what was missed. @param {{ item: ReplayItem }} props */
export function Replay({ item: { ids, after, by } }) {
  const since = after > 0 ? `after #${after}` : "from the beginning";
  const words = by
    ? `${count(ids.length, "message")} replayed over ${by} ${since}`
    : `${count(ids.length, "message")} missed · replayed ${since}`;
  return html`
    <li class="divider replay">
      <span>${words}</span>
      <button type="button" class="button small" onClick=${() => showDelivery(ids)}>Show what carried them</button>
    </li>`;
}

/** The end of a replay. */
export function Live() {
  return html`<li class="divider replay-end"><span>caught up, live again</span></li>`;
}

/** Shows, in the inspector, the records that brought these messages to this browser. @param {number[]} ids */
function showDelivery(ids) {
  show({ whose: "mine", asked: `chat.role == delivered and chat.id in {${ranges(ids)}}` });
  turnTo("wire");
}

/** A filter takes 50 members of sets at most; beyond that, one range holds them all. */
const MOST_RANGES = 40;

/** Rising numbers as the filter language writes them: `41..43 45`. @param {number[]} ids */
export function ranges(ids) {
  /** @type {[from: number, to: number][]} */
  const found = [];
  for (const id of ids) {
    const open = found.at(-1);
    if (open && open[1] === id - 1) open[1] = id;
    else found.push([id, id]);
  }
  if (found.length > MOST_RANGES) return `${ids[0]}..${ids[ids.length - 1]}`;
  return found.map(([from, to]) => (from === to ? `${from}` : `${from}..${to}`)).join(" ");
}

/** @param {string} at */
const fullDate = (at) => new Date(at).toLocaleString([], { dateStyle: "full", timeStyle: "medium" });

/** @param {string} at */
function dayOf(at) {
  const day = new Date(at);
  const daysAgo = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / 86_400_000);
  if (daysAgo === 0) return "Today";
  if (daysAgo === 1) return "Yesterday";
  return day.toLocaleDateString([], { dateStyle: "full" });
}
