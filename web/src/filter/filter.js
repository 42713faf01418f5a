/**
 * Which records the reader wants to see: whose, and besides what the filter language asks for
 * (docs/filter.md). Only what the server takes for a filter is watched; until then the list goes on
 * with the one before.
 *
 * Usage: `filter.value` → "mine and (violation)"; `await ask("violation")`; `show({ whose: "", asked: "" })`
 */
import { batch, computed, effect, signal } from "@preact/signals";
import { address, go } from "../address/address.js";
import { NoFilter, Problem, readRecords } from "../source/source.js";

/** @import { Address, Whose } from "../address/address.js" */
/** @import { FilterError } from "../types.js" */

export const whose = computed(() => address.value.whose);
/** The text that was last taken for a filter. */
export const asked = signal("");
/** The text that stands in the box. */
export const typed = signal("");
/** Why the typed text is not asked for: as the server said it, with the text that it was said of. */
export const mistake = signal(/** @type {(FilterError & { text: string }) | null} */ (null));

export const filter = computed(() => {
  if (!asked.value) return whose.value;
  return whose.value ? `${whose.value} and (${asked.value})` : asked.value;
});

let question = new AbortController();

// A link or the browser's Back brings a filter, too. It may be wrong, as what is typed may.
const inAddress = computed(() => address.value.filter);
effect(() => {
  const text = inAddress.value;
  if (text !== asked.peek()) ask(text);
});

/**
 * Asks for what was typed, if it is a filter. The server judges the text alone, before it is joined to
 * `mine`: so its words are about what the reader wrote, and a stray bracket cannot end the joint.
 *
 * @param {string} text @param {Partial<Address>} [also] what changes with it, if it is a filter
 */
export async function ask(text, also = {}) {
  typed.value = text;
  question.abort();
  question = new AbortController();
  const { signal } = question;
  try {
    const wrong = await judge(text.trim(), signal);
    if (signal.aborted) return;
    mistake.value = wrong && { ...wrong, text: text.trim() };
    if (!wrong) take(text.trim(), also);
  } catch (problem) {
    if (signal.aborted) return;
    if (!(problem instanceof Problem)) throw problem;
    mistake.value = { error: `${problem.message} The filter waits.`, at: [0, 0], text: "" };
  }
}

/** Shows what is certainly a filter. @param {{ whose: Whose, asked: string }} wanted */
export function show(wanted) {
  question.abort();
  batch(() => {
    go({ view: "list", whose: wanted.whose, filter: wanted.asked });
    typed.value = wanted.asked;
    mistake.value = null;
    asked.value = wanted.asked;
  });
}

/** @param {string} text @param {Partial<Address>} also */
function take(text, also) {
  batch(() => {
    asked.value = text;
    go({ ...also, filter: text });
  });
}

/**
 * What is wrong with a filter, if anything. No record has a greater number than this, so the server
 * reads the filter and has nothing to search.
 *
 * @param {string} text @param {AbortSignal} signal @returns {Promise<FilterError | null>}
 */
async function judge(text, signal) {
  if (!text) return null;
  try {
    await readRecords({ filter: text, after: Number.MAX_SAFE_INTEGER, limit: 1 }, signal);
    return null;
  } catch (problem) {
    if (problem instanceof NoFilter) return problem.what;
    throw problem;
  }
}
