/**
 * Filters put together from two.
 *
 * Usage: `both("mine or violation", "conn == 7")` → "(mine or violation) and conn == 7"; `none("conn == 7")` →
 * "not conn == 7"
 */
import { tokens } from "./tokens.js";

/** What passes each of the two; an empty one passes everything. @param {string} one @param {string} other */
export function both(one, other) {
  if (!one || !other) return one || other;
  return [one, other].map((filter) => bracketed(filter, has(filter, "or"))).join(" and ");
}

/** What does not pass. @param {string} filter */
export const none = (filter) => `not ${bracketed(filter, has(filter, "and") || has(filter, "or"))}`;

/** @param {string} filter @param {boolean} isNeeded */
const bracketed = (filter, isNeeded) => (isNeeded ? `(${filter})` : filter);

/** @param {string} filter @param {"and" | "or"} joint */
const has = (filter, joint) => tokens(filter).some(({ kind }) => kind === joint);
