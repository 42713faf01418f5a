/**
 * The open record on paper: everything that the page shows of it in parts, one after the other, and as much of the
 * fields and bytes as a few pages hold. It stands in the document only while the browser prints.
 *
 * Usage: `useEffect(printed, [])` where a record can be open
 */
import { html } from "htm/preact";
import { render } from "preact";
import { hrefOf } from "../address/address.js";
import { count, number } from "../format.js";
import { HandshakeView } from "../handshake/handshake.js";
import { PrintedMask } from "../masking/masking.js";
import { Stack } from "../stack/stack.js";
import { BitDiagram } from "./bit-diagram.js";
import { buffersOf, origin } from "./buffers.js";
import { hex, printable } from "./bytes.js";
import { buffers, detail, fields } from "./detail.js";
import { Facts } from "./facts.js";
import { isRedacted } from "./fields.js";
import { LengthForm } from "./length.js";
import { sentence } from "./sentence.js";
import { spoken } from "./spoken.js";
import { Surroundings } from "./surroundings.js";
import { beginning } from "./text.js";
import { Violations } from "./violations.js";

/** @import { DissectedRecord, BufferName } from "../types.js" */

const MOST_FIELDS = 400;
const MOST_BYTES = 4_096;
const MOST_CHARACTERS = 400;
const A_ROW = 16;

export function printed() {
  const media = matchMedia("print");
  const onMedia = () => (media.matches ? show() : hide());
  addEventListener("beforeprint", show);
  addEventListener("afterprint", hide);
  media.addEventListener("change", onMedia);
  return () => {
    removeEventListener("beforeprint", show);
    removeEventListener("afterprint", hide);
    media.removeEventListener("change", onMedia);
    hide();
  };
}

/** @type {HTMLElement | null} */
let sheet = null;

function show() {
  const record = detail.value?.record;
  if (!record || sheet) return;
  sheet = document.createElement("div");
  sheet.className = "printed";
  document.body.append(sheet);
  render(html`<${Sheet} record=${record} />`, sheet);
}

function hide() {
  if (!sheet) return;
  render(null, sheet);
  sheet.remove();
  sheet = null;
}

/** @param {{ record: DissectedRecord }} props */
function Sheet({ record }) {
  return html`
    <h1>Record ${record.seq}</h1>
    <p class="printed-facts"><${Facts} record=${record} /></p>
    <p class="headline">${sentence(record)}</p>
    <${Violations} record=${record} />
    <${Surroundings} record=${record} all />
    ${record.handshake && html`<${HandshakeView} record=${record} />`}
    ${record.websocket && !record.without_fields && html`<${BitDiagram} record=${record} />`}
    <${PrintedMask} record=${record} />
    ${record.websocket && html`<${LengthForm} websocket=${record.websocket} />`}
    ${record.layers && record.length > 0 && html`<${Stack} record=${record} />`}
    <${Fields} />
    ${buffersOf(record).map(({ value, label }) => html`<${Bytes} record=${record} name=${value} label=${label} />`)}
    <p class="printed-link">${new URL(hrefOf({}), location.href).href}</p>`;
}

function Fields() {
  const all = fields.value;
  if (all.length === 0) return null;
  return html`
    <h2>Fields</h2>
    <ul class="printed-fields">
      ${all.slice(0, MOST_FIELDS).map(({ field, level }) => html`
        <li class=${`level-${Math.min(level, 6)}`}>
          <b>${field.name}</b> <span class="mono">${beginning(field.value ?? "", MOST_CHARACTERS)}</span>
          ${" "}${spoken(field.meaning)} <span class="muted">${field.section}</span>
        </li>`)}
    </ul>
    ${all.length > MOST_FIELDS && html`<p>${number(all.length - MOST_FIELDS)} more fields are left out here.</p>`}`;
}

/** @param {{ record: DissectedRecord, name: BufferName, label: string }} props */
function Bytes({ record, name, label }) {
  const bytes = buffers.value[name] ?? new Uint8Array();
  if (bytes.length === 0) return null;
  const left = bytes.length - MOST_BYTES;
  const redacted = name === "wire" ? record.redacted : undefined;
  return html`
    <h2>${label}: ${count(bytes.length, "byte")}</h2>
    <p class="muted">${origin(record, name)}</p>
    <pre class="printed-bytes">${rows(bytes.subarray(0, MOST_BYTES), redacted)}</pre>
    ${left > 0 && html`<p>${count(left, "more byte")} are left out here.</p>`}`;
}

/** Of what was redacted stands `**`. @param {Uint8Array} bytes @param {[number, number][]} [redacted] */
function rows(bytes, redacted) {
  const lines = [];
  for (let start = 0; start < bytes.length; start += A_ROW) {
    const row = Array.from(bytes.subarray(start, start + A_ROW));
    const isSecret = (/** @type {number} */ offset) => isRedacted(redacted, offset, offset + 1);
    const digits = row.map((byte, index) => (isSecret(start + index) ? "**" : hex(byte)));
    lines.push(`${hex(start, 4)}  ${digits.join(" ").padEnd(A_ROW * 3)} ${row.map(printable).join("")}`);
  }
  return lines.join("\n");
}
