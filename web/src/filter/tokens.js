/**
 * Cuts a filter's text into tokens, as the server does (docs/filter.md), but never fails: what is half written is a
 * token, too. It judges nothing; it only tells completion where things stand.
 *
 * Usage: `tokens('length > 125')` → `[{ kind: "word", text: "length", from: 0, to: 6 }, …]`; `quoted('say "hi"')`
 */

/** @typedef {"word" | "number" | "text" | "and" | "or" | "not" | "in" | "sign" | "unknown"} TokenKind */

/**
 * @typedef {object} Token
 * @property {TokenKind} kind
 * @property {string} text as it is written
 * @property {number} from where it begins, in JavaScript's own counting
 * @property {number} to where it ends, excluded
 */

/** What each kind looks like where it begins; the first that fits is it. @type {[TokenKind, RegExp][]} */
const LOOKS = [
  ["text", /"(?:\\.?|[^"\\])*"?/suy],
  ["and", /&&/y],
  ["or", /\|\|/y],
  ["sign", /==|!=|<=|>=|\.\.|[<>~(){},]/y],
  ["not", /!/y],
  ["word", /[\p{Alphabetic}\p{Number}_](?:[\p{Alphabetic}\p{Number}_]|\.(?!\.))*/uy],
  ["unknown", /./suy],
];
/** @type {TokenKind[]} */
const KEYWORDS = ["and", "or", "not", "in"];

/** @param {string} text @returns {Token[]} */
export function tokens(text) {
  const found = [];
  for (let at = skipSpace(text, 0); at < text.length; at = skipSpace(text, found[found.length - 1].to)) {
    found.push(tokenAt(text, at));
  }
  return found;
}

/** @param {string} text @param {number} from */
function skipSpace(text, from) {
  const rest = text.slice(from);
  return from + rest.length - rest.trimStart().length;
}

/** @param {string} text @param {number} from @returns {Token} */
function tokenAt(text, from) {
  for (const [kind, look] of LOOKS) {
    look.lastIndex = from;
    const [written] = look.exec(text) ?? [];
    if (!written) continue;
    return { kind: kind === "word" ? kindOf(written) : kind, text: written, from, to: from + written.length };
  }
  throw new Error("every character looks like something");
}

/** @param {string} word @returns {TokenKind} */
function kindOf(word) {
  return KEYWORDS.find((keyword) => keyword === word) ?? (/^\d/.test(word) ? "number" : "word");
}

/** @type {Record<string, string>} */
const ESCAPES = { '"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** A text as the filter language writes it, on one line. @param {string} text */
export function quoted(text) {
  const escaped = text.replaceAll(
    /["\\\p{Control}\u2028\u2029]/gu,
    (sign) => ESCAPES[sign] ?? `\\u{${sign.codePointAt(0)?.toString(16)}}`,
  );
  return `"${escaped}"`;
}
