import { html } from "htm/preact";

export function Trace() {
  return html`<p></p>`;
}
