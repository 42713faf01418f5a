/**
 * What could stand where the caret is: fields, operators, values, or what joins tests, each with its explanation.
 *
 * Usage: `suggestionsAt(placeAt("ws.op", 5), fields, seen)` → `[{ label: "ws.opcode", insert: "ws.opcode ", … }]`
 * where `seen("sio.event")` counts the values that the page has seen: `Map { '"message"' => 12 }`
 */
import { number } from "../format.js";
import { literal } from "./record-values.js";

/** @import { FilterField } from "../types.js" */
/** @import { Place } from "./grammar.js" */

/** @typedef {{ label: string, insert: string, description: string }} Suggestion */

const MOST = 60;

/** @type {Record<string, string>} */
const OPERATORS = {
  "==": "is equal to",
  "!=": "has values, and none is equal to",
  "<": "is less than",
  "<=": "is at most",
  ">": "is greater than",
  ">=": "is at least",
  "~": "contains, in letters of either case",
  in: "is one of a set, as {ping pong} or {400..599}",
};

const AND = suggestion("and", "both tests pass");
const OR = suggestion("or", "one of the tests passes");
const NOT = suggestion("not", "passes what the next test does not");
const OPENING = { label: "(", insert: "(", description: "tests that belong together" };
const CLOSING = suggestion(")", "the end of the bracket");
const BRACE = { label: "{", insert: "{", description: "the set begins" };
const END_OF_SET = suggestion("}", "the end of the set");

/**
 * @param {Place} place @param {FilterField[]} fields @param {(field: string) => Map<string, number>} seen
 * @returns {Suggestion[]}
 */
export function suggestionsAt(place, fields, seen) {
  const field = fields.find(({ name }) => name === place.field);
  const found = matching(possible(place, fields, field, seen), place.written.replace(/^"/, ""));
  return found.filter(({ label }) => label !== place.written).slice(0, MOST);
}

/**
 * @param {Place} place @param {FilterField[]} fields @param {FilterField | undefined} field
 * @param {(field: string) => Map<string, number>} seen @returns {Suggestion[]}
 */
function possible({ expects, depth }, fields, field, seen) {
  const joints = depth > 0 ? [AND, OR, CLOSING] : [AND, OR];
  switch (expects) {
    case "test":
      return [...fields.map(({ name, description }) => suggestion(name, description)), NOT, OPENING];
    case "operator":
      return [...operatorsOf(field), ...joints];
    case "value":
      return valuesOf(field, seen);
    case "brace":
      return [BRACE];
    case "member":
      return [...valuesOf(field, seen), END_OF_SET];
    case "joint":
      return joints;
  }
}

/** @param {string} label @param {string} description @returns {Suggestion} */
function suggestion(label, description) {
  return { label, insert: `${label} `, description };
}

/** @param {FilterField} [field] */
function operatorsOf(field) {
  return (field?.operators ?? []).map((operator) => ({
    ...suggestion(operator, OPERATORS[operator] ?? ""),
    insert: operator === "in" ? "in {" : `${operator} `,
  }));
}

/**
 * The field's words, or else what the page has seen of it, the most frequent above.
 *
 * @param {FilterField | undefined} field @param {(field: string) => Map<string, number>} seen
 */
function valuesOf(field, seen) {
  if (!field) return [];
  const counted = seen(field.name);
  const often = [...counted].toSorted(([, one], [, other]) => other - one).map(([value]) => value);
  const words = field.values?.map((value) => literal(field.name, value));
  return (words ?? often).map((value) => suggestion(value, timesOf(counted.get(value))));
}

/** @param {number} [times] */
const timesOf = (times) => (times ? `in ${number(times)} of the newest records` : "");

/**
 * What begins with the written letters, then what has a part that does, then what holds them, then what is explained by
 * them.
 *
 * @param {Suggestion[]} suggestions @param {string} written
 */
function matching(suggestions, written) {
  const letters = written.toLowerCase();
  const ranks = suggestions.map((suggestion) => ({ suggestion, rank: rankOf(suggestion, letters) }));
  const found = ranks.filter(({ rank }) => rank < NO_RANK).toSorted((one, other) => one.rank - other.rank);
  return found.map(({ suggestion }) => suggestion);
}

const NO_RANK = 4;
/** Fewer letters than these are in every explanation. */
const TELLING = 3;

/** @param {Suggestion} suggestion @param {string} letters */
function rankOf({ label, description }, letters) {
  const name = label.toLowerCase().replace(/^"/, "");
  if (name.startsWith(letters)) return 0;
  if (name.split(/[._ ]/).some((part) => part.startsWith(letters))) return 1;
  if (name.includes(letters)) return 2;
  return letters.length >= TELLING && description.toLowerCase().includes(letters) ? 3 : NO_RANK;
}
