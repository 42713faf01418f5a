/**
 * A record's tree of fields, as a list in reading order, and the questions asked of it.
 *
 * Usage: `flatten(record.fields)`; `innermost(items, "wire", 12)`; `byteRange(field)` → `[from, to]`
 */

/** @import { BufferName, DissectedRecord, Field } from "../types.js" */

/** @typedef {{ field: Field, level: number, index: number, parent: Item | null }} Item */

/** @param {Field[]} fields @returns {Item[]} */
export function flatten(fields) {
  /** @type {Item[]} */
  const items = [];
  collect(fields, null, items);
  return items;
}

/** @param {Field[]} fields @param {Item | null} parent @param {Item[]} items */
function collect(fields, parent, items) {
  for (const field of fields) {
    const item = { field, level: (parent?.level ?? 0) + 1, index: items.length, parent };
    items.push(item);
    collect(field.children ?? [], item, items);
  }
}

/**
 * The innermost field that holds the first bit of a byte.
 *
 * @param {Item[]} items @param {BufferName} buffer @param {number} offset
 */
export function innermost(items, buffer, offset) {
  const bit = offset * 8;
  return items.findLast(({ field }) => field.buffer === buffer && field.bits[0] <= bit && bit < field.bits[1])
    ?.field;
}

/** The half-open range of bytes that a field touches. @param {Field} field @returns {[number, number]} */
export function byteRange({ bits: [from, to] }) {
  return [Math.floor(from / 8), Math.ceil(to / 8)];
}

/**
 * Whether a part of a field's value was replaced by asterisks.
 *
 * @param {DissectedRecord} record @param {Field} field
 */
export function holdsSecret({ redacted }, field) {
  return field.buffer === "wire" && isRedacted(redacted, ...byteRange(field));
}

/**
 * Whether a byte range of the wire overlaps one that was redacted.
 *
 * @param {[number, number][] | undefined} redacted @param {number} from @param {number} to
 */
export function isRedacted(redacted, from, to) {
  return Boolean(redacted?.some(([start, end]) => from < end && start < to));
}
