/**
 * All that the diagram draws, worked out from what is in view and where the playhead is.
 *
 * Usage: `const scene = sceneOf(chart, { mode, viewport, rem, playback, open, showsIdle });`
 */
import { barsIn, breaksIn, placedIn, threadsIn } from "./layout.js";
import { ALL, laid, layersIn } from "./lanes.js";
import { indexIn } from "./playback.js";
import { thin } from "./thinning.js";

/** @import { WireRecord } from "../types.js" */
/** @import { Chart, View } from "./layout.js" */
/** @import { Lane, LaneKey, LaneMode } from "./lanes.js" */
/** @import { Playback } from "./playback.js" */
/** @import { Placed } from "./thinning.js" */
/** @import { Viewport } from "./viewport.js" */

/**
 * @typedef {object} Look
 * @property {LaneMode} mode
 * @property {Viewport} viewport
 * @property {number} rem
 * @property {Playback} playback
 * @property {number | null} open
 * @property {boolean} showsIdle
 * @property {boolean} isLow whether there is little room
 */

/** Where there is little room for the diagram, one line has to do. */
const HEAD_REM = { high: 2.75, low: 1.625 };
const PAD_REM = 1.125;
const FOOT_REM = 2;
const ARROW_REM = 0.25;
const LABEL_REM = 1.125;
const GUTTER_REM = { wide: 6.75, narrow: 5 };
/** Lanes narrower than this leave out what is least. */
const TIGHT_REM = 19;
/** Undefined where there is no page, as in a test of the arithmetic. */
const calm = globalThis.matchMedia?.("(prefers-reduced-motion: reduce)");
/** Drawn above and below what is in view, so that a scroll finds something there. */
const BEYOND_REM = 8;

/** @param {Chart} chart @param {Look} look */
export function sceneOf(chart, { mode, viewport, rem, playback, open, showsIdle, isLow }) {
  const { order, timeline } = chart;
  const isNarrow = viewport.width < 32 * rem;
  const [head, pad, beyond] = [(isLow ? HEAD_REM.low : HEAD_REM.high) * rem, PAD_REM * rem, BEYOND_REM * rem];
  const gutter = (isNarrow ? GUTTER_REM.narrow : GUTTER_REM.wide) * rem;
  /** @type {View} */
  const view = { top: viewport.top - pad, bottom: viewport.top - pad + Math.max(viewport.height - head, 0) };
  const top = Math.min(view.top - beyond, timeline.height);
  const drawn = { top, bottom: Math.max(Math.min(view.bottom + beyond, timeline.height + pad), top) };
  const isLive = playback.state === "live";
  const current = isLive ? null : (order.records[indexIn(playback, order)] ?? null);
  const playheadTop = playheadOf(chart, playback);
  const isPinned = (/** @type {WireRecord} */ { seq }) => seq === open || seq === current?.seq;

  const { placed, gaps } = placedIn(chart, mode, drawn);
  const bars = barsIn(chart, mode, drawn);
  const isInView = (/** @type {View} */ { top, bottom }) => bottom >= view.top && top <= view.bottom;
  const busy = new Set([
    ...placed.filter(({ top }) => isInView({ top, bottom: top })).map(({ lane }) => lane),
    ...bars.filter(isInView).map(({ lane }) => lane),
  ]);
  const all = keysOf(chart, mode);
  const keys = showsIdle || mode !== "connection" || busy.size === 0 ? all : all.filter((key) => busy.has(key));
  const lanes = laid({ keys, width: Math.max(viewport.width - gutter, 0), rem, mode });
  const isAcross = (/** @type {{ left: number, width: number }} */ { left, width }) =>
    left + width >= viewport.left - width && left <= viewport.left + viewport.width + width;
  const near = new Map(lanes.filter(isAcross).map((lane) => [lane.key, lane]));
  const hasLane = (/** @type {{ lane: LaneKey }} */ { lane }) => near.has(lane);
  const across = { left: viewport.left, right: viewport.left + viewport.width - gutter };
  const room = { arrow: ARROW_REM * rem, label: LABEL_REM * rem, isPinned };
  return {
    ...thin(placed.filter(hasLane), room),
    bars: bars.filter(hasLane),
    breaks: breaksIn(chart, drawn),
    threads: threadsIn(chart, mode, drawn),
    gaps,
    lanes: near,
    across,
    beyond: beyondOf(placed, lanes, across, LABEL_REM * rem),
    laneOf: (/** @type {LaneKey} */ key) => lanes.find((lane) => lane.key === key),
    isTight: lanes.length > 0 && lanes[0].width < TIGHT_REM * rem,
    width: Math.max(lanes.reduce((sum, { width }) => sum + width, 0), 0),
    idle: all.length - keys.length,
    gutter,
    isShort: isNarrow || isLow,
    head,
    pad,
    surround: head + pad + FOOT_REM * rem,
    placed,
    view,
    drawn,
    current,
    open,
    isLive,
    playheadTop: playheadTop + pad,
    /** The first record that has not happened yet. */
    later: isLive ? Infinity : indexIn(playback, order) + 1,
    until: isLive ? Infinity : playheadTop,
    height: timeline.height + pad + FOOT_REM * rem,
  };
}

/** @typedef {ReturnType<typeof sceneOf>} Scene */

/**
 * Records whose lane is at the side of what is in view: their row would look empty.
 *
 * @param {Placed[]} placed @param {Lane[]} lanes @param {{ left: number, right: number }} across @param {number} least
 */
function beyondOf(placed, lanes, { left, right }, least) {
  const byKey = new Map(lanes.map((lane) => [lane.key, lane]));
  let last = -Infinity;
  return placed.flatMap(({ lane: key, top }) => {
    const lane = byKey.get(key);
    const side = lane && (lane.client >= right ? "right" : lane.server <= left ? "left" : null);
    if (!side || top - last < least) return [];
    last = top;
    return [{ key, top, side: /** @type {"left" | "right"} */ (side) }];
  });
}

/** While it plays, the playhead runs on between the records, too, unless the reader wants less motion. @param {Chart} chart @param {Playback} playback */
function playheadOf({ order, timeline }, playback) {
  if (playback.state === "live") return timeline.height;
  const index = indexIn(playback, order);
  const top = timeline.tops[index] ?? 0;
  const glides = playback.state === "playing" && !calm?.matches;
  return glides ? Math.max(timeline.topAt(playback.time), top) : top;
}

/** @param {Chart} chart @param {LaneMode} mode @returns {LaneKey[]} */
function keysOf({ lifelines }, mode) {
  if (mode === "one") return [ALL];
  if (mode === "connection") return [...lifelines.ofConnection.keys()];
  return layersIn(lifelines.layers);
}
