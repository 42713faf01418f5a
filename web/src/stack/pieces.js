/**
 * The real bytes of a layer, to be shown beside its name: the fields that are its own, in the order of the wire.
 *
 * Usage: `pieces(record, "engineio")` → `[{ shown: "4", what: "packet type: 4 (message)" }]`
 */
import { number } from "../format.js";
import { LAYERS } from "../layers/layers.js";
import { hex } from "../record/bytes.js";
import { buffers, fields } from "../record/detail.js";
import { byteRange } from "../record/fields.js";
import { isOfTheWire } from "../record/painted.js";
import { textOf } from "../record/text.js";

/** @import { DissectedRecord, Field, LayerName } from "../types.js" */

/** @typedef {{ shown: string, what: string }} Piece */

const MOST_PIECES = 4;
const MOST_BYTES = 160;
const MOST_VALUE = 24;

/** @param {DissectedRecord} record @param {LayerName} layer @returns {Piece[]} */
export function pieces(record, layer) {
  const own = fields.value.filter(({ field }) => field.layer === layer && isOfTheWire(record, field.buffer));
  const shown = own.slice(0, MOST_PIECES).map(({ field }) => pieceOf(field, layer));
  const rest = own.length - shown.length;
  return rest > 0 ? [...shown, { shown: "…", what: `and ${number(rest)} more` }] : shown;
}

/** @param {Field} field @param {LayerName} layer @returns {Piece} */
function pieceOf(field, layer) {
  const bytes = (buffers.value[field.buffer] ?? new Uint8Array()).subarray(...byteRange(field));
  const shown = written(bytes);
  const { name, value = "" } = field;
  const title = shown.startsWith(name) ? "" : name.replace(`${LAYERS[layer].name} `, "");
  const says = !value || shown.includes(value) || value.length > MOST_VALUE ? "" : `: ${value}`;
  return { shown, what: title + says };
}

/** Text as text, and everything else in hexadecimal digits. @param {Uint8Array} bytes */
function written(bytes) {
  const text = textOf(upToACharacter(bytes));
  if (text !== null && !/[^\P{C}\r\n\t]/u.test(text)) {
    return text.replace(/[\r\n]+$/, "") + (bytes.length > MOST_BYTES ? " …" : "");
  }
  const digits = Array.from(bytes.subarray(0, MOST_BYTES / 4), (byte) => hex(byte)).join(" ");
  return bytes.length > MOST_BYTES / 4 ? `${digits} …` : digits;
}

/** The first bytes, and no half of a character at their end. @param {Uint8Array} bytes */
function upToACharacter(bytes) {
  let end = Math.min(bytes.length, MOST_BYTES);
  while (end > 0 && end < bytes.length && (bytes[end] & 0xc0) === 0x80) end--;
  return bytes.subarray(0, end);
}
