/**
 * The fields of a record as a tree: name, value, and what it means in a sentence.
 *
 * Keys: Up, Down, Home and End choose a field; Right opens one that has parts, Left closes it.
 *
 * Usage: `<${FieldTree} record=${record} />`
 */
import { html } from "htm/preact";
import { computed, effect, signal, useComputed } from "@preact/signals";
import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { number } from "../format.js";
import { detail, fields } from "./detail.js";
import { holdsSecret } from "./fields.js";
import { choose, chosen, lit, point } from "./lens.js";
import { Section } from "./section.js";
import { spoken } from "./spoken.js";
import { beginning } from "./text.js";
import { useExcerpt } from "./excerpt.js";

/** @import { DissectedRecord, Field } from "../types.js" */
/** @import { Item } from "./fields.js" */

const MOST_CHARACTERS = 400;

/** Fields that the reader has opened, or closed, against what they are by themselves. */
const toggled = signal(/** @type {Set<Field>} */ (new Set()));

// They are of one record, and the next one has fields of its own.
effect(() => {
  detail.value;
  toggled.value = new Set();
});

/** What is shown because all that holds it is open. */
const unfolded = computed(() => reached((item) => Boolean(item.parent && isOpen(item.parent.field))));

/** And the chosen field, wherever it stands, with what holds it. */
const visible = computed(() => {
  const here = fields.value.find(({ field }) => field === chosen.value);
  if (!here || unfolded.value.includes(here)) return unfolded.value;
  const shown = new Set(lineage(here));
  return reached((item) => shown.has(item) || Boolean(item.parent && isOpen(item.parent.field)));
});

/** The fields whose parent is shown, and that are shown by it. @param {(item: Item) => boolean} isShown */
function reached(isShown) {
  const found = new Set();
  return fields.value.filter((item) => {
    const isReached = !item.parent || (found.has(item.parent) && isShown(item));
    if (isReached) found.add(item);
    return isReached;
  });
}

export function FieldTree(/** @type {{ record: DissectedRecord }} */ { record }) {
  const items = visible.value;
  const index = items.findIndex(({ field }) => field === chosen.value);
  const here = items[index];
  const { from, to, more } = useExcerpt(items.length, index);
  const drawn = useMemo(
    () => items.slice(from, to).map((item) => html`
      <${FieldItem} key=${item.index} item=${item} redacted=${holdsSecret(record, item.field)} />`),
    [items, from, to],
  );
  const tree = useRef(/** @type {HTMLElement | null} */ (null));
  // Only for the keyboard: a click elsewhere must not move what was clicked out from under the pointer.
  useLayoutEffect(() => {
    if (document.activeElement === tree.current && here) {
      document.getElementById(`field-${here.index}`)?.scrollIntoView({ block: "nearest" });
    }
  }, [here]);

  return html`
    <div class="fields">
      <h4 id="fields-title">Fields</h4>
      ${items.length === 0 && html`<p class="muted">This record has no bytes of its own.</p>`}
      ${from > 0 && html`<${More} count=${from} where="above" onClick=${() => more("before")} />`}
      ${items.length > 0 && html`
        <div role="tree" class="field-list" aria-labelledby="fields-title" tabIndex=${0} ref=${tree}
          aria-activedescendant=${here && `field-${here.index}`}
          onKeyDown=${onKeyDown} onMouseLeave=${() => point(null)}>
          ${drawn}
        </div>`}
      ${to < items.length && html`<${More} count=${items.length - to} where="below" onClick=${() => more("after")} />`}
    </div>`;
}

/** @param {{ count: number, where: string, onClick: () => void }} props */
function More({ count, where, onClick }) {
  return html`<button type="button" class="button small" onClick=${onClick}>${number(count)} more ${where}</button>`;
}

/** @param {{ item: Item, redacted: boolean }} props */
function FieldItem({ item: { field, level, index }, redacted }) {
  const hasParts = Boolean(field.children?.length);
  // Computed, so that of hundreds of fields only those are drawn anew for which something changes.
  const isLit = useComputed(() => field === lit.value);
  const isChosen = useComputed(() => field === chosen.value);
  return html`
    <div role="treeitem" id=${`field-${index}`} aria-level=${level} aria-selected=${isChosen.value}
      aria-expanded=${hasParts ? isOpen(field) : undefined}
      class=${`field level-${Math.min(level, 6)} ${isLit.value ? "lit" : ""}`}
      onMouseEnter=${() => point(field)} onClick=${() => choose(field)}>
      <span class="field-twisty" aria-hidden="true" onClick=${() => hasParts && toggle(field)}></span>
      <span class="field-name">${field.name}</span>
      <span class="field-value">${beginning(field.value ?? "", MOST_CHARACTERS)}</span>
      ${redacted && html`<span class="tag">redacted</span>`}
      <span class="field-meaning">${spoken(field.meaning)} ${field.section && html`
        <span class="field-section"><${Section} of=${field.section} tabIndex=${-1} /></span>`}</span>
    </div>`;
}

/** @param {KeyboardEvent} event */
function onKeyDown(event) {
  const items = visible.value;
  const here = items.findIndex(({ field }) => field === chosen.value);
  const target = { ArrowUp: here - 1, ArrowDown: here + 1, Home: 0, End: items.length - 1 }[event.key];
  if (target !== undefined) choose(items[Math.min(Math.max(target, 0), items.length - 1)].field);
  else if (event.key === "ArrowRight" && here >= 0) open(items[here]);
  else if (event.key === "ArrowLeft" && here >= 0) close(items[here]);
  else return;
  event.preventDefault();
}

/** @param {Item} item */
function open({ field }) {
  if (!field.children?.length) return;
  if (isOpen(field)) choose(field.children[0]);
  else toggle(field);
}

/** @param {Item} item */
function close({ field, parent }) {
  if (field.children?.length && isOpen(field)) toggle(field);
  else if (parent) choose(parent.field);
}

/** @param {Field} field */
function toggle(field) {
  const next = new Set(toggled.value);
  if (!next.delete(field)) next.add(field);
  toggled.value = next;
}

/**
 * Parts that have a meaning of their own are shown at once; others, as a header's colon, when asked for.
 *
 * @param {Field} field
 */
function isOpen(field) {
  const opensByItself = Boolean(field.children?.some(({ meaning }) => meaning));
  return opensByItself !== toggled.value.has(field);
}

/** An item, the one that holds it, and so on up. @param {Item | null | undefined} item @returns {Item[]} */
function lineage(item) {
  return item ? [item, ...lineage(item.parent)] : [];
}
