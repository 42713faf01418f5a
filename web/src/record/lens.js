/**
 * The lens: which field is looked at, shared by the bit diagram, the field tree and the hex view.
 * Pointing at a field lights it while the pointer is there; choosing it keeps it lit.
 *
 * Usage: `point(field)`, `choose(field)`, `chooseByte("wire", 12)`, `lit.value`
 */
import { batch, computed, effect, signal } from "@preact/signals";
import { detail, fields } from "./detail.js";
import { byteRange, innermost } from "./fields.js";

/** @import { BufferName, Field } from "../types.js" */

const pointed = signal(/** @type {Field | null} */ (null));

export const chosen = signal(/** @type {Field | null} */ (null));
export const lit = computed(() => pointed.value ?? chosen.value);
/** The buffer in the hex view, and the byte in it where the keyboard is. */
export const buffer = signal(/** @type {BufferName} */ ("wire"));
export const cursor = signal(/** @type {number | null} */ (null));

// Another record: nothing is looked at yet.
effect(() => {
  detail.value;
  batch(() => {
    pointed.value = null;
    chosen.value = null;
    buffer.value = "wire";
    cursor.value = null;
  });
});

/** @param {Field | null} field */
export function point(field) {
  pointed.value = field;
}

/** @param {Field} field */
export function choose(field) {
  batch(() => {
    chosen.value = field;
    buffer.value = field.buffer;
    cursor.value = byteRange(field)[0];
  });
}

/** @param {BufferName} name @param {number} offset */
export function chooseByte(name, offset) {
  batch(() => {
    chosen.value = innermost(fields.value, name, offset) ?? null;
    cursor.value = offset;
  });
}
