/**
 * The ladder: time runs downwards, each connection is a lane with the client on its left and the server on its right,
 * and each record an arrow between them. Live, or played again.
 *
 * Only what is in view exists. The times are the server's alone, so arrows are level: there is no other time to slope to.
 *
 * Keys: see keys.js.
 *
 * Usage: `<${Ladder} />`
 */
import { html } from "htm/preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { select, selected } from "../address/address.js";
import { number } from "../format.js";
import { Menu } from "../menu/menu.js";
import { useRowHeight } from "../records/row-height.js";
import { capture, shown } from "../wire/capture.js";
import { Caption } from "./caption.js";
import { useChart } from "./chart.js";
import { Controls } from "./controls.js";
import { Diagram } from "./diagram.js";
import { useKeys } from "./keys.js";
import { isNarrow, keyOf } from "./lanes.js";
import { noteOf, spell } from "./notes.js";
import { usePlace } from "./place.js";
import { indexIn } from "./playback.js";
import { Pace, Player } from "./player.js";
import { sceneOf } from "./scene.js";
import { axis, lanes, showsIdle, zoom } from "./settings.js";
import { usePlayback } from "./use-playback.js";
import { useViewport } from "./viewport.js";
import { useWheel } from "./wheel.js";
import { fitting, zoomed } from "./zoom.js";

/** @import { WireRecord } from "../types.js" */
/** @import { LaneMode } from "./lanes.js" */
/** @import { Axis } from "./timeline.js" */

/** A reader who opens the ladder sees the newest upgrade, unless more than this many records came after it. */
const RECENT = 60;
/** A ladder that has less room than this keeps its controls in a menu. */
const LOW_REM = 24;
const NARROW_REM = 34;

export function Ladder() {
  const frame = useRef(/** @type {HTMLElement | null} */ (null));
  const scroller = useRef(/** @type {HTMLElement | null} */ (null));
  const [rem, ruler] = useRowHeight();
  const [viewport, look] = useViewport(scroller);
  const [whole] = useViewport(frame);
  const isLow = whole.height < LOW_REM * rem || whole.width < NARROW_REM * rem;
  const kind = /** @type {Axis} */ (axis.value);
  const list = shown.value;
  const chart = useChart(list, { axis: kind, pixels: Number(zoom[kind].value) * rem, rem });
  const { order, timeline } = chart;
  const place = usePlace(scroller, chart, list);
  const { playback, ...player } = usePlayback(order, beginning);
  const current = playback.state === "live" ? -1 : indexIn(playback, order);
  const mode = /** @type {LaneMode} */ (lanes.value) || (isNarrow(viewport.width, rem) ? "one" : "connection");
  const scene = sceneOf(chart, { mode, viewport, rem, playback, open: selected.value, isLow, showsIdle: showsIdle.value === "on" });
  const started = capture.value?.started ?? "";

  /** Where a reader who was live begins: beside the open record, or at the top of what is in view. */
  function beginning(/** @type {number} */ steps) {
    const open = order.withSeq(selected.peek());
    if (open) return order.indexOf(open) + steps;
    if (place.isAtEnd()) return steps < 0 ? order.records.length - 1 : 0;
    return timeline.firstFrom(viewport.top);
  }

  /** @param {number} steps @param {number} [offset] what stays where it is, from the top */
  function zoomBy(steps, offset = current >= 0 ? scene.playheadTop - viewport.top : viewport.height / 2) {
    holdAt(offset);
    zoom[kind].value = String(zoomed(timeline.scale, steps) / rem);
  }

  /** @param {number} offset */
  function holdAt(offset) {
    const top = viewport.top + offset;
    const index = Math.min(timeline.firstFrom(top), order.records.length - 1);
    if (kind === "time") place.hold({ time: timeline.timeAt(top), seq: null }, offset);
    else place.hold({ time: order.times[index], seq: order.records[index].seq });
  }

  function fitAll() {
    zoom[kind].value = String(fitting(timeline, viewport.height - scene.surround) / rem);
    place.hold({ time: order.times[0], seq: null }, 0);
  }

  /** @param {number} index @param {number} [offset] */
  function show(index, offset = viewport.height * 0.4) {
    if (!order.records[index]) return;
    place.hold({ time: order.times[index], seq: order.records[index].seq }, offset);
    place.restore();
  }

  const upgrade = chart.lifelines.upgrades().at(-1);
  const showUpgrade = () => upgrade && show(order.indexOf(upgrade.first) - 1, -0.375 * rem);

  useOpening(viewport.height > 0, () => {
    const open = order.withSeq(selected.peek());
    if (open) show(order.indexOf(open));
    else if (upgrade && order.records.length - order.indexOf(upgrade.first) < RECENT) showUpgrade();
  });
  // Playing shows where it is; so does opening a record, also when the ladder makes room for it.
  const shownNow = scene.current ?? order.withSeq(selected.value);
  useLayoutEffect(() => {
    if (!shownNow) return;
    const top = playback.state === "live" ? (timeline.tops[order.indexOf(shownNow)] ?? 0) + scene.pad : scene.playheadTop;
    const offset = top - viewport.top;
    const room = viewport.height - scene.head;
    if (offset < rem || offset > room * (playback.state === "live" ? 1 : 0.8)) show(order.indexOf(shownNow), room * 0.4);
    revealLane(shownNow);
  }, [shownNow, viewport.height]);
  useLayoutEffect(() => {
    if (scene.current && selected.peek() !== null) open(scene.current.seq);
  }, [scene.current]);

  // At the live end, the newest record is what the reader is there for.
  const newest = order.records.at(-1);
  useLayoutEffect(() => {
    if (newest && playback.state === "live" && place.isAtEnd()) revealLane(newest);
  }, [newest]);

  /** @param {WireRecord} record */
  function revealLane(record) {
    const lane = scene.laneOf(keyOf(record, mode));
    const element = scroller.current;
    if (!lane || !element) return;
    const room = viewport.width - scene.gutter;
    if (lane.left < element.scrollLeft) element.scrollLeft = lane.left;
    else if (lane.left + lane.width > element.scrollLeft + room) element.scrollLeft = lane.left + lane.width - room;
  }

  /** A gap has no bytes to show. @param {number} seq */
  function open(seq) {
    const record = order.withSeq(seq);
    if (record && record.kind !== "gap") select(seq);
  }

  function leave() {
    if (playback.state === "live") return false;
    player.leave();
    place.toEnd();
    return true;
  }

  const did = (/** @type {() => void} */ act) => () => (act(), true);
  useKeys(frame, {
    on: did(() => player.step(1)),
    back: did(() => player.step(-1)),
    first: did(() => player.goTo(0)),
    last: did(() => player.goTo(order.records.length - 1)),
    toggle: did(player.toggle),
    pause: did(player.pause),
    open: () => current >= 0 && (open(order.records[current].seq), true),
    live: leave,
    nearer: did(() => zoomBy(1)),
    further: did(() => zoomBy(-1)),
  });

  /** @param {MouseEvent} event */
  function onClick({ target }) {
    const element = /** @type {HTMLElement} */ (target);
    const seq = element.closest("[data-seq]")?.getAttribute("data-seq");
    const first = element.closest("[data-cluster]")?.getAttribute("data-cluster");
    if (seq) choose(Number(seq));
    else if (first) enter(Number(first));
  }

  /** @param {number} seq */
  function choose(seq) {
    const record = order.withSeq(seq);
    if (record && playback.state !== "live") player.goTo(order.indexOf(record));
    open(seq);
  }

  /** Zooms in until the cluster fills the view; records of the very same moment only come apart by event. @param {number} first */
  function enter(first) {
    const cluster = scene.clusters.find((cluster) => cluster.first.record.seq === first);
    if (!cluster) return;
    const { first: from, last: to } = cluster;
    const seconds = order.times[to.index] - order.times[from.index];
    place.hold({ time: order.times[from.index], seq: from.record.seq }, viewport.height * 0.2);
    if (kind === "time" && seconds < 1e-6) axis.value = "event";
    else zoom[kind].value = String(near(kind === "time" ? seconds : to.index - from.index));
  }

  /** @param {number} extent seconds, or records, that shall fill the view */
  function near(extent) {
    const factor = (viewport.height * 0.5) / extent / timeline.scale.pixels;
    return zoomed(timeline.scale, Math.log(Math.max(factor, 1.5)) / Math.log(1.5)) / rem;
  }

  useWheel(scroller, (steps, offset) => zoomBy(steps, offset));

  const controls = html`
    <${Controls} mode=${mode} idle=${scene.idle} total=${chart.lifelines.ofConnection.size}
      onZoom=${zoomBy} onFit=${fitAll} onUpgrade=${upgrade ? showUpgrade : null} />`;
  return html`
    <div class=${`ladder-frame ${isLow ? "low" : ""}`} ref=${frame}>
      <div class="row-ruler" ref=${ruler}></div>
      ${!isLow && controls}
      <div class="ladder-stage">
        <${Diagram} ...${{ scene, chart, scroller, mode, rem, started, onClick }} onScroll=${() => (place.onScroll(), look())} />
        ${place.fresh > 0 && playback.state === "live" && html`
          <button type="button" class="button primary fresh" onClick=${place.toEnd}>${number(place.fresh)} new ↓</button>`}
      </div>
      ${playback.state !== "live" && html`
        <${Caption} isSaid=${isLow && selected.value !== null} record=${scene.current} started=${started} isAnnounced=${playback.stepping}
          note=${scene.current && spell(noteOf(scene.current, chart.lifelines.session(scene.current.sid ?? "")))} />`}
      <${Player} playback=${playback} order=${order} started=${started} onStep=${player.step} onToggle=${player.toggle}
        onSeek=${player.seek} onLive=${leave}>
        ${isLow
          ? html`<${Menu} id="ladder" label="How the ladder is drawn and played" class="icon" button=${SLIDERS}>
              ${() => html`${controls}<${Pace} />`}<//>`
          : html`<${Pace} />`}
      <//>
    </div>`;
}

const SLIDERS = html`
  <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" aria-hidden="true">
    <path d="M4 7h9M17 7h3M4 17h3M11 17h9M15 5v4M9 15v4" />
  </svg>`;

/** Once the ladder has its size. @param {boolean} isReady @param {() => void} act */
function useOpening(isReady, act) {
  const isDone = useRef(false);
  useLayoutEffect(() => {
    if (!isReady || isDone.current) return;
    isDone.current = true;
    act();
  }, [isReady]);
}
