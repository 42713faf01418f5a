/**
 * Takes a capture that is dropped anywhere on the page. What is not a file goes where it always went.
 *
 * Usage: `<${DropPlace} />`
 */
import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { fetchAll } from "../wire/lazy.js";
import { openFile } from "./opening.js";

export function DropPlace() {
  const [isOver, setOver] = useState(false);
  useEffect(() => listen(setOver), []);
  return isOver && html`<div class="drop-place"><p>Drop the capture, to open it here</p></div>`;
}

/** @param {(isOver: boolean) => void} setOver */
function listen(setOver) {
  const onOver = (/** @type {DragEvent} */ event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    setOver(true);
  };
  const onLeave = (/** @type {DragEvent} */ event) => {
    if (event.relatedTarget === null) setOver(false);
  };
  const onDrop = (/** @type {DragEvent} */ event) => {
    const [file] = event.dataTransfer?.files ?? [];
    setOver(false);
    if (!file) return;
    event.preventDefault();
    openFile(file);
  };
  const listeners = /** @type {const} */ ([
    ["dragenter", () => void fetchAll()],
    ["dragover", onOver],
    ["dragleave", onLeave],
    ["drop", onDrop],
  ]);
  for (const [type, listener] of listeners) addEventListener(type, listener);
  return () => {
    for (const [type, listener] of listeners) removeEventListener(type, listener);
  };
}
