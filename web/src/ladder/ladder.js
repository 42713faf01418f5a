import { html } from "htm/preact";

export function Ladder() {
  return html`<p></p>`;
}
