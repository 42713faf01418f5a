/**
 * What was written and is not back yet, and how far it got.
 *
 * Usage: `<${Pending} />` at the end of the conversation
 */
import { html } from "htm/preact";
import { useHeir } from "../../menu/heir.js";
import { state } from "../connection/connection.js";
import { edit, editing } from "../composer/draft.js";
import { discard, isTooLong, outbox, retry } from "../composer/outbox.js";
import { Text, isEmoji } from "./text.js";
import { handle } from "../composer/handle.js";

/** @import { Entry } from "../composer/outbox.js" */

export function Pending() {
  const entries = outbox.value.filter(({ isBack, clientOffset }) => !isBack && clientOffset !== editing.value);
  return entries.map((entry) => html`<${Item} key=${entry.clientOffset} entry=${entry} />`);
}

/** @param {{ entry: Entry }} props */
function Item({ entry }) {
  const { message, to } = entry;
  return html`
    <li class=${`message own pending ${entry.state} ${to ? "private" : "continues"}`}>
      ${to && html`<p class="message-head"><span class="only">only to <bdi>${to.handle}</bdi></span></p>`}
      <p class=${`message-text ${isEmoji(message) ? "emoji" : ""}`} dir="auto"><${Text} text=${message} /></p>
      ${entry.state === "refused" ? html`<${Refused} entry=${entry} />` : html`<${Progress} entry=${entry} />`}
    </li>`;
}

/** @param {{ entry: Entry }} props */
function Progress({ entry: { state, words, id } }) {
  return html`
    <p class="progress"><span class="progress-sign" aria-hidden="true"></span>${wordsFor(state, words, id)}</p>`;
}

/** @param {Entry["state"]} progress @param {string} [words] @param {number} [id] */
function wordsFor(progress, words, id) {
  if (progress === "acknowledged") return `acknowledged as #${id}, not back yet`;
  if (progress === "sent") return "sent, not acknowledged yet";
  if (state.value !== "connected") return "waits for a connection";
  return words ? `${words}; it goes out again by itself` : "waits for its turn";
}

/** @param {{ entry: Entry }} props */
function Refused({ entry }) {
  const { clientOffset, words } = entry;
  const place = useHeir("message");
  return html`
    <div class="notice refusal" role="alert" ref=${place}>
      <p>Not sent: ${words}</p>
      <p class="choices">
        <button type="button" class="button small" onClick=${() => edit(clientOffset)}>Edit</button>
        ${!isTooLong(entry) && html`
          <button type="button" class="button small"
            onClick=${() => retry(clientOffset, handle.value.trim())}>Retry</button>`}
        <button type="button" class="button small" onClick=${() => discard(clientOffset)}>Discard</button>
      </p>
    </div>`;
}
