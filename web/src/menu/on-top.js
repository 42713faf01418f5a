/**
 * Whether a menu or a dialog lies over the page: then keys are meant for it, and the browser closes it on Escape.
 *
 * Usage: `if (isCovered()) return;`
 */
export const isCovered = () => document.querySelector(":popover-open, dialog[open]") !== null;
