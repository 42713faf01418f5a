/**
 * The keys that work where the focus is, place by place: what the components' own docstrings say, for the reader.
 *
 * Usage: `PLACES` → `[{ name: "The list", keys: [{ keys: ["↑", "↓"], words: "move" }] }]`
 */

/** @import { Key } from "./keys.js" */

/** @type {{ name: string, keys: Key[] }[]} */
export const PLACES = [
  {
    name: "The list of records",
    keys: [
      { keys: ["↑", "↓"], words: "to the record before, after; an open record moves along" },
      { keys: ["Page ↑", "Page ↓"], words: "a page" },
      { keys: ["Home", "End"], words: "to the oldest, the newest" },
      { keys: ["Enter"], words: "open the record" },
      { keys: ["Esc"], words: "close it" },
    ],
  },
  {
    name: "An open record",
    keys: [
      { keys: ["↑", "↓"], words: "in the fields: the field before, after" },
      { keys: ["→", "←"], words: "open a field’s parts, close them" },
      { keys: ["←", "→", "↑", "↓"], words: "in the bytes: byte by byte, row by row" },
      { keys: ["Home", "End"], words: "to the row’s ends" },
    ],
  },
];
