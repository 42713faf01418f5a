/**
 * Bytes that the reader chose by hand, or the bits that a link names, as a field of their own making: what they are as
 * hexadecimal digits, as text and as a number.
 *
 * Usage: `bytesChosen({ buffer: "wire", from: 16, to: 48 }, bytes)` → a `Field`
 */
import { count } from "../format.js";
import { bit, hex } from "./bytes.js";
import { textOf } from "./text.js";

/** @import { Place } from "../address/address.js" */
/** @import { Field } from "../types.js" */

const SHOWN_BYTES = 64;
/** The widest number that the protocols here have. */
const NUMBER_BYTES = 8;
const SHOWN_BITS = NUMBER_BYTES * 8;

/** @param {Place} place @param {Uint8Array} bytes of the buffer @returns {Field} */
export function bytesChosen({ buffer, from, to }, bytes) {
  const bits = /** @type {[number, number]} */ ([from, Math.min(to, bytes.length * 8)]);
  const isWhole = bits.every((bit) => bit % 8 === 0);
  return { bits, buffer, ...(isWhole ? wholeBytes(bits, bytes) : someBits(bits, bytes)) };
}

/** @param {[number, number]} bits @param {Uint8Array} bytes */
function wholeBytes([from, to], bytes) {
  const chosen = bytes.subarray(from / 8, to / 8);
  return {
    name: count(chosen.length, "byte"),
    value: digits(chosen),
    meaning: ["Chosen by hand.", asText(chosen), asNumber(chosen)].filter(Boolean).join(" "),
  };
}

/** Their first and last bytes are not chosen whole. @param {[number, number]} bits @param {Uint8Array} bytes */
function someBits([from, to], bytes) {
  const all = to - from;
  const shown = Array.from({ length: Math.min(all, SHOWN_BITS) }, (_, index) => bit(bytes, from + index)).join("");
  return {
    name: count(all, "bit"),
    value: all > SHOWN_BITS ? `0b${shown} …` : `0b${shown}`,
    meaning: all > SHOWN_BITS ? "Chosen by hand." : `Chosen by hand. ${numbered(BigInt(`0b${shown}`))}`,
  };
}

/** @param {Uint8Array} bytes */
function digits(bytes) {
  const shown = Array.from(bytes.subarray(0, SHOWN_BYTES), (byte) => hex(byte)).join(" ");
  return bytes.length > SHOWN_BYTES ? `${shown} …` : shown;
}

/** @param {Uint8Array} bytes */
function asText(bytes) {
  const text = bytes.length <= SHOWN_BYTES ? textOf(bytes) : null;
  return text === null || /\p{C}/u.test(text) ? "" : `As text: “${text}”.`;
}

/** @param {Uint8Array} bytes */
function asNumber(bytes) {
  if (bytes.length > NUMBER_BYTES) return "";
  const value = bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  return numbered(value, bytes.length > 1 ? ", most significant byte first" : "");
}

/** @param {bigint} value */
const numbered = (value, order = "") => `As a number${order}: ${value}.`;
