/**
 * One half of an opening handshake, line by line: what stood on the wire and what it does, the lines that the
 * handshake needs marked among the ordinary ones; and beside them how the Accept is made, and which extensions were
 * agreed on.
 *
 * Usage: `<${HandshakeView} record=${record} />` where the record has a `handshake`
 */
import { html } from "htm/preact";
import { hrefOf } from "../address/address.js";
import { indexOf, shown } from "../wire/capture.js";
import { Accept } from "./accept.js";
import { Extensions } from "./extensions.js";
import { Lines } from "./lines.js";

/** @import { DissectedRecord, Handshake } from "../types.js" */

/** 101 Switching Protocols: RFC 6455, section 4.1. */
const SWITCHING = 101;

export function HandshakeView(/** @type {{ record: DissectedRecord }} */ { record }) {
  const handshake = /** @type {Handshake} */ (record.handshake);
  const refusal = refusalOf(record, handshake);
  return html`
    <div class="handshake">
      <section aria-labelledby="lines-title">
        <h4 id="lines-title">${record.kind === "request" ? "The request" : "The answer"}, line by line</h4>
        <p class="muted"><${OtherHalf} record=${record} handshake=${handshake} /></p>
        <${Lines} record=${record} />
      </section>
      <div class="handshake-beside">
        <${Accept} handshake=${handshake} refusal=${refusal} />
        <${Extensions} handshake=${handshake} refusal=${refusal} />
      </div>
    </div>`;
}

/** @param {{ record: DissectedRecord, handshake: Handshake }} props */
function OtherHalf({ record, handshake: { request, response } }) {
  const isRequest = record.kind === "request";
  const [other, what] = isRequest ? [response, "The server’s answer"] : [request, "The client’s request"];
  if (other === null) return `${what} is not in the capture.`;
  return html`<a href=${hrefOf({ record: other })}>${what} is record ${other}</a>`;
}

/**
 * The status with which the server refused to switch, as far as its answer is known here.
 *
 * @param {DissectedRecord} record @param {Handshake} handshake
 */
function refusalOf(record, { response }) {
  const answer = record.kind === "response" ? record : shown.value[indexOf(shown.value, response)];
  const status = answer?.http?.status;
  return status === SWITCHING ? undefined : status;
}
