/**
 * What outlives a reload, as JSON: in `sessionStorage` for this tab, in `localStorage` for this browser. Where storage
 * is switched off or full, it lives as long as the page does.
 *
 * Usage: `write("sessionStorage", "wireglass.draft.lobby", { text }); read("sessionStorage", "wireglass.draft.lobby")`
 */

/** @typedef {"localStorage" | "sessionStorage"} Place */

/** What was kept, or null. @param {Place} place @param {string} key @returns {any} */
export function read(place, key) {
  try {
    return JSON.parse(globalThis[place].getItem(key) ?? "null");
  } catch {
    return null;
  }
}

/** @param {Place} place @param {string} key @param {unknown} value */
export function write(place, key, value) {
  try {
    globalThis[place].setItem(key, JSON.stringify(value));
  } catch {
    // Whoever asks for it goes on with what they hold.
  }
}
