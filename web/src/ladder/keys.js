/**
 * The ladder's keys. A presenter's clicker is a keyboard that knows few keys, and whoever holds it has not clicked into
 * the page before: so those keys also work while nothing has the focus. Single letters only work inside the ladder.
 *
 * Down, Right, Page Down, n: on; Up, Left, Page Up, p: back; Home, End; Space: play, pause; b, full stop (a
 * clicker's black screen): pause; Enter: open the record; Escape: back to live; +, -: zoom.
 *
 * Usage: `useKeys(frame, actions);`
 */
import { useEffect, useRef } from "preact/hooks";
import { isCovered } from "../menu/on-top.js";

/** @typedef {"on" | "back" | "first" | "last" | "toggle" | "pause" | "open" | "live" | "nearer" | "further"} Action */
/** Whether it had anything to do: otherwise the key means what it means elsewhere. @typedef {() => boolean} Act */

/** What clickers send. @type {Record<string, Action>} */
const EVERYWHERE = {
  ArrowDown: "on",
  ArrowRight: "on",
  PageDown: "on",
  ArrowUp: "back",
  ArrowLeft: "back",
  PageUp: "back",
  Escape: "live",
};
/** @type {Record<string, Action>} */
const INSIDE = {
  ...EVERYWHERE,
  n: "on",
  p: "back",
  Home: "first",
  End: "last",
  " ": "toggle",
  b: "pause",
  ".": "pause",
  Enter: "open",
  "+": "nearer",
  "=": "nearer",
  "-": "further",
};

/** @param {{ current: HTMLElement | null }} frame @param {Record<Action, Act>} actions */
export function useKeys(frame, actions) {
  const latest = useRef(actions);
  latest.current = actions;
  useEffect(() => {
    const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
      const action = frame.current && actionOf(event, frame.current);
      if (action && latest.current[action]()) event.preventDefault();
    };
    // Before others: the page's own Escape closes the open record, and that comes second.
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
}

/** @param {KeyboardEvent} event @param {HTMLElement} frame @returns {Action | undefined} */
function actionOf({ key, target, ctrlKey, altKey, metaKey, defaultPrevented }, frame) {
  if (defaultPrevented || ctrlKey || altKey || metaKey) return undefined;
  if (!frame.checkVisibility() || isCovered()) return undefined;
  const element = /** @type {HTMLElement} */ (target);
  if (!frame.contains(element)) return element === document.body ? EVERYWHERE[key] : undefined;
  // A control's own keys are its own.
  if (element.matches("input, select")) return key === "Escape" ? "live" : undefined;
  return element.matches("button") && (key === " " || key === "Enter") ? undefined : INSIDE[key];
}
