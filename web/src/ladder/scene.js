/**
 * All that the diagram draws, worked out from what is in view and where the playhead is. Where things stand is kept:
 * while the playhead alone moves, a frame costs the playhead alone.
 *
 * Usage: `const scene = useScene(chart, { mode, viewport, rem, playback, open, showsIdle, isLow });`
 */
import { useMemo } from "preact/hooks";
import { hasEarlier } from "../records/earlier.js";
import { ALL, keyOf, laid, layersIn } from "./lanes.js";
import { layoutOf } from "./layout.js";
import { indexIn } from "./playback.js";
import { thin } from "./thinning.js";

/** @import { WireRecord } from "../types.js" */
/** @import { Lane, LaneKey, LaneMode } from "./lanes.js" */
/** @import { Chart, Layout, View } from "./layout.js" */
/** @import { Playback } from "./playback.js" */
/** @import { Placed, Run } from "./thinning.js" */
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
/** Above the first record, where there are earlier ones to be loaded. */
const EARLIER_REM = 2.25;
const FOOT_REM = 2;
const ARROW_REM = 0.25;
const LABEL_REM = 1.125;
const GUTTER_REM = { wide: 6.75, slim: 5 };
/** In less room than this, times leave out the hours. */
const SLIM_REM = 32;
/** Lanes narrower than this leave out what is least. */
const TIGHT_REM = 19;
/** In lanes narrower than this, records say what they are in the fewest words. */
const SHORT_REM = 30;
/** Drawn above and below what is in view, so that a scroll finds something there. */
const BEYOND_REM = 8;
const calm = matchMedia("(prefers-reduced-motion: reduce)");

/** @param {Chart} chart @param {Look} look */
export function useScene(chart, look) {
  const { mode, rem, open } = look;
  const { order, timeline } = chart;
  const [arrow, label] = [ARROW_REM * rem, LABEL_REM * rem];
  const frame = frameOf(look);
  const { view, drawn } = viewsOf(chart, look, frame);
  const layout = useMemo(
    () => layoutOf(chart, mode, drawn, { arrow, label }),
    [timeline, order.version, mode, drawn.top, drawn.bottom, rem],
  );
  const { all, ...lanes } = lanesOf(chart, look, layout, { view, gutter: frame.gutter });
  const played = playedOf(chart, look.playback, frame.pad);
  const pinned = pinnedIn(chart, mode, drawn, [order.withSeq(open), played.current]);
  const hasLane = (/** @type {{ lane: LaneKey }} */ { lane }) => lanes.lanes.has(lane);
  return {
    ...layout,
    ...thin(layout.runs.filter(hasLane), pinned.filter(hasLane), label),
    ...frame,
    ...lanes,
    ...played,
    bars: layout.bars.filter(hasLane),
    beyond: beyondOf(layout.runs, all, lanes.across, label),
    isTight: all.length > 0 && all[0].width < TIGHT_REM * rem,
    isShort: all.length > 0 && all[0].width < SHORT_REM * rem,
    view,
    drawn,
    open,
    height: timeline.height + frame.pad + FOOT_REM * rem,
  };
}

/** @typedef {ReturnType<typeof useScene>} Scene */

/** What stands around the timeline, in pixels. @param {Look} look */
function frameOf({ viewport, rem, isLow }) {
  const isSlim = viewport.width < SLIM_REM * rem;
  const [head, pad] = [(isLow ? HEAD_REM.low : HEAD_REM.high) * rem, padOf(hasEarlier.value) * rem];
  const gutter = (isSlim ? GUTTER_REM.slim : GUTTER_REM.wide) * rem;
  return { head, pad, gutter, surround: head + pad + FOOT_REM * rem };
}

const padOf = (/** @type {boolean} */ hasEarlier) => PAD_REM + (hasEarlier ? EARLIER_REM : 0);

/**
 * What of the timeline is in view, and what of it is drawn.
 *
 * @param {Chart} chart @param {Look} look @param {{ head: number, pad: number }} frame
 */
function viewsOf({ timeline }, { viewport, rem }, { head, pad }) {
  const beyond = BEYOND_REM * rem;
  /** @type {View} */
  const view = { top: viewport.top - pad, bottom: viewport.top - pad + Math.max(viewport.height - head, 0) };
  const top = Math.min(view.top - beyond, timeline.height);
  /** @type {View} */
  const drawn = { top, bottom: Math.max(Math.min(view.bottom + beyond, timeline.height + pad), top) };
  return { view, drawn };
}

/**
 * The lanes that have something in view, unless the reader wants all; and of those the ones not far from it sideways.
 *
 * @param {Chart} chart @param {Look} look @param {Layout} layout @param {{ view: View, gutter: number }} room
 */
function lanesOf(chart, { mode, viewport, rem, showsIdle }, { runs, bars }, { view, gutter }) {
  const isInView = (/** @type {View} */ { top, bottom }) => bottom >= view.top && top <= view.bottom;
  const busy = new Set([...runs, ...bars].filter(isInView).map(({ lane }) => lane));
  const known = keysOf(chart, mode);
  const keys = showsIdle || mode !== "connection" || busy.size === 0 ? known : known.filter((key) => busy.has(key));
  const all = laid({ keys, width: Math.max(viewport.width - gutter, 0), rem, mode });
  const isAcross = (/** @type {Lane} */ { left, width }) =>
    left + width >= viewport.left - width && left <= viewport.left + viewport.width + width;
  return {
    all,
    lanes: new Map(all.filter(isAcross).map((lane) => [lane.key, lane])),
    across: { left: viewport.left, right: viewport.left + viewport.width - gutter },
    laneOf: (/** @type {LaneKey} */ key) => all.find((lane) => lane.key === key),
    width: all.reduce((sum, { width }) => sum + width, 0),
    idle: known.length - keys.length,
  };
}

/** @param {Chart} chart @param {LaneMode} mode @returns {LaneKey[]} */
function keysOf({ lifelines }, mode) {
  if (mode === "one") return [ALL];
  if (mode === "connection") return [...lifelines.ofConnection.keys()];
  return layersIn(lifelines.layers);
}

/**
 * What has happened where the playhead is: `later` is the first record that has not, and nothing below `until` has.
 *
 * @param {Chart} chart @param {Playback} playback @param {number} pad
 * @returns {{ isLive: boolean, current: WireRecord | null, playheadTop: number, later: number, until: number }}
 */
function playedOf(chart, playback, pad) {
  const { order, timeline } = chart;
  if (playback.state === "live") {
    return { isLive: true, current: null, playheadTop: timeline.height + pad, later: Infinity, until: Infinity };
  }
  const index = indexIn(playback, order);
  const until = playheadOf(chart, playback, index);
  return { isLive: false, current: order.records[index] ?? null, playheadTop: until + pad, later: index + 1, until };
}

/**
 * While it plays, the playhead runs on between the records, too, unless the reader wants less motion.
 *
 * @param {Chart} chart @param {Playback} playback @param {number} index of the current record
 */
function playheadOf({ timeline }, { state, time }, index) {
  const top = timeline.tops[index] ?? 0;
  return state === "playing" && !calm.matches ? Math.max(timeline.topAt(time), top) : top;
}

/**
 * Those that are drawn in full, wherever they stand. Gaps always are.
 *
 * @param {Chart} chart @param {LaneMode} mode @param {View} drawn @param {(WireRecord | null | undefined)[]} records
 * @returns {Placed[]}
 */
function pinnedIn({ order, timeline }, mode, { top, bottom }, records) {
  return [...new Set(records)].flatMap((record) => {
    if (!record || record.kind === "gap") return [];
    const index = order.indexOf(record);
    const place = timeline.tops[index];
    return place >= top && place <= bottom ? [{ record, index, top: place, lane: keyOf(record, mode) }] : [];
  });
}

/**
 * Records whose lane is at the side of what is in view: their row would look empty.
 *
 * @param {Run[]} runs @param {Lane[]} lanes @param {{ left: number, right: number }} across @param {number} least
 */
function beyondOf(runs, lanes, { left, right }, least) {
  const byKey = new Map(lanes.map((lane) => [lane.key, lane]));
  let last = -Infinity;
  return runs.flatMap(({ lane: key, top }) => {
    const lane = byKey.get(key);
    const side = lane && (lane.client >= right ? "right" : lane.server <= left ? "left" : null);
    if (!side || top - last < least) return [];
    last = top;
    return [{ key, top, side: /** @type {"left" | "right"} */ (side) }];
  });
}
