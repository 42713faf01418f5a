/**
 * Which layer each byte of a record belongs to. Fields name their layer; those of a payload stand in another buffer
 * than the wire when it was masked or came in chunks, and there byte answers to byte, in the same order: so each byte
 * of the wire finds its layer.
 *
 * Usage: `layersOf("wire")[6]` → an index into `layerNames`; `countOf("inflated")` → `{ engineio: 1, … }`
 */
import { computed } from "@preact/signals";
import { layerNames } from "../layers/layers.js";
import { buffers, detail } from "./detail.js";

/** @import { BufferName, DissectedRecord, Field, LayerName, Layers } from "../types.js" */

const painted = computed(() => {
  /** @type {Partial<Record<BufferName, Uint8Array>>} */
  const layers = {};
  for (const [name, bytes] of Object.entries(buffers.value)) {
    layers[/** @type {BufferName} */ (name)] = new Uint8Array(bytes.length);
  }
  /** Parts of the wire that say nothing of their layer, because another buffer does. @type {Field[]} */
  const elsewhere = [];
  for (const field of detail.value?.record?.fields ?? []) paint(field, undefined, layers, elsewhere);
  join(layers, elsewhere);
  return layers;
});

const NOTHING = new Uint8Array();

/** @param {BufferName} name */
export const layersOf = (name) => painted.value[name] ?? NOTHING;

/** How many bytes of a buffer each layer has. @param {BufferName} name */
export function countOf(name) {
  /** @type {Layers} */
  const counts = {};
  for (const index of layersOf(name)) {
    const layer = layerNames[index];
    if (layer) counts[layer] = (counts[layer] ?? 0) + 1;
  }
  return counts;
}

/**
 * Whether the bytes of a buffer are those of the wire, one by one; what was inflated, or put together of several
 * frames, is not.
 *
 * @param {DissectedRecord} record @param {BufferName} name
 */
export function isOfTheWire({ layer }, name) {
  return name === "wire" || name === "unmasked" || (name === "message" && layer === "http");
}

/**
 * @param {Field} field @param {LayerName | undefined} inherited
 * @param {Partial<Record<BufferName, Uint8Array>>} layers @param {Field[]} elsewhere
 */
function paint(field, inherited, layers, elsewhere) {
  const layer = field.layer ?? inherited;
  const parts = field.children ?? [];
  for (const part of parts) paint(part, layer, layers, elsewhere);
  if (parts.some(({ buffer }) => buffer === field.buffer)) return;
  const [from, to] = [Math.floor(field.bits[0] / 8), Math.ceil(field.bits[1] / 8)];
  if (layer) layers[field.buffer]?.fill(layerNames.indexOf(layer), from, to);
  else if (field.buffer === "wire") elsewhere.push(field);
}

/** @param {Partial<Record<BufferName, Uint8Array>>} layers @param {Field[]} elsewhere */
function join({ wire, unmasked, message }, elsewhere) {
  const content = unmasked ?? message;
  if (!wire || !content) return;
  let taken = 0;
  for (const { bits } of elsewhere) {
    const [from, to] = [bits[0] / 8, Math.min(bits[1] / 8, wire.length)];
    wire.set(content.subarray(taken, taken + to - from), from);
    taken += to - from;
  }
}
