/**
 * Where the focus goes when what had it goes away: whoever works by keyboard would otherwise begin anew at the top of
 * the page.
 *
 * Usage: `useHeir(place, "message")`, `place` being a reference to what may go, `"message"` the heir's id
 */
import { useLayoutEffect } from "preact/hooks";

/** @param {{ current: HTMLElement | null }} place @param {string} heir */
export function useHeir(place, heir) {
  useLayoutEffect(
    () => () => {
      // The heir may be drawn in the same moment.
      if (place.current?.contains(document.activeElement)) setTimeout(() => document.getElementById(heir)?.focus());
    },
    [],
  );
}
