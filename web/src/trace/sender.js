/**
 * Where a message came from: what brought it to the server, and what the server answered.
 *
 * Usage: `<${Sender} account=${account} handle="ann" started=${capture.started} />`
 */
import { html } from "htm/preact";
import { clock, count, duration } from "../format.js";
import { RecordLink, Who } from "./record-link.js";

/** @import { Account, Step } from "./account.js" */

/** @param {{ account: Account, handle?: string, started: string }} props */
export function Sender({ account: { sendings, acknowledgements }, handle, started }) {
  return html`
    <section class="trace-sender" aria-labelledby="trace-from">
      <h4 id="trace-from">From</h4>
      ${sendings.length === 0 && html`
        <p class="muted">What brought it to the server is not known here: it is no longer in the capture, or nothing
          tells it from a message with the same words. So how long anything took is not known, either.</p>`}
      ${sendings.map((step) => html`<${Sending} step=${step} handle=${handle} started=${started} />`)}
      ${acknowledgements.map((step) => html`<${Acknowledgement} step=${step} />`)}
      ${sendings.length > 0 && acknowledgements.length === 0 && html`
        <p class="trace-step muted">No record tells the sender that it arrived.</p>`}
    </section>`;
}

/** @param {{ step: Step, handle?: string, started: string }} props */
function Sending({ step: { record, transport, after }, handle, started }) {
  return html`
    <div class="trace-step">
      <p><${Who} record=${record} handle=${handle} /></p>
      <p>${transport}</p>
      <p class="mono muted">${clock(started, record.at)}${after > 0 && ` (${duration(after)} later, again)`}</p>
      <p class="to-server">
        <${RecordLink} record=${record} />,${" "}
        <span class="trace-length">${count(record.length, "byte")} <span aria-hidden="true">→</span></span>
      </p>
    </div>`;
}

/** @param {{ step: Step }} props */
function Acknowledgement({ step: { record, after } }) {
  return html`
    <div class="trace-step">
      <p class="to-client">
        <span aria-hidden="true">←</span> acknowledged after <b>${duration(after)}</b>
      </p>
      <p class="to-client">
        <${RecordLink} record=${record} />, <span class="trace-length">${count(record.length, "byte")}</span>
      </p>
    </div>`;
}
