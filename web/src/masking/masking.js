/**
 * A masked payload, byte by byte: as it stood on the wire, the masking key that repeats beneath it, and what the XOR
 * of the two gives; and the bits of one byte written out, as RFC 6455, section 5.3 has the formula.
 *
 * Keys: Left and Right move byte by byte, Page Up and Page Down by what is in view, Home and End to the payload's ends.
 *
 * Usage: `<${Masking} record=${record} />` where the record is a frame
 */
import { html } from "htm/preact";
import { count, number } from "../format.js";
import { hex, printable } from "../record/bytes.js";
import { buffers } from "../record/detail.js";
import { isRedacted } from "../record/fields.js";
import { useFitting } from "../record/fitting.js";
import { KEY_BYTES, payloadStart } from "../record/frame.js";
import { buffer, chooseByte, cursor } from "../record/lens.js";
import { Section } from "../record/section.js";

/** @import { DissectedRecord, WebSocketPart } from "../types.js" */

const COLUMNS = [32, 16, 8];
/** As masking.css has it. */
const COLUMN_REM = 1.375;
const ON_PAPER = 16;

export function Masking(/** @type {{ record: DissectedRecord }} */ { record }) {
  const websocket = /** @type {WebSocketPart} */ (record.websocket);
  const { unmasked } = buffers.value;
  return html`
    <section class="masking" aria-labelledby="masking-title">
      <h4 id="masking-title">The mask <${Section} of="RFC 6455 5.3" /></h4>
      ${websocket.masked && unmasked?.length
        ? html`<${Xor} record=${record} unmasked=${unmasked} />`
        : html`<p>${why(record, websocket)}</p>`}
    </section>`;
}

/** Why there is nothing to take a mask off. @param {DissectedRecord} record @param {WebSocketPart} websocket */
function why({ direction }, { masked, compressed, payload_length }) {
  if (!masked && direction === "to_client") {
    const looks = compressed ? "unmasked, though compressed" : "as it is";
    return `A server masks no frame that it sends, so the payload stands on the wire ${looks}.`;
  }
  if (!masked) return "This frame has no mask, although a client has to mask each of its frames.";
  return payload_length === 0
    ? "The frame has a masking key, but no payload that it could mask."
    : "The payload was not kept, so its mask cannot be taken off.";
}

/** @param {{ record: DissectedRecord, unmasked: Uint8Array }} props */
function Xor({ record, unmasked }) {
  const [box, columns] = useFitting(COLUMNS, COLUMN_REM);
  const here = octetAt(payloadStart(/** @type {WebSocketPart} */ (record.websocket)), unmasked.length);
  const first = here - (here % columns);
  const octets = octetsOf(record, unmasked, first, columns);

  /** @param {number} octet */
  const move = (octet) => chooseByte("unmasked", Math.min(Math.max(octet, 0), unmasked.length - 1));

  /** @param {KeyboardEvent} event */
  function onKeyDown(event) {
    const target = {
      ArrowLeft: here - 1,
      ArrowRight: here + 1,
      PageUp: here - columns,
      PageDown: here + columns,
      Home: 0,
      End: unmasked.length - 1,
    }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    move(target);
  }

  return html`
    <div class="xor">
      <div class="xor-room" ref=${box}></div>
      <div role="grid" class="xor-grid" tabIndex=${0} aria-label="The payload, byte by byte"
        aria-colcount=${unmasked.length + 1} aria-activedescendant=${`octet-${here}`} onKeyDown=${onKeyDown}>
        ${ROWS.map((row) => html`<${Row} row=${row} octets=${octets} here=${here} move=${move} />`)}
      </div>
      <${Pager} first=${first} columns=${columns} length=${unmasked.length} move=${move} />
      <${Bits} octet=${octets[here - first]} />
    </div>`;
}

/**
 * The first octets on paper, where nothing can be turned to.
 *
 * Usage: `<${PrintedMask} record=${record} />`
 *
 * @param {{ record: DissectedRecord }} props
 */
export function PrintedMask({ record }) {
  const { unmasked } = buffers.value;
  if (!record.websocket?.masked || !unmasked?.length) return null;
  const octets = octetsOf(record, unmasked, 0, ON_PAPER);
  const left = unmasked.length - octets.length;
  return html`
    <section class="masking">
      <h4>The mask <${Section} of="RFC 6455 5.3" /></h4>
      <div role="table" class="xor-grid">
        ${ROWS.map((row) => html`<${Row} row=${row} octets=${octets} />`)}
      </div>
      ${left > 0 && html`<p>and so on, for ${count(left, "more octet")}, the key’s four bytes over and over</p>`}
    </section>`;
}

/** @param {DissectedRecord} record @param {Uint8Array} unmasked @param {number} first @param {number} most @returns {Octet[]} */
function octetsOf({ websocket, redacted }, unmasked, first, most) {
  const wire = /** @type {Uint8Array} */ (buffers.value.wire);
  const start = payloadStart(/** @type {WebSocketPart} */ (websocket));
  const key = wire.subarray(start - KEY_BYTES, start);
  return Array.from(unmasked.subarray(first, first + most), (byte, index) => {
    const octet = first + index;
    const place = start + octet;
    const [j, secret] = [octet % KEY_BYTES, isRedacted(redacted, place, place + 1)];
    return { octet, j, key: key[j], byte, masked: wire[place], secret };
  });
}

/** @typedef {{ octet: number, j: number, key: number, byte: number, masked: number, secret: boolean }} Octet */
/** @typedef {{ name: string, draw: (octet: Octet) => unknown, look?: (octet: Octet) => string }} RowKind */

/** @type {RowKind[]} */
const ROWS = [
  { name: "octet", draw: ({ octet }) => octet },
  { name: "on the wire", draw: ({ masked }) => hex(masked) },
  { name: "⊕ masking key", draw: ({ key }) => hex(key), look: ({ j }) => `key-${j}` },
  { name: "= unmasked", draw: ({ byte }) => hex(byte), look: ({ secret }) => (secret ? "redacted" : "") },
  { name: "as text", draw: ({ byte }) => printable(byte) },
];

/** @param {{ row: RowKind, octets: Octet[], here?: number, move?: (octet: number) => void }} props */
function Row({ row: { name, draw, look = () => "" }, octets, here, move }) {
  const isLast = name === "as text";
  return html`
    <div role="row" class="xor-row">
      <span role="rowheader" aria-colindex=${1}>${name}</span>
      ${octets.map((octet) => html`
        <span role="gridcell" id=${move && isLast ? `octet-${octet.octet}` : undefined}
          aria-colindex=${octet.octet + 2} aria-selected=${octet.octet === here}
          class=${`${look(octet)} ${octet.octet === here ? "here" : ""}`}
          onClick=${move && (() => move(octet.octet))}>${draw(octet)}</span>`)}
    </div>`;
}

/** @param {{ first: number, columns: number, length: number, move: (octet: number) => void }} props */
function Pager({ first, columns, length, move }) {
  if (length <= columns) return null;
  const last = Math.min(first + columns, length) - 1;
  /** @param {string} name @param {number} target */
  const step = (name, target) => html`
    <button type="button" class="button small" aria-disabled=${target < 0 || target >= length}
      onClick=${() => target < length && move(target)}>${name}</button>`;
  return html`
    <p class="xor-pager">
      ${step("Before", first - columns)}
      <span>octets ${number(first)} to ${number(last)} of ${number(length)}</span>
      ${step("After", first + columns)}
    </p>`;
}

/** @param {{ octet: Octet }} props */
function Bits({ octet: { octet, j, key, byte, masked, secret } }) {
  return html`
    <div class="xor-bits">
      <p class="mono">
        octet ${octet}: 0x${hex(masked)} XOR key[${octet} mod 4 = ${j}] 0x${hex(key)} = 0x${hex(byte)}
      </p>
      ${secret && html`<p class="muted">This byte is a part of a secret, and was replaced by an asterisk.</p>`}
      <dl class="mono">
        <div><dt>on the wire</dt><dd>${binary(masked)}</dd></div>
        <div class=${`key-${j}`}><dt>⊕ key[${j}]</dt><dd>${binary(key)}</dd></div>
        <div class="sum">
          <dt>= unmasked</dt><dd>${binary(byte)} <span class="muted">“${printable(byte)}”</span></dd>
        </div>
      </dl>
      <p class="muted">Where the two bits differ stands 1, where they are the same 0. The same again gives the
        byte back, so one key does for both sides.</p>
    </div>`;
}

/** @param {number} byte */
const binary = (byte) => `0b${byte.toString(2).padStart(8, "0")}`;

/** The octet of the payload that is chosen, wherever it was chosen; the first one else. */
function octetAt(/** @type {number} */ start, /** @type {number} */ length) {
  const place = cursor.value ?? 0;
  const octet = { unmasked: place, wire: place - start, inflated: 0, message: 0 }[buffer.value];
  return octet >= 0 && octet < length ? octet : 0;
}
