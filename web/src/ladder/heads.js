/**
 * Above the lanes: which connection or layer each is, and that the client is on its left, the server on its right.
 *
 * Usage: `<${Head} lane=${lane} line=${lifeline} />`
 */
import { html } from "htm/preact";
import { COLOURS } from "../records/marks.js";

/** @import { Lane } from "./lanes.js" */
/** @import { Lifeline } from "./lifelines.js" */

/** @param {{ lane: Lane, line?: Lifeline }} props */
export function Head({ lane, line }) {
  const [client, server] = [lane.client - lane.left, lane.left + lane.width - lane.server];
  const place = { left: `${lane.left}px`, width: `${lane.width}px` };
  const colour = line ? `connection-${line.id % COLOURS}` : "";
  return html`
    <div class=${`lane-head ${colour}`} title=${line && `TCP connection ${line.id}`}
      style=${{ ...place, "--client": `${client}px`, "--server": `${server}px` }}>
      <p class="lane-name">
        ${line ? html`<b>${line.id}</b> ${kindOf(line)}` : html`<b>${lane.key}</b>`}
        ${line?.mine && html`<span class="muted">you</span>`}
        ${line && !line.mine && html`<span class="muted">${line.owner ?? "no cookie"}</span>`}
      </p>
      <p class="lane-ends">
        <span>client</span><span>server</span>
      </p>
    </div>`;
}

/** What it is by what it carried, HTTP where that is all there is to say. @param {Lifeline} line */
function kindOf({ carries }) {
  const kinds = [...carries].filter((kind) => kind !== "HTTP");
  return kinds.length > 0 ? kinds.join(" → ") : carries.size > 0 ? "HTTP" : "TCP";
}
