/**
 * The menu of filters at a row of a list: by right click, a long press, or the keyboard's menu key (Shift+F10).
 *
 * Usage: `onContextMenu=${openRowMenu}` on what holds rows with `data-seq`, and `<${RowMenu} />` once
 */
import { html } from "htm/preact";
import { signal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { opened } from "../source/source.js";
import { indexOf, shown } from "../wire/capture.js";
import { Offers } from "./offers.js";

/** @import { WireRecord } from "../types.js" */

/** The record in question, and the corner of the menu. */
const asked = signal(/** @type {{ record: WireRecord, x: number, y: number } | null} */ (null));

/** @param {MouseEvent} event */
export function openRowMenu(event) {
  const row = rowAt(/** @type {HTMLElement} */ (event.target));
  const record = row && shown.value[indexOf(shown.value, Number(row.dataset.seq))];
  if (!record || record.kind === "gap" || opened.value) return;
  event.preventDefault();
  asked.value = { record, ...cornerOf(event, row) };
}

/** The keyboard's menu key is about the row that the list's keyboard is at. @param {HTMLElement} target */
function rowAt(target) {
  const active = target.getAttribute("aria-activedescendant");
  const row = target.closest("[data-seq]") ?? (active && document.getElementById(active));
  return /** @type {HTMLElement | null} */ (row || null);
}

/** Under the pointer, so that letting its button go is no click elsewhere; from the keyboard, below the row. */
function cornerOf(/** @type {MouseEvent} */ { button, clientX, clientY }, /** @type {HTMLElement} */ row) {
  if (button === 2) return { x: clientX - 1, y: clientY - 1 };
  const { left, bottom } = row.getBoundingClientRect();
  return { x: left, y: bottom };
}

export function RowMenu() {
  const menu = useRef(/** @type {HTMLElement | null} */ (null));
  useLayoutEffect(() => {
    if (asked.value && menu.current) openAt(menu.current, asked.value);
  }, [asked.value]);
  const record = asked.value?.record;

  function onToggle(/** @type {ToggleEvent} */ { newState }) {
    if (newState === "closed") asked.value = null;
  }
  return html`
    <div id="row-menu" class="menu row-menu" popover="auto" role="dialog" aria-labelledby="row-menu-title" ref=${menu}
      onToggle=${onToggle}>
      ${record && html`
        <h3 id="row-menu-title" tabIndex=${-1}>Records that are like record ${record.seq}</h3>
        <${Offers} record=${record} onTake=${() => menu.current?.hidePopover()} />`}
    </div>`;
}

const MARGIN = 8;

/** As near to the corner as the window allows. @param {HTMLElement} menu @param {{ x: number, y: number }} corner */
function openAt(menu, { x, y }) {
  menu.showPopover();
  const { width, height } = menu.getBoundingClientRect();
  menu.style.left = `${Math.max(Math.min(x, innerWidth - width - MARGIN), MARGIN)}px`;
  menu.style.top = `${Math.max(Math.min(y, innerHeight - height - MARGIN), MARGIN)}px`;
  menu.querySelector("button")?.focus();
}
