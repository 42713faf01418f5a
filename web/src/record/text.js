/**
 * Bytes as the text that they are, or null where they are no UTF-8; and the beginning of long texts.
 *
 * Usage: `textOf(bytes) ?? "no text"`; `beginning(text, 400)`
 */

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder("utf-8", { ignoreBOM: true });

/** @param {Uint8Array} bytes */
export function textOf(bytes) {
  try {
    return strict.decode(bytes);
  } catch {
    return null;
  }
}

/** What is no UTF-8 becomes U+FFFD. @param {Uint8Array} bytes */
export const textAnyway = (bytes) => lenient.decode(bytes);

/** A text of a hundred thousand characters takes long to lay out, even where a line of it is seen. */
export function beginning(/** @type {string} */ text, /** @type {number} */ most) {
  return text.length > most ? `${text.slice(0, most)}…` : text;
}
