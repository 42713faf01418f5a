/**
 * The name that this browser signs its messages with: remembered, and a friendly one at first.
 *
 * Usage: `handle.value = "quiet heron"; presentable()`; `accept("quiet heron")` or `refuse({ name, before, why })`,
 * as the server has it
 */
import { signal } from "@preact/signals";
import { remembered } from "../../preferences/remembered.js";
import { firstOf, limits } from "./limits.js";

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

/** The last name that the server took, or that was chosen without a connection. */
const accepted = remembered("handle", `${oneOf(ADJECTIVES)} ${oneOf(ANIMALS)}`);

/** As it stands in the field. */
export const handle = signal(accepted.peek());

/** Why the server did not take a name. */
export const refusal = signal("");

/** @param {string} name */
export function accept(name) {
  accepted.value = name;
  refusal.value = "";
}

/**
 * Who tried in vain to be called `name` is called `before`.
 * @param {{ name: string, before: string, why: string }} what
 */
export function refuse({ name, before, why }) {
  accepted.value = before;
  refusal.value = why;
  if (handle.peek().trim() === name) handle.value = before;
}

/** Nobody is called nothing: an empty field means the name that was there before. */
export function fillEmpty() {
  if (!handle.peek().trim()) handle.value = accepted.peek();
}

/** The handle to come in by: one that is refused would keep the door shut. */
export const presentable = () => firstOf(handle.peek().trim() || accepted.peek().trim(), limits.handle) || "guest";

/** @param {string[]} words */
function oneOf(words) {
  return words[Math.floor(Math.random() * words.length)];
}
