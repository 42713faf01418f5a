/**
 * What stands on the lifelines: the lines themselves, from the connection's beginning to its end, and on the server's
 * the requests that were held.
 *
 * Usage: `<${Lines} lane=${lane} … />`, `<${HeldBar} bar=${bar} … />`
 */
import { html } from "htm/preact";
import { duration } from "../format.js";
import { COLOURS } from "../records/marks.js";
import { opened } from "../source/source.js";
import { between } from "./lanes.js";

/** @import { WireRecord } from "../types.js" */
/** @import { Bar } from "./layout.js" */
/** @import { Lane } from "./lanes.js" */

/** A bar that is shorter than this in view has no room for words of its own. */
const LEAST_FOR_WORDS_REM = 2;
/** Those of a request that nobody has answered stand at the bar's end, below its arrow's. */
const BELOW_ARROW_REM = 1.125;

/** @param {{ lane: Lane, top: number, bottom: number, opened: boolean, closed?: WireRecord }} props */
export function Lines({ lane, top, bottom, opened, closed }) {
  const end = closed ? ` ended ${closed.tcp?.end === "reset" ? "reset" : ""}` : "";
  return html`${[lane.client, lane.server].map((left) => html`
    <div class=${`lifeline ${opened ? "begun" : ""}${end}`}
      style=${{ left: `${left}px`, top: `${top}px`, height: `${Math.max(bottom - top, 0)}px` }}></div>`)}`;
}

/**
 * @typedef {object} HeldBarProps
 * @property {Bar} bar
 * @property {Lane} lane
 * @property {number} top
 * @property {number} bottom
 * @property {{ top: number, bottom: number }} view
 * @property {number} rem
 * @property {boolean} hasWords whether there is room beside it
 */

/** @param {HeldBarProps} props */
export function HeldBar({ bar, lane, top, bottom, view, rem, hasWords }) {
  const { exchange, state, slot } = bar;
  const [seenTop, seenBottom] = [Math.max(top, view.top), Math.min(bottom, view.bottom)];
  const words = wordsOf(bar);
  // The arrow of its answer says the same.
  const isSaid = state === "answered" && bottom <= view.bottom;
  const middle = Math.max((seenTop + seenBottom) / 2, top + BELOW_ARROW_REM * rem);
  const least = state === "pending" ? BELOW_ARROW_REM : LEAST_FOR_WORDS_REM;
  return html`
    <div class=${`held ${state} connection-${exchange.connection % COLOURS}`} title=${words}
      style=${{ left: `${lane.server + slot * 0.8125 * rem}px`, top: `${top}px`, height: `${bottom - top}px` }}></div>
    ${hasWords && !isSaid && seenBottom - seenTop > least * rem && html`
      <div class="held-words" style=${{ ...between(lane), top: `${middle}px` }}><span>${words}</span></div>`}`;
}

/** @param {Bar} bar */
function wordsOf({ state, exchange: { from, answered, to, parts } }) {
  const isFile = opened.value !== null;
  if (state === "pending") return isFile ? "not answered in this file" : "held, no answer yet";
  if (state === "cut") return "never answered";
  const waited = duration((answered ?? from) - from);
  if (parts === 0) return `held ${waited}`;
  if (state === "streaming") return isFile ? "an event stream, open to the file’s end" : "an event stream, still open";
  return `an event stream of ${duration((to ?? from) - from)}`;
}
