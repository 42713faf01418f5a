/**
 * Who is here, over which transports, and a way to write to one of them alone.
 *
 * Usage: `<${PeopleMenu} />`
 */
import { html } from "htm/preact";
import { number } from "../../format.js";
import { CARET, Menu } from "../../menu/menu.js";
import { presence, writeTo } from "./people.js";

/** @import { Present } from "../types.js" */

/** @type {Record<string, string>} */
const CHIPS = {
  "short-polling": "short polling",
  "long-polling": "long polling",
  sse: "SSE",
  websocket: "WebSocket",
  "socketio-polling": "Socket.IO, polling",
  "socketio-websocket": "Socket.IO, WebSocket",
};

export function PeopleMenu() {
  if (!presence.value) return null;
  const { count } = presence.value;
  return html`
    <${Menu} id="people" class="push" label=${`People: ${number(count)} here`}
      button=${html`${number(count)} here ${CARET}`}>
      ${(/** @type {() => void} */ close) => html`<${People} close=${close} />`}
    <//>`;
}

/** @param {{ close: () => void }} props */
function People({ close }) {
  const { you, count, people } = presence.value ?? { you: "", count: 0, people: [] };
  const isYou = (/** @type {Present} */ { id }) => id === you;
  const sorted = [...people].sort((one, other) => Number(isYou(other)) - Number(isYou(one)) || compare(one, other));
  return html`
    <h3>${number(count)} here</h3>
    <ul class="people" aria-label="People">
      ${sorted.map((person) => html`
        <li key=${person.id}>
          <${Name} person=${person} isYou=${isYou(person)} close=${close} />
          <span class="chips">
            ${person.transports.map((name) => html`<span class="chip">${CHIPS[name] ?? name}</span>`)}
          </span>
        </li>`)}
    </ul>
    ${count > people.length && html`<p class="muted">and ${number(count - people.length)} more</p>`}
    <p class="muted">${count > 1
      ? "Choose somebody to write to them alone."
      : "You are alone here. Open the room’s link in a second browser or on a phone."}</p>`;
}

/** @param {{ person: Present, isYou: boolean, close: () => void }} props */
function Name({ person, isYou, close }) {
  if (isYou) return html`<span class="person"><bdi>${person.handle}</bdi> <span class="muted">you</span></span>`;
  function choose() {
    writeTo(person);
    close();
    document.getElementById("message")?.focus();
  }
  return html`
    <button type="button" class="person" onClick=${choose} title=${`Write only to ${person.handle}`}
      aria-label=${`Write only to ${person.handle}`}><bdi>${person.handle}</bdi></button>`;
}

/** @param {Present} one @param {Present} other */
const compare = (one, other) => one.handle.localeCompare(other.handle);
