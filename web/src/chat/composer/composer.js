/**
 * The handle, the message box and Send. What is sent leaves the box at once and stands in the conversation,
 * on its way; what is refused comes back here.
 *
 * Usage: `<${Composer} />`
 */
import { html } from "htm/preact";
import { signal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { rename, tellTyping } from "../connection/connection.js";
import { discardEdited, edited, submit, text } from "./draft.js";
import { EmojiMenu } from "./emoji-menu.js";
import { handle, presentable } from "./handle.js";
import { recipient, writeTo } from "../people/people.js";
import { Refusal } from "../connection/ways/refusal.js";

const TYPING_EVERY_MS = 2_000;

const renameRefused = signal("");
let toldTypingAt = -Infinity;

export function Composer() {
  const box = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  return html`
    <form class="composer" onSubmit=${onSubmit}>
      <${Refused} />
      ${recipient.value && html`<${Recipient} box=${box} />`}
      <label class="composer-handle">
        <span>Handle</span>
        <input name="handle" autocomplete="nickname" value=${handle.value} onInput=${onHandle}
          onChange=${onHandleChange} required />
      </label>
      ${renameRefused.value && !edited.value && html`
        <p class="notice" role="alert">Not renamed: ${renameRefused.value}</p>`}
      <div class="composer-row">
        <${EmojiMenu} box=${box} />
        <label class="visually-hidden" for="message">Message</label>
        <textarea id="message" rows="1" placeholder="Say something" ref=${box} value=${text.value} dir="auto"
          onInput=${onText} onKeyDown=${sendOnEnter} required></textarea>
        <button type="submit" class="button primary">Send</button>
      </div>
    </form>`;
}

function Refused() {
  if (!edited.value) return null;
  return html`
    <div class="notice refusal" role="alert">
      <p>Not sent: ${edited.value.words}</p>
      <p class="choices">
        <button type="submit" class="button small">Retry</button>
        <button type="button" class="button small" onClick=${discardEdited}>Discard</button>
      </p>
    </div>`;
}

/** @param {{ box: { current: HTMLElement | null } }} props */
function Recipient({ box }) {
  function toEveryone() {
    writeTo(null);
    box.current?.focus();
  }
  return html`
    <div class="recipient">
      <p>
        <strong>Only to <bdi>${recipient.value?.handle}</bdi></strong>
        <button type="button" class="button small icon" onClick=${toEveryone} title="Write to everyone again"
          aria-label="Write to everyone again"><span aria-hidden="true">✕</span></button>
      </p>
      <p class="muted">No other chat shows it. But this one is made of glass: whoever watches the wire under
        Everyone can read it there.</p>
    </div>`;
}

/** @param {Event} event */
function onSubmit(event) {
  event.preventDefault();
  toldTypingAt = -Infinity;
  submit();
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
  renameRefused.value = "";
}

/** The others learn the new name once it is whole, and not letter by letter. */
async function onHandleChange() {
  if (!handle.value.trim()) handle.value = presentable();
  try {
    await rename();
  } catch (problem) {
    // A line that broke meanwhile is no refusal: the next one is told the new name.
    if (problem instanceof Refusal) renameRefused.value = problem.message;
  }
}

/** @param {Event & { currentTarget: HTMLTextAreaElement }} event */
function onText(event) {
  text.value = event.currentTarget.value;
  const now = performance.now();
  if (!text.value.trim() || now - toldTypingAt < TYPING_EVERY_MS) return;
  toldTypingAt = now;
  tellTyping();
}
