/**
 * Which extensions the client offered, and what the server made of each: RFC 6455, section 9.1.
 *
 * Usage: `<${Extensions} handshake=${record.handshake} refusal=${403} />`
 */
import { html } from "htm/preact";
import { Section } from "../record/section.js";

/** @import { Handshake } from "../types.js" */

/** @param {{ handshake: Handshake, refusal?: number }} props `refusal`: the status with which the server refused */
export function Extensions({ handshake: { offered, accepted, response }, refusal }) {
  /** @param {string[]} list @param {string} wanted */
  const find = (list, wanted) => list.find((extension) => nameOf(extension) === nameOf(wanted));
  const uninvited = accepted.filter((extension) => !find(offered, extension));
  return html`
    <section aria-labelledby="extensions-title">
      <h4 id="extensions-title">Extensions <${Section} of="RFC 6455 9.1" /></h4>
      ${offered.length === 0 && html`<p>The client offered none.</p>`}
      <dl class="extensions">
        ${offered.map((offer) => html`
          <dt><code>${offer}</code></dt>
          <dd>${response === null ? "offered" : refusal ? "not decided" : fate(find(accepted, offer))}</dd>`)}
        ${uninvited.map((extension) => html`
          <dt><code>${extension}</code></dt>
          <dd><b>✕ accepted, but never offered</b></dd>`)}
      </dl>
    </section>`;
}

/** @param {string | undefined} accepted */
function fate(accepted) {
  return accepted === undefined ? "declined: spoken without it" : html`✓ accepted as <code>${accepted}</code>`;
}

/** @param {string} extension */
const nameOf = (extension) => extension.split(";")[0].trim().toLowerCase();
