/**
 * The inspector alone, over the whole page: for a projector, and for whoever came to look at the wire.
 *
 * Usage: `<${Inspect} />`
 */
import { html } from "htm/preact";
import { Masthead } from "../masthead/masthead.js";
import { Wire } from "../wire/wire.js";

export function Inspect() {
  return html`
    <${Masthead} />
    <main class="panes alone">
      <h2 class="visually-hidden">Inspector</h2>
      <section id="pane-wire" class="pane wire" aria-label="The wire"><${Wire} /></section>
    </main>`;
}
