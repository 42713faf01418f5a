/**
 * The bytes of a record: which buffer, and what it is.
 *
 * Usage: `<${HexView} record=${record} />`
 */
import { html } from "htm/preact";
import { Choice } from "../choice/choice.js";
import { buffersOf, origin } from "./buffers.js";
import { buffers } from "./detail.js";
import { useFitting } from "./fitting.js";
import { HexGrid } from "./hex-grid.js";
import { buffer, showBuffer } from "./lens.js";

/** @import { DissectedRecord } from "../types.js" */

const BYTES_A_ROW = [16, 8];
/** Two digits, a character of text, and the space around them. */
const BYTE_REM = 1.9;

export function HexView(/** @type {{ record: DissectedRecord }} */ { record }) {
  const [box, perRow] = useFitting(BYTES_A_ROW, BYTE_REM);
  const name = buffer.value;
  const bytes = buffers.value[name] ?? new Uint8Array();
  const redacted = name === "wire" ? record.redacted : undefined;
  return html`
    <div class="hex" ref=${box}>
      <div class="hex-head">
        <h4 id="hex-title">Bytes</h4>
        <${BufferChoice} record=${record} />
        ${hasMoreThanTheWire() && html`<p class="hex-origin">${origin(record, name)}</p>`}
      </div>
      ${bytes.length === 0
        ? html`<p class="muted">No bytes were kept.</p>`
        : html`<${HexGrid} key=${name} bytes=${bytes} perRow=${perRow} redacted=${redacted} />`}
    </div>`;
}

/** What was sent, and beside it what the receiver makes of it. @param {{ record: DissectedRecord }} props */
function BufferChoice({ record }) {
  if (!hasMoreThanTheWire()) return null;
  return html`
    <${Choice} label="Which bytes" options=${buffersOf(record)} value=${buffer.value} onChoose=${showBuffer} />`;
}

function hasMoreThanTheWire() {
  return Object.keys(buffers.value).length > 1;
}
