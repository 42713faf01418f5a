/**
 * Opening a file in place of the live capture, and going back. The feed and the chat go on meanwhile.
 *
 * Usage: `await openFile(file)`; `close()`; `opening.value` → `{ name, part: 0.4 }` while it is read, `cancel()` ends
 * that; `trouble.value` says why a file could not be opened
 */
import { batch, signal } from "@preact/signals";
import { go, selected } from "../address/address.js";
import { indexOf } from "../wire/capture.js";
import { fetchAll } from "../wire/lazy.js";
import { openCapture } from "./open.js";
import { Problem, opened } from "./source.js";

/** @import { OpenedFile } from "./source.js" */

export const opening = signal(/** @type {{ name: string, part: number } | null} */ (null));
export const trouble = signal(/** @type {string | null} */ (null));

let reading = new AbortController();

/** @param {File} file */
export async function openFile(file) {
  reading.abort();
  reading = new AbortController();
  const { signal } = reading;
  trouble.value = null;
  opening.value = { name: file.name, part: 0 };
  fetchAll();
  try {
    const capture = await openCapture(file, { onProgress: (bytes) => progress(file, bytes), signal });
    if (!signal.aborted) show(capture);
  } catch (error) {
    if (signal.aborted) return;
    opening.value = null;
    trouble.value = `${file.name} was not opened. ${error instanceof Problem ? error.message : "It cannot be read."}`;
  }
}

export function cancel() {
  reading.abort();
  opening.value = null;
}

/** Its numbers, of records and of chat messages, are not those of the live capture. */
export function close() {
  batch(() => {
    opened.value = null;
    go({ view: "list", record: null, message: null });
  });
}

/** A link may have led to one of the file's records before it was opened. @param {OpenedFile} capture */
function show(capture) {
  batch(() => {
    opening.value = null;
    opened.value = capture;
    if (indexOf(capture.records, selected.value) < 0) go({ record: null }, { replace: true });
  });
}

/** In whole per cent, because each change is drawn. @param {File} file @param {number} bytes */
function progress(file, bytes) {
  const part = Math.floor((100 * bytes) / Math.max(file.size, 1)) / 100;
  if (opening.value && part !== opening.value.part) opening.value = { name: file.name, part };
}
