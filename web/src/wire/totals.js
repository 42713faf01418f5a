/**
 * What is in the list, what the connections carried, and all that is not in the list.
 *
 * Usage: `<${Totals} />`
 */
import { html } from "htm/preact";
import { number, size } from "../format.js";
import { capture, connections, dropped, earlier, forgotten, shown, totals } from "./capture.js";

export function Totals() {
  const { toServer, toClient } = totals.value;
  const missing = [
    { count: earlier.value, words: "earlier records are in the capture and not in this list" },
    { count: dropped.value, words: "let go by this page" },
    { count: forgotten.value, words: "older connections no longer counted" },
    { count: capture.value?.lost.records ?? 0, words: "lost by the capture, to make room", tone: "lost" },
  ];
  return html`
    <p class="totals">
      <span><b>${number(shown.value.length)}</b> records</span>
      <span><b>${number(connections.value.length)}</b> connections</span>
      <span class="to-server"><span aria-hidden="true">→</span> <b>${size(toServer)}</b> to server</span>
      <span class="to-client"><span aria-hidden="true">←</span> <b>${size(toClient)}</b> to client</span>
      ${missing.map(({ count, words, tone }) => count > 0 && html`
        <span class=${tone}><b>${number(count)}</b> ${words}</span>`)}
      <span class="muted">The inspector’s own traffic is left out.</span>
    </p>`;
}
