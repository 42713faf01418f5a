/**
 * The fields of a record as a tree: name, value, and what it means in a sentence.
 *
 * Keys: Up and Down move from field to field; each field that is reached is chosen.
 *
 * Usage: `<${FieldTree} record=${record} />`
 */
import { html } from "htm/preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { count } from "../format.js";
import { fields } from "./detail.js";
import { byteRange, isHidden } from "./fields.js";
import { choose, chosen, lit, point } from "./lens.js";

/** @import { DissectedRecord } from "../types.js" */
/** @import { Item } from "./fields.js" */

export function FieldTree(/** @type {{ record: DissectedRecord }} */ { record }) {
  const items = fields.value;
  const here = items.findIndex(({ field }) => field === chosen.value);
  const tree = useRef(/** @type {HTMLElement | null} */ (null));
  // Only for the keyboard: a click elsewhere must not move what was clicked out from under the pointer.
  useLayoutEffect(() => {
    if (document.activeElement === tree.current) document.getElementById(`field-${here}`)?.scrollIntoView({ block: "nearest" });
  }, [here]);

  /** @param {KeyboardEvent} event */
  function onKeyDown(event) {
    const target = { ArrowUp: here - 1, ArrowDown: here + 1, Home: 0, End: items.length - 1 }[event.key];
    if (target === undefined || items.length === 0) return;
    event.preventDefault();
    choose(items[Math.min(Math.max(target, 0), items.length - 1)].field);
  }

  return html`
    <div class="fields">
      <h4 id="fields-title">Fields</h4>
      ${items.length === 0 ? html`<p class="muted">This record has no bytes of its own.</p>` : html`
        <div role="tree" class="field-list" aria-labelledby="fields-title" tabIndex=${0} ref=${tree} onKeyDown=${onKeyDown}
          onMouseLeave=${() => point(null)} aria-activedescendant=${here >= 0 ? `field-${here}` : undefined}>
          ${items.map((item) => html`<${FieldItem} item=${item} redacted=${isHidden(record, item.field)} />`)}
        </div>`}
    </div>`;
}

/** @param {{ item: Item, redacted: boolean }} props */
function FieldItem({ item: { field, level, index }, redacted }) {
  const [from, to] = byteRange(field);
  const value = redacted ? `redacted, ${count(to - from, "byte")}` : field.value;
  return html`
    <div role="treeitem" id=${`field-${index}`} aria-level=${level} aria-selected=${field === chosen.value}
      class=${`field level-${Math.min(level, 6)} ${field === lit.value ? "lit" : ""} ${redacted ? "redacted" : ""}`}
      onMouseEnter=${() => point(field)} onClick=${() => choose(field)}>
      <span class="field-name">${field.name}</span>
      ${value !== undefined && html`<span class="field-value">${value}</span>`}
      ${field.section && html`<span class="field-section">${field.section}</span>`}
      ${field.meaning && html`<span class="field-meaning">${field.meaning}</span>`}
    </div>`;
}
