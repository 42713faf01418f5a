/**
 * By what the table is sorted: the columns, and the way up or down.
 *
 * Usage: `ordered(entries, { by: "bytes", down: true })`, `sort.value = next(sort.value, "bytes")`
 */
import { signal } from "@preact/signals";

/** @import { Entry } from "./entries.js" */

/** @typedef {"id" | "age" | "bytes" | "overhead" | "messages" | "perMessage" | "roundTrip"} SortName */
/** @typedef {{ by: SortName, down: boolean }} Sort */

/** What cannot be told stands last. @type {Record<SortName, (entry: Entry) => number | null>} */
const VALUES = {
  id: ({ connections }) => connections[0].id,
  age: ({ age }) => age,
  bytes: ({ cost }) => cost.bytes,
  overhead: ({ cost }) => cost.overhead?.least ?? null,
  messages: ({ cost }) => cost.messages,
  perMessage: ({ cost }) => cost.perMessage,
  roundTrip: ({ roundTrip }) => roundTrip,
};

/** The newest connections first. */
export const sort = signal(/** @type {Sort} */ ({ by: "id", down: true }));

/** Choosing what it is sorted by already turns it round. @param {SortName} by */
export function sortBy(by) {
  const { by: before, down } = sort.value;
  sort.value = { by, down: by === before ? !down : true };
}

/** @param {Entry[]} entries @param {Sort} sort */
export function ordered(entries, { by, down }) {
  const rank = (/** @type {Entry} */ entry) => VALUES[by](entry) ?? (down ? -Infinity : Infinity);
  const sign = down ? -1 : 1;
  return entries.toSorted((one, other) => {
    const [a, b] = [rank(one), rank(other)];
    return a === b ? other.connections[0].id - one.connections[0].id : a < b ? -sign : sign;
  });
}
