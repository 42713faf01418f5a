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
      { keys: ["Enter", "Space"], words: "open the record; fold or unfold a group" },
      { keys: ["→", "←"], words: "unfold a group, fold it; into it, out of it" },
      { keys: ["Shift F10", "Menu"], words: "filters from this record" },
      { keys: ["Esc"], words: "close the open record" },
    ],
  },
  {
    name: "The filter box",
    keys: [
      { keys: ["↓", "↑"], words: "to a suggestion" },
      { keys: ["Enter"], words: "take it, or ask for the filter" },
      { keys: ["Tab"], words: "take it, or the first of a word that is begun" },
      { keys: ["Esc"], words: "close the suggestions" },
    ],
  },
  {
    name: "The ladder",
    keys: [
      { keys: ["↓", "→", "Page ↓", "n"], words: "the next record; a presenter’s clicker does it from anywhere" },
      { keys: ["↑", "←", "Page ↑", "p"], words: "the record before" },
      { keys: ["Space"], words: "play, and pause" },
      { keys: ["b", "."], words: "pause: a clicker’s black screen" },
      { keys: ["Home", "End"], words: "to the first, the last record" },
      { keys: ["Enter"], words: "open the record; it then moves along" },
      { keys: ["+", "−"], words: "zoom; also Ctrl and the wheel" },
      { keys: ["Esc"], words: "back to live; then close the record" },
    ],
  },
  {
    name: "The connections",
    keys: [
      { keys: ["↑", "↓", "Page ↑", "Page ↓"], words: "to another row" },
      { keys: ["→", "←"], words: "unfold a session, fold it" },
      { keys: ["Enter"], words: "the details of the row" },
      { keys: ["Esc"], words: "close them" },
    ],
  },
  {
    name: "The trace of a message",
    keys: [{ keys: ["Esc"], words: "close the open record; then back to the view before" }],
  },
  {
    name: "An open record",
    keys: [
      { keys: ["←", "→"], words: "in the names of its parts: another part" },
      { keys: ["↑", "↓"], words: "in the fields: the field before, after" },
      { keys: ["→", "←"], words: "open a field’s parts, close them" },
      { keys: ["←", "→", "↑", "↓"], words: "in the bytes: byte by byte, row by row" },
      { keys: ["Shift ←", "Shift →"], words: "choose a range of bytes; up and down, too" },
      { keys: ["Home", "End"], words: "to the row’s ends" },
      { keys: ["←", "→", "Page ↑", "Page ↓"], words: "in the mask: byte by byte, or by what is in view" },
      { keys: ["↑", "↓"], words: "on the line between list and record: more room for one of them" },
    ],
  },
  {
    name: "The conversation",
    keys: [
      { keys: ["↑", "↓"], words: "on the way to a trace: to the message before, after" },
      { keys: ["Home", "End"], words: "to the oldest, the newest" },
      { keys: ["Enter"], words: "every record that carried it" },
    ],
  },
];
