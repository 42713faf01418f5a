/**
 * The name that this browser signs its messages with: remembered, and a friendly one at first.
 *
 * Usage: `handle.value = "quiet heron"; presentable(); signed("quiet heron"); isOwn("quiet heron")`
 */
import { remembered } from "../../preferences/remembered.js";

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

/** All by which this page has spoken, so that one's own words stay on one's own side after a rename. */
const own = new Set([handle.peek()]);

/** @param {string} name */
export const isOwn = (name) => own.has(name);

/** @param {string} name */
export function signed(name) {
  own.add(name);
}

const LONGEST = 32;

/** The handle to come in by: one that is refused would keep the door shut. */
export const presentable = () => [...handle.peek().trim()].slice(0, LONGEST).join("") || "guest";

/** @param {string[]} words */
function oneOf(words) {
  return words[Math.floor(Math.random() * words.length)];
}
