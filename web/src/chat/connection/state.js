/**
 * Whether the chat is connected, in a word.
 *
 * Usage: `<${ChatState} />`
 */
import { html } from "htm/preact";
import { state } from "./connection.js";

const WORDS = {
  connecting: "Connecting",
  connected: "Connected",
  reconnecting: "Reconnecting",
  offline: "Offline",
};

const TONES = { connected: "good", offline: "", connecting: "", reconnecting: "bad" };

export function ChatState() {
  return html`<span class=${`state ${TONES[state.value]}`} role="status">${WORDS[state.value]}</span>`;
}
