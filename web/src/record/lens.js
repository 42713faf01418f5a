/**
 * The lens: which bits are looked at, shared by the bit diagram, the field tree, the hex view and the masking.
 * Pointing at a field lights it while the pointer is there; choosing a field, or a range of bytes, keeps it lit and
 * writes it into the page's address, which opens the same again.
 *
 * Usage: `point(field)`, `choose(field)`, `chooseByte("wire", 12)`, `extendTo("wire", 19)`, `chooseLayer("engineio")`,
 * `lit.value`, `missing.value`
 */
import { batch, computed, effect, signal, untracked } from "@preact/signals";
import { go, place, selected } from "../address/address.js";
import { buffers, detail, fields } from "./detail.js";
import { byteRange, innermost } from "./fields.js";
import { bytesChosen } from "./range.js";

/** @import { Place } from "../address/address.js" */
/** @import { BufferName, Field, LayerName } from "../types.js" */

const pointed = signal(/** @type {Field | null} */ (null));

/** A field of the record, or a range of bytes chosen by hand, which looks like one. */
export const chosen = signal(/** @type {Field | null} */ (null));
export const lit = computed(() => pointed.value ?? chosen.value);
/** The buffer in the hex view, the byte in it where the keyboard is, and the one where a range began. */
export const buffer = signal(/** @type {BufferName} */ ("wire"));
export const cursor = signal(/** @type {number | null} */ (null));
export const anchor = signal(/** @type {number | null} */ (null));
/** The layer whose bytes are lit, wherever they stand. */
export const layer = signal(/** @type {LayerName | null} */ (null));
/** How often the address led to a place, which is to be brought into view then. */
export const arrivals = signal(0);
/** A place in the address that the record has not, or not all of. */
export const missing = computed(() => {
  const wanted = place.value;
  const isThere = !wanted || wanted.to <= (buffers.value[wanted.buffer]?.length ?? 0) * 8;
  return isThere || !isOpen() ? null : wanted;
});

// Another record: what its address names is looked at, or nothing yet.
effect(() => {
  detail.value;
  untracked(() => show(place.value));
});

// Back, or a link to another place of the record that is open.
effect(() => {
  const wanted = place.value;
  untracked(() => isOpen() && !isAt(chosen.value, wanted) && show(wanted));
});

/** @param {Field | null} field */
export function point(field) {
  pointed.value = field;
}

/** @param {Field} field */
export function choose(field) {
  look(field);
  write();
}

/** @param {BufferName} name @param {number} offset */
export function chooseByte(name, offset) {
  batch(() => {
    chosen.value = innermost(fields.value, name, offset) ?? null;
    buffer.value = name;
    cursor.value = offset;
    anchor.value = null;
    layer.value = null;
  });
  write();
}

/**
 * Chooses the bytes from `start` to `offset`, both of them included.
 *
 * @param {BufferName} name @param {number} offset
 */
export function extendTo(name, offset, start = anchor.value ?? cursor.value ?? offset) {
  const bits = { from: Math.min(start, offset) * 8, to: (Math.max(start, offset) + 1) * 8 };
  batch(() => {
    look(fieldAt({ buffer: name, ...bits }));
    cursor.value = offset;
    anchor.value = start;
  });
  write();
}

/** Another buffer in the hex view; what is chosen stays so. @param {BufferName} name */
export function showBuffer(name) {
  batch(() => {
    buffer.value = name;
    cursor.value = null;
    anchor.value = null;
  });
}

/** Lights the bytes of a layer, or none when it is the one that is lit. @param {LayerName} name */
export function chooseLayer(name) {
  layer.value = layer.value === name ? null : name;
}

/** @param {Place | null} wanted */
function show(wanted) {
  const bytes = wanted && buffers.value[wanted.buffer];
  if (wanted && bytes && wanted.from < bytes.length * 8) {
    const field = fieldAt(wanted);
    const isByHand = !fields.value.some((item) => item.field === field);
    batch(() => {
      look(field);
      if (isByHand) [anchor.value, cursor.value] = [byteRange(field)[0], byteRange(field)[1] - 1];
      arrivals.value += 1;
    });
    return;
  }
  batch(() => {
    pointed.value = null;
    chosen.value = null;
    layer.value = null;
    buffer.value = "wire";
    cursor.value = null;
    anchor.value = null;
  });
}

/** @param {Field} field */
function look(field) {
  batch(() => {
    pointed.value = null;
    chosen.value = field;
    layer.value = null;
    buffer.value = field.buffer;
    cursor.value = byteRange(field)[0];
    anchor.value = null;
  });
}

/** The outermost field that is exactly there, or else the bytes themselves. @param {Place} wanted */
function fieldAt(wanted) {
  const item = fields.value.find(({ field }) => isAt(field, wanted));
  return item?.field ?? bytesChosen(wanted, buffers.value[wanted.buffer] ?? new Uint8Array());
}

/** @param {Field | null} field @param {Place | null} wanted */
function isAt(field, wanted) {
  if (!field || !wanted) return field === wanted;
  const { buffer, bits } = field;
  return buffer === wanted.buffer && bits[0] === wanted.from && bits[1] === wanted.to;
}

function write() {
  if (!isOpen()) return;
  const field = chosen.value;
  go({ place: field && { buffer: field.buffer, from: field.bits[0], to: field.bits[1] } }, { replace: true });
}

/** The record before stays in view until the next has come; the address is the next one's already. */
function isOpen() {
  return detail.value?.seq === selected.value;
}
