/**
 * Completion in the filter box: what is suggested where the caret is, which of it the keyboard is at, and taking it.
 *
 * Usage: `suggestAt(input)`; `options.value`, `active.value`; `move(1)`; `take(options.value[0], input)`; `dismiss()`
 */
import { batch, computed, signal } from "@preact/signals";
import { shown } from "../wire/capture.js";
import { fields, loadFields } from "./fields.js";
import { typed } from "./filter.js";
import { placeAt } from "./grammar.js";
import { literalsOf } from "./record-values.js";
import { suggestionsAt } from "./suggestions.js";

/** @import { Suggestion } from "./suggestions.js" */

/** Values are counted in as many of the newest records that the page shows. */
const LOOKED_AT = 2_000;
/** Longer values are no help in a list. */
const LONGEST_VALUE = 120;

const caret = signal(/** @type {number | null} */ (null));

export const place = computed(() => (caret.value === null ? null : placeAt(typed.value, caret.value)));
export const options = computed(() => (place.value ? suggestionsAt(place.value, fields.value, seen) : []));
/** Which option the keyboard is at; -1 for none. */
export const active = signal(-1);
/** The field that the caret is in, or whose value is to come. */
export const explained = computed(() => {
  const here = place.value;
  const name = here?.expects === "test" ? here.written : here?.field;
  return fields.value.find((field) => field.name === name) ?? null;
});

/** @param {HTMLInputElement} box */
export function suggestAt(box) {
  loadFields();
  batch(() => {
    typed.value = box.value;
    caret.value = box.selectionStart;
    active.value = -1;
  });
}

export function dismiss() {
  batch(() => {
    caret.value = null;
    active.value = -1;
  });
}

/** One option on or back; from the last on to none, and from there to the first. @param {1 | -1} step */
export function move(step) {
  const places = options.value.length + 1;
  active.value = ((active.value + 1 + step + places) % places) - 1;
}

/**
 * Writes a suggestion in the place of the token that the caret is in.
 *
 * @param {Suggestion} option @param {HTMLInputElement} box
 */
export function take({ insert }, box) {
  if (!place.value) return;
  const { from, to } = place.value;
  const end = to + (box.value.startsWith(" ", to) && insert.endsWith(" ") ? 1 : 0);
  box.setRangeText(insert, from, end, "end");
  suggestAt(box);
}

/** How many of the shown records have each value of a field. @param {string} field */
function seen(field) {
  const counts = new Map();
  for (const record of shown.peek().slice(-LOOKED_AT)) {
    const values = literalsOf(record, field).filter(({ length }) => length <= LONGEST_VALUE);
    for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return counts;
}
