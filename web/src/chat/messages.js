/**
 * What was said, oldest first. It follows new messages only while the reader is at the end.
 * Message text is only ever text: Preact escapes it.
 *
 * Usage: `<${Messages} />`
 */
import { html } from "htm/preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { timeOfDay } from "../format.js";
import { handle } from "./handle.js";
import { messages } from "./session.js";

/** @import { Message } from "./session.js" */

const NEARLY_AT_END_PX = 40;

export function Messages() {
  const log = useRef(/** @type {HTMLElement | null} */ (null));
  const atEnd = useRef(true);
  const stayAtEnd = () => {
    if (atEnd.current) log.current?.scrollTo({ top: log.current.scrollHeight });
  };
  useLayoutEffect(stayAtEnd, [messages.value]);
  useEffect(() => {
    const observer = new ResizeObserver(stayAtEnd);
    observer.observe(/** @type {HTMLElement} */ (log.current));
    return () => observer.disconnect();
  }, []);

  function onScroll() {
    atEnd.current = log.current !== null && isAtEnd(log.current);
  }

  const list = messages.value;
  return html`
    <div class="messages" role="log" aria-label="Conversation" aria-live="polite" tabIndex=${0} ref=${log}
      onScroll=${onScroll}>
      ${list.length === 0 && html`<${Invitation} />`}
      <ol>
        ${list.map((message, index) => html`
          <${MessageItem} key=${`${message.id} ${message.at}`} message=${message}
            continues=${list[index - 1]?.handle === message.handle} />`)}
      </ol>
    </div>`;
}

function Invitation() {
  return html`
    <div class="introduction">
      <p class="invitation">
        Say something,<br />then watch it cross the wire${" "}<span aria-hidden="true">→</span>
      </p>
      <p class="muted">
        Open this page in a second browser, or on a phone in the same network, and talk between them.
      </p>
    </div>`;
}

/** @param {{ message: Message, continues: boolean }} props */
function MessageItem({ message, continues }) {
  const own = message.handle === handle.value;
  return html`
    <li class=${`message ${own ? "own" : ""} ${continues ? "continues" : ""}`}>
      <p class="message-head">
        <span class="message-handle">${message.handle}</span>
        <time dateTime=${message.at}>${timeOfDay(message.at)}</time>
      </p>
      <p class="message-text">${message.message}</p>
    </li>`;
}

/** @param {HTMLElement} log */
function isAtEnd(log) {
  return log.scrollHeight - log.scrollTop - log.clientHeight < NEARLY_AT_END_PX;
}
