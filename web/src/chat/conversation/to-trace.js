/**
 * The way from a bubble to what carried it. A conversation has one stop for the Tab key among them: the newest, or
 * where the reader was last.
 *
 * Keys: Up and Down move from message to message, Home and End to the oldest and the newest; Enter shows the trace.
 *
 * Usage: `<${ToTrace} id=${7} isStop=${false} />` in each message, and `...${roving}` on what holds them
 */
import { html } from "htm/preact";
import { batch, signal } from "@preact/signals";
import { go } from "../../address/address.js";
import { turnTo } from "../../panes/active.js";
import { opened } from "../../source/source.js";

/** Where the reader was last: the number of a message. */
export const stop = signal(/** @type {number | null} */ (null));

/** @param {{ id: number, isStop: boolean }} props */
export function ToTrace({ id, isStop }) {
  const name = `Show message ${id} on the wire`;
  // The log is read out as it grows; this is no news.
  return html`
    <span class="to-trace-place" aria-live="off">
      <button type="button" class="to-trace" data-message=${id} tabIndex=${isStop ? 0 : -1} aria-label=${name}
        title=${name} onClick=${() => trace(id)}>
        <svg viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.25" aria-hidden="true">
          <path d="M5 8h3M8 8l4-4M8 8h4M8 8l4 4" /><circle cx="3.5" cy="8" r="1.5" />
          <circle cx="13" cy="3.5" r="1.25" /><circle cx="13.25" cy="8" r="1.25" /><circle cx="13" cy="12.5" r="1.25" />
        </svg>
      </button>
    </span>`;
}

/** An open record would stand in the way, and an opened file knows nothing of this conversation. @param {number} id */
function trace(id) {
  batch(() => {
    opened.value = null;
    go({ view: "trace", message: id, record: null });
    turnTo("wire");
  });
}

export const roving = {
  /** @param {FocusEvent} event */
  onFocusIn({ target }) {
    const id = idOf(target);
    if (id !== null) stop.value = id;
  },
  /** @param {KeyboardEvent & { currentTarget: HTMLElement }} event */
  onKeyDown(event) {
    if (idOf(event.target) === null) return;
    const buttons = /** @type {HTMLElement[]} */ ([...event.currentTarget.querySelectorAll(".to-trace")]);
    const here = buttons.indexOf(/** @type {HTMLElement} */ (event.target));
    const target = { ArrowUp: here - 1, ArrowDown: here + 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    buttons[Math.min(Math.max(target, 0), buttons.length - 1)].focus();
  },
};

/** @param {EventTarget | null} target */
function idOf(target) {
  const id = target instanceof HTMLElement && target.matches(".to-trace") && target.dataset.message;
  return id ? Number(id) : null;
}
