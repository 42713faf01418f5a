/**
 * A signal whose value outlives the page, in localStorage; where storage is switched off, it lives
 * as long as the page does.
 *
 * Usage: `const theme = remembered("theme", "system");`
 */
import { effect, signal } from "@preact/signals";

/** Whether anything outlives the page. */
export function isKept() {
  try {
    localStorage.setItem("wireglass.kept", "");
    localStorage.removeItem("wireglass.kept");
    return true;
  } catch {
    return false;
  }
}

/** @param {string} name @param {string} otherwise */
export function remembered(name, otherwise) {
  const key = `wireglass.${name}`;
  const value = signal(read(key) ?? otherwise);
  effect(() => write(key, value.value));
  return value;
}

/** @param {string} key */
function read(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** @param {string} key @param {string} value */
function write(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Storage is switched off or full; the signal itself still holds the value.
  }
}
