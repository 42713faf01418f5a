/**
 * Numbers and times as people read them.
 *
 * Usage: `size(5120)` → "5.12 kB"; `count(2, "record")` → "2 records"; `percent(0.5)` → "50 %";
 * `duration(0.0012)` → "1.2 ms"; `age(75)` → "1 min 15 s"; `clock(started, 12.3456)` → "18:24:12.346".
 */

const plain = new Intl.NumberFormat("en");
const short = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });
const tenths = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });

/** @param {number} value */
export const number = (value) => plain.format(value);

/** @param {number} value @param {string} noun @param {string} [nouns] of one that gets more than an `s` */
export const count = (value, noun, nouns = `${noun}s`) => `${number(value)} ${value === 1 ? noun : nouns}`;

/** None only where there is none, and all only where it is all. @param {number} share of 1 */
export function percent(share) {
  if (share > 0 && share < 0.001) return "< 0.1 %";
  return share > 0.999 && share < 1 ? "> 99.9 %" : `${tenths.format(share * 100)} %`;
}

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

/** How old something is: whole seconds, then minutes, then hours. @param {number} seconds */
export function age(seconds) {
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor((seconds % 3_600) / 60)];
  if (hours > 0) return `${number(hours)} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${Math.floor(seconds % 60)} s` : `${Math.floor(seconds)} s`;
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
