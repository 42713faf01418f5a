/**
 * The box for a filter. It is asked for on Enter, or once the reader pauses; what is wrong with it
 * stands below, with the place marked. While it is written, what could come next is suggested.
 *
 * Keys: Down and Up choose a suggestion, Enter or Tab takes it, Escape closes the list.
 *
 * Usage: `<${FilterBox} />`
 */
import { html } from "htm/preact";
import { useEffect, useRef } from "preact/hooks";
import { CompletionList, LIST_ID, optionId } from "./completion-list.js";
import { active, dismiss, move, options, place, suggestAt, take } from "./completion.js";
import { FilterHelp } from "./filter-help.js";
import { ask, asked, mistake, typed } from "./filter.js";
import { SavedFilters } from "./saved-menu.js";

/** @import { FilterError } from "../types.js" */
/** @import { Suggestion } from "./suggestions.js" */

const PAUSE_MS = 700;
/** What the server takes (docs/filter.md). */
const LONGEST = 2_000;

export function FilterBox() {
  const box = useRef(/** @type {HTMLInputElement | null} */ (null));
  const isOpen = options.value.length > 0;
  useEffect(() => {
    if (typed.value.trim() === asked.value && !mistake.value) return;
    const pause = setTimeout(() => ask(typed.value), PAUSE_MS);
    return () => clearTimeout(pause);
  }, [typed.value]);

  function onSubmit(/** @type {Event} */ event) {
    event.preventDefault();
    dismiss();
    ask(typed.value);
  }

  function clear() {
    ask("");
    box.current?.focus();
  }

  /** @param {Suggestion} option */
  function takeInBox(option) {
    if (box.current) take(option, box.current);
  }

  return html`
    <div class="filter" role="search" aria-label="Records">
      <form class="filter-form" onSubmit=${onSubmit}>
        <label for="filter">Filter</label>
        <span class="filter-field">
          <input id="filter" class="filter-text" ref=${box} value=${typed.value} maxLength=${LONGEST}
            placeholder="for example ws.opcode == close" autocomplete="off" autocapitalize="off" spellcheck=${false}
            role="combobox" aria-autocomplete="list" aria-haspopup="listbox" aria-expanded=${isOpen}
            aria-controls=${isOpen ? LIST_ID : undefined}
            aria-activedescendant=${active.value < 0 ? undefined : optionId(active.value)}
            aria-invalid=${mistake.value !== null} aria-describedby="filter-mistake" onInput=${suggest}
            onKeyDown=${onKeyDown} onKeyUp=${followCaret} onClick=${followCaret} onBlur=${dismiss} />
          ${typed.value && html`
            <button type="button" class="filter-clear" onClick=${clear} title="Clear the filter"
              aria-label="Clear the filter"><span aria-hidden="true">✕</span></button>`}
        </span>
        ${isOpen && html`<${CompletionList} onTake=${takeInBox} />`}
      </form>
      <${SavedFilters} />
      <${FilterHelp} />
      <div id="filter-mistake" role="status"><${Mistake} /></div>
    </div>`;
}

/** @typedef {{ currentTarget: HTMLInputElement }} OnBox */

const suggest = (/** @type {Event & OnBox} */ { currentTarget: box }) => suggestAt(box);

/** The caret can be moved without writing; an open list goes with it. @param {Event & OnBox} event */
function followCaret({ currentTarget: box }) {
  const isElsewhere = place.value !== null && active.value < 0;
  if (isElsewhere) suggestAt(box);
}

/** @param {KeyboardEvent & OnBox} event */
function onKeyDown(event) {
  const { key, isComposing, currentTarget: box } = event;
  if (isComposing) return;
  const option = taken(event);
  if (option) take(option, box);
  else if (key === "ArrowDown" || key === "ArrowUp") moveIn(box, key === "ArrowDown" ? 1 : -1);
  else if (key === "Escape" && options.value.length > 0) dismiss();
  else return;
  event.preventDefault();
}

/** @param {HTMLInputElement} box @param {1 | -1} step */
function moveIn(box, step) {
  if (!place.value) suggestAt(box);
  move(step);
}

/**
 * What a key takes: the suggestion that was chosen. Tab also takes the first, if a word is begun: else it leads on.
 *
 * @param {KeyboardEvent} event @returns {Suggestion | undefined}
 */
function taken({ key, shiftKey }) {
  const isTab = key === "Tab" && !shiftKey;
  if (!isTab && key !== "Enter") return undefined;
  if (active.value >= 0) return options.value[active.value];
  return isTab && place.value?.written ? options.value[0] : undefined;
}

/** What is wrong where somebody still writes is not said yet. @param {FilterError & { text: string }} mistake */
function isStillWritten({ text, at: [, to] }) {
  if (!place.value || options.value.length === 0) return false;
  return to >= [...text.slice(0, place.value.from)].length;
}

function Mistake() {
  if (!mistake.value || isStillWritten(mistake.value)) return null;
  const { error, text, at } = mistake.value;
  return html`
    <p class="notice">
      ${text && html`<${Marked} text=${text} at=${at} />`}
      <span>${withCode(error)}</span>
      <span class="muted">
        The list still shows ${asked.value ? html`<code>${asked.value}</code>` : "what it showed before"}.
      </span>
    </p>`;
}

/** The server puts what it quotes between backticks. @param {string} words */
function withCode(words) {
  return words.split("`").map((part, index) => (index % 2 ? html`<code>${part}</code>` : part));
}

/**
 * The server counts code points, and so does this. What is missing has no width: then the place is
 * marked where it should have stood.
 *
 * @param {{ text: string, at: [from: number, to: number] }} props
 */
function Marked({ text, at: [from, to] }) {
  const characters = [...text];
  const cut = (/** @type {[from: number, to?: number]} */ ...range) => characters.slice(...range).join("");
  const marked = html`<mark>${cut(from, to) || "‸"}</mark>`;
  return html`<code class="filter-marked">${cut(0, from)}${marked}${cut(to)}</code>`;
}
