/**
 * Where the keyboard is in the list, and how it moves. Once a record is open, moving opens the next; and
 * whatever opened it, moving begins there.
 *
 * Up, Down, Page Up, Page Down, Home and End move; Enter or Space opens the record. Of a group's header, Right and Left
 * expand and collapse it, as Enter and Space do; Left leads from a record to the header.
 *
 * Usage: `const { active, onKeyDown, onClick } = useKeyboard(view);`
 */
import { signal } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";
import { select, selected } from "../address/address.js";
import { spotAt } from "./row.js";
import { rows, spotOf, toggle } from "./rows.js";

/** @import { useWindow } from "./window.js" */
/** @import { Row, Spot } from "./rows.js" */

/** Another filter, or another view for a while, brings another list: the place in it stays, if it is there. */
const spot = signal(/** @type {Spot} */ ({ group: null, seq: null }));

/** @param {ReturnType<typeof useWindow>} view */
export function useKeyboard(view) {
  const list = rows.value;
  const active = list.indexOf(spot.value);
  const open = selected.value;
  useLayoutEffect(() => {
    if (open !== null && spot.peek().seq !== open) spot.value = { group: null, seq: open };
  }, [open]);

  /** @param {number} index */
  function moveTo(index) {
    const target = Math.min(Math.max(index, 0), list.count - 1);
    const row = list.at(target);
    spot.value = spotOf(row);
    view.scrollTo(target);
    if (open !== null && row.record) act(row);
  }

  /** @param {KeyboardEvent} event */
  function onKeyDown(event) {
    if (event.target !== event.currentTarget || event.ctrlKey || event.altKey || event.metaKey) return;
    const here = active < 0 ? list.count : active;
    const target = {
      ArrowUp: here - 1,
      ArrowDown: here + 1,
      PageUp: here - view.pageRows(),
      PageDown: here + view.pageRows(),
      Home: 0,
      End: list.count - 1,
    }[event.key];
    if (target !== undefined) moveTo(target);
    else if (active < 0 || !actOn(event.key, list.at(active))) return;
    event.preventDefault();
  }

  /** @param {string} key @param {Row} row */
  function actOn(key, row) {
    const { group, record } = row;
    if (key === "Enter" || key === " ") act(row);
    else if (!group) return false;
    else if (key === "ArrowLeft" && record) moveTo(list.indexOf({ group: group.key, seq: null }));
    else if (key === "ArrowLeft" && !group.isCollapsed) toggle(group);
    else if (key === "ArrowRight" && !record && group.isCollapsed) toggle(group);
    else if (key === "ArrowRight" && !record) moveTo(active + 1);
    else return false;
    return true;
  }

  /** @param {MouseEvent} event */
  function onClick({ target }) {
    const clicked = spotAt(target);
    const index = clicked ? list.indexOf(clicked) : -1;
    if (index < 0) return;
    const row = list.at(index);
    spot.value = spotOf(row);
    act(row);
  }

  return { active, onKeyDown, onClick };
}

/** Opens a record, or a group's header. A gap has no bytes to show. @param {Row} row */
function act({ group, record }) {
  if (!record) return group && toggle(group);
  if (record.kind !== "gap") select(record.seq);
}
