/**
 * Numbers and times as people read them.
 *
 * Usage: `size(5120)` → "5.12 kB"; `count(2, "record")` → "2 records"; `duration(0.0012)` → "1.2 ms";
 * `clock(started, 12.3456)` → "18:24:12.346".
 */

const plain = new Intl.NumberFormat("en");
const short = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });

/** @param {number} value */
export const number = (value) => plain.format(value);

/** @param {number} value @param {string} noun @param {string} [nouns] of one that gets more than an `s` */
export const count = (value, noun, nouns = `${noun}s`) => `${number(value)} ${value === 1 ? noun : nouns}`;

/** Bytes in decimal units. @param {number} bytes */
export function size(bytes) {
  if (bytes < 1_000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${short.format(bytes / 1_000)} kB`;
  return `${short.format(bytes / 1_000_000)} MB`;
}

/** @param {number} seconds */
export function duration(seconds) {
  return seconds < 1 ? `${short.format(seconds * 1_000)} ms` : `${short.format(seconds)} s`;
}

/**
 * The local time of day, to the millisecond, at `seconds` after the capture `started`.
 * @param {string} started @param {number} seconds
 */
export function clock(started, seconds) {
  const at = new Date(Date.parse(started) + seconds * 1_000);
  const digits = (/** @type {number} */ value, length = 2) => String(value).padStart(length, "0");
  const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map((part) => digits(part)).join(":");
  return `${time}.${digits(at.getMilliseconds(), 3)}`;
}

/** The local time of day, to the second, of an ISO-8601 time. @param {string} iso */
export const timeOfDay = (iso) => new Date(iso).toLocaleTimeString([], { hourCycle: "h23" });
