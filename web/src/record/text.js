/**
 * Bytes as the text that they are, or null where they are no UTF-8.
 *
 * Usage: `textOf(bytes) ?? "no text"`
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
