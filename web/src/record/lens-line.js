/**
 * What is under the lens, in words, always in the same place: so that the diagram, the fields and the
 * bytes explain themselves wherever the pointer or the keyboard is.
 *
 * Usage: `<${LensLine} record=${record} />`
 */
import { html } from "htm/preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { FieldFilter } from "../filter/record-menu.js";
import { count } from "../format.js";
import { LAYERS, layerNames } from "../layers/layers.js";
import { labelOf } from "./buffers.js";
import { buffers } from "./detail.js";
import { byteRange, holdsSecret } from "./fields.js";
import { lit, missing } from "./lens.js";
import { layersOf } from "./painted.js";
import { Section } from "./section.js";
import { SECTIONS } from "./sections.js";
import { spoken } from "./spoken.js";
import { beginning } from "./text.js";

/** @import { Place } from "../address/address.js" */
/** @import { DissectedRecord, Field } from "../types.js" */

const MOST_CHARACTERS = 160;

export function LensLine(/** @type {{ record: DissectedRecord }} */ { record }) {
  const line = useRef(/** @type {HTMLElement | null} */ (null));
  // It takes more room and gives none back: what is under the pointer would move away from it, and back, and away.
  useLayoutEffect(() => {
    if (line.current) line.current.style.minHeight = `${line.current.offsetHeight}px`;
  });
  const field = lit.value;
  return html`
    <div class="lens" role="status" ref=${line}>
      ${field
        ? html`<${About} record=${record} field=${field} />`
        : html`<p>${missing.value ? nowhere(record, missing.value) : "Point at a bit, a field or a byte."}</p>`}
    </div>`;
}

/** @param {{ record: DissectedRecord, field: Field }} props */
function About({ record, field }) {
  return html`
    <div class="lens-field">
      <div class="lens-first">
        <span class="lens-name">${field.name}</span>
        <span class="lens-value">${beginning(field.value ?? "", MOST_CHARACTERS)}</span>
        ${holdsSecret(record, field) && html`<span class="tag">redacted</span>`}
        <span class="lens-place">${place(record, field)}</span>
        <${LayerOf} field=${field} />
        <${FieldFilter} record=${record} field=${field} />
      </div>
      <p>${spoken(field.meaning)} ${missing.value && nowhere(record, missing.value)}</p>
    </div>
    ${field.section && html`<${Behind} section=${field.section} />`}`;
}

/** The layer that a field’s bytes share, in the colour that underlines them. @param {{ field: Field }} props */
function LayerOf({ field }) {
  const layers = layersOf(field.buffer).subarray(...byteRange(field));
  const name = layers.every((layer) => layer === layers[0]) ? layerNames[layers[0]] : undefined;
  return name && html`<span class=${`lens-layer of-${name}`}>${LAYERS[name].name}</span>`;
}

/** The rule behind a field, which a classroom without internet can read here. @param {{ section: string }} props */
function Behind({ section }) {
  const [title, says] = SECTIONS.get(section) ?? [];
  return html`
    <div class="lens-section">
      <${Section} of=${section} /> <cite>${title}</cite>
      <p>${says}</p>
    </div>`;
}

/** Which bytes of which buffer a field is. @param {DissectedRecord} record @param {Field} field */
function place(record, field) {
  const beyondTheWire = field.buffer === "wire" ? "" : `${labelOf(record, field.buffer)}: `;
  return beyondTheWire + extent(field);
}

/** What the address names and the record does not have. @param {DissectedRecord} record @param {Place} place */
function nowhere(record, { buffer, from, to }) {
  const length = buffers.value[buffer]?.length;
  const has = length === undefined ? "are not in this record" : `reach beyond its ${count(length, "byte")}`;
  return `The link’s bits ${from} to ${to - 1} of “${labelOf(record, buffer)}” ${has}.`;
}

/** In bits where a field does not fill whole bytes. @param {Field} field */
function extent(field) {
  const [from, to] = field.bits;
  const [first, end] = byteRange(field);
  if (from % 8 || to % 8) return to - from === 1 ? `bit ${from}` : `bits ${from} to ${to - 1}`;
  const bits = end - first <= SHORT ? ` · bits ${from} to ${to - 1}` : "";
  return (end - first === 1 ? `byte ${first}` : `bytes ${first} to ${end - 1}, ${count(end - first, "byte")}`) + bits;
}

/** Bits are counted where somebody might: up to the longest field of a frame’s header. */
const SHORT = 8;
