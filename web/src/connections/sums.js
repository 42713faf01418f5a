/**
 * What all the connections cost together, and which are not among them.
 *
 * Usage: `<${Sums} connections=${connections} forgotten=${0} />`
 */
import { html } from "htm/preact";
import { useMemo } from "preact/hooks";
import { count, number, size } from "../format.js";
import { LayersBar, Legend } from "../layers/bar.js";
import { partsOf } from "../layers/layers.js";
import { costOf } from "./cost.js";
import { overheadTold } from "./words.js";

/** @import { Connection } from "../types.js" */

/** @param {{ connections: Connection[], forgotten: number }} props */
export function Sums({ connections, forgotten }) {
  const cost = useMemo(() => costOf(connections), [connections]);
  const open = connections.filter(({ closed }) => closed === undefined).length;
  const { bytes, toServer, toClient, layers, untold, messages, perMessage } = cost;
  const parts = partsOf(layers, bytes);
  return html`
    <div class="conns-sums" role="group" aria-label="All together">
      <p>
        <span><b>${count(connections.length, "connection")}</b>, ${number(open)} open</span>
        <span><b>${size(bytes)}</b> <span class="to-server">→ ${size(toServer)}</span>${" "}
          <span class="to-client">← ${size(toClient)}</span></span>
        <span title="Bytes that are not the application’s, of all bytes"><b>${overheadTold(cost)}</b> overhead</span>
        <span><b>${count(messages, "message")}</b>${
          perMessage !== null && html`, <b>${number(Math.round(perMessage))}</b> bytes/message`}</span>
        ${untold > 0 && html`<span class="muted">${size(untold)} cannot be told apart</span>`}
        ${forgotten > 0 && html`<span class="lost">${number(forgotten)} older ones are forgotten</span>`}
      </p>
      <${LayersBar} parts=${parts} />
      <${Legend} parts=${parts} />
    </div>`;
}
