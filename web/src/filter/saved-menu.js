/**
 * The menu of saved and recent filters.
 *
 * Usage: `<${SavedFilters} />`
 */
import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { useHeir } from "../menu/heir.js";
import { Menu } from "../menu/menu.js";
import { isKept } from "../preferences/remembered.js";
import { ask, asked } from "./filter.js";
import { LONGEST_NAME, MOST_SAVED, forget, recent, rename, save, saved } from "./saved.js";

/** @import { SavedFilter } from "./saved.js" */

const BOOKMARK = html`
  <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linejoin="round"
    aria-hidden="true"><path d="M6.5 3.5h11v17L12 16l-5.5 4.5z" /></svg>`;

export function SavedFilters() {
  return html`
    <${Menu} id="saved-filters" class="icon" label="Saved filters" button=${BOOKMARK}>
      ${(/** @type {() => void} */ close) => html`<${Lists} onTake=${(/** @type {string} */ filter) => {
        close();
        ask(filter);
      }} />`}
    <//>`;
}

/** @param {{ onTake: (filter: string) => void }} props */
function Lists({ onTake }) {
  const unnamed = recent.value.filter((filter) => !saved.value.some((other) => other.filter === filter));
  return html`
    <h3 id="saved-title" tabIndex=${-1}>Saved filters</h3>
    <${SaveForm} />
    ${!isKept() && html`
      <p class="muted">Storage is switched off in this browser: all of this lasts as long as the page.</p>`}
    ${saved.value.length > 0 && html`
      <ul class="saved-list" aria-label="Saved filters">
        ${saved.value.map((one) => html`<${Saved} key=${one.name} one=${one} onTake=${onTake} />`)}
      </ul>`}
    ${unnamed.length > 0 && html`
      <h4>Recent</h4>
      <ul class="saved-list" aria-label="Recent filters">
        ${unnamed.map((filter) => html`
          <li key=${filter}>
            <button type="button" class="button saved-take" onClick=${() => onTake(filter)}>
              <code>${filter}</code>
            </button>
          </li>`)}
      </ul>`}`;
}

/** What is asked for now, to be kept under a name. */
function SaveForm() {
  if (!asked.value) return html`<p class="muted">A filter that is set can be saved here under a name.</p>`;
  if (saved.value.length >= MOST_SAVED) return html`<p class="muted">${MOST_SAVED} are saved: no more fit.</p>`;

  /** @param {Event & { currentTarget: HTMLFormElement }} event */
  function onSubmit(event) {
    event.preventDefault();
    const name = nameIn(event.currentTarget);
    if (name) save(name, asked.value);
    event.currentTarget.reset();
  }
  return html`
    <form class="saved-form" onSubmit=${onSubmit}>
      <label for="saved-name">Save <code>${asked.value}</code> as</label>
      <${NameBox} id="saved-name" />
      <button type="submit" class="button">Save</button>
    </form>`;
}

/** @param {{ one: SavedFilter, onTake: (filter: string) => void }} props */
function Saved({ one: { name, filter }, onTake }) {
  const [isRenamed, setRenamed] = useState(false);
  const place = useHeir("saved-title");
  if (isRenamed) return html`<li ref=${place}><${RenameForm} name=${name} onDone=${() => setRenamed(false)} /></li>`;
  return html`
    <li ref=${place}>
      <button type="button" class="button saved-take" onClick=${() => onTake(filter)}>
        <strong>${name}</strong><code>${filter}</code>
      </button>
      <button type="button" class="button icon" onClick=${() => setRenamed(true)}
        aria-label=${`Rename ${name}`} title="Rename"><span aria-hidden="true">✎</span></button>
      <button type="button" class="button icon" onClick=${() => forget(name)}
        aria-label=${`Delete ${name}`} title="Delete"><span aria-hidden="true">✕</span></button>
    </li>`;
}

/** @param {{ name: string, onDone: () => void }} props */
function RenameForm({ name, onDone }) {
  const place = useHeir("saved-title");
  useEffect(() => document.getElementById("renamed")?.focus(), []);
  /** @param {Event & { currentTarget: HTMLFormElement }} event */
  function onSubmit(event) {
    event.preventDefault();
    const next = nameIn(event.currentTarget);
    if (next) rename(name, next);
    onDone();
  }
  return html`
    <form class="saved-form" ref=${place} onSubmit=${onSubmit}>
      <label for="renamed">New name of <strong>${name}</strong></label>
      <${NameBox} id="renamed" value=${name} />
      <button type="submit" class="button">Rename</button>
    </form>`;
}

/** @param {{ id: string, value?: string }} props */
function NameBox({ id, value = "" }) {
  return html`
    <input id=${id} class="saved-name" name="name" defaultValue=${value} required maxLength=${LONGEST_NAME}
      autocomplete="off" />`;
}

/** @param {HTMLFormElement} form */
const nameIn = (form) => String(new FormData(form).get("name")).trim();
