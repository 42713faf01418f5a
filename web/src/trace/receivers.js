/**
 * To whom a message went: each delivery with how long after the sending it began, on one scale, and for how many bytes.
 *
 * Usage: `<${Receivers} account=${account} />`
 */
import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { count, duration, number } from "../format.js";
import { selected } from "../address/address.js";
import { statisticsOf } from "./account.js";
import { RecordLink, Who } from "./record-link.js";

/** @import { Account, Step } from "./account.js" */

const AT_FIRST = 12;
/** What comes much later, as a replay does, would leave nothing of the others' bars. */
const BEYOND_MEDIAN = 10;

/** @param {{ account: Account }} props */
export function Receivers({ account: { deliveries, application } }) {
  const [all, setAll] = useState(false);
  // The open record leaves less room for the trace.
  useEffect(() => document.querySelector(".trace-table .open")?.scrollIntoView({ block: "nearest" }), [selected.value]);
  if (deliveries.length === 0) {
    return html`<p class="trace-receivers muted">No record has brought it to anybody yet.</p>`;
  }
  const statistics = statisticsOf(deliveries);
  const end = Math.min(statistics.slowest, statistics.median * BEYOND_MEDIAN) || 1;
  const hasLayers = application !== null;
  const shown = all ? deliveries : deliveries.slice(0, AT_FIRST);
  return html`
    <div class="trace-receivers">
      <h4 id="trace-to">${count(deliveries.length, "delivery", "deliveries")}</h4>
      <${Statistics} statistics=${statistics} />
      <table class="trace-table" aria-labelledby="trace-to">
        <thead>
          <tr>
            <th scope="col">Who</th>
            <th scope="col">By what</th>
            <th scope="col" class="trace-after">
              <span>After</span><span class="trace-scale" aria-hidden="true">0 to ${duration(end)}</span>
            </th>
            <th scope="col" class="trace-bytes">Bytes</th>
            ${hasLayers && html`<th scope="col" class="trace-bytes" title="The application’s own data">Data</th>`}
            <th scope="col">Record</th>
          </tr>
        </thead>
        <tbody>
          ${shown.map((step) => html`
            <${Receiver} key=${step.record.seq} step=${step} end=${end} hasLayers=${hasLayers} />`)}
        </tbody>
      </table>
      ${shown.length < deliveries.length && html`
        <button type="button" class="button small" onClick=${() => setAll(true)}>
          Show all ${number(deliveries.length)}
        </button>`}
    </div>`;
}

/** @param {{ statistics: ReturnType<typeof statisticsOf> }} props */
function Statistics({ statistics: { fastest, median, slowest } }) {
  return html`
    <p class="trace-statistics">
      <span>fastest <b>${duration(fastest)}</b></span>${" "}
      <span>median <b>${duration(median)}</b></span>${" "}
      <span>slowest <b>${duration(slowest)}</b></span>${" "}
      <span class="muted">from the first byte that the server read to the first that it wrote</span>
    </p>`;
}

/** @param {{ step: Step, end: number, hasLayers: boolean }} props */
function Receiver({ step, end, hasLayers }) {
  const { record, after, transport } = step;
  return html`
    <tr class=${record.seq === selected.value ? "open" : ""}>
      <td><${Who} record=${record} /></td>
      <td>${transport}<${Notes} step=${step} /></td>
      <td class="trace-after"><${Delay} after=${after} end=${end} /></td>
      <td class="trace-bytes">${number(record.length)}</td>
      ${hasLayers && html`<td class="trace-bytes trace-data">${number(record.layers?.application ?? 0)}</td>`}
      <td class="trace-record"><${RecordLink} record=${record} /></td>
    </tr>`;
}

/** @param {{ after: number, end: number }} props */
function Delay({ after, end }) {
  const isBeyond = after > end;
  return html`
    <div class="trace-delay">
      <span class="trace-bar" aria-hidden="true">
        <span class=${isBeyond ? "trace-beyond" : ""} style=${{ width: `${100 * Math.min(after / end, 1)}%` }}></span>
      </span>
      <span title=${isBeyond ? "Longer than the scale" : ""}>
        ${isBeyond && html`<span aria-hidden="true">» </span>`}${duration(after)}
      </span>
    </div>`;
}

/** @param {{ step: Step }} props */
function Notes({ step: { held, others } }) {
  const notes = [
    held !== undefined && `${duration(held)} after it was asked for`,
    others > 0 && `together with ${count(others, "other message")}`,
  ].filter(Boolean);
  return notes.length > 0 && html`<span class="trace-note">${notes.join(", ")}</span>`;
}
