/**
 * How the reader moves over the ladder: to a record, nearer, further away.
 *
 * Usage: `const moves = movesOver({ scroller, chart, place, scene, viewport, mode });` `moves.zoomBy(1)`
 */
import { keyOf } from "./lanes.js";
import { axis, zoom } from "./settings.js";
import { fitting, stepsTo, zoomed } from "./zoom.js";

/** @import { WireRecord } from "../types.js" */
/** @import { LaneMode } from "./lanes.js" */
/** @import { Chart } from "./layout.js" */
/** @import { Place } from "./place.js" */
/** @import { Scene } from "./scene.js" */
/** @import { Viewport } from "./viewport.js" */

/** Where in the view a record is put, of its height. */
const COMFORTABLE = 0.4;
/** The first row of the upgrade's story stands right below the heads. */
const AT_THE_TOP_REM = -0.375;
/** Records nearer in time than this, in seconds, are of the same moment. */
const SAME_MOMENT = 1e-6;

/**
 * @typedef {object} Moved
 * @property {{ current: HTMLElement | null }} scroller
 * @property {Chart} chart
 * @property {Place} place
 * @property {Scene} scene
 * @property {Viewport} viewport
 * @property {LaneMode} mode
 */

/** @param {Moved} moved */
export function movesOver({ scroller, chart: { order, timeline, lifelines }, place, scene, viewport, mode }) {
  const { axis: kind, rem } = timeline.scale;
  const room = viewport.height - scene.head;
  const middle = scene.isLive ? room / 2 : scene.playheadTop - viewport.top;

  /** @param {number} index @param {number} [offset] from the top of the view */
  function show(index, offset = room * COMFORTABLE) {
    const record = order.records[index];
    if (!record) return;
    place.hold({ time: order.times[index], seq: record.seq }, offset);
    place.restore();
    // Where all is in view already, there is nothing to scroll, and so no event that would tell.
    place.onScroll();
  }

  /** Unless it is in view already. @param {WireRecord} record @param {number} most of the view's height */
  function reveal(record, most) {
    const index = order.indexOf(record);
    const offset = (timeline.tops[index] ?? 0) + scene.pad - viewport.top;
    if (offset < 0 || offset > room * most) show(index);
    revealLane(record);
  }

  /** @param {WireRecord} record */
  function revealLane(record) {
    const lane = scene.laneOf(keyOf(record, mode));
    const element = scroller.current;
    if (!lane || !element) return;
    const end = lane.left + lane.width - (viewport.width - scene.gutter);
    element.scrollLeft = Math.max(Math.min(element.scrollLeft, lane.left), end);
  }

  const upgrade = lifelines.upgrades().at(-1);
  /** From the request that opened the newest session that left polling. */
  const showUpgrade = upgrade && (() => show(order.indexOf(upgrade.first) - 1, AT_THE_TOP_REM * rem));

  /** @param {number} pixels a record, or a second */
  const zoomTo = (pixels) => (zoom[kind].value = String(pixels / rem));

  /** @param {number} steps @param {number} [offset] what stays where it is, from the top of the view */
  function zoomBy(steps, offset = middle) {
    const top = viewport.top + offset - scene.pad;
    const index = Math.min(timeline.firstFrom(top), order.records.length - 1);
    if (kind === "time") place.hold({ time: timeline.timeAt(top), seq: null }, offset - scene.pad);
    else place.hold({ time: order.times[index], seq: order.records[index].seq });
    zoomTo(zoomed(timeline.scale, steps));
  }

  function fitAll() {
    place.hold({ time: order.times[0], seq: null }, 0);
    zoomTo(fitting(timeline, viewport.height - scene.surround));
  }

  /**
   * Zooms in until a cluster comes apart; records of the very same moment only do by event.
   *
   * @param {number} first the `seq` of its first record
   */
  function enter(first) {
    const cluster = scene.clusters.find(({ record }) => record.seq === first);
    if (!cluster) return;
    const { index, last } = cluster;
    const seconds = order.times[last] - order.times[index];
    place.hold({ time: order.times[index], seq: first }, room * COMFORTABLE);
    if (kind === "time" && seconds < SAME_MOMENT) axis.value = "event";
    else zoomIn((room * COMFORTABLE) / (kind === "time" ? seconds : last - index));
  }

  /** @param {number} pixels at least a step nearer than now, in any case */
  const zoomIn = (pixels) => zoomTo(zoomed(timeline.scale, stepsTo(timeline.scale, pixels)));

  return { enter, fitAll, reveal, revealLane, show, showUpgrade, upgrade, zoomBy };
}
