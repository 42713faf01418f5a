/**
 * The bytes of a record's buffers, and how they are written.
 *
 * Usage: `bytesOf(record).wire`; `hex(0x81)` → "81"; `printable(0x41)` → "A"; `bit(bytes, 0)` → 1
 */

/** @import { BufferName, DissectedRecord } from "../types.js" */

/** @param {DissectedRecord} [record] @returns {Partial<Record<BufferName, Uint8Array>>} */
export function bytesOf(record) {
  const buffers = Object.entries(record?.bytes ?? {});
  return Object.fromEntries(buffers.map(([name, digits]) => [name, fromHex(digits)]));
}

/** A record can have a million digits, so no text is made of each two of them. @param {string} digits */
function fromHex(digits) {
  const bytes = new Uint8Array(digits.length / 2);
  for (let index = 0; index < bytes.length; index++) {
    bytes[index] = (digit(digits.charCodeAt(2 * index)) << 4) | digit(digits.charCodeAt(2 * index + 1));
  }
  return bytes;
}

/** 0 to 9, and a to f behind them. @param {number} code */
const digit = (code) => (code < 0x3a ? code - 0x30 : code - 0x57);

/** @param {number} value */
export const hex = (value, digits = 2) => value.toString(16).padStart(digits, "0");

/** ASCII as it is, everything else as a dot. @param {number} byte */
export const printable = (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "·");

/**
 * The bit at `index`, most significant first; undefined where the byte was not kept.
 *
 * @param {Uint8Array} bytes @param {number} index
 */
export function bit(bytes, index) {
  const byte = bytes[index >> 3];
  return byte === undefined ? undefined : (byte >> (7 - (index & 7))) & 1;
}
