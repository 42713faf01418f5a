/**
 * Which pane is in view where only one has room.
 *
 * Usage: `turnTo("wire"); active.value`
 */
import { effect, signal } from "@preact/signals";
import { selected } from "../address/address.js";

/** @typedef {"chat" | "wire"} PaneName */

export const active = signal(/** @type {PaneName} */ ("chat"));

// A link to a record leads to the pane that shows it.
effect(() => {
  if (selected.value !== null) active.value = "wire";
});

/** @param {PaneName} name */
export function turnTo(name) {
  active.value = name;
}
