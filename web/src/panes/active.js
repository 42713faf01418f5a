/**
 * Which pane is in view where only one has room.
 *
 * Usage: `turnTo("wire"); active.value`
 */
import { effect, signal } from "@preact/signals";
import { address } from "../address/address.js";

/** @typedef {"chat" | "wire"} PaneName */

export const active = signal(/** @type {PaneName} */ ("chat"));

// A link to a record, a view or a filter leads to the pane that shows it.
effect(() => {
  const { view, filter, record } = address.value;
  if (view !== "list" || filter || record !== null) active.value = "wire";
});

/** @param {PaneName} name */
export function turnTo(name) {
  active.value = name;
}
