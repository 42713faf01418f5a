/**
 * What may stand where the caret is in a filter: the beginning of a test, an operator, a value, or what joins tests.
 * It follows the grammar of docs/filter.md loosely: after a mistake it goes on with what is most likely meant, because
 * only the server says what is right.
 *
 * Usage: `placeAt("ws.opcode == cl", 15)` → `{ expects: "value", field: "ws.opcode", from: 13, written: "cl", … }`
 */
import { tokens } from "./tokens.js";

/** @import { Token } from "./tokens.js" */

/** @typedef {"test" | "operator" | "value" | "brace" | "member" | "joint"} Expected */

/**
 * @typedef {object} State what may come, after the tokens so far
 * @property {Expected} expects
 * @property {string} [field] whose operator or value is to come, or has just come
 * @property {string} [operator]
 * @property {number} depth how many brackets are open
 */

/**
 * @typedef {object} TokenPlace the token that the caret is in, or the caret itself
 * @property {number} from
 * @property {number} to
 * @property {string} written what of it stands before the caret
 */

/** @typedef {State & TokenPlace} Place */

/** @param {string} text @param {number} caret @returns {Place} */
export function placeAt(text, caret) {
  const all = tokens(text);
  const under = all.find((token) => token.from < caret && caret <= token.to && goesOn(token, caret));
  const from = under?.from ?? caret;
  const before = all.filter(({ to }) => to <= from);
  /** @type {State} */
  const start = { expects: "test", depth: 0 };
  return { ...before.reduce(after, start), from, to: under?.to ?? caret, written: text.slice(from, caret) };
}

/** A sign ends where it ends, and a text at its closing quote; a word may always go on, and so may a sign cut short. */
function goesOn(/** @type {Token} */ { kind, text, to }, /** @type {number} */ caret) {
  if (kind === "text") return caret < to || !/^"(?:\\.|[^"\\])*"$/su.test(text);
  return kind !== "sign" && !["&&", "||", "!"].includes(text);
}

/** @param {State} state @param {Token} token @returns {State} */
function after(state, { kind, text }) {
  const { expects, depth } = state;
  if (kind === "unknown") return state;
  if (kind === "and" || kind === "or" || kind === "not") return { expects: "test", depth };
  if (text === "(") return { expects: "test", depth: depth + 1 };
  if (text === ")") return { expects: "joint", depth: Math.max(depth - 1, 0) };
  if (kind === "in") return { ...state, expects: "brace", operator: "in" };
  if (text === "{") return { ...state, expects: "member" };
  if (text === "}") return { ...state, expects: "joint" };
  if (expects === "member") return state;
  if (kind === "sign") return { ...state, expects: "value", operator: text };
  return expects === "test" ? { expects: "operator", field: text, depth } : { ...state, expects: "joint" };
}
