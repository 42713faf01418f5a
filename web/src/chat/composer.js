/**
 * The handle, the message box and Send. A message leaves the box only when the server has
 * acknowledged it; until then, and after an error, the text stays where it can be sent again.
 *
 * Usage: `<${Composer} />`
 */
import { html } from "htm/preact";
import { signal } from "@preact/signals";
import { handle } from "./handle.js";
import { send } from "./session.js";

const text = signal("");
const sending = signal(false);
const error = signal("");

/** Names the text now in the box: the same while it is retried, another as soon as it is changed. */
let clientOffset = newOffset();

export function Composer() {
  return html`
    <form class="composer" onSubmit=${submit}>
      ${error.value && html`<p class="notice" role="alert">${error.value}</p>`}
      <label class="composer-handle">
        <span>Handle</span>
        <input name="handle" autocomplete="nickname" value=${handle} onInput=${onHandle} required />
      </label>
      <div class="composer-row">
        <label class="visually-hidden" for="message">Message</label>
        <textarea id="message" rows="1" placeholder="Say something" value=${text} onInput=${onText}
          onKeyDown=${sendOnEnter} required></textarea>
        <button type="submit" class="button primary" disabled=${sending.value}>Send</button>
      </div>
    </form>`;
}

/** @param {Event} event */
async function submit(event) {
  event.preventDefault();
  const message = text.value.trim();
  if (!message || sending.value) return;
  sending.value = true;
  error.value = "";
  try {
    await send(handle.value.trim(), message, clientOffset);
    if (text.value.trim() === message) text.value = "";
    clientOffset = newOffset();
  } catch (problem) {
    error.value = /** @type {Error} */ (problem).message;
  }
  sending.value = false;
}

/** Enter sends; Shift+Enter is a new line; Enter within an input method's composition is neither. */
function sendOnEnter(/** @type {KeyboardEvent & { currentTarget: HTMLTextAreaElement }} */ event) {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  event.currentTarget.form?.requestSubmit();
}

/** @param {Event & { currentTarget: HTMLInputElement }} event */
function onHandle(event) {
  handle.value = event.currentTarget.value;
}

/** @param {Event & { currentTarget: HTMLTextAreaElement }} event */
function onText(event) {
  text.value = event.currentTarget.value;
  clientOffset = newOffset();
  error.value = "";
}

/** Random, and not from `crypto.randomUUID`, which pages on plain HTTP do not have. */
function newOffset() {
  return Array.from(crypto.getRandomValues(new Uint32Array(3)), (part) => part.toString(36)).join("");
}
