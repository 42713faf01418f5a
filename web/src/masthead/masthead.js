/**
 * The thin strip on top: the name, whether the chat is connected, and the reader's preferences.
 *
 * Usage: `<${Masthead} />`
 */
import { html } from "htm/preact";
import { state } from "../chat/connection/connection.js";
import { Preferences } from "../preferences/preferences.js";

const WORDS = {
  connecting: "Connecting",
  connected: "Connected",
  reconnecting: "Reconnecting",
  offline: "Offline",
};

export function Masthead() {
  const tone = { connected: "good", offline: "", connecting: "", reconnecting: "bad" }[state.value];
  return html`
    <header class="masthead">
      <h1 class="wordmark">
        <img src="/inspector/assets/icon.svg" alt="" width="24" height="24" />Wire<span>glass</span>
      </h1>
      <p class="tagline">a chat made of glass</p>
      <div class="masthead-end">
        <span class=${`state ${tone}`} role="status">${WORDS[state.value]}</span>
        <${Preferences} />
      </div>
    </header>`;
}
