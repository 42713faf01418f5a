/**
 * The chat pane: who is connected how, what was said, and a box to say more.
 *
 * Usage: `<${Chat} />`
 */
import { html } from "htm/preact";
import { connect, disconnect, state, transport } from "./session.js";
import { Composer } from "./composer.js";
import { Messages } from "./messages.js";

export function Chat() {
  return html`
    <div class="pane-head">
      <h2>Chat</h2>
      <${Transport} />
      <${ConnectButton} />
    </div>
    <${Messages} />
    <${Composer} />`;
}

/** Both transports by name, the one in use marked: the upgrade is seen as it happens. */
function Transport() {
  if (state.value !== "connected") return html`<p class="transport">${STATES[state.value]}</p>`;
  return html`
    <p class="transport" role="img" aria-label=${`Transport in use: ${NAMES[transport.value ?? "polling"]}`}>
      <span class="transport-name" data-used=${transport.value === "polling"}>polling</span>
      <span aria-hidden="true">→</span>
      <span class="transport-name" data-used=${transport.value === "websocket"}>WebSocket</span>
    </p>`;
}

/** @type {Record<string, string>} */
const NAMES = { polling: "HTTP long polling", websocket: "WebSocket" };

const STATES = {
  connecting: "Connecting…",
  connected: "",
  reconnecting: "Trying again…",
  offline: "Closed by you",
};

function ConnectButton() {
  return state.value === "offline"
    ? html`<button type="button" class="button push" onClick=${connect}>Connect</button>`
    : html`<button type="button" class="button push" onClick=${disconnect}>Disconnect</button>`;
}
