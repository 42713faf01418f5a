/**
 * The height of a row as the style sheet has it now: it grows with the type and in narrow panes.
 *
 * Usage: `const [height, ruler] = useHeight();` and `ref=${ruler}` on an element as high as a row
 */
import { useLayoutEffect, useRef, useState } from "preact/hooks";

const AT_FIRST = 28;

export function useHeight() {
  const ruler = useRef(/** @type {HTMLElement | null} */ (null));
  const [height, setHeight] = useState(AT_FIRST);
  useLayoutEffect(() => {
    const element = /** @type {HTMLElement} */ (ruler.current);
    // A list in a hidden tab has no height: what was measured last still holds.
    const measure = () => setHeight((before) => element.offsetHeight || before);
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, []);
  return /** @type {const} */ ([height, ruler]);
}
