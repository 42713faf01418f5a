/**
 * To whom a message went: each delivery with how long after the sending it began, on one scale, and for how many bytes.
 * What was replayed to who came later stands apart: its times tell when they came.
 *
 * Usage: `<${Receivers} account=${account} />`
 */
import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { selected } from "../address/address.js";
import { count, duration, number } from "../format.js";
import { statisticsOf } from "./account.js";
import { RecordLink, Who } from "./record-link.js";

/** @import { Account, Step } from "./account.js" */

const AT_FIRST = 12;
/** What comes much later would leave nothing of the others' bars. */
const BEYOND_MEDIAN = 10;
/** Of fewer, the rows say as much. */
const WORTH_STATISTICS = 3;

/** @param {{ account: Account }} props */
export function Receivers({ account: { sendings, deliveries, replays, application } }) {
  const [all, setAll] = useState(false);
  // The open record leaves less room for the trace.
  useEffect(() => document.querySelector(".trace-table .open")?.scrollIntoView({ block: "nearest" }), [selected.value]);
  const total = deliveries.length + replays.length;
  if (total === 0) {
    return html`<p class="trace-receivers muted">No record has brought it to anybody yet.</p>`;
  }
  const isTimed = sendings.length > 0;
  const statistics = isTimed && deliveries.length > 0 ? statisticsOf(deliveries) : null;
  const end = statistics && (Math.min(statistics.slowest, statistics.median * BEYOND_MEDIAN) || 1);
  const hasLayers = application !== null;
  const most = all ? total : AT_FIRST;
  const draw = (/** @type {number | null} */ end) => (/** @type {Step} */ step) => html`
    <${Receiver} key=${step.record.seq} step=${step} isTimed=${isTimed} end=${end} hasLayers=${hasLayers} />`;
  return html`
    <div class="trace-receivers">
      <h4 id="trace-to">${count(deliveries.length, "delivery", "deliveries")}${
        replays.length > 0 && `, ${count(replays.length, "later replay")}`}</h4>
      ${statistics && deliveries.length >= WORTH_STATISTICS && html`<${Statistics} statistics=${statistics} />`}
      <table class="trace-table" aria-labelledby="trace-to">
        <thead>
          <tr>
            <th scope="col">Who</th>
            <th scope="col">By what</th>
            ${isTimed && html`
              <th scope="col" class="trace-after" title=${MEASURED}>
                <span>After</span>${end && html`
                  <span class="trace-scale" aria-hidden="true">0 to ${duration(end)}</span>`}
              </th>`}
            <th scope="col" class="trace-bytes">Bytes</th>
            ${hasLayers && html`<th scope="col" class="trace-bytes" title="The application’s own data">Data</th>`}
            <th scope="col">Record</th>
          </tr>
        </thead>
        <tbody>${deliveries.slice(0, most).map(draw(end))}</tbody>
        ${replays.length > 0 && html`
          <tbody class="trace-replays">
            <tr><th scope="rowgroup" colspan=${6}>Replayed to who came after it was said</th></tr>
            ${replays.slice(0, most).map(draw(null))}
          </tbody>`}
      </table>
      ${Math.max(deliveries.length, replays.length) > most && html`
        <button type="button" class="button small" onClick=${() => setAll(true)}>Show all ${number(total)}</button>`}
    </div>`;
}

const MEASURED = "from the first byte that the server read to the first that it wrote";

/** @param {{ statistics: ReturnType<typeof statisticsOf> }} props */
function Statistics({ statistics: { fastest, median, slowest } }) {
  return html`
    <p class="trace-statistics">
      <span>fastest <b>${duration(fastest)}</b></span>${" "}
      <span>median <b>${duration(median)}</b></span>${" "}
      <span>slowest <b>${duration(slowest)}</b></span>${" "}
      <span class="muted">${MEASURED}</span>
    </p>`;
}

/** @param {{ step: Step, isTimed: boolean, end: number | null, hasLayers: boolean }} props */
function Receiver({ step, isTimed, end, hasLayers }) {
  const { record, after, transport } = step;
  return html`
    <tr class=${record.seq === selected.value ? "open" : ""}>
      <td><${Who} record=${record} /></td>
      <td>${transport}<${Notes} step=${step} /></td>
      ${isTimed && html`<td class="trace-after"><${Delay} after=${after} end=${end} /></td>`}
      <td class="trace-bytes">${number(record.length)}</td>
      ${hasLayers && html`<td class="trace-bytes trace-data">${number(record.layers?.application ?? 0)}</td>`}
      <td class="trace-record"><${RecordLink} record=${record} /></td>
    </tr>`;
}

/** Without a scale, the time alone. @param {{ after: number, end: number | null }} props */
function Delay({ after, end }) {
  if (end === null) return html`<div class="trace-delay"><span></span><span>${duration(after)}</span></div>`;
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
