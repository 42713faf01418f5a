import { html } from "htm/preact";

export function Connections() {
  return html`<p></p>`;
}
