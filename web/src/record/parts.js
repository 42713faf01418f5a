/**
 * The parts of an open record, one of them in view: its bits and bytes, its length and mask, its handshake, its layers.
 * A part that the reader has chosen stays chosen from record to record, wherever a record has it.
 *
 * Keys: Left, Right, Home and End on the names.
 *
 * Usage: `<${Parts} record=${record} />`
 */
import { html } from "htm/preact";
import { signal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { place } from "../address/address.js";
import { HandshakeView } from "../handshake/handshake.js";
import { Masking } from "../masking/masking.js";
import { Stack } from "../stack/stack.js";
import { BitDiagram } from "./bit-diagram.js";
import { FieldTree } from "./field-tree.js";
import { HexView } from "./hex-view.js";
import { LengthForm } from "./length.js";
import { layer } from "./lens.js";

/** @import { DissectedRecord } from "../types.js" */

/** @typedef {"handshake" | "bytes" | "frame" | "layers"} PartName */
/**
 * @typedef {object} Part
 * @property {PartName} name
 * @property {(record: DissectedRecord) => string} label
 * @property {(record: DissectedRecord) => boolean} isIn
 * @property {(props: { record: DissectedRecord }) => any} view
 */

const wanted = signal(/** @type {PartName | null} */ (null));

/** A link to bits leads to a part that shows them. */
function followLink() {
  if (place.value && (wanted.value === null || wanted.value === "handshake")) wanted.value = "bytes";
}
followLink();
addEventListener("popstate", followLink);

/** @type {Part[]} */
const PARTS = [
  {
    name: "handshake",
    label: () => "Handshake",
    isIn: ({ handshake }) => Boolean(handshake),
    view: HandshakeView,
  },
  {
    name: "bytes",
    label: ({ websocket }) => (websocket ? "Bits and bytes" : "Fields and bytes"),
    isIn: () => true,
    view: BitsAndBytes,
  },
  {
    name: "frame",
    label: () => "Length and mask",
    isIn: ({ websocket }) => Boolean(websocket),
    view: LengthAndMask,
  },
  {
    name: "layers",
    label: () => "Layers",
    isIn: ({ layers, length }) => Boolean(layers) && length > 0,
    view: Layers,
  },
];

export function Parts(/** @type {{ record: DissectedRecord }} */ { record }) {
  const parts = PARTS.filter(({ isIn }) => isIn(record));
  const shown = parts.find(({ name }) => name === wanted.value) ?? parts[0];
  const names = useRef(/** @type {HTMLElement | null} */ (null));
  const before = useRef(shown);
  // Another part begins at its beginning; a record that has just been opened, with what is said of it.
  useLayoutEffect(() => {
    if (before.current !== shown) names.current?.scrollIntoView({ block: "start" });
    before.current = shown;
  }, [shown]);
  if (parts.length === 1) return html`<${shown.view} record=${record} />`;
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => onTabKey(event, parts, shown);
  return html`
    <div class="part-names" role="tablist" aria-label="Parts of the record" ref=${names} onKeyDown=${onKeyDown}>
      ${parts.map(({ name, label }) => html`
        <button type="button" role="tab" id=${`part-${name}`} aria-controls="part" aria-selected=${name === shown.name}
          tabIndex=${name === shown.name ? 0 : -1} onClick=${() => turnTo(name)}>${label(record)}</button>`)}
    </div>
    <div class="part" id="part" role="tabpanel" aria-labelledby=${`part-${shown.name}`}>
      <${shown.view} record=${record} key=${shown.name} />
    </div>`;
}

/** @param {PartName} name */
function turnTo(name) {
  wanted.value = name;
  layer.value = null;
}

/** @param {KeyboardEvent} event @param {Part[]} parts @param {Part} shown */
function onTabKey(event, parts, shown) {
  const step = { ArrowLeft: -1, ArrowRight: 1, Home: -parts.length, End: parts.length }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  const { name } = parts[Math.min(Math.max(parts.indexOf(shown) + step, 0), parts.length - 1)];
  turnTo(name);
  document.getElementById(`part-${name}`)?.focus();
}

/** @param {{ record: DissectedRecord }} props */
function BitsAndBytes({ record }) {
  return html`
    ${record.websocket && !record.without_fields && html`<${BitDiagram} record=${record} />`}
    <div class="record-columns">
      <${FieldTree} record=${record} />
      ${record.length > 0 && html`<${HexView} record=${record} />`}
    </div>`;
}

/** @param {{ record: DissectedRecord }} props */
function LengthAndMask({ record }) {
  return html`
    <div class="length-and-mask">
      <${Masking} record=${record} />
      <${LengthForm} websocket=${record.websocket} />
    </div>`;
}

/** @param {{ record: DissectedRecord }} props */
function Layers({ record }) {
  return html`<${Stack} record=${record} /><${HexView} record=${record} />`;
}
