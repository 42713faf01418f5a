/**
 * Filters that the reader keeps under names, and the last ones that were asked for: in localStorage, where that is on.
 *
 * Usage: `saved.value` → `[{ name: "Pings", filter: "eio.type == ping" }]`; `recent.value` → `["violation"]`;
 * `save("Pings", "eio.type == ping")`, `rename("Pings", "Heartbeats")`, `forget("Heartbeats")`
 */
import { computed, effect } from "@preact/signals";
import { remembered } from "../preferences/remembered.js";
import { asked } from "./filter.js";

/** @typedef {{ name: string, filter: string }} SavedFilter */

export const LONGEST_NAME = 60;
export const MOST_SAVED = 50;
const MOST_RECENT = 10;
const LONGEST_FILTER = 2_000;

const storedSaved = remembered("filters", "[]");
const storedRecent = remembered("filters-recent", "[]");

export const saved = computed(() => parse(storedSaved.value).filter(isSaved).slice(0, MOST_SAVED));
export const recent = computed(() => parse(storedRecent.value).filter(isFilter).slice(0, MOST_RECENT));

effect(() => {
  const filter = asked.value;
  if (!filter) return;
  const others = recent.peek().filter((other) => other !== filter);
  storedRecent.value = JSON.stringify([filter, ...others].slice(0, MOST_RECENT));
});

/** A name that was there before now stands for this filter. @param {string} name @param {string} filter */
export function save(name, filter) {
  const others = saved.value.filter((other) => other.name !== name);
  store([{ name, filter }, ...others]);
}

/** @param {string} name @param {string} next */
export function rename(name, next) {
  const others = saved.value.filter((other) => other.name === name || other.name !== next);
  store(others.map((one) => (one.name === name ? { ...one, name: next } : one)));
}

/** @param {string} name */
export function forget(name) {
  store(saved.value.filter((other) => other.name !== name));
}

/** @param {SavedFilter[]} filters */
function store(filters) {
  storedSaved.value = JSON.stringify(filters.slice(0, MOST_SAVED));
}

/** What stands in storage may be anybody's. @param {string} json @returns {unknown[]} */
function parse(json) {
  try {
    const list = JSON.parse(json);
    return Array.isArray(list) ? list : [];
  } catch {
    return [];
  }
}

/** @param {unknown} filter @returns {filter is string} */
function isFilter(filter) {
  return typeof filter === "string" && filter !== "" && filter.length <= LONGEST_FILTER;
}

/** @param {any} one @returns {one is SavedFilter} */
function isSaved(one) {
  return isFilter(one?.name) && one.name.length <= LONGEST_NAME && isFilter(one.filter);
}
