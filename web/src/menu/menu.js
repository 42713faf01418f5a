/**
 * A button and what it opens: the browser's own popover, so that Escape and a click elsewhere close it; so does Tab,
 * when it leads out of it.
 *
 * Usage: `<${Menu} id="room" label="Room: lobby" button=${html`lobby`}>${() => html`…`}<//>`; what stands
 * inside is drawn only while it is open, and gets a function that closes it.
 */
import { html } from "htm/preact";
import { useRef, useState } from "preact/hooks";

/**
 * @typedef {object} MenuProps
 * @property {string} id
 * @property {string} label what the button says and what the opened part is called
 * @property {any} button what the button shows
 * @property {string} [class] more for the button's looks
 * @property {(close: () => void) => any} children
 */

/** @param {MenuProps} props */
export function Menu({ id, label, button, class: more = "", children }) {
  const opener = useRef(/** @type {HTMLElement | null} */ (null));
  const popover = useRef(/** @type {HTMLElement | null} */ (null));
  const [isOpen, setOpen] = useState(false);
  const close = () => popover.current?.hidePopover();

  function onBeforeToggle(/** @type {ToggleEvent} */ { newState }) {
    if (newState === "open") setOpen(true);
  }
  /** Only now that it is closed: the browser gives the focus back from what still stands there. */
  function onToggle(/** @type {ToggleEvent} */ { newState }) {
    if (newState !== "closed") return;
    if (popover.current?.contains(document.activeElement)) opener.current?.focus();
    setOpen(false);
  }
  function onFocusOut(/** @type {FocusEvent} */ { relatedTarget }) {
    const next = /** @type {Node | null} */ (relatedTarget);
    if (isOpen && next && next !== opener.current && !popover.current?.contains(next)) close();
  }
  return html`
    <button type="button" class=${`button ${more}`} popovertarget=${`menu-${id}`} aria-label=${label}
      aria-haspopup="dialog" title=${label} ref=${opener} onFocusOut=${onFocusOut}>${button}</button>
    <div id=${`menu-${id}`} class="menu" popover="auto" role="dialog" aria-label=${label} ref=${popover}
      onBeforeToggle=${onBeforeToggle} onToggle=${onToggle} onFocusOut=${onFocusOut}>
      ${isOpen && children(close)}
    </div>`;
}

/** The sign that a button opens something. */
export const CARET = html`
  <svg class="caret" viewBox="0 0 12 12" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round"
    stroke-linejoin="round" aria-hidden="true"><path d="M3 4.5 6 7.5 9 4.5" /></svg>`;
