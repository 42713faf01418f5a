/**
 * The bytes of a record: which buffer, how many of them are shown, and a way to take them along.
 *
 * Usage: `<${HexView} record=${record} />`
 */
import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { Choice } from "../choice/choice.js";
import { count } from "../format.js";
import { hex } from "./bytes.js";
import { copy } from "./copy.js";
import { buffers } from "./detail.js";
import { useFitting } from "./fitting.js";
import { HexGrid } from "./hex-grid.js";
import { buffer, cursor } from "./lens.js";

/** @import { BufferName, DissectedRecord } from "../types.js" */

/** Bytes that are drawn before the reader asks for more. */
const PAGE = 2_048;
const BYTES_A_ROW = [16, 8];
/** Two digits, a character of text, and the space around them. */
const BYTE_REM = 1.9;

export function HexView(/** @type {{ record: DissectedRecord }} */ { record }) {
  const [box, perRow] = useFitting(BYTES_A_ROW, BYTE_REM);
  const [limit, setLimit] = useState(PAGE);
  const bytes = buffers.value[buffer.value] ?? new Uint8Array();
  const shown = Math.min(bytes.length, Math.max(limit, (cursor.value ?? 0) + 1));
  const redacted = buffer.value === "wire" ? record.redacted : undefined;
  return html`
    <div class="hex" ref=${box}>
      <div class="hex-head">
        <h4 id="hex-title">Bytes</h4>
        <${BufferChoice} />
        <${CopyButton} bytes=${bytes} />
      </div>
      ${bytes.length === 0 && html`<p class="muted">No bytes were kept.</p>`}
      ${shown > 0 && html`<${HexGrid} bytes=${bytes} shown=${shown} perRow=${perRow} redacted=${redacted} />`}
      ${shown < bytes.length && html`
        <button type="button" class="button" onClick=${() => setLimit(shown + 2 * PAGE)}>
          Show more: ${count(bytes.length - shown, "byte")} left
        </button>`}
    </div>`;
}

/** @type {{ value: BufferName, label: string }[]} */
const BUFFERS = [
  { value: "wire", label: "On the wire" },
  { value: "unmasked", label: "Unmasked" },
];

/** A masked frame has its payload twice: as it was sent, and after the XOR with the masking key. */
function BufferChoice() {
  if (!buffers.value.unmasked) return null;
  return html`<${Choice} label="Which bytes" options=${BUFFERS} value=${buffer.value} onChoose=${showBuffer} />`;
}

/** @param {BufferName} name */
function showBuffer(name) {
  buffer.value = name;
  cursor.value = null;
}

const SAID_MS = 2_000;

/** @param {{ bytes: Uint8Array }} props */
function CopyButton({ bytes }) {
  const [said, setSaid] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setSaid(""), SAID_MS);
    return () => clearTimeout(timer);
  }, [said]);

  async function onClick() {
    const done = await copy(Array.from(bytes, (byte) => hex(byte)).join(" "));
    setSaid(done ? "Copied" : "Not copied: the browser refused");
  }

  return html`
    <button type="button" class="button push" onClick=${onClick}>Copy hex</button>
    <span class="copied" role="status">${said}</span>`;
}
