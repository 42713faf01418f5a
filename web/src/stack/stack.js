/**
 * One message through its layers, from what the application said down to the wire: what each layer put around the one
 * above it, byte for byte, and what share of the record it takes. Choosing a layer lights its bytes.
 *
 * Usage: `<${Stack} record=${record} />` where the record has `layers`
 */
import { html } from "htm/preact";
import { count, number, percent } from "../format.js";
import { LayersBar } from "../layers/bar.js";
import { LAYERS, partsOf } from "../layers/layers.js";
import { chooseLayer, layer as chosen } from "../record/lens.js";
import { countOf, layersOf } from "../record/painted.js";
import { pieces } from "./pieces.js";
import { Twins } from "./twins.js";

/** @import { Part } from "../layers/layers.js" */
/** @import { DissectedRecord } from "../types.js" */

export function Stack(/** @type {{ record: DissectedRecord }} */ { record }) {
  const { layers = {}, length } = record;
  const parts = partsOf(layers, length);
  return html`
    <div class="stack-view">
      <section class="stack-figure" aria-labelledby="stack-title">
        <h4 id="stack-title">Its bytes by layer <span class="muted">${headline(record, parts)}</span></h4>
        <${LayersBar} parts=${parts} chosen=${chosen.value} />
        <${Wrap} record=${record} parts=${parts} />
        <p class="stack-total"><span>on the wire</span> <b>${count(record.length, "byte")}</b></p>
        ${remark(record)}
      </section>
      <${Twins} record=${record} />
    </div>`;
}

/** @param {DissectedRecord} record @param {Part[]} parts */
function headline({ length }, parts) {
  const said = parts.find(({ layer }) => layer === "application");
  if (said) return `application: ${number(said.bytes)} of ${count(length, "byte")}, ${percent(said.share)}`;
  return parts.some(({ layer }) => layer === "compressed") ? "" : "nothing here was said by the application";
}

/**
 * A layer around those within it: what it added stands below what it carries.
 *
 * @param {{ record: DissectedRecord, parts: Part[] }} props
 */
function Wrap({ record, parts }) {
  const [outer, ...inner] = parts;
  if (!outer) return null;
  return html`
    <div class=${`stack-layer of-${outer.layer}`}>
      <${Wrap} record=${record} parts=${inner} />
      <${Layer} record=${record} part=${outer} />
    </div>`;
}

/** @param {{ record: DissectedRecord, part: Part }} props */
function Layer({ record, part: { layer, name, bytes, share } }) {
  return html`
    <button type="button" class="stack-row" aria-pressed=${chosen.value === layer} onClick=${() => chooseLayer(layer)}>
      <span class="stack-name">${name}</span>
      <span class="stack-about">${LAYERS[layer].about}</span>
      <span class="stack-bytes">${count(bytes, "byte")} <b>${percent(share)}</b></span>
      ${pieces(record, layer).map(({ shown, what }) => html`
        <span class="stack-piece"><span class="mono">${shown}</span> <span class="stack-what">${what}</span></span>`)}
    </button>`;
}

/** What cannot be told by layer, and why. @param {DissectedRecord} record */
function remark({ layers, websocket, truncated }) {
  if (layers?.compressed) return html`<p class="muted">${packed(layers.compressed, websocket?.inflated_length)}</p>`;
  if (!truncated) return null;
  return html`<p class="muted">Not all bytes were kept; those that were not count as the application’s.</p>`;
}

/** @param {number} bytes @param {number} [inflated] */
function packed(bytes, inflated) {
  const what = inflated === undefined ? "what it carries" : count(inflated, "byte");
  const inside = partsOf(countOf("inflated"), layersOf("inflated").length);
  const told = inside.map(({ name, bytes }) => `${name} ${number(bytes)}`);
  return [
    `permessage-deflate packed ${what} into ${number(bytes)}: the layers in it share their bits,`,
    "so their share of the wire cannot be told.",
    told.length > 0 && `Inflated, their bytes are: ${told.join(", ")}.`,
  ].filter(Boolean).join(" ");
}
