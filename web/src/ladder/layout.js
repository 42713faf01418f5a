/**
 * Where everything stands that is in view, in pixels, and nothing else. What it costs follows from how many records
 * those are: all of them, where the reader has all in view. So whoever asks keeps the answer for as long as it holds.
 *
 * Usage: `layoutOf(chart, "connection", { top: 0, bottom: 800 }, { arrow: 4, label: 18 })` → `{ runs, gaps, bars, … }`
 */
import { firstWhere } from "./bisect.js";
import { keyOf, keyOfExchange } from "./lanes.js";
import { Runs } from "./thinning.js";

/** @import { WireRecord } from "../types.js" */
/** @import { LaneKey, LaneMode } from "./lanes.js" */
/** @import { Exchange, ExchangeState, Lifeline, Lifelines, Session } from "./lifelines.js" */
/** @import { Order } from "./order.js" */
/** @import { Timeline } from "./timeline.js" */

/** @typedef {{ order: Order, timeline: Timeline, lifelines: Lifelines }} Chart */
/** @typedef {{ top: number, bottom: number }} View on the timeline */

/**
 * A request that was held, drawn on the server's lifeline.
 * @typedef {object} Bar
 * @property {Exchange} exchange
 * @property {ExchangeState} state
 * @property {LaneKey} lane
 * @property {number} top
 * @property {number} bottom
 * @property {number} slot how many others stand beside it in its lane
 */

/** @typedef {{ session: Session, points: { record: WireRecord, top: number, lane: LaneKey }[] }} Thread */

/** More than these do not stand beside one another. */
const SLOTS = 3;
/** What goes on still runs on below the last record. */
const RUNS_ON_REM = 1.375;
/** A shorter bar is no more than its two arrows. */
const LEAST_BAR = 3;

/** @param {Chart} chart @param {LaneMode} mode @param {View} view @param {{ arrow: number, label: number }} room */
export function layoutOf(chart, mode, view, room) {
  return {
    ...runsIn(chart, mode, view, room),
    bars: barsIn(chart, mode, view),
    breaks: breaksIn(chart, view),
    threads: threadsIn(chart, mode, view),
  };
}

/** @typedef {ReturnType<typeof layoutOf>} Layout */

/**
 * Gaps are in no lane.
 *
 * @param {Chart} chart @param {LaneMode} mode @param {View} view @param {{ arrow: number, label: number }} room
 */
function runsIn({ order, timeline }, mode, { top, bottom }, room) {
  const runs = new Runs(room);
  /** @type {{ record: WireRecord, top: number }[]} */
  const gaps = [];
  const { tops } = timeline;
  for (let index = timeline.firstFrom(top); index < tops.length && tops[index] <= bottom; index += 1) {
    const record = order.records[index];
    if (record.kind === "gap") gaps.push({ record, top: tops[index] });
    else runs.add(record, index, tops[index], keyOf(record, mode));
  }
  return { runs: runs.all, gaps };
}

/**
 * The long silences; where records are missing, or left out, nobody knows whether it was one. Each is drawn so high
 * that steps of half of that find it.
 *
 * @param {Chart} chart @param {View} view
 */
function breaksIn({ order, timeline, lifelines }, view) {
  const breaks = [];
  for (const index of timeline.every(timeline.breakHeight / 2, view)) {
    const seconds = timeline.breakBefore(index);
    const isTorn = order.records[index - 1]?.kind === "gap";
    const isSilence = lifelines.isWhole && !isTorn && order.times[index] > order.begins;
    if (seconds) breaks.push({ index, seconds, isSilence, bottom: timeline.tops[index] });
  }
  return breaks;
}

/**
 * The requests that were held while this was in view.
 *
 * @param {Chart} chart @param {LaneMode} mode @param {View} view
 */
function barsIn(chart, mode, view) {
  /** @type {Bar[]} */
  const bars = [];
  for (const line of chart.lifelines.ofConnection.values()) addBars(bars, line, chart, mode, view);
  bars.sort((one, other) => one.top - other.top);
  return inSlots(bars);
}

/** @param {Bar[]} bars @param {Lifeline} line @param {Chart} chart @param {LaneMode} mode @param {View} view */
function addBars(bars, line, { order, timeline, lifelines }, mode, view) {
  const { exchanges } = line;
  const endOf = (/** @type {Exchange} */ exchange) => {
    const { to, last } = lifelines.extentOf(exchange, line);
    if (to === null) return timeline.height + RUNS_ON_REM * timeline.scale.rem;
    return last ? (timeline.tops[order.indexOf(last)] ?? 0) : timeline.topAt(to);
  };
  const topOf = (/** @type {Exchange} */ { request, from }) =>
    request ? timeline.tops[order.indexOf(request)] : timeline.topAt(from);
  // HTTP/1.1 answers in the order of the requests, so one ends after the other.
  const first = firstWhere(exchanges.length, (index) => endOf(exchanges[index]) >= view.top);
  for (let index = first; index < exchanges.length; index += 1) {
    const exchange = exchanges[index];
    if (isShort(exchange, timeline)) continue;
    const top = topOf(exchange);
    if (top > view.bottom) return;
    const bottom = endOf(exchange);
    const { state } = lifelines.extentOf(exchange, line);
    if (state === "unknown" || bottom - top < LEAST_BAR) continue;
    bars.push({ exchange, state, lane: keyOfExchange(exchange, mode), top, bottom, slot: 0 });
  }
}

/**
 * Zoomed out, there are many of these, and none of them is worth a search.
 *
 * @param {Exchange} exchange @param {Timeline} timeline
 */
function isShort({ request, last, parts }, timeline) {
  if (!request || !last || parts > 0) return false;
  return timeline.mostBetween(last.seq - request.seq, last.at - request.at) < LEAST_BAR;
}

/** @param {Bar[]} bars in the order of `top` */
function inSlots(bars) {
  /** @type {Map<LaneKey, number[]>} */
  const ends = new Map();
  for (const bar of bars) {
    const busy = ends.get(bar.lane) ?? [];
    ends.set(bar.lane, busy);
    const free = busy.findIndex((end) => end <= bar.top);
    bar.slot = free >= 0 ? free : Math.min(busy.length, SLOTS - 1);
    busy[bar.slot] = bar.bottom;
  }
  return bars;
}

/** The upgrades in view, each with its steps. @param {Chart} chart @param {LaneMode} mode @param {View} view */
function threadsIn({ order, timeline, lifelines }, mode, view) {
  /** @type {Thread[]} */
  const threads = [];
  for (const session of lifelines.upgrades()) {
    const points = [session.first, ...session.steps].map((record) => {
      return { record, top: timeline.tops[order.indexOf(record)] ?? 0, lane: keyOf(record, mode) };
    });
    if (points[0].top <= view.bottom && points[points.length - 1].top >= view.top) threads.push({ session, points });
  }
  return threads;
}
