/**
 * Which part of a scrolling element is in view.
 *
 * Usage: `const [viewport, look] = useViewport(scroller);` and `onScroll=${look}`
 */
import { useLayoutEffect, useState } from "preact/hooks";

/** @typedef {{ top: number, left: number, width: number, height: number }} Viewport */

/** @param {{ current: HTMLElement | null }} scroller */
export function useViewport(scroller) {
  const [viewport, setViewport] = useState(/** @type {Viewport} */ ({ top: 0, left: 0, width: 0, height: 0 }));
  const look = () => {
    const element = scroller.current;
    if (!element || element.clientHeight === 0) return;
    const { scrollTop: top, scrollLeft: left, clientWidth: width, clientHeight: height } = element;
    setViewport((before) =>
      before.top === top && before.left === left && before.width === width && before.height === height
        ? before
        : { top, left, width, height },
    );
  };
  useLayoutEffect(() => {
    const observer = new ResizeObserver(look);
    observer.observe(/** @type {HTMLElement} */ (scroller.current));
    look();
    return () => observer.disconnect();
  }, []);
  return /** @type {const} */ ([viewport, look]);
}
