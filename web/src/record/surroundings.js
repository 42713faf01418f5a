/**
 * What the records around this one tell of it: which of them belong together with it, which chat
 * message it carried, where it stands in an upgrade, and how the WebSocket ended.
 *
 * Usage: `<${Surroundings} record=${record} />`; `all` on paper, where nothing can be unfolded
 */
import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { go, hrefOf } from "../address/address.js";
import { ShowIn, ofSessions } from "../filter/show-in.js";
import { number } from "../format.js";
import { CARET } from "../menu/menu.js";
import { narrow } from "../panes/narrow.js";
import { bubbles } from "../trace/bubbles.js";
import { wordsOf } from "./links.js";

/** @import { ChatPart, DissectedRecord, Link, UpgradeStep } from "../types.js" */

/** A message can have come in thousands of frames, and an answer bring thousands of messages; and one is mostly all. */
const AT_FIRST = 1;
const ON_PAPER = 100;

/** @param {{ record: DissectedRecord, all?: boolean }} props */
export function Surroundings({ record, all = false }) {
  const most = all ? ON_PAPER : AT_FIRST;
  const { chat = [], links = [], sid, upgrade, closing } = record;
  if (!closing && !upgrade && !sid && chat.length + links.length === 0) return null;
  return html`
    <dl class="surroundings">
      ${closing && html`<div>
        <dt>Closing handshake</dt>
        <dd><span class=${`tag ${closing.clean ? "" : "bad"}`}>${closing.clean ? "✓ clean" : "✕ not clean"}</span>
          ${" "}${closing.meaning}</dd></div>`}
      ${upgrade && html`<div><dt>Upgrade</dt><dd><${Upgrade} step=${upgrade} /></dd></div>`}
      ${chat.length > 0 && html`<div>
        <dt class="visually-hidden">Chat</dt>
        <${Some} items=${chat} most=${most} what="messages" draw=${(/** @type {ChatPart} */ part) => html`<${Message} part=${part} />`} /></div>`}
      ${sid && html`<div><dt>Session</dt><dd><${Session} sid=${sid} /></dd></div>`}
      ${links.length > 0 && html`<div>
        <dt class="visually-hidden">Belongs together with</dt>
        <${Some} items=${links} most=${most} what="links"
          draw=${(/** @type {Link} */ link) => html`<${Tie} link=${link} record=${record} />`} /></div>`}
    </dl>`;
}

/**
 * The first few of a list, and the rest when asked for.
 *
 * @param {{ items: any[], most: number, what: string, draw: (item: any) => unknown }} props
 */
function Some({ items, most, what, draw }) {
  const [all, setAll] = useState(false);
  const shown = all ? items : items.slice(0, most);
  return html`
    <dd class="some">
      <ul>${shown.map((item) => html`<li>${draw(item)}</li>`)}</ul>
      ${shown.length < items.length && html`
        <button type="button" class="button small" onClick=${() => setAll(true)}>
          ${number(items.length)} ${what} ${CARET}
        </button>`}
    </dd>`;
}

/** The address alone opens the other record, and the browser's Back returns to this one. */
function Tie(/** @type {{ link: Link, record: DissectedRecord }} */ { link, record }) {
  const { what, when } = wordsOf(link, record);
  return html`<a href=${hrefOf({ record: link.seq })}>${what} record ${link.seq}</a>, ${when}`;
}

/** @type {Map<ChatPart["role"], string>} */
const ROLES = new Map([
  ["sent", "sent to the server"],
  ["acknowledged", "acknowledged to its sender"],
  ["delivered", "delivered"],
]);

/** @param {{ part: ChatPart }} props */
function Message({ part: { id, role } }) {
  return html`
    Chat message ${id}: ${ROLES.get(role) ?? role}${" "}
    <${InChat} id=${id} />${" "}
    <button type="button" class="button small" onClick=${() => follow(id)}>Trace message ${id}</button>`;
}

/** Beside the inspector alone there is no chat. @param {{ id: number }} props */
function InChat({ id }) {
  if (!bubbles.value) return null;
  if (!bubbles.value.find(id)) return html`<span class="muted">(not in this conversation)</span>`;
  return html`
    <button type="button" class="button small" onClick=${() => bubbles.value?.reveal(id)}>Show in the chat</button>`;
}

/** Where the record covers the trace, it makes room for it. @param {number} message */
function follow(message) {
  go({ view: "trace", message, ...(narrow.peek() ? { record: null } : {}) });
}

/** @param {{ sid: string }} props */
function Session({ sid }) {
  return html`
    <span class="mono">${sid}</span>${" "}
    <${ShowIn} view="list" ...${ofSessions([sid])} words="Show the whole session" />`;
}

/** In their order. @type {Map<UpgradeStep, string>} */
const STEPS = new Map([
  ["handshake", "the client asks to switch to WebSocket"],
  ["switched", "the server agrees: this connection is a WebSocket from here on"],
  ["probe", "the client asks over the WebSocket whether it works"],
  ["probe answer", "the server answers over the WebSocket that it does"],
  ["poll ended", "the poll that was waiting is answered, so that nothing is left on its way there"],
  ["upgraded", "the client says that it uses the WebSocket alone from here on"],
]);

/** @param {{ step: UpgradeStep }} props */
function Upgrade({ step }) {
  const place = [...STEPS.keys()].indexOf(step) + 1;
  // An opened file may name a step that this page does not know.
  if (place === 0) return step;
  return html`Step ${place} of ${STEPS.size} from polling to WebSocket: ${STEPS.get(step)}.`;
}
