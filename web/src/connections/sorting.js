/**
 * By what the table is sorted: the columns, and the way up or down.
 *
 * Usage: `ordered(entries, { by: "bytes", down: true })`, `sortBy("bytes")`
 */
import { signal } from "@preact/signals";

/** @import { Entry } from "./entries.js" */

/** @typedef {"id" | "age" | "bytes" | "overhead" | "messages" | "perMessage" | "roundTrip"} SortName */
/** @typedef {{ by: SortName, down: boolean }} Sort */

/** Of several, the newest. @param {Entry} entry */
const idOf = ({ connections }) => connections[connections.length - 1].id;

/** What cannot be told stands last. @type {Record<SortName, (entry: Entry) => number | null>} */
const VALUES = {
  id: idOf,
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

/** Those that are alike stand by their numbers, the newest first. @param {Entry[]} entries @param {Sort} sort */
export function ordered(entries, { by, down }) {
  const sign = down ? -1 : 1;
  const ranked = entries.map((entry) => ({ entry, rank: VALUES[by](entry) ?? sign * Infinity }));
  ranked.sort((one, other) => {
    if (one.rank !== other.rank) return one.rank < other.rank ? -sign : sign;
    return idOf(other.entry) - idOf(one.entry);
  });
  return ranked.map(({ entry }) => entry);
}
