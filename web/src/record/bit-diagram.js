/**
 * A frame drawn as RFC 6455, section 5.2 draws it, with the bits that were really on the wire: rows
 * of 32 bits, or of 16 or 8 where a bit would be too small to touch. Each cell is a field, or the part
 * of it that fits in the row, and can be chosen.
 *
 * Usage: `<${BitDiagram} record=${record} />` where the record is a frame
 */
import { html } from "htm/preact";
import { count } from "../format.js";
import { bit } from "./bytes.js";
import { buffers, fields } from "./detail.js";
import { useFitting } from "./fitting.js";
import { payloadStart } from "./frame.js";
import { choose, lit, point } from "./lens.js";
import { Section } from "./section.js";

/** @import { DissectedRecord, Field, WebSocketPart } from "../types.js" */
/** @import { Item } from "./fields.js" */

/** @typedef {{ name: string, value: string, field: Field, from: number, to: number, part: number }} Cell */

const BITS_A_ROW = [32, 16, 8];
/** WCAG 2.2, 2.5.8: what can be pressed is at least 24 pixels wide. */
const BIT_REM = 1.55;
/** From this many bits on, a cell has room for its field's value beside the name. */
const ROOM_FOR_VALUE = 4;

export function BitDiagram(/** @type {{ record: DissectedRecord }} */ { record }) {
  const headerBits = 8 * payloadStart(/** @type {WebSocketPart} */ (record.websocket));
  const bytes = buffers.value.wire ?? new Uint8Array();
  const [box, rowBits] = useFitting(BITS_A_ROW, BIT_REM);
  const shownBits = Math.min(record.length * 8, nextRow(headerBits, rowBits) + rowBits);
  const parts = fieldsOf(fields.value, headerBits);
  const cells = parts.flatMap((field) => cut(field, shownBits, rowBits));
  const rest = record.length - shownBits / 8;
  return html`
    <figure class="diagram" ref=${box} onMouseLeave=${() => point(null)}>
      <figcaption>
        The frame, bit by bit${" "}
        <span class="muted">as <${Section} of="RFC 6455 5.2">RFC 6455, section 5.2<//> draws it</span>
      </figcaption>
      <div class="bits" style=${{ gridTemplateColumns: `repeat(${rowBits}, minmax(0, 1fr))` }}>
        <${Ruler} bits=${rowBits} />
        ${cells.map((cell) => html`<${DiagramCell} cell=${cell} rowBits=${rowBits} bytes=${bytes} />`)}
      </div>
      ${rest > 0 && html`<p class="diagram-rest">and ${count(rest, "more byte")} of payload data</p>`}
    </figure>`;
}

/** The numbers of the bits, tens above ones, as in the RFC. @param {{ bits: number }} props */
function Ruler({ bits }) {
  return Array.from({ length: bits }, (_, bit) => html`
    <span class="bit-number" aria-hidden="true">${bit % 10 === 0 ? bit / 10 : ""}<br />${bit % 10}</span>`);
}

/** @param {{ cell: Cell, rowBits: number, bytes: Uint8Array }} props */
function DiagramCell({ cell: { name, value, field, from, to, part }, rowBits, bytes }) {
  const width = to - from;
  const isUpright = width === 1 && rowBits > 8;
  const showsValue = part === 0 && width >= ROOM_FOR_VALUE;
  const label = part === 0 ? name : `${name}, continued`;
  return html`
    <button type="button" class=${`cell ${covers(lit.value, field) ? "lit" : ""} ${isUpright ? "upright" : ""}`}
      style=${{ gridColumn: `${(from % rowBits) + 1} / span ${width}` }}
      onMouseEnter=${() => point(field)} onFocus=${() => point(field)} onBlur=${() => point(null)}
      onClick=${() => choose(field)}>
      <span class="cell-bits" style=${{ gridTemplateColumns: `repeat(${width}, 1fr)` }} aria-hidden="true">
        ${Array.from({ length: width }, (_, index) => html`<span>${bit(bytes, from + index) ?? "?"}</span>`)}
      </span>
      <span class="cell-name">
        ${label} <span class=${showsValue ? "cell-value" : "visually-hidden"}>${value}</span>
      </span>
    </button>`;
}

/**
 * A cell is lit with its own field, or with one that holds it, or with one that it holds.
 *
 * @param {Field | null} looked @param {Field} field
 */
function covers(looked, field) {
  return (
    looked !== null &&
    looked.buffer === "wire" &&
    looked.bits[0] < field.bits[1] &&
    field.bits[0] < looked.bits[1]
  );
}

/**
 * The first bit of the row after the one that `bits` ends in.
 *
 * @param {number} bits @param {number} rowBits
 */
function nextRow(bits, rowBits) {
  return Math.ceil(bits / rowBits) * rowBits;
}

/**
 * The header's fields one by one, and the payload as a whole.
 *
 * @param {Item[]} items @param {number} header
 */
function fieldsOf(items, header) {
  const wire = items.filter(({ field }) => field.buffer === "wire").map(({ field }) => field);
  const leaves = wire.filter(
    ({ children, bits }) => bits[1] <= header && !children?.some(({ buffer }) => buffer === "wire"),
  );
  const payload = wire.find(({ bits }) => bits[0] === header && bits[1] > header);
  return payload ? [...leaves, payload] : leaves;
}

/**
 * A field as cells, cut where a row ends.
 *
 * @param {Field} field @param {number} shownBits @param {number} rowBits @returns {Cell[]}
 */
function cut(field, shownBits, rowBits) {
  const end = Math.min(field.bits[1], shownBits);
  const cells = [];
  for (let from = field.bits[0]; from < end; from = nextRow(from + 1, rowBits)) {
    const to = Math.min(nextRow(from + 1, rowBits), end);
    cells.push({ name: field.name, value: field.value ?? "", field, from, to, part: cells.length });
  }
  return cells;
}
