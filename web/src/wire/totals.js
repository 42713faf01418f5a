/**
 * What is in the list, what the connections carried, and all that is not in the list.
 *
 * Usage: `<${Totals} />`; `<${Sums} records=${12} connections=${2} to_server=${930} to_client=${0}>and more<//>`
 */
import { html } from "htm/preact";
import { number, size } from "../format.js";
import { capture, earlier, letGo, passedOver, shown, totals } from "./capture.js";

export function Totals() {
  if (totals.value === null) return html`<p class="totals">Reading…</p>`;
  const { connections, to_server, to_client, forgotten, inspector_bytes } = totals.value;
  const missing = [
    { count: earlier.value, words: "earlier records are in the capture and not in this list" },
    { count: letGo.value, words: "let go by this page, to make room" },
    { count: passedOver.value, words: "let go by this page while the list is paused", tone: "lost" },
    { count: forgotten, words: "older connections no longer counted" },
    { count: capture.value?.lost.records ?? 0, words: "lost by the capture, to make room", tone: "lost" },
  ];
  return html`
    <${Sums} records=${shown.value.length} connections=${connections} to_server=${to_server} to_client=${to_client}>
      ${missing.map(({ count, words, tone }) => count > 0 && html`
        <span class=${tone}><b>${number(count)}</b> ${words}</span>`)}
      <span class="muted">The inspector’s own traffic, everyone’s ${size(inspector_bytes)}, is left out.</span>
    <//>`;
}

/**
 * @typedef {object} SumsProps
 * @property {number} records
 * @property {number} connections
 * @property {number} to_server bytes
 * @property {number} to_client bytes
 * @property {any} [children] what is to be said besides
 */

/** @param {SumsProps} props */
export function Sums({ records, connections, to_server, to_client, children }) {
  return html`
    <p class="totals">
      <span><b>${number(records)}</b> ${records === 1 ? "record" : "records"}</span>
      <span><b>${number(connections)}</b> ${connections === 1 ? "connection" : "connections"}</span>
      <span class="to-server"><span aria-hidden="true">→</span> <b>${size(to_server)}</b> to server</span>
      <span class="to-client"><span aria-hidden="true">←</span> <b>${size(to_client)}</b> to client</span>
      ${children}
    </p>`;
}
