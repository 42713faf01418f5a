/**
 * One message through its layers, from what the application said down to the wire: what each layer put around the one
 * above it, byte for byte, and what share of the record it takes. Choosing a layer lights its bytes.
 *
 * Usage: `<${Stack} record=${record} />` where the record has `layers`
 */
import { html } from "htm/preact";
import { count, number } from "../format.js";
import { chooseLayer, layer as chosen } from "../record/lens.js";
import { LAYERS, countOf, layerNames } from "./layers.js";
import { pieces } from "./pieces.js";
import { Twins } from "./twins.js";

/** @import { DissectedRecord, LayerName } from "../types.js" */

/** @typedef {{ name: LayerName, bytes: number, share: string }} Share */

export function Stack(/** @type {{ record: DissectedRecord }} */ { record }) {
  const shares = sharesOf(record);
  return html`
    <div class="stack-view">
      <section class="stack-figure" aria-labelledby="stack-title">
        <h4 id="stack-title">Its bytes by layer <span class="muted">${headline(record, shares)}</span></h4>
        <div class="stack-bar" aria-hidden="true">
          ${shares.map(({ name, bytes, share }) => html`
            <span class=${`of-${name} ${name === chosen.value ? "chosen" : ""}`} style=${{ flexGrow: bytes }}
              title=${`${LAYERS[name].name}: ${count(bytes, "byte")}, ${share}`}></span>`)}
        </div>
        <${Wrap} record=${record} shares=${shares} />
        <p class="stack-total"><span>on the wire</span> <b>${count(record.length, "byte")}</b></p>
        ${remark(record)}
      </section>
      <${Twins} record=${record} />
    </div>`;
}

/** From the outside in, as the bytes stand on the wire. @param {DissectedRecord} record @returns {Share[]} */
function sharesOf({ layers = {}, length }) {
  const names = layerNames.filter((name) => name !== undefined && layers[name]);
  return /** @type {LayerName[]} */ (names).map((name) => {
    const bytes = layers[name] ?? 0;
    return { name, bytes, share: percent(bytes, length) };
  });
}

/** @param {number} part @param {number} whole */
function percent(part, whole) {
  const share = (100 * part) / whole;
  return share > 0 && share < 1 ? "< 1 %" : share > 99 && share < 100 ? "> 99 %" : `${Math.round(share)} %`;
}

/** @param {DissectedRecord} record @param {Share[]} shares */
function headline({ length }, shares) {
  const said = shares.find(({ name }) => name === "application");
  if (said) return `application: ${number(said.bytes)} of ${count(length, "byte")}, ${said.share}`;
  return shares.some(({ name }) => name === "compressed") ? "" : "nothing here was said by the application";
}

/**
 * A layer around those within it: what it added stands below what it carries.
 *
 * @param {{ record: DissectedRecord, shares: Share[] }} props
 */
function Wrap({ record, shares }) {
  const [outer, ...inner] = shares;
  if (!outer) return null;
  return html`
    <div class=${`stack-layer of-${outer.name}`}>
      <${Wrap} record=${record} shares=${inner} />
      <${Layer} record=${record} share=${outer} />
    </div>`;
}

/** @param {{ record: DissectedRecord, share: Share }} props */
function Layer({ record, share: { name, bytes, share } }) {
  const { name: title, about } = LAYERS[name];
  return html`
    <button type="button" class="stack-row" aria-pressed=${chosen.value === name} onClick=${() => chooseLayer(name)}>
      <span class="stack-name">${title}</span>
      <span class="stack-about">${about}</span>
      <span class="stack-bytes">${count(bytes, "byte")} <b>${share}</b></span>
      ${pieces(record, name).map(({ shown, what }) => html`
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
  const inside = countOf("inflated").map(({ layer, bytes }) => `${LAYERS[layer].name} ${number(bytes)}`);
  return [
    `permessage-deflate packed ${what} into ${number(bytes)}: the layers in it share their bits,`,
    "so their share of the wire cannot be told.",
    inside.length > 0 && `Inflated, their bytes are: ${inside.join(", ")}.`,
  ].filter(Boolean).join(" ");
}
