/**
 * Whether the page is too narrow for two panes: the same 47.5 rem at which the style sheets turn
 * panes into tabs. Measured in rem, so that larger type counts as a narrower page.
 *
 * Usage: `if (narrow.value) …`
 */
import { signal } from "@preact/signals";

const LIMIT_REM = 47.5;

export const narrow = signal(isNarrow());

new ResizeObserver(update).observe(document.documentElement);
new MutationObserver(update).observe(document.documentElement, { attributeFilter: ["data-projector"] });

function update() {
  narrow.value = isNarrow();
}

function isNarrow() {
  const root = document.documentElement;
  return root.clientWidth <= LIMIT_REM * parseFloat(getComputedStyle(root).fontSize);
}
