/**
 * How many columns fit: the largest choice for which an element is wide enough, kept right as the
 * element or the type changes size.
 *
 * Usage: `const [box, columns] = useFitting([32, 16, 8], 1.55);` and `ref=${box}` on the element
 */
import { useLayoutEffect, useRef, useState } from "preact/hooks";

/** @param {number[]} choices largest first @param {number} columnRem the width that one column needs */
export function useFitting(choices, columnRem) {
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const [fitting, setFitting] = useState(choices[0]);
  useLayoutEffect(() => {
    const element = /** @type {HTMLElement} */ (box.current);
    const observer = new ResizeObserver(() => {
      const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
      const fits = choices.find((columns) => columns * columnRem * rem <= element.clientWidth);
      setFitting(fits ?? choices[choices.length - 1]);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return /** @type {const} */ ([box, fitting]);
}
