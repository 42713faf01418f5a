/**
 * Binary search, where a list is ordered and long.
 *
 * Usage: `firstWhere(times.length, (index) => times[index] > 12.5)` → the first such index, or the length
 */

/** @param {number} length @param {(index: number) => boolean} isSo no for the first ones, yes for all others */
export function firstWhere(length, isSo) {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isSo(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
