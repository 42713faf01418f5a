/**
 * The ladder: time runs downwards, each connection is a lane with the client on its left and the server on its right,
 * and each record an arrow between them. Live, or played again.
 *
 * Only what is in view exists. The times are the server's alone, so arrows are level.
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
import { useHeight } from "../virtual/height.js";
import { capture, shown } from "../wire/capture.js";
import { Caption } from "./caption.js";
import { useChart } from "./chart.js";
import { Controls } from "./controls.js";
import { Diagram } from "./diagram.js";
import { useKeys } from "./keys.js";
import { isNarrow } from "./lanes.js";
import { movesOver } from "./moves.js";
import { noteOf, spell } from "./notes.js";
import { usePlace } from "./place.js";
import { Pace, Player } from "./player.js";
import { sceneOf } from "./scene.js";
import { axis, lanes, showsIdle, zoom } from "./settings.js";
import { usePlayback } from "./use-playback.js";
import { useViewport } from "./viewport.js";
import { useWheel } from "./wheel.js";

/** @import { WireRecord } from "../types.js" */
/** @import { LaneMode } from "./lanes.js" */
/** @import { Chart } from "./layout.js" */
/** @import { Order } from "./order.js" */
/** @import { Place } from "./place.js" */
/** @import { Scene } from "./scene.js" */
/** @import { Viewport } from "./viewport.js" */
/** @typedef {ReturnType<typeof movesOver>} Moves */
/** @import { Axis } from "./timeline.js" */

/** A reader who opens the ladder sees the newest upgrade, unless more than this many records came after it. */
const RECENT = 60;
/** A ladder that has less room than this keeps its controls in a menu. */
const LOW_REM = 24;
const NARROW_REM = 34;
/** While it is played, some of what comes is in view, too. */
const PLAYED_WITHIN = 0.8;

export function Ladder() {
  const frame = useRef(/** @type {HTMLElement | null} */ (null));
  const scroller = useRef(/** @type {HTMLElement | null} */ (null));
  const [rem, ruler] = useHeight();
  const [viewport, look] = useViewport(scroller);
  const [whole] = useViewport(frame);
  const isLow = whole.height < LOW_REM * rem || whole.width < NARROW_REM * rem;
  const list = shown.value;
  const kind = /** @type {Axis} */ (axis.value);
  const chart = useChart(list, { axis: kind, pixels: Number(zoom[kind].value) * rem, rem });
  const { order, timeline } = chart;
  const place = usePlace(scroller, chart, list);
  const { playback, ...player } = usePlayback(order, beginning);
  const isLive = playback.state === "live";
  const mode = /** @type {LaneMode} */ (lanes.value) || (isNarrow(viewport.width, rem) ? "one" : "connection");
  const open = selected.value;
  const scene = sceneOf(chart, { mode, viewport, rem, playback, open, isLow, showsIdle: showsIdle.value === "on" });
  const { current } = scene;
  const moves = movesOver({ scroller, chart, place, scene, viewport, mode });
  const started = capture.value?.started ?? "";

  /** Where a reader who was live begins: beside the open record, or with the first in view. */
  function beginning(/** @type {number} */ steps) {
    const record = order.withSeq(open);
    if (record) return order.indexOf(record) + steps;
    if (place.isAtEnd()) return steps < 0 ? order.records.length - 1 : 0;
    return timeline.firstFrom(viewport.top);
  }

  function leave() {
    if (isLive) return false;
    player.leave();
    place.toEnd();
    return true;
  }

  useRevealing({ moves, place, scene, order, viewport, isPlaying: playback.state === "playing" });
  useKeys(frame, {
    on: did(() => player.step(1)),
    back: did(() => player.step(-1)),
    first: did(() => player.goTo(0)),
    last: did(() => player.goTo(order.records.length - 1)),
    toggle: did(player.toggle),
    pause: did(player.pause),
    open: did(() => openRecord(current)),
    live: leave,
    nearer: did(() => moves.zoomBy(1)),
    further: did(() => moves.zoomBy(-1)),
  });
  useWheel(scroller, (steps, offset) => moves.zoomBy(steps, offset - scene.head));

  /** @param {MouseEvent} event */
  function onClick({ target }) {
    const element = /** @type {HTMLElement} */ (target).closest("[data-seq], [data-cluster]");
    const { seq, cluster } = /** @type {HTMLElement | null} */ (element)?.dataset ?? {};
    if (cluster) moves.enter(Number(cluster));
    const record = order.withSeq(Number(seq));
    if (!record) return;
    if (!isLive) player.goTo(order.indexOf(record));
    openRecord(record);
  }

  const controls = html`
    <${Controls} mode=${mode} idle=${scene.idle} total=${chart.lifelines.ofConnection.size}
      onZoom=${moves.zoomBy} onFit=${moves.fitAll} onUpgrade=${moves.showUpgrade} />`;
  return html`
    <div class=${`ladder-frame ${isLow ? "low" : ""}`} ref=${frame}>
      <div class="row-ruler" ref=${ruler}></div>
      ${!isLow && controls}
      <div class="ladder-stage">
        <${Diagram} ...${{ scene, chart, scroller, mode, rem, started, onClick }}
          onScroll=${() => (place.onScroll(), look())} />
        ${isLive && place.fresh > 0 && html`
          <button type="button" class="button primary fresh" onClick=${place.toEnd}>
            ${number(place.fresh)} new ↓
          </button>`}
      </div>
      ${!isLive && html`
        <${Caption} record=${current} note=${current && spell(noteOf(current, sessionOf(chart, current)))}
          started=${started} isAnnounced=${playback.stepping} isSaid=${isLow && open !== null} />`}
      <${Player} ...${{ playback, order, started }} onStep=${player.step} onToggle=${player.toggle}
        onSeek=${player.seek} onLive=${leave}>
        ${isLow
          ? html`<${Menu} id="ladder" label="How the ladder is drawn and played" class="icon" button=${SLIDERS}>
              ${() => html`${controls}<${Pace} />`}<//>`
          : html`<${Pace} />`}
      <//>
    </div>`;
}

/** @param {Chart} chart @param {WireRecord} record */
const sessionOf = ({ lifelines }, { sid }) => (sid ? lifelines.session(sid) : undefined);

/** A gap has no bytes to show. @param {WireRecord | null} record */
function openRecord(record) {
  if (record && record.kind !== "gap") select(record.seq);
}

/** What always has something to do. @param {() => void} act */
const did = (act) => () => {
  act();
  return true;
};

/**
 * Brings into view what the reader is there for: at first the newest upgrade; the newest record while it is live; the
 * current one while it is played; and an open record, also when the ladder makes room for it.
 *
 * @param {{ moves: Moves, place: Place, scene: Scene, order: Order, viewport: Viewport, isPlaying: boolean }} seen
 */
function useRevealing({ moves, place, scene, order, viewport, isPlaying }) {
  const isOpened = useRef(false);
  const newest = order.records.at(-1);
  const sought = scene.current ?? order.withSeq(scene.open);
  useLayoutEffect(() => {
    if (isOpened.current || viewport.height === 0) return;
    isOpened.current = true;
    const since = moves.upgrade ? order.records.length - order.indexOf(moves.upgrade.first) : Infinity;
    if (scene.open === null && since < RECENT) moves.showUpgrade?.();
  }, [viewport.height]);
  useLayoutEffect(() => {
    if (newest && scene.isLive && place.isAtEnd()) moves.revealLane(newest);
  }, [newest]);
  useLayoutEffect(() => {
    if (sought) moves.reveal(sought, scene.isLive ? 1 : PLAYED_WITHIN);
  }, [sought, viewport.height]);
  useLayoutEffect(() => {
    if (scene.open !== null && !isPlaying) openRecord(scene.current);
  }, [scene.current, isPlaying]);
}

const SLIDERS = html`
  <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round"
    aria-hidden="true">
    <path d="M4 7h9M17 7h3M4 17h3M11 17h9M15 5v4M9 15v4" />
  </svg>`;
