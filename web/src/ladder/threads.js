/**
 * What ties arrows together: an upgrade's steps, over the lanes, as one thread; and each ping with its pong.
 *
 * Usage: `<${Threads} threads=${threads} pings=${pings} … />`
 */
import { html } from "htm/preact";

/** @import { LaneKey, Lane } from "./lanes.js" */
/** @import { Thread } from "./layout.js" */

/** @typedef {{ lane: LaneKey, top: number, bottom: number, isRoundTrip: boolean }} Ping */

/**
 * @typedef {object} ThreadsProps
 * @property {Thread[]} threads
 * @property {Ping[]} pings
 * @property {Map<LaneKey, Lane>} lanes those that are drawn
 * @property {{ top: number, bottom: number }} drawn
 * @property {number} pad above the first record
 * @property {number} width
 * @property {number} rem
 * @property {number} until nothing below has happened yet
 */

/** @param {ThreadsProps} props */
export function Threads({ threads, pings, lanes, drawn, pad, width, rem, until }) {
  const height = drawn.bottom - drawn.top;
  return html`
    <svg class="threads" style=${{ top: `${drawn.top + pad}px` }} width=${width} height=${height}
      viewBox=${`0 ${drawn.top} ${width} ${height}`}>
      ${threads.map((thread) => html`<${ThreadPath} ...${{ thread, lanes, rem, until }} />`)}
      ${pings.filter(({ bottom }) => bottom <= until).map((ping) => html`<${Bracket} ...${{ ping, lanes, rem }} />`)}
    </svg>`;
}

/** @param {{ thread: Thread, lanes: Map<LaneKey, Lane>, rem: number, until: number }} props */
function ThreadPath({ thread, lanes, rem, until }) {
  const points = thread.points.flatMap(({ lane, top, record }) => {
    const { left } = lanes.get(lane) ?? {};
    if (left === undefined || top > until) return [];
    return [{ x: left + 0.625 * rem, y: top, isLast: record.upgrade === "upgraded" }];
  });
  const path = points.map(({ x, y }, index) => {
    const before = points[index - 1];
    if (!before) return `M${x} ${y}`;
    // Across to the other lane half a row above the step.
    return before.x === x ? `V${y}` : `V${Math.max(before.y, y - 0.6875 * rem)}H${x}V${y}`;
  });
  return html`
    <path class="thread" d=${path.join("")} />
    ${points.map(({ x, y, isLast }) => html`
      <circle class=${`thread-step ${isLast ? "last" : ""}`} cx=${x} cy=${y} r=${(isLast ? 0.375 : 0.25) * rem} />`)}`;
}

/** On the side of who asked. @param {{ ping: Ping, lanes: Map<LaneKey, Lane>, rem: number }} props */
function Bracket({ ping: { lane: key, top, bottom, isRoundTrip }, lanes, rem }) {
  const lane = lanes.get(key);
  if (!lane) return null;
  const [from, to] = isRoundTrip
    ? [lane.server + 0.1875 * rem, lane.server + 0.8125 * rem]
    : [lane.client - 0.1875 * rem, lane.client - 0.5 * rem];
  return html`<path class="bracket" d=${`M${from} ${top}H${to}V${bottom}H${from}`} />`;
}
