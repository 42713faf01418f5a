/**
 * What the reader chooses about the list: how it tells time, its columns, and by what it is grouped.
 *
 * Usage: `<${Toolbar} />`
 */
import { effect, signal } from "@preact/signals";
import { html } from "htm/preact";
import { selected } from "../address/address.js";
import { count, number } from "../format.js";
import { CARET, Menu } from "../menu/menu.js";
import { indexOf, shown } from "../wire/capture.js";
import { COLUMNS, choose, chooseAsAtFirst, chosen, isAlways } from "./columns.js";
import { GROUPINGS, grouping } from "./grouping.js";
import { collapseAll, collapsed, rows } from "./rows.js";
import { TIMES, countFrom, time, zero } from "./time.js";

/** @import { Signal } from "@preact/signals" */

const NO_GROUPS = { none: { label: "none", more: "one row after the other, as they passed" } };

/** @param {{ unreachable: number }} props rows that do not fit below one another */
export function Toolbar({ unreachable }) {
  return html`
    <div class="records-toolbar" role="group" aria-label="How the list looks">
      <${Choosing} id="time" what="Time" options=${TIMES} chosen=${time}><${Zero} /><//>
      <${Columns} />
      <${Choosing} id="grouping" what="Groups" options=${{ ...NO_GROUPS, ...GROUPINGS }} chosen=${grouping} />
      ${rows.value.isGrouped && html`<${Folding} />`}
      ${unreachable > 0 && html`
        <span class="lost">${number(unreachable)} rows more than a page can be high: filter to see them</span>`}
    </div>`;
}

/**
 * A menu of which one option holds.
 *
 * @typedef {object} ChoosingProps
 * @property {string} id
 * @property {string} what
 * @property {Record<string, { label: string, more: string }>} options
 * @property {Signal<string>} chosen
 * @property {any} [children]
 */

/** @param {ChoosingProps} props */
function Choosing({ id, what, options, chosen, children }) {
  const { label } = options[chosen.value] ?? Object.values(options)[0];
  return html`
    <${Menu} id=${id} class="small" label=${`${what}: ${label}`}
      button=${html`
        <span><span class="what">${what}<span class="value">: </span></span><span class="value">${label}</span></span>
        ${CARET}`}>
      ${() => html`
        <fieldset class="options">
          <legend>${what}</legend>
          ${Object.entries(options).map(([value, { label, more }]) => html`
            <label>
              <input type="radio" name=${id} checked=${value === chosen.value}
                onChange=${() => (chosen.value = value)} />
              <span><b>${label}</b> <span class="muted">${more}</span></span>
            </label>`)}
        </fieldset>
        ${children}`}
    <//>`;
}

/** On a page that is not high, the toolbar makes room for the open record: so it is offered afterwards, too. */
const lastOpened = signal(/** @type {number | null} */ (null));
effect(() => {
  if (selected.value !== null) lastOpened.value = selected.value;
});

/** Where seconds are counted from. */
function Zero() {
  const list = shown.value;
  const open = list[indexOf(list, lastOpened.value)];
  return html`
    <p class="muted">
      Seconds count from ${zero.value ? `record ${zero.value.seq}` : "the beginning of the capture"}.
      ${!open && !zero.value && " Open a record to count from it."}
    </p>
    ${open && open.seq !== zero.value?.seq && html`
      <button type="button" class="button" onClick=${() => countSecondsFrom(open)}>
        Count from record ${open.seq}
      </button>`}
    ${zero.value && html`
      <button type="button" class="button" onClick=${() => countSecondsFrom(null)}>Count from the beginning</button>`}`;
}

/** @type {typeof countFrom} */
function countSecondsFrom(record) {
  countFrom(record);
  time.value = "relative";
}

function Columns() {
  return html`
    <${Menu} id="columns" class="small" label="Columns" button=${html`Columns${CARET}`}>
      ${() => html`
        <fieldset class="options columns">
          <legend>Columns</legend>
          ${COLUMNS.map((column) => html`
            <label>
              <input type="checkbox" checked=${chosen.value.has(column.name)} disabled=${isAlways(column)}
                onChange=${() => choose(column.name, !chosen.value.has(column.name))} />
              <span>${column.label}</span>
            </label>`)}
        </fieldset>
        <p class="muted">Where the list is narrow, it shows the first seven and the bytes, in two lines.</p>
        <button type="button" class="button" onClick=${chooseAsAtFirst}>Default columns</button>`}
    <//>`;
}

function Folding() {
  const { all } = collapsed.value;
  return html`
    <button type="button" class="button small" onClick=${() => collapseAll(!all)}>
      ${all ? "Expand" : "Collapse"} all
    </button>
    <span class="muted">${count(rows.value.groups, "group")}</span>`;
}
