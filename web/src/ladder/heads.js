/**
 * Above the lanes: which connection or layer each is, and that the client is on its left, the server on its right.
 *
 * Usage: `<${Head} lane=${lane} line=${lifeline} rem=${16} />`
 */
import { html } from "htm/preact";
import { COLOURS } from "../records/marks.js";

/** @import { Lane } from "./lanes.js" */
/** @import { Lifeline } from "./lifelines.js" */

/** @param {{ lane: Lane, line?: Lifeline, rem: number }} props */
export function Head({ lane, line, rem }) {
  const colour = line ? `connection-${line.id % COLOURS}` : "";
  return html`
    <div class=${`lane-head ${colour}`} style=${{ left: `${lane.left}px`, width: `${lane.width}px` }}>
      <p class="lane-name" style=${{ "--client": `${lane.client - lane.left}px`, "--server": `${lane.left + lane.width - lane.server}px` }}>
        ${line ? html`<b>${line.id}</b> ${kindOf(line)}` : html`<b>${lane.key}</b>`}
        ${line?.mine && html`<span class="muted">you</span>`}
        ${!line?.mine && line?.owner && html`<span class="muted">${line.owner}</span>`}
      </p>
      <p class="lane-ends">
        <span style=${{ left: `${lane.client - lane.left - 1.25 * rem}px` }}>client</span>
        <span style=${{ right: `${lane.left + lane.width - lane.server - 1.25 * rem}px` }}>server</span>
      </p>
    </div>`;
}

/** What it is by what it carried, HTTP where that is all there is to say. @param {Lifeline} line */
export function kindOf({ carries }) {
  const kinds = [...carries].filter((kind) => kind !== "HTTP");
  return kinds.length > 0 ? kinds.join(" → ") : carries.size > 0 ? "HTTP" : "TCP";
}
