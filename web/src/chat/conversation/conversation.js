/**
 * What was said, oldest first, and below it what is on its way. It follows new messages only while the
 * reader is at the end.
 *
 * Usage: `<${Conversation} />`
 */
import { html } from "htm/preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Earlier, earlier } from "./earlier.js";
import { Day, Live, MessageItem, New, Note, Replay } from "./items.js";
import { useHeir } from "../../menu/heir.js";
import { narrow } from "../../panes/narrow.js";
import { marked } from "../../trace/bubbles.js";
import { outbox } from "../composer/outbox.js";
import { offerBubbles } from "./bubbles.js";
import { Pending } from "./pending.js";
import { timeline } from "./timeline.js";
import { roving, stop } from "./to-trace.js";
import { firstUnread, unread, watching } from "./unread.js";

/** @import { Item, MessageItem as Said } from "./timeline.js" */

const NEARLY_AT_END_PX = 40;
/** What one person says in so short a time stands under one head. */
const TOGETHER_MS = 60_000;

export function Conversation() {
  const log = useRef(/** @type {HTMLElement | null} */ (null));
  const atEnd = useRef(true);
  const [isAway, setAway] = useState(false);

  function toEnd() {
    log.current?.scrollTo({ top: log.current.scrollHeight });
  }
  function stayAtEnd() {
    if (!log.current || !atEnd.current) return;
    toEnd();
    // Nobody reads along on a hidden page: what is new stays in view for when somebody comes back.
    const mark = document.hidden && /** @type {HTMLElement | null} */ (log.current.querySelector(".divider.new"));
    if (mark) log.current.scrollTo({ top: Math.min(log.current.scrollTop, mark.offsetTop - NEARLY_AT_END_PX) });
  }
  useLayoutEffect(stayAtEnd, [timeline.value, outbox.value]);
  // What is put in front must not move what is being read: as far from the end as it was.
  const fromEnd = useRef(/** @type {number | null} */ (null));
  function keepPlace() {
    fromEnd.current = log.current && log.current.scrollHeight - log.current.scrollTop;
  }
  useLayoutEffect(() => {
    if (log.current && fromEnd.current !== null) log.current.scrollTop = log.current.scrollHeight - fromEnd.current;
    fromEnd.current = null;
  }, [timeline.value[0]]);
  // Who speaks looks at their own words.
  const lastWritten = outbox.value.at(-1)?.clientOffset;
  useLayoutEffect(() => {
    if (lastWritten) toEnd();
  }, [lastWritten]);
  useEffect(() => {
    const observer = new ResizeObserver(stayAtEnd);
    // What is inside can grow too: words that appear later, a font that is loaded.
    for (const element of [log.current, log.current?.lastElementChild]) if (element) observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useEffect(offerBubbles, []);

  function onScroll() {
    if (!log.current) return;
    atEnd.current = isAtEnd(log.current);
    setAway(!atEnd.current);
    watching(atEnd.current);
  }

  const isEmpty = outbox.value.length === 0 && timeline.value.every(({ kind }) => kind !== "message");
  return html`
    <div class="conversation">
      <div class="messages" id="conversation" role="log" aria-label="Conversation"
        aria-live=${earlier.value === "asking" ? "off" : "polite"} tabIndex=${0} ref=${log} onScroll=${onScroll}
        ...${roving}>
        ${isEmpty && html`<${Invitation} />`}
        ${earlier.value !== "none" && html`<${Earlier} onAsk=${keepPlace} />`}
        <ol>${rowsOf(timeline.value, firstUnread.value)}<${Pending} /></ol>
      </div>
      ${isAway && html`<${ToEnd} go=${toEnd} />`}
    </div>`;
}

/** @param {{ go: () => void }} props */
function ToEnd({ go }) {
  const place = useHeir("conversation");
  return html`
    <button type="button" class="button small to-end" onClick=${go} ref=${place}
      aria-label=${unread.value > 0 ? `${unread.value} new: go to the end` : "Go to the end"}>
      ${unread.value > 0 ? `${unread.value} new ` : "to the end "}<span aria-hidden="true">↓</span>
    </button>`;
}

function Invitation() {
  return html`
    <div class="introduction">
      <p class="invitation">
        Say something,<br />then watch it cross ${narrow.value
          ? html`the wire, under <em>Your wire</em>`
          : html`the wire${" "}<span aria-hidden="true">→</span>`}
      </p>
      <p class="muted">
        Open this page in a second browser, or on a phone in the same network, and talk between them. Then
        let your words travel another way: the list above has seven.
      </p>
    </div>`;
}

/** @param {Item[]} items @param {string | null} firstNew */
function rowsOf(items, firstNew) {
  const rows = [];
  /** @type {Item | null} */
  let previous = null;
  let day = new Date().toDateString();
  const stopsAt = stopAmong(items);
  for (const item of items) {
    if (item.kind === "message") {
      const itsDay = new Date(item.message.at).toDateString();
      if (itsDay !== day) {
        rows.push(html`<${Day} key=${`day of ${item.key}`} at=${item.message.at} />`);
        previous = null;
      }
      day = itsDay;
      if (item.key === firstNew) {
        rows.push(html`<${New} key="new" />`);
        previous = null;
      }
      const continues = previous?.kind === "message" && isTogether(previous, item);
      const { key, message, own } = item;
      rows.push(html`
        <${MessageItem} key=${key} message=${message} own=${own} continues=${continues}
          mark=${marked.value.get(message.id)} isStop=${item === stopsAt} />`);
    } else {
      rows.push(html`<${OTHERS[item.kind]} key=${item.key} item=${item} />`);
    }
    previous = item;
  }
  return rows;
}

/** Of all the ways to a trace, the one that the Tab key leads to. @param {Item[]} items */
function stopAmong(items) {
  const messages = items.filter((item) => item.kind === "message");
  return messages.findLast(({ message }) => message.id === stop.value) ?? messages.at(-1);
}

const OTHERS = { note: Note, replay: Replay, live: Live };

/** @param {Said} one @param {Said} next */
function isTogether(one, next) {
  const [before, after] = [one.message, next.message];
  return (
    one.own === next.own &&
    before.handle === after.handle &&
    before.to?.id === after.to?.id &&
    Date.parse(after.at) - Date.parse(before.at) < TOGETHER_MS
  );
}

/** @param {HTMLElement} log */
function isAtEnd(log) {
  return log.scrollHeight - log.scrollTop - log.clientHeight < NEARLY_AT_END_PX;
}
