/**
 * Finding in an opened file: plain words, in the page itself. Records are searched as they stand in the list; the
 * filter language is the server's, and a file has none.
 *
 * Usage: `words.value = 'ann "message 7"'`; `found.value` → the records that have both the word and what stands in
 * quotes, or null while no file is open; `lookFor(sid)` shows them in the list
 */
import { computed, effect, signal } from "@preact/signals";
import { go } from "../address/address.js";
import { layerOf } from "../records/layer.js";
import { opened } from "./source.js";

/** @import { WireRecord } from "../types.js" */

export const words = signal("");

export const found = computed(() => {
  if (!opened.value) return null;
  const { records, haystack } = opened.value;
  const wanted = wordsIn(words.value.toLowerCase());
  if (wanted.length === 0) return records;
  return records.filter((_, index) => wanted.every((word) => haystack[index].includes(word)));
});

/** @param {string} text */
const wordsIn = (text) => (text.match(/"[^"]*"?|[^\s"]+/g) ?? []).map((word) => word.replaceAll('"', ""));

/** @param {string} text */
export function lookFor(text) {
  words.value = text;
  go({ view: "list" });
}

// Another file, or none: nothing is looked for.
effect(() => {
  opened.value;
  words.value = "";
});

/** What of a record is searched, in small letters. @param {WireRecord} record */
export function haystackOf(record) {
  const { seq, kind, direction, summary, text, owner, sid, violations = [], connection } = record;
  const { http, websocket, upgrade, chat = [] } = record;
  const parts = [
    `#${seq}`,
    kind,
    direction?.replace("_", " "),
    kind !== "gap" && layerOf(record).name,
    `connection ${connection}`,
    summary,
    text,
    owner,
    sid && `sid ${sid}`,
    upgrade,
    http?.target,
    websocket?.close?.code,
    chat.map(({ id, role }) => `message ${id} ${role}`).join(" "),
    violations.map(({ rule, section }) => `violation ${rule} ${section}`).join(" "),
  ];
  return parts.filter(Boolean).join(" ").toLowerCase();
}
