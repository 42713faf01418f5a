/**
 * Keys that work wherever the focus is, unless it is in a field for text. A single letter can come by mistake, from
 * speech input above all, so that they can be switched off (WCAG 2.2, 2.1.4).
 *
 * Usage: `useEffect(listen, []);` `SHORTCUTS` for the list of keys; `singleKeys.value` → "on"
 */
import { go } from "../address/address.js";
import { isCovered } from "../menu/on-top.js";
import { remembered } from "../preferences/remembered.js";
import { step } from "../record/neighbours.js";
import { togglePause } from "../wire/capture.js";
import { viewElement } from "../wire/element.js";

/** @typedef {{ key: string, words: string, act: () => void }} Shortcut */

export const singleKeys = remembered("single-keys", "on");

/** @type {Shortcut[]} */
export const SHORTCUTS = [
  { key: "?", words: "this list of keys", act: () => keysDialog()?.showModal() },
  { key: "/", words: "to the filter", act: () => document.getElementById("filter")?.focus() },
  { key: "1", words: "the list", act: () => go({ view: "list" }) },
  { key: "2", words: "the ladder", act: () => go({ view: "ladder" }) },
  { key: "3", words: "the connections", act: () => go({ view: "connections" }) },
  { key: "r", words: "into the view of records", act: () => viewElement()?.focus() },
  { key: "[", words: "the record before the open one", act: () => step(-1) },
  { key: "]", words: "the record after it", act: () => step(1) },
  { key: "z", words: "pause, and go on", act: togglePause },
];

export function listen() {
  addEventListener("keydown", onKeyDown);
  return () => removeEventListener("keydown", onKeyDown);
}

/** @param {KeyboardEvent} event */
function onKeyDown(event) {
  const { key, ctrlKey, altKey, metaKey, target, defaultPrevented } = event;
  if (defaultPrevented || ctrlKey || altKey || metaKey || singleKeys.value !== "on" || takesText(target)) return;
  if (isCovered()) return;
  const shortcut = SHORTCUTS.find((shortcut) => shortcut.key === key);
  if (!shortcut) return;
  event.preventDefault();
  shortcut.act();
}

/** @param {EventTarget | null} target */
function takesText(target) {
  const fields = "input:not([type=radio], [type=range]), textarea, select";
  return target instanceof Element && target.closest(fields) !== null;
}

const keysDialog = () => /** @type {HTMLDialogElement | null} */ (document.getElementById("keys"));
