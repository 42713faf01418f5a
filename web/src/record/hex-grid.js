/**
 * Offset, hexadecimal, ASCII. The bytes of the field under the lens are lit; a byte that is chosen
 * chooses the innermost field that holds it.
 *
 * Keys: the arrows move byte by byte and row by row; Home and End to the row's ends.
 *
 * Usage: `<${HexGrid} bytes=${bytes} shown=${2_048} perRow=${16} redacted=${record.redacted} />`
 */
import { html } from "htm/preact";
import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { hex, printable } from "./bytes.js";
import { byteRange, isRedacted } from "./fields.js";
import { buffer, chooseByte, cursor, lit } from "./lens.js";

/** @typedef {{ bytes: Uint8Array, shown: number, perRow: number, redacted?: [number, number][] }} GridProps */

/** @param {GridProps} props */
export function HexGrid({ bytes, shown, perRow, redacted }) {
  const grid = useRef(/** @type {HTMLElement | null} */ (null));
  const field = lit.value?.buffer === buffer.value ? lit.value : null;
  const [from, to] = field ? byteRange(field) : [0, 0];
  const here = cursor.value ?? -1;
  const starts = Array.from({ length: Math.ceil(shown / perRow) }, (_, row) => row * perRow);
  useLayoutEffect(() => {
    const byte = document.getElementById(`byte-${here}`);
    if (byte && grid.current) reveal(grid.current, byte);
  }, [here]);

  /** @param {KeyboardEvent} event */
  function onKeyDown(event) {
    const target = moved(event.key, here, perRow);
    if (target === undefined) return;
    event.preventDefault();
    chooseByte(buffer.value, Math.min(Math.max(target, 0), bytes.length - 1));
  }

  return html`
    <div class="hex-grid" role="grid" aria-labelledby="hex-title" tabIndex=${0} ref=${grid}
      onKeyDown=${onKeyDown} onClick=${onClick} aria-activedescendant=${here < 0 ? undefined : `byte-${here}`}>
      ${starts.map((start) => html`
        <${HexRow} key=${start} bytes=${bytes} start=${start} perRow=${perRow} redacted=${redacted}
          from=${within(from, start, perRow)} to=${within(to, start, perRow)}
          cursor=${within(here, start, perRow)} />`)}
    </div>`;
}

/**
 * @typedef {object} RowProps
 * @property {Uint8Array} bytes
 * @property {number} start offset of the row's first byte
 * @property {number} perRow
 * @property {[number, number][]} [redacted]
 * @property {number} from offset of the first byte that is lit
 * @property {number} to offset after the last byte that is lit
 * @property {number} cursor offset of the byte where the keyboard is
 */

/** @param {RowProps} props */
function HexRow({ bytes, start, perRow, redacted, from, to, cursor }) {
  return useMemo(() => {
    const cells = Array.from(bytes.subarray(start, start + perRow), (byte, index) => {
      const offset = start + index;
      const classes = [];
      if (offset >= from && offset < to) classes.push("lit");
      if (offset === cursor) classes.push("cursor");
      if (isRedacted(redacted, offset, offset + 1)) classes.push("redacted");
      return { byte, offset, look: classes.join(" ") };
    });
    return html`
      <div role="row" class="hex-row">
        <span role="rowheader" class="hex-offset">${hex(start, 4)}</span>
        <span role="presentation" class="hex-bytes">
          ${cells.map(({ byte, offset, look }) => html`
            <span role="gridcell" id=${`byte-${offset}`} data-offset=${offset} class=${look}
              aria-selected=${offset === cursor}>${hex(byte)}</span>`)}
        </span>
        <span class="hex-ascii" aria-hidden="true">
          ${cells.map(({ byte, offset, look }) => html`
            <span data-offset=${offset} class=${look}>${printable(byte)}</span>`)}
        </span>
      </div>`;
  }, [bytes, start, perRow, redacted, from, to, cursor]);
}

/** @param {MouseEvent} event */
function onClick(event) {
  const { offset } = /** @type {HTMLElement} */ (event.target).dataset;
  if (offset !== undefined) chooseByte(buffer.value, Number(offset));
}

/**
 * Where a key leads from the byte that is chosen, if it leads anywhere.
 *
 * @param {string} key @param {number} here @param {number} perRow
 */
function moved(key, here, perRow) {
  const rowStart = here - (here % perRow);
  /** @type {Record<string, number>} */
  const targets = {
    ArrowLeft: here - 1,
    ArrowRight: here + 1,
    ArrowUp: here - perRow,
    ArrowDown: here + perRow,
    Home: rowStart,
    End: rowStart + perRow - 1,
  };
  return targets[key];
}

/**
 * Scrolls the box, and only the box, until the element in it is in view.
 *
 * @param {HTMLElement} box @param {HTMLElement} element
 */
function reveal(box, element) {
  const outer = box.getBoundingClientRect();
  const inner = element.getBoundingClientRect();
  if (inner.top < outer.top) box.scrollTop -= outer.top - inner.top;
  if (inner.bottom > outer.bottom) box.scrollTop += inner.bottom - outer.bottom;
}

/**
 * Rows that the lens does not touch get the same numbers again, and are not drawn anew.
 *
 * @param {number} offset @param {number} start @param {number} perRow
 */
function within(offset, start, perRow) {
  return Math.min(Math.max(offset, start - 1), start + perRow);
}
