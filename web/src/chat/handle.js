/**
 * The name that this browser signs its messages with: remembered, and a friendly one at first.
 *
 * Usage: `handle.value = "quiet heron";`
 */
import { remembered } from "../preferences/remembered.js";

const ADJECTIVES = [
  "brisk",
  "calm",
  "clear",
  "deft",
  "early",
  "gentle",
  "keen",
  "lucid",
  "merry",
  "nimble",
  "quiet",
  "sunny",
];
const ANIMALS = [
  "badger",
  "crane",
  "finch",
  "gecko",
  "heron",
  "ibex",
  "lynx",
  "marten",
  "otter",
  "plover",
  "swift",
  "vole",
];

export const handle = remembered("handle", `${oneOf(ADJECTIVES)} ${oneOf(ANIMALS)}`);

/** @param {string[]} words */
function oneOf(words) {
  return words[Math.floor(Math.random() * words.length)];
}
