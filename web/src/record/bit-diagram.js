/**
 * A frame drawn as RFC 6455, section 5.2 draws it: rows of 32 bits, with the bits that were really
 * on the wire. Each cell is a field (or the part of it that fits in the row) and can be chosen.
 *
 * Usage: `<${BitDiagram} record=${record} />` where the record is a frame
 */
import { html } from "htm/preact";
import { count } from "../format.js";
import { bit } from "./bytes.js";
import { buffers, fields } from "./detail.js";
import { choose, lit, point } from "./lens.js";

/** @import { DissectedRecord, Field, WebSocketPart } from "../types.js" */
/** @import { Item } from "./fields.js" */

/** @typedef {{ name: string, value: string, field: Field, from: number, to: number, part: number }} Cell */

const ROW_BITS = 32;

export function BitDiagram(/** @type {{ record: DissectedRecord }} */ { record }) {
  const websocket = /** @type {WebSocketPart} */ (record.websocket);
  const bytes = buffers.value.wire ?? new Uint8Array();
  const shownBits = Math.min(record.length * 8, nextRow(headerBits(websocket)) + ROW_BITS);
  const cells = cellsOf(fields.value, headerBits(websocket), shownBits);
  const rest = record.length - shownBits / 8;
  return html`
    <figure class="diagram" onMouseLeave=${() => point(null)}>
      <figcaption>The frame, bit by bit <span class="muted">as RFC 6455, section 5.2 draws it</span></figcaption>
      <div class="bits">
        ${Array.from({ length: ROW_BITS }, (_, index) => html`
          <span class="bit-number" aria-hidden="true">${index % 10 === 0 ? index / 10 : ""}<br />${index % 10}</span>`)}
        ${cells.map((cell) => html`<${DiagramCell} cell=${cell} bytes=${bytes} />`)}
      </div>
      ${rest > 0 && html`<p class="diagram-rest">and ${count(rest, "more byte")} of payload data</p>`}
    </figure>`;
}

/** @param {{ cell: Cell, bytes: Uint8Array }} props */
function DiagramCell({ cell: { name, value, field, from, to, part }, bytes }) {
  const width = to - from;
  const label = part === 0 ? name : `${name}, continued`;
  return html`
    <button type="button" class=${`cell ${covers(lit.value, field) ? "lit" : ""} ${width <= 2 ? "upright" : ""}`}
      style=${{ gridColumn: `${(from % ROW_BITS) + 1} / span ${width}` }} aria-label=${`${label}: ${value}`}
      onMouseEnter=${() => point(field)} onFocus=${() => point(field)} onBlur=${() => point(null)} onClick=${() => choose(field)}>
      <span class="cell-bits" style=${{ gridTemplateColumns: `repeat(${width}, 1fr)` }} aria-hidden="true">
        ${Array.from({ length: width }, (_, index) => html`<span>${bit(bytes, from + index) ?? "?"}</span>`)}
      </span>
      <span class="cell-name">${label}</span>
    </button>`;
}

/** A cell is lit with its own field, or with one that holds it, or with one that it holds. @param {Field | null} looked @param {Field} field */
function covers(looked, field) {
  return looked !== null && looked.buffer === "wire" && looked.bits[0] < field.bits[1] && field.bits[0] < looked.bits[1];
}

/** @param {WebSocketPart} websocket */
function headerBits({ length_bits, masked }) {
  return 16 + (length_bits === 7 ? 0 : length_bits) + (masked ? 32 : 0);
}

/** @param {number} bits */
function nextRow(bits) {
  return Math.ceil(bits / ROW_BITS) * ROW_BITS;
}

/**
 * The header's fields one by one and the payload as a whole, cut where a row of 32 bits ends.
 * @param {Item[]} items @param {number} header @param {number} end
 */
function cellsOf(items, header, end) {
  const wire = items.filter(({ field }) => field.buffer === "wire").map(({ field }) => field);
  const leaves = wire.filter(({ children, bits }) => bits[1] <= header && !children?.some(({ buffer }) => buffer === "wire"));
  const payload = wire.find(({ bits }) => bits[0] === header && bits[1] > header);
  return [...leaves, ...(payload ? [payload] : [])].flatMap((field) => cut(field, Math.min(field.bits[1], end)));
}

/** @param {Field} field @param {number} end @returns {Cell[]} */
function cut(field, end) {
  const cells = [];
  for (let from = field.bits[0]; from < end; from = nextRow(from + 1)) {
    const to = Math.min(nextRow(from + 1), end);
    cells.push({ name: field.name, value: field.value ?? "", field, from, to, part: cells.length });
  }
  return cells;
}
