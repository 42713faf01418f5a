/**
 * `@tanstack/virtual-core` as a hook: it tells which rows are in view, so that a long view costs no more elements
 * than the few dozen that can be seen.
 *
 * Usage: `const virtual = useVirtualizer({ count, getScrollElement, estimateSize }); virtual.getVirtualItems()`
 */
import { useLayoutEffect, useReducer, useRef } from "preact/hooks";
import { Virtualizer, elementScroll, observeElementOffset, observeElementRect } from "@tanstack/virtual-core";

/** @import { VirtualizerOptions } from "@tanstack/virtual-core" */
/** @typedef {VirtualizerOptions<HTMLElement, HTMLElement>} Options */
/** @typedef {Omit<Options, "scrollToFn" | "observeElementRect" | "observeElementOffset" | "onChange">} Wanted */

// The library is published for bundlers, and asks for the environment as they replace it.
Object.assign(globalThis, { process: { env: { NODE_ENV: "production" } } });

/** @param {Wanted} wanted */
export function useVirtualizer(wanted) {
  const [, redraw] = useReducer((/** @type {number} */ turn, /** @type {void} */ _) => turn + 1, 0);
  /** @type {Options} */
  const options = {
    ...wanted,
    scrollToFn: elementScroll,
    observeElementRect,
    observeElementOffset,
    onChange: () => redraw(),
  };
  const instance = useRef(/** @type {Virtualizer<HTMLElement, HTMLElement> | null} */ (null));
  const virtual = (instance.current ??= new Virtualizer(options));
  virtual.setOptions(options);
  useLayoutEffect(() => virtual._didMount(), []);
  useLayoutEffect(() => virtual._willUpdate());
  return virtual;
}
