/**
 * The list of keys, and the button that opens it; `?` opens it as well.
 *
 * Usage: `<${Keys} />`
 */
import { html } from "htm/preact";
import { useEffect, useRef } from "preact/hooks";
import { SHORTCUTS, listen, singleKeys } from "./shortcuts.js";
import { PLACES } from "./places.js";

/** @typedef {{ keys: string[], words: string }} Key */

const TITLE = "Keys";

export function Keys() {
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  useEffect(listen, []);
  const everywhere = SHORTCUTS.map(({ key, words }) => ({ keys: [key], words }));
  return html`
    <button type="button" class="button icon keys-button" onClick=${() => dialog.current?.showModal()}
      aria-haspopup="dialog" aria-label=${TITLE} title=${TITLE}>
      <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round"
        stroke-linejoin="round" aria-hidden="true">
        <path d="M3 6.5h18v11H3zM6.5 10h.01M10 10h.01M13.5 10h.01M17 10h.01M8 14h8" />
      </svg>
    </button>
    <dialog id="keys" class="keys" aria-labelledby="keys-title" ref=${dialog} onClick=${closeOutside}>
      <div class="keys-sheet">
        <div class="keys-head">
          <h2 id="keys-title">Keys</h2>
          <label class="keys-switch">
            <input type="checkbox" checked=${singleKeys.value === "on"}
              onChange=${() => (singleKeys.value = singleKeys.value === "on" ? "off" : "on")} />
            Single keys, wherever the focus is
          </label>
          <button type="button" class="button icon" onClick=${() => dialog.current?.close()} aria-label="Close"
            title="Close"><span aria-hidden="true">✕</span></button>
        </div>
        <div class="keys-places" tabIndex=${0} role="group" aria-label="Keys by place">
          <${Place} name="Everywhere" keys=${everywhere} />
          ${PLACES.map(({ name, keys }) => html`<${Place} name=${name} keys=${keys} />`)}
        </div>
      </div>
    </dialog>`;
}

/**
 * A click beside the sheet is one on the dialog itself.
 *
 * @param {MouseEvent & { currentTarget: HTMLDialogElement }} event
 */
function closeOutside({ target, currentTarget }) {
  if (target === currentTarget) currentTarget.close();
}

/** @param {{ name: string, keys: Key[] }} props */
function Place({ name, keys }) {
  return html`
    <section>
      <h3>${name}</h3>
      <dl>
        ${keys.map(({ keys, words }) => html`
          <div>
            <dt>${keys.map((key) => html`<kbd>${key}</kbd>`)}</dt>
            <dd>${words}</dd>
          </div>`)}
      </dl>
    </section>`;
}
