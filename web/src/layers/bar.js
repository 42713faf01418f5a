/**
 * The layers' shares as parts of one bar, and with their names in a legend. What nobody has counted leaves the rest of
 * the bar empty.
 *
 * Usage: `<${LayersBar} parts=${partsOf(layers, bytes)} />`, `<${Legend} parts=${parts} />`
 */
import { html } from "htm/preact";
import { percent, size } from "../format.js";

/** @import { LayerName } from "../types.js" */
/** @import { Part } from "./layers.js" */

/** What it shows is said beside it, in numbers. @param {{ parts: Part[], chosen?: LayerName | null }} props */
export function LayersBar({ parts, chosen }) {
  const title = parts.map(({ name, bytes }) => `${name} ${size(bytes)}`).join(", ");
  return html`
    <span class="layers-bar" aria-hidden="true" title=${title}>
      ${parts.map(({ layer, share }) => html`
        <span class=${`of-${layer} ${layer === chosen ? "chosen" : ""}`} style=${{ flexGrow: share }}></span>`)}
    </span>`;
}

/** @param {{ parts: Part[] }} props */
export function Legend({ parts }) {
  return html`
    <ul class="layers-legend">
      ${parts.map(({ layer, name, bytes, share }) => html`
        <li>
          <${Swatch} layer=${layer} />${name}${" "}<b>${size(bytes)}</b>${" "}
          <span class="muted">${percent(share)}</span>
        </li>`)}
    </ul>`;
}

export function Swatch(/** @type {{ layer: LayerName }} */ { layer }) {
  return html`<span class=${`layers-swatch of-${layer}`} aria-hidden="true"></span>`;
}
