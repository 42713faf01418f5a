/**
 * The thin strip on top: the name, the way to the other page, what the page itself has to say, the keys, and the
 * reader's preferences.
 *
 * Usage: `<${Masthead}><${ChatState} /><//>`
 */
import { html } from "htm/preact";
import { page } from "../address/page.js";
import { Keys } from "../keys/keys.js";
import { Preferences } from "../preferences/preferences.js";

const PAGES = [
  { name: "chat", label: "Chat", path: "/" },
  { name: "inspect", label: "Inspector", path: "/inspect" },
];

/** @param {{ children?: any }} props */
export function Masthead({ children }) {
  return html`
    <header class="masthead">
      <h1 class="wordmark">
        <img src="/inspector/assets/icon.svg" alt="" width="24" height="24" />Wire<span>glass</span>
      </h1>
      <p class="tagline">a chat made of glass</p>
      <nav class="masthead-pages" aria-label="Pages">
        ${PAGES.map(({ name, label, path }) => html`
          <a href=${path} aria-current=${name === page ? "page" : undefined}>${label}</a>`)}
      </nav>
      <div class="masthead-end">
        ${children}
        <${Keys} />
        <${Preferences} />
      </div>
    </header>`;
}
