/**
 * Numbers added up, and counts by name.
 *
 * Usage: `sum(records, ({ length }) => length)`; `added([{ text: 1 }, { text: 2, ping: 1 }])` → `{ text: 3, ping: 1 }`
 */

/** @template Item @param {Item[]} items @param {(item: Item) => number} of */
export const sum = (items, of) => items.reduce((total, item) => total + of(item), 0);

/** @template {string} Name @param {Partial<Record<Name, number>>[]} counts */
export function added([first, ...others]) {
  const sums = /** @type {Record<Name, number>} */ ({ ...first });
  for (const each of others) for (const name in each) sums[name] = (sums[name] ?? 0) + (each[name] ?? 0);
  return sums;
}
