/**
 * The times beside the lanes, and the breaks where a long silence is not drawn to its length.
 *
 * Usage: `<${Times} items=${items} started=${started} />`,
 * `<${Break} seconds=${12.5} isSilence=${true} top=${80} height=${36} />`
 */
import { html } from "htm/preact";
import { clock, duration } from "../format.js";

/** @import { Chart } from "./layout.js" */
/** @import { Timeline } from "./timeline.js" */

const ROUND = [1, 2, 5, 10];

/**
 * Times that are round on the clock, at places that are far enough from one another.
 *
 * @param {Timeline} timeline @param {{ top: number, bottom: number }} drawn
 * @param {number} least @param {string} started
 */
export function ticks(timeline, { top, bottom }, least, started) {
  const zero = Date.parse(started) / 1_000 || 0;
  const step = roundUp(least / timeline.scale.pixels);
  const found = [];
  for (let place = Math.max(top, 0); place <= Math.min(bottom, timeline.height); ) {
    const time = Math.ceil((zero + timeline.timeAt(place)) / step) * step - zero;
    const tick = { time, top: timeline.topAt(time) };
    if (tick.top >= place) found.push(tick);
    // A break holds many round times in little room.
    place = Math.max(tick.top, place) + least / 2;
  }
  return found;
}

/** @param {number} value */
function roundUp(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * (ROUND.find((round) => round * power >= value) ?? 10);
}

/**
 * Times of records that are far enough from one another. A gap has none of its own.
 *
 * @param {Chart} chart @param {{ top: number, bottom: number }} drawn @param {number} least
 */
export function rowTimes({ order, timeline }, drawn, least) {
  return [...timeline.every(least, drawn)]
    .filter((index) => order.records[index].kind !== "gap")
    .map((index) => ({ time: order.times[index], top: timeline.tops[index] }));
}

/** @param {{ items: { time: number, top: number }[], started: string }} props */
export function Times({ items, started }) {
  return html`${items.map(({ time, top }) => {
    const [, hours, rest] = clock(started, time).match(/^(\d+:)(.*)$/) ?? [];
    return html`
      <span class="ladder-time" style=${{ top: `${top}px` }}><span class="hours">${hours}</span>${rest}</span>`;
  })}`;
}

/** @param {{ seconds: number, isSilence: boolean, top: number, height: number }} props */
export function Break({ seconds, isSilence, top, height }) {
  return html`
    <div class="ladder-break" style=${{ top: `${top}px`, height: `${height}px` }}>
      <span>${duration(seconds)} ${isSilence ? "of silence" : "later"}</span>
    </div>`;
}
