/**
 * Offset, hexadecimal, ASCII. The bytes of the field under the lens are lit, and each is underlined in the colour of
 * its layer; a byte that is chosen chooses the innermost field that holds it, and several become a range of their own.
 * Only the rows in view exist: a record keeps up to 256 KiB.
 *
 * Keys: the arrows move byte by byte and row by row; Home and End to the row's ends; with Shift they choose a range,
 * as dragging does, and a click with Shift.
 *
 * Usage: `<${HexGrid} bytes=${bytes} perRow=${16} redacted=${record.redacted} />`
 */
import { html } from "htm/preact";
import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { layerNames } from "../layers/layers.js";
import { useHeight } from "../virtual/height.js";
import { useVirtualizer } from "../virtual/virtualizer.js";
import { hex, printable } from "./bytes.js";
import { byteRange, isRedacted } from "./fields.js";
import { anchor, buffer, chooseByte, cursor, extendTo, layer, lit } from "./lens.js";
import { layersOf } from "./painted.js";

/** @import { LayerName } from "../types.js" */

/** @typedef {{ bytes: Uint8Array, perRow: number, redacted?: [number, number][] }} GridProps */

const OVERSCAN = 8;

/** @param {GridProps} props */
export function HexGrid({ bytes, perRow, redacted }) {
  const grid = useRef(/** @type {HTMLElement | null} */ (null));
  const field = lit.value?.buffer === buffer.value ? lit.value : null;
  const [from, to] = field ? byteRange(field) : [0, 0];
  const here = cursor.value ?? -1;
  const layers = layersOf(buffer.value);
  const [rowHeight, ruler] = useHeight();
  const rows = Math.ceil(bytes.length / perRow);
  const virtual = useVirtualizer({
    count: rows,
    getScrollElement: () => grid.current,
    estimateSize: () => rowHeight,
    overscan: OVERSCAN,
  });
  useLayoutEffect(() => virtual.measure(), [rowHeight]);
  useLayoutEffect(() => {
    if (here >= 0) virtual.scrollToIndex(Math.floor(here / perRow));
  }, [here, perRow]);
  const inView = virtual.getVirtualItems();
  const above = inView[0]?.start ?? 0;

  /** @param {KeyboardEvent} event */
  function onKeyDown(event) {
    const target = moved(event.key, here, perRow);
    if (target === undefined) return;
    event.preventDefault();
    const chooseUpTo = event.shiftKey ? extendTo : chooseByte;
    chooseUpTo(buffer.value, Math.min(Math.max(target, 0), bytes.length - 1));
  }

  return html`
    <div class="hex-grid" style=${{ "--per-row": perRow }} role="grid"
      aria-labelledby="hex-title" tabIndex=${0} ref=${grid} aria-rowcount=${rows}
      aria-multiselectable="true" onKeyDown=${onKeyDown} onClick=${onClick} onPointerDown=${onPointerDown}
      onPointerMove=${onPointerMove} aria-activedescendant=${here < 0 ? undefined : `byte-${here}`}>
      <div class="hex-ruler" ref=${ruler}></div>
      <div role="presentation" style=${{ height: `${rows * rowHeight}px`, paddingTop: `${above}px` }}>
        ${inView.map(({ index }) => index * perRow).map((start) => html`
          <${HexRow} key=${start} bytes=${bytes} start=${start} perRow=${perRow} height=${rowHeight}
            redacted=${redacted} layers=${layers} layer=${layer.value}
            from=${within(from, start, perRow)} to=${within(to, start, perRow)}
            cursor=${within(here, start, perRow)} isRange=${anchor.value !== null} />`)}
      </div>
    </div>`;
}

/**
 * @typedef {object} RowProps
 * @property {Uint8Array} bytes
 * @property {number} start offset of the row's first byte
 * @property {number} perRow
 * @property {number} height
 * @property {[number, number][]} [redacted]
 * @property {Uint8Array} layers of each byte
 * @property {LayerName | null} layer the one whose bytes are lit
 * @property {number} from offset of the first byte that is lit
 * @property {number} to offset after the last byte that is lit
 * @property {number} cursor offset of the byte where the keyboard is
 * @property {boolean} isRange whether what is lit was chosen byte by byte
 */

/** @param {RowProps} props */
function HexRow({ bytes, start, perRow, height, redacted, layers, layer, from, to, cursor, isRange }) {
  return useMemo(() => {
    const cells = Array.from(bytes.subarray(start, start + perRow), (byte, index) => {
      const offset = start + index;
      const name = layerNames[layers[offset]];
      const classes = name ? [`of-${name}`] : [];
      const isLit = layer ? name === layer : offset >= from && offset < to;
      if (isLit) classes.push("lit");
      if (offset === cursor) classes.push("cursor");
      if (isRedacted(redacted, offset, offset + 1)) classes.push("redacted");
      return { byte, offset, isLit, look: classes.join(" ") };
    });
    return html`
      <div role="row" class="hex-row" aria-rowindex=${start / perRow + 1} style=${{ height: `${height}px` }}>
        <span role="rowheader" class="hex-offset">${hex(start, 4)}</span>
        <span role="presentation" class="hex-bytes">
          ${cells.map(({ byte, offset, isLit, look }) => html`
            <span role="gridcell" id=${`byte-${offset}`} data-offset=${offset} class=${look}
              aria-selected=${offset === cursor || (isRange && isLit)}>${hex(byte)}</span>`)}
        </span>
        <span class="hex-ascii" aria-hidden="true">
          ${cells.map(({ byte, offset, look }) => html`
            <span data-offset=${offset} class=${look}>${printable(byte)}</span>`)}
        </span>
      </div>`;
  }, [bytes, start, perRow, height, redacted, layers, layer, from, to, cursor, isRange]);
}

/** @param {MouseEvent} event */
function onClick(event) {
  const { offset } = /** @type {HTMLElement} */ (event.target).dataset;
  if (offset === undefined) return;
  const chooseUpTo = event.shiftKey ? extendTo : chooseByte;
  chooseUpTo(buffer.value, Number(offset));
}

/** The byte on which the button went down. @type {number | null} */
let pressed = null;

/** @param {PointerEvent} event */
function onPointerDown({ target, shiftKey, pointerType }) {
  const { offset } = /** @type {HTMLElement} */ (target).dataset;
  // A finger that drags scrolls.
  pressed = offset === undefined || shiftKey || pointerType === "touch" ? null : Number(offset);
}

/** @param {PointerEvent} event */
function onPointerMove({ target, buttons }) {
  const { offset } = /** @type {HTMLElement} */ (target).dataset;
  if (buttons !== 1 || pressed === null || offset === undefined || Number(offset) === (cursor.value ?? pressed)) return;
  extendTo(buffer.value, Number(offset), pressed);
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
 * Rows that the lens does not touch get the same numbers again, and are not drawn anew.
 *
 * @param {number} offset @param {number} start @param {number} perRow
 */
function within(offset, start, perRow) {
  return Math.min(Math.max(offset, start - 1), start + perRow);
}
