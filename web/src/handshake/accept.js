/**
 * The Accept worked out: the client's key, the GUID behind it, SHA-1, base64, and whether it is what the server sent
 * (RFC 6455, section 4.2.2). It proves that the server understood the question, and nothing else.
 *
 * Usage: `<${Accept} handshake=${record.handshake} refusal=${403} />`
 */
import { html } from "htm/preact";
import { Section } from "../record/section.js";

/** @import { Handshake } from "../types.js" */

/** @param {{ handshake: Handshake, refusal?: number }} props `refusal`: the status with which the server refused */
export function Accept({ handshake, refusal }) {
  const { key, guid, sha1, accept } = handshake;
  return html`
    <section class="accept" aria-labelledby="accept-title">
      <h4 id="accept-title">How the Accept is made <${Section} of="RFC 6455 4.2.2" /></h4>
      ${key === null
        ? html`<p>The client sent no key, so there is nothing to make it of.</p>`
        : html`
          <ol class="accept-steps">
            <li><b>The client’s key,</b> and behind it the GUID that RFC 6455 chose for this:
              <code><span class="accept-key">${key}</span><wbr /><span class="accept-guid">${guid}</span></code></li>
            <li><b>SHA-1</b> of these ${key.length + guid.length} characters, 20 bytes:
              <code>${sha1?.match(/../g)?.join(" ")}</code></li>
            <li><b>base64</b> of these 20 bytes:
              <code>${accept}</code></li>
          </ol>`}
      <${Verdict} handshake=${handshake} refusal=${refusal} />
    </section>`;
}

/** @param {{ handshake: Handshake, refusal?: number }} props */
function Verdict({ handshake: { sent, agrees, response }, refusal }) {
  if (response === null) return html`<p class="muted">The server’s answer is not in the capture.</p>`;
  if (sent === null && refusal) return html`<p>The server refused with ${refusal}, so there is no Accept.</p>`;
  if (sent === null) return html`<p class="verdict bad"><b>✕ The server sent no Accept.</b></p>`;
  return html`
    <p class=${`verdict ${agrees ? "good" : "bad"}`}>
      <b>${agrees ? "✓ The same" : "✕ Not"} as the server sent:</b> <code>${sent}</code>
    </p>`;
}
