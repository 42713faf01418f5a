/**
 * The small marks that rows and the record's own view share.
 *
 * Usage: `<${Way} direction="to_server" />`, `<${ConnectionMark} id=${7} />`,
 * `<${LayerMark} layer=${layerOf(record)} />`, `<${ViolationMark} />`
 */
import { html } from "htm/preact";

/** @import { Direction } from "../types.js" */

/** An arrow, a word and a side: the client is on the left, as the chat is, and the server on the right. */
export function Way(/** @type {{ direction: Direction }} */ { direction }) {
  return direction === "to_server"
    ? html`<span class="way to-server">to server <span aria-hidden="true">→</span></span>`
    : html`<span class="way to-client"><span aria-hidden="true">←</span> to client</span>`;
}

/** How many colours connections take turns with. */
export const COLOURS = 6;

export function ConnectionMark(/** @type {{ id: number }} */ { id }) {
  return html`<span class=${`connection connection-${id % COLOURS}`} title=${`TCP connection ${id}`}>${id}</span>`;
}

/** A pile of four panes, of which a record fills those that it passes through. */
export function LayerMark(/** @type {{ layer: { name: string, depth: number } }} */ { layer }) {
  return html`
    <span class="layer">
      <span class=${`layer-pile depth-${layer.depth}`} aria-hidden="true"></span>${layer.name}
    </span>`;
}

export function ViolationMark() {
  return html`
    <span class="violation">
      <svg viewBox="0 0 16 16" aria-hidden="true"><path d="M8 1.500 15 14H1z M8 6v4 M8 12v.1" /></svg>violation
    </span>`;
}
