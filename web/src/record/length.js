/**
 * Which of the three forms a frame's length has, and why: RFC 6455, section 5.2, with this frame's number; and what
 * the header costs.
 *
 * Usage: `<${LengthForm} websocket=${record.websocket} />`
 */
import { html } from "htm/preact";
import { count, number } from "../format.js";
import { Section } from "./section.js";

/** @import { WebSocketPart } from "../types.js" */

/** The largest payload that each form can tell, and what its seven bits in the second byte say. */
const FORMS = [
  { bits: 7, most: 125, first: "0 to 125", extra: 0, range: "0 to 125 bytes" },
  { bits: 16, most: 65_535, first: "126", extra: 2, range: "126 to 65,535 bytes" },
  { bits: 64, most: Infinity, first: "127", extra: 8, range: "65,536 bytes and more" },
];

export function LengthForm(/** @type {{ websocket: WebSocketPart }} */ { websocket }) {
  const { length_bits, payload_length, masked } = websocket;
  const extra = FORMS.find(({ bits }) => bits === length_bits)?.extra ?? 0;
  const key = masked ? 4 : 0;
  return html`
    <section class="length" aria-labelledby="length-title">
      <h4 id="length-title">The length <${Section} of="RFC 6455 5.2" /></h4>
      <p>${reason(websocket)}</p>
      <ul class="length-forms">
        ${FORMS.map((form) => html`
          <${Form} form=${form} isUsed=${form.bits === length_bits} value=${payload_length} />`)}
      </ul>
      <p class="length-cost">
        The header: 2 + ${extra} for the length + ${key} for the masking key =${" "}
        <b>${count(2 + extra + key, "byte")}</b> beside a payload of ${number(payload_length)}.
      </p>
    </section>`;
}

/** @param {{ form: typeof FORMS[number], isUsed: boolean, value: number }} props */
function Form({ form: { bits, first, extra, range }, isUsed, value }) {
  return html`
    <li class=${isUsed ? "used" : ""}>
      <span class="length-range">${range}</span>
      <span class="length-boxes mono">
        <span>${isUsed && bits === 7 ? number(value) : first}</span>
        ${extra > 0 && html`<span class=${`wide-${bits}`}>${isUsed ? number(value) : `${bits} bits`}</span>`}
      </span>
      <span class="length-said">${isUsed ? "✓ this frame" : `+ ${count(extra, "byte")}`}</span>
    </li>`;
}

/** @param {WebSocketPart} websocket */
function reason({ length_bits, payload_length }) {
  const said = number(payload_length);
  const needed = FORMS.find(({ most }) => payload_length <= most)?.bits;
  const asIs = {
    7: `${said} fits into 7 bits (0 to 125), so the length stands in the second byte itself.`,
    16: `${said} does not fit into 7 bits: 126 in their place says that the length stands in the next 16 bits.`,
    64: `${said} does not fit into 16 bits: 127 in the place of 7 says that the length stands in the next 64 bits.`,
  };
  if (needed === length_bits) return asIs[length_bits];
  return `${said} would fit into ${needed} bits, but this frame takes ${length_bits}: the shortest form is a must.`;
}
