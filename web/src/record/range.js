/**
 * Bytes that the reader chose by hand, as a field of their own making: what they are as hexadecimal digits, as text
 * and as a number.
 *
 * Usage: `bytesChosen({ buffer: "wire", from: 16, to: 48 }, bytes)` → a `Field`
 */
import { count } from "../format.js";
import { hex } from "./bytes.js";
import { textOf } from "./text.js";

/** @import { Place } from "../address/address.js" */
/** @import { Field } from "../types.js" */

const SHOWN_BYTES = 64;
/** The widest number that the protocols here have. */
const NUMBER_BYTES = 8;

/** @param {Place} place @param {Uint8Array} bytes of the buffer @returns {Field} */
export function bytesChosen({ buffer, from, to }, bytes) {
  const end = Math.min(to, bytes.length * 8);
  const chosen = bytes.subarray(Math.floor(from / 8), Math.ceil(end / 8));
  return {
    name: count(chosen.length, "byte"),
    bits: [from, end],
    buffer,
    value: digits(chosen),
    meaning: ["Chosen by hand.", asText(chosen), asNumber(chosen)].filter(Boolean).join(" "),
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
  return `As a number, most significant byte first: ${value}.`;
}
