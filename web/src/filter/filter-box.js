/**
 * The box for a filter. It is asked for on Enter, or once the reader pauses; what is wrong with it
 * stands below, with the place marked.
 *
 * Usage: `<${FilterBox} />`
 */
import { html } from "htm/preact";
import { useEffect, useRef } from "preact/hooks";
import { FilterHelp } from "./filter-help.js";
import { ask, asked, mistake, typed } from "./filter.js";

const PAUSE_MS = 700;
/** What the server takes (docs/filter.md). */
const LONGEST = 2_000;

export function FilterBox() {
  const box = useRef(/** @type {HTMLInputElement | null} */ (null));
  useEffect(() => {
    if (typed.value.trim() === asked.value && !mistake.value) return;
    const pause = setTimeout(() => ask(typed.value), PAUSE_MS);
    return () => clearTimeout(pause);
  }, [typed.value]);

  function onSubmit(/** @type {Event} */ event) {
    event.preventDefault();
    ask(typed.value);
  }

  function clear() {
    ask("");
    box.current?.focus();
  }

  return html`
    <form class="filter" role="search" aria-label="Records" onSubmit=${onSubmit}>
      <label for="filter">Filter</label>
      <span class="filter-field">
        <input id="filter" class="filter-text" ref=${box} value=${typed.value} maxLength=${LONGEST}
          placeholder="for example ws.opcode == close" autocomplete="off" autocapitalize="off" spellcheck=${false}
          aria-invalid=${mistake.value !== null} aria-describedby="filter-mistake"
          onInput=${() => (typed.value = box.current?.value ?? "")} />
        ${typed.value && html`
          <button type="button" class="filter-clear" onClick=${clear} title="Clear the filter"
            aria-label="Clear the filter"><span aria-hidden="true">✕</span></button>`}
      </span>
      <${FilterHelp} />
      <div id="filter-mistake" role="status"><${Mistake} /></div>
    </form>`;
}

function Mistake() {
  if (!mistake.value) return null;
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
