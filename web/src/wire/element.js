/**
 * What takes the keys in the view of records: the list, the ladder, the table, the trace.
 *
 * Usage: `viewElement()?.focus()`
 */
export function viewElement() {
  return /** @type {HTMLElement | null} */ (document.querySelector(".wire-list [tabindex='0']"));
}
