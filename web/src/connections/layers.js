/**
 * The layers that bytes belong to, from the outside in: each with its name, and drawn as parts of one bar.
 *
 * Usage: `<${LayersBar} layers=${{ http: 800, application: 60 }} />`, `<${Legend} layers=${layers} />`
 */
import { html } from "htm/preact";
import { percent, size } from "../format.js";

/** @import { LayerName, Layers } from "../types.js" */

/** @type {[layer: LayerName, name: string][]} */
export const LAYERS = [
  ["http", "HTTP"],
  ["eventstream", "event stream"],
  ["websocket", "WebSocket"],
  ["engineio", "Engine.IO"],
  ["socketio", "Socket.IO"],
  ["application", "application"],
  ["compressed", "compressed"],
  ["opaque", "opaque"],
];

/** Those that have bytes. @param {Layers} layers */
export const partsOf = (layers) =>
  LAYERS.map(([layer, name]) => ({ layer, name, bytes: layers[layer] ?? 0 })).filter(({ bytes }) => bytes > 0);

/** @param {Layers} layers */
export const totalOf = (layers) => partsOf(layers).reduce((total, { bytes }) => total + bytes, 0);

/** What it shows is said beside it, in numbers. @param {{ layers: Layers }} props */
export function LayersBar({ layers }) {
  const parts = partsOf(layers);
  const title = parts.map(({ name, bytes }) => `${name} ${size(bytes)}`).join(", ");
  return html`
    <span class="layers-bar" aria-hidden="true" title=${title}>
      ${parts.map(({ layer, bytes }) => html`
        <span style=${{ flexGrow: bytes, background: `var(--layer-${layer})` }}></span>`)}
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
  return html`<span class="layers-swatch" style=${{ background: `var(--layer-${layer})` }} aria-hidden="true"></span>`;
}
