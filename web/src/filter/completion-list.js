/**
 * The list below the filter box: what could come next, and what the field under the caret is.
 *
 * Usage: `<${CompletionList} onTake=${(option) => …} />`
 */
import { html } from "htm/preact";
import { useLayoutEffect } from "preact/hooks";
import { active, explained, options } from "./completion.js";

/** @import { FilterField } from "../types.js" */
/** @import { Suggestion } from "./suggestions.js" */

export const LIST_ID = "filter-options";
/** @param {number} index */
export const optionId = (index) => `filter-option-${index}`;

const TYPES = new Map([
  ["number", "a number, as 1000 or 0x3e8"],
  ["text", "a text in double quotes"],
  ["word", "one of its words"],
  ["flag", "true or false"],
]);

/** @param {{ onTake: (option: Suggestion) => void }} props */
export function CompletionList({ onTake }) {
  useLayoutEffect(() => {
    document.getElementById(optionId(active.value))?.scrollIntoView({ block: "nearest" });
  }, [active.value]);
  // Taking the pointer down must not take the focus from the box, which would close the list before the click.
  return html`
    <div class="completion" onMouseDown=${(/** @type {Event} */ event) => event.preventDefault()}>
      ${explained.value && html`<${Explanation} field=${explained.value} />`}
      <ul id=${LIST_ID} role="listbox" aria-label="Suggestions">
        ${options.value.map((option, index) => html`
          <li role="option" id=${optionId(index)} aria-selected=${index === active.value}
            onClick=${() => onTake(option)}>
            <code>${option.label}</code><span>${option.description}</span>
          </li>`)}
      </ul>
    </div>`;
}

/** @param {{ field: FilterField }} props */
function Explanation({ field: { name, type, description } }) {
  return html`
    <p class="completion-field"><code>${name}</code> ${description};${" "}
      <span class="muted">${TYPES.get(type) ?? type}</span></p>`;
}
