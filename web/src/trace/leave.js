/**
 * The way out of a trace: back to the view that the reader came from, with the focus on the bubble that led here,
 * or in that view where there is none.
 *
 * Usage: `leave()`
 */
import { effect } from "@preact/signals";
import { go, message, view } from "../address/address.js";
import { viewElement } from "../wire/element.js";

/** @import { View } from "../address/address.js" */

/** @type {View} */
let before = "list";

effect(() => {
  if (view.value !== "trace") before = view.value;
});

export function leave() {
  const wasHere = document.activeElement?.closest(".trace");
  const bubble = /** @type {HTMLElement | null} */ (
    document.querySelector(`.to-trace[data-message="${message.peek()}"]`)
  );
  go({ view: before });
  if (!wasHere) return;
  const heir = () => (bubble?.checkVisibility() ? bubble : viewElement());
  // The view is drawn in the same moment.
  setTimeout(() => heir()?.focus());
}
