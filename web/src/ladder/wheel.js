/**
 * Zoom by the wheel while Ctrl is held, which is also what a pinch on a touchpad sends.
 *
 * Usage: `useWheel(scroller, (steps, offset) => …);` where `offset` is the pointer's, from the top of the element
 */
import { useEffect, useRef } from "preact/hooks";

const STEP = 100;

/** @param {{ current: HTMLElement | null }} scroller @param {(steps: number, offset: number) => void} onZoom */
export function useWheel(scroller, onZoom) {
  const latest = useRef(onZoom);
  latest.current = onZoom;
  useEffect(() => {
    const element = /** @type {HTMLElement} */ (scroller.current);
    const onWheel = (/** @type {WheelEvent} */ event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      latest.current(-event.deltaY / STEP, event.clientY - element.getBoundingClientRect().top);
    };
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => element.removeEventListener("wheel", onWheel);
  }, []);
}
