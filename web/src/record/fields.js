/**
 * A record's tree of fields, as a list in reading order, and the questions asked of it.
 *
 * Usage: `flatten(record.fields)`; `innermost(items, "wire", 12)`; `byteRange(field)` → `[from, to]`
 */

/** @import { BufferName, DissectedRecord, Field } from "../types.js" */

/** @typedef {{ field: Field, level: number, index: number }} Item */

/** @param {Field[]} fields @returns {Item[]} */
export function flatten(fields) {
  /** @type {Item[]} */
  const items = [];
  collect(fields, 1, items);
  return items;
}

/** @param {Field[]} fields @param {number} level @param {Item[]} items */
function collect(fields, level, items) {
  for (const field of fields) {
    items.push({ field, level, index: items.length });
    collect(field.children ?? [], level + 1, items);
  }
}

/** The innermost field that holds the first bit of a byte. @param {Item[]} items @param {BufferName} buffer @param {number} offset */
export function innermost(items, buffer, offset) {
  const bit = offset * 8;
  return items.findLast(({ field }) => field.buffer === buffer && field.bits[0] <= bit && bit < field.bits[1])?.field;
}

/** The half-open range of bytes that a field touches. @param {Field} field @returns {[number, number]} */
export function byteRange({ bits: [from, to] }) {
  return [Math.floor(from / 8), Math.ceil(to / 8)];
}

/** Whether the value of a field may not be shown. @param {DissectedRecord} record @param {Field} field */
export function isHidden({ redacted }, field) {
  return !field.children?.length && field.buffer === "wire" && isRedacted(redacted, ...byteRange(field));
}

/** Whether a byte range of the wire overlaps one that was redacted. @param {[number, number][] | undefined} redacted @param {number} from @param {number} to */
export function isRedacted(redacted, from, to) {
  return Boolean(redacted?.some(([start, end]) => from < end && start < to));
}
