/**
 * Where the focus goes when what had it goes away: whoever works by keyboard would otherwise begin anew at the top of
 * the page.
 *
 * Usage: `const place = useHeir("message")`, `"message"` being the heir's id, and `ref=${place}` on what may go
 */
import { useLayoutEffect, useRef } from "preact/hooks";

/** @param {string} heir */
export function useHeir(heir) {
  const place = useRef(/** @type {HTMLElement | null} */ (null));
  useLayoutEffect(
    () => () => {
      // The heir may be drawn in the same moment.
      if (place.current?.contains(document.activeElement)) setTimeout(() => document.getElementById(heir)?.focus());
    },
    [],
  );
  return place;
}
