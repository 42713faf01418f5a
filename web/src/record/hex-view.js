/**
 * The bytes of a record: offset, hexadecimal, ASCII. The bytes of the field under the lens are lit; a
 * byte that is chosen chooses the innermost field that holds it.
 *
 * Keys: the arrows move byte by byte and row by row; Home and End to the row's ends.
 *
 * Usage: `<${HexView} record=${record} />`
 */
import { html } from "htm/preact";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { count } from "../format.js";
import { copy } from "./copy.js";
import { hex, printable } from "./bytes.js";
import { buffers } from "./detail.js";
import { byteRange, isRedacted } from "./fields.js";
import { useFitting } from "./fitting.js";
import { buffer, chooseByte, cursor, lit } from "./lens.js";

/** @import { BufferName, DissectedRecord } from "../types.js" */

const PAGE = 2_048;
const BYTES_A_ROW = [16, 8];
/** Two digits, a character of text, and the space around them. */
const BYTE_REM = 1.9;

export function HexView(/** @type {{ record: DissectedRecord }} */ { record }) {
  const [box, perRow] = useFitting(BYTES_A_ROW, BYTE_REM);
  const [limit, setLimit] = useState(PAGE);
  const bytes = buffers.value[buffer.value] ?? new Uint8Array();
  const shown = Math.min(bytes.length, Math.max(limit, (cursor.value ?? 0) + 1));
  const rows = Array.from({ length: Math.ceil(shown / perRow) }, (_, row) => row * perRow);
  return html`
    <div class="hex" ref=${box}>
      <div class="hex-head">
        <h4 id="hex-title">Bytes</h4>
        <${BufferTabs} />
        <${CopyButton} bytes=${bytes} />
      </div>
      ${bytes.length === 0 ? html`<p class="muted">No bytes were kept.</p>` : html`
        <${HexGrid} bytes=${bytes} rows=${rows} perRow=${perRow} redacted=${buffer.value === "wire" ? record.redacted : undefined} />`}
      ${shown < bytes.length && html`
        <button type="button" class="button" onClick=${() => setLimit(shown + 2 * PAGE)}>
          Show more: ${count(bytes.length - shown, "byte")} left
        </button>`}
    </div>`;
}

/** @param {{ bytes: Uint8Array, rows: number[], perRow: number, redacted?: [number, number][] }} props */
function HexGrid({ bytes, rows, perRow, redacted }) {
  const field = lit.value?.buffer === buffer.value ? lit.value : null;
  const [from, to] = field ? byteRange(field) : [0, 0];
  const grid = useRef(/** @type {HTMLElement | null} */ (null));
  useLayoutEffect(() => {
    const byte = document.getElementById(`byte-${cursor.value}`);
    if (byte && grid.current) reveal(grid.current, byte);
  }, [cursor.value]);

  /** @param {KeyboardEvent} event */
  function onKeyDown(event) {
    const here = cursor.value ?? -1;
    const target = {
      ArrowLeft: here - 1, ArrowRight: here + 1, ArrowUp: here - perRow, ArrowDown: here + perRow,
      Home: here - (here % perRow), End: here - (here % perRow) + perRow - 1,
    }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    chooseByte(buffer.value, Math.min(Math.max(target, 0), bytes.length - 1));
  }

  /** @param {MouseEvent} event */
  function onClick(event) {
    const offset = /** @type {HTMLElement} */ (event.target).dataset.offset;
    if (offset !== undefined) chooseByte(buffer.value, Number(offset));
  }

  return html`
    <div class="hex-grid" role="grid" aria-labelledby="hex-title" tabIndex=${0} ref=${grid} onKeyDown=${onKeyDown} onClick=${onClick}
      aria-activedescendant=${cursor.value === null ? undefined : `byte-${cursor.value}`}>
      ${rows.map((start) => html`
        <${HexRow} key=${start} bytes=${bytes} start=${start} perRow=${perRow} redacted=${redacted}
          from=${within(from, start, perRow)} to=${within(to, start, perRow)} cursor=${within(cursor.value ?? -1, start, perRow)} />`)}
    </div>`;
}

/** Scrolls the box, and only the box, until the element in it is in view. @param {HTMLElement} box @param {HTMLElement} element */
function reveal(box, element) {
  const outer = box.getBoundingClientRect();
  const inner = element.getBoundingClientRect();
  if (inner.top < outer.top) box.scrollTop -= outer.top - inner.top;
  if (inner.bottom > outer.bottom) box.scrollTop += inner.bottom - outer.bottom;
}

/** Rows that the lens does not touch get the same numbers again, and are not drawn anew. @param {number} offset @param {number} start @param {number} perRow */
function within(offset, start, perRow) {
  return Math.min(Math.max(offset, start - 1), start + perRow);
}

/** @param {{ bytes: Uint8Array, start: number, perRow: number, redacted?: [number, number][], from: number, to: number, cursor: number }} props */
function HexRow({ bytes, start, perRow, redacted, from, to, cursor }) {
  return useMemo(() => {
    const offsets = Array.from({ length: Math.min(perRow, bytes.length - start) }, (_, index) => start + index);
    const classOf = (/** @type {number} */ offset) =>
      `${offset >= from && offset < to ? "lit" : ""} ${offset === cursor ? "cursor" : ""} ${isRedacted(redacted, offset, offset + 1) ? "redacted" : ""}`;
    return html`
      <div role="row" class="hex-row">
        <span role="rowheader" class="hex-offset">${hex(start, 4)}</span>
        <span class="hex-bytes" role="presentation">
          ${offsets.map((offset) => html`
            <span role="gridcell" id=${`byte-${offset}`} data-offset=${offset} class=${classOf(offset)}
              aria-selected=${offset === cursor}>${hex(bytes[offset])}</span>`)}
        </span>
        <span class="hex-ascii" aria-hidden="true">
          ${offsets.map((offset) => html`<span data-offset=${offset} class=${classOf(offset)}>${printable(bytes[offset])}</span>`)}
        </span>
      </div>`;
  }, [bytes, start, perRow, redacted, from, to, cursor]);
}

/** @type {{ name: BufferName, label: string }[]} */
const BUFFERS = [
  { name: "wire", label: "On the wire" },
  { name: "unmasked", label: "Unmasked" },
];

/** A masked frame has its payload twice: as it was sent, and after the XOR with the masking key. */
function BufferTabs() {
  if (!buffers.value.unmasked) return null;
  return html`
    <fieldset class="whose">
      <legend class="visually-hidden">Which bytes</legend>
      ${BUFFERS.map(({ name, label }) => html`
        <label>
          <input type="radio" name="buffer" checked=${buffer.value === name}
            onChange=${() => { buffer.value = name; cursor.value = null; }} />
          <span>${label}</span>
        </label>`)}
    </fieldset>`;
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
