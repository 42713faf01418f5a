/**
 * What a filter can say: five examples to try, and the list of fields. The browser's own popover, so
 * that Escape and a click elsewhere close it.
 *
 * Usage: `<${FilterHelp} />`
 */
import { html } from "htm/preact";
import { useRef } from "preact/hooks";
import { fields, loadFields } from "./fields.js";
import { ask } from "./filter.js";

/** @import { FilterField } from "../types.js" */

const EXAMPLES = [
  ["violation.by == client", "rules that clients broke"],
  ["ws.opcode == close", "how WebSockets end"],
  ['sio.event == "message"', "the chat’s words on their way to a reader"],
  ["eio.type in {ping pong}", "Engine.IO’s heartbeat"],
  ["http.status >= 400 or length > 10000", "refusals, and what is long"],
];

export function FilterHelp() {
  const popover = useRef(/** @type {HTMLElement | null} */ (null));

  /** @param {ToggleEvent} event */
  function onToggle({ newState }) {
    if (newState === "open") loadFields();
  }

  /** @param {string} example */
  function take(example) {
    popover.current?.hidePopover();
    ask(example);
  }

  return html`
    <button type="button" class="button icon" popovertarget="filter-help" aria-label="What a filter can say"
      title="What a filter can say"><span aria-hidden="true">?</span></button>
    <div id="filter-help" popover="auto" role="dialog" aria-label="What a filter can say" ref=${popover}
      onToggle=${onToggle}>
      <p>A field, an operator and a value; <code>and</code>, <code>or</code>, <code>not</code> and brackets join
        them. For example:</p>
      <ul class="filter-examples">
        ${EXAMPLES.map(([example, meaning]) => html`
          <li>
            <button type="button" class="button" onClick=${() => take(example)}><code>${example}</code></button>
            <span class="muted">${meaning}</span>
          </li>`)}
      </ul>
      ${fields.value.length > 0 && html`<${Fields} fields=${fields.value} />`}
    </div>`;
}

/** @param {{ fields: FilterField[] }} props */
function Fields({ fields }) {
  return html`
    <details>
      <summary>All ${fields.length} fields</summary>
      <dl class="filter-fields" tabIndex=${0} aria-label="Fields">
        ${fields.map(({ name, description, values }) => html`
          <div>
            <dt><code>${name}</code></dt>
            <dd>${description}${values && html` <span class="muted">${values.join(", ")}</span>`}</dd>
          </div>`)}
      </dl>
    </details>`;
}
