/**
 * Who is here, who types, and to whom alone the next message goes.
 *
 * Usage: `meet(presence)` first, then `update(presence)`; `people.value`, `typing.value`, `recipient.value`
 */
import { computed, signal } from "@preact/signals";
import { note } from "../conversation/timeline.js";

/** @import { Person, Presence, Typing } from "../types.js" */

const NAMED = 3;
/** After a server was away, everybody has come back to it so soon. */
const COMING_BACK_MS = 15_000;

export const presence = signal(/** @type {Presence | null} */ (null));
export const typing = signal(/** @type {Person[]} */ ([]));

const chosen = signal(/** @type {Person | null} */ (null));

/**
 * Who was here when the last line was lost, and until when they may come back without being news.
 * @type {Set<string>}
 */
let lost = new Set();
let backUntil = 0;

/** Whom the next message is for, by the name that they have now; null for everyone. */
export const recipient = computed(() => {
  const { id, handle } = chosen.value ?? {};
  if (id === undefined || handle === undefined) return null;
  return { id, handle: presence.value?.people.find((person) => person.id === id)?.handle ?? handle };
});

/** Whoever the next message is for has left; of a list that is cut off, nobody knows. */
export const isGone = computed(() => {
  const { value: list } = presence;
  return list !== null && isWhole(list) && list.people.every(({ id }) => id !== chosen.value?.id);
});

/** @param {Person | null} person */
export function writeTo(person) {
  chosen.value = person && { id: person.id, handle: person.handle };
}

/** The first that a line tells: who was here before is no news. @param {Presence} first */
export function meet(first) {
  presence.value = first;
  for (const { id } of first.people) lost.delete(id);
  backUntil = Date.now() + COMING_BACK_MS;
}

/** @param {Presence} next */
export function update(next) {
  const before = presence.value;
  presence.value = next;
  // Of a list that is cut off, nobody knows who is missing because they left.
  if (before && isWhole(before) && isWhole(next)) tellDifference(before, next);
}

/** @param {Typing} next */
export function updateTyping(next) {
  typing.value = next.people;
}

/** Without a connection, nobody knows who is here. */
export function lose() {
  if (presence.value) lost = new Set(presence.value.people.map(({ id }) => id));
  presence.value = null;
  typing.value = [];
}

/** @param {Presence} presence */
const isWhole = ({ count, people }) => people.length === count;

/** @param {Presence} before @param {Presence} next */
function tellDifference(before, next) {
  const known = new Map(before.people.map(({ id, handle }) => [id, handle]));
  const here = new Set(next.people.map(({ id }) => id));
  const others = next.people.filter(({ id }) => id !== next.you);
  tell(before.people.filter(({ id }) => !here.has(id) && id !== next.you), "left");
  tell(others.filter(({ id }) => !known.has(id) && !isComingBack(id)), "joined");
  for (const { id, handle } of next.people) {
    const earlier = known.get(id);
    if (earlier === undefined || earlier === handle) continue;
    note(id === next.you ? `You are now ${handle}` : `${earlier} is now ${handle}`);
  }
}

/** Once: who leaves and comes again has left meanwhile. @param {string} id */
function isComingBack(id) {
  return lost.delete(id) && Date.now() < backUntil;
}

/** @param {Person[]} people @param {string} what */
function tell(people, what) {
  if (people.length > 0) note(`${namesOf(people)} ${what}`);
}

/** A few people by name, and how many more. @param {Person[]} people */
export function namesOf(people) {
  const names = people.slice(0, NAMED).map(({ handle }) => handle);
  if (people.length > NAMED) names.push(`${people.length - NAMED} more`);
  return new Intl.ListFormat("en").format(names);
}
