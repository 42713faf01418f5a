/**
 * How many bytes each layer has, from the outside in: as parts of one bar, and with their names in a legend.
 *
 * Usage: `<${LayersBar} layers=${{ http: 800, application: 60 }} />`, `<${Legend} layers=${layers} />`
 */
import { html } from "htm/preact";
import { percent, size } from "../format.js";
import { LAYERS } from "../stack/layers.js";

/** @import { LayerName, Layers } from "../types.js" */

const NAMES = /** @type {[LayerName, { name: string }][]} */ (Object.entries(LAYERS));

/** Those that have bytes. @param {Layers} layers */
export const partsOf = (layers) =>
  NAMES.map(([layer, { name }]) => ({ layer, name, bytes: layers[layer] ?? 0 })).filter(({ bytes }) => bytes > 0);

/** @param {Layers} layers */
export const totalOf = (layers) => partsOf(layers).reduce((total, { bytes }) => total + bytes, 0);

/** What it shows is said beside it, in numbers. @param {{ layers: Layers }} props */
export function LayersBar({ layers }) {
  const parts = partsOf(layers);
  const title = parts.map(({ name, bytes }) => `${name} ${size(bytes)}`).join(", ");
  return html`
    <span class="layers-bar" aria-hidden="true" title=${title}>
      ${parts.map(({ layer, bytes }) => html`
        <span class=${`of-${layer}`} style=${{ flexGrow: bytes }}></span>`)}
    </span>`;
}

/** @param {{ layers: Layers }} props */
export function Legend({ layers }) {
  const total = totalOf(layers);
  return html`
    <ul class="layers-legend">
      ${partsOf(layers).map(({ layer, name, bytes }) => html`
        <li>
          <${Swatch} layer=${layer} />${name}${" "}<b>${size(bytes)}</b>${" "}
          <span class="muted">${percent(bytes / total)}</span>
        </li>`)}
    </ul>`;
}

export function Swatch(/** @type {{ layer: LayerName }} */ { layer }) {
  return html`<span class=${`layers-swatch of-${layer}`} aria-hidden="true"></span>`;
}
