/**
 * The handle, the message box and Send. What is sent leaves the box at once and stands in the conversation,
 * on its way; what is refused comes back here.
 *
 * Usage: `<${Composer} />`
 */
import { html } from "htm/preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { useHeir } from "../../menu/heir.js";
import { rename, tellTyping } from "../connection/connection.js";
import { isGone, recipient, writeTo } from "../people/people.js";
import { Count } from "./count.js";
import { discardEdited, edited, isChanged, submit, text } from "./draft.js";
import { EmojiMenu } from "./emoji-menu.js";
import { fillEmpty, handle, refusal } from "./handle.js";
import { limits } from "./limits.js";
import { isTooLong } from "./outbox.js";

/** @typedef {{ current: HTMLTextAreaElement | null }} Box */

const TYPING_EVERY_MS = 2_000;
const ONLY_SPACE = "Write something: spaces and empty lines alone are no message.";

let toldTypingAt = -Infinity;

export function Composer() {
  const form = useRef(/** @type {HTMLFormElement | null} */ (null));
  const box = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  useLayoutEffect(() => {
    const isOnlySpace = text.value !== "" && !text.value.trim();
    box.current?.setCustomValidity(isOnlySpace ? ONLY_SPACE : "");
  }, [text.value]);
  // On a low page, what appears above the box must not push it out of sight.
  useLayoutEffect(() => {
    if (form.current?.contains(document.activeElement)) form.current.scrollIntoView({ block: "end" });
  }, [edited.value, refusal.value, recipient.value?.id]);
  return html`
    <form class="composer" onSubmit=${onSubmit} ref=${form}>
      ${edited.value && html`<${Refused} />`}
      ${recipient.value && html`<${Recipient} box=${box} />`}
      <${Handle} box=${box} />
      <div class="composer-row">
        <${EmojiMenu} box=${box} />
        <label class="visually-hidden" for="message">Message</label>
        <textarea id="message" rows="1" placeholder="Say something" ref=${box} value=${text.value} dir="auto"
          aria-describedby="message-count" onInput=${onText} onKeyDown=${sendOnEnter} required></textarea>
        <button type="submit" class="button primary">Send</button>
      </div>
      <${Count} id="message-count" text=${text.value} most=${limits.message} />
    </form>`;
}

function Refused() {
  const place = useHeir("message");
  if (!edited.value) return null;
  // What is too long stays too long: it wants other words first.
  const canRetry = isChanged.value || !isTooLong(edited.value);
  return html`
    <div class="notice refusal" role="alert" ref=${place}>
      <p>Not sent: ${edited.value.words}</p>
      <p class="choices">
        ${canRetry && html`<button type="submit" class="button small">Retry</button>`}
        <button type="button" class="button small" onClick=${discardEdited}>Discard</button>
      </p>
    </div>`;
}

/** @param {{ box: Box }} props */
function Recipient({ box }) {
  const name = html`<bdi>${recipient.value?.handle}</bdi>`;
  function toEveryone() {
    writeTo(null);
    box.current?.focus();
  }
  return html`
    <div class="recipient">
      <p>
        <strong>Only to ${name}</strong>
        <button type="button" class="button small icon" onClick=${toEveryone} title="Write to everyone again"
          aria-label="Write to everyone again"><span aria-hidden="true">✕</span></button>
      </p>
      <p role="status">${isGone.value && html`<strong class="gone">${name} is not here any more.</strong>`}</p>
      <p class="muted">Only ${name}’s chat shows it. But this one is made of glass: everybody who watches the wire
        under Everyone can still read it there.</p>
    </div>`;
}

/** @param {{ box: Box }} props */
function Handle({ box }) {
  function onKeyDown(/** @type {KeyboardEvent} */ event) {
    if (event.key !== "Enter" || event.isComposing) return;
    // It renames, because the field is left, and sends nothing.
    event.preventDefault();
    box.current?.focus();
  }
  function dismiss() {
    refusal.value = "";
    box.current?.focus();
  }
  return html`
    <div class="composer-handle">
      <label for="handle">Handle</label>
      <input id="handle" name="handle" autocomplete="nickname" value=${handle.value} aria-describedby="handle-count"
        onInput=${onHandle} onChange=${onHandleChange} onKeyDown=${onKeyDown} />
      <${Count} id="handle-count" text=${handle.value} most=${limits.handle} />
    </div>
    ${refusal.value && html`
      <div class="notice dismissible" role="alert">
        <p>Not renamed: ${refusal.value}</p>
        <button type="button" class="button small" onClick=${dismiss}>Dismiss</button>
      </div>`}`;
}

/** @param {Event & { currentTarget: HTMLFormElement }} event */
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
  refusal.value = "";
}

/** The others learn the new name once it is whole, and not letter by letter. */
function onHandleChange() {
  fillEmpty();
  rename();
}

/** @param {Event & { currentTarget: HTMLTextAreaElement }} event */
function onText(event) {
  text.value = event.currentTarget.value;
  const now = performance.now();
  if (!text.value.trim() || now - toldTypingAt < TYPING_EVERY_MS) return;
  toldTypingAt = now;
  tellTyping();
}
