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
import { useRef } from "preact/hooks";
import { selected } from "../address/address.js";
import { number } from "../format.js";
import { Menu } from "../menu/menu.js";
import { opened } from "../source/source.js";
import { useHeight } from "../virtual/height.js";
import { capture, isWhole, shown } from "../wire/capture.js";
import { Caption } from "./caption.js";
import { useChart } from "./chart.js";
import { Controls } from "./controls.js";
import { Diagram } from "./diagram.js";
import { Earlier } from "./earlier.js";
import { useKeys } from "./keys.js";
import { hasRoomForOne } from "./lanes.js";
import { movesOver } from "./moves.js";
import { usePlace } from "./place.js";
import { Pace, Player } from "./player.js";
import { openRecord, useRevealing } from "./revealing.js";
import { useScene } from "./scene.js";
import { axis, lanes, showsIdle, zoom } from "./settings.js";
import { usePlayback } from "./use-playback.js";
import { useViewport } from "./viewport.js";
import { useWheel } from "./wheel.js";

/** @import { Action, Act } from "./keys.js" */
/** @import { LaneMode } from "./lanes.js" */
/** @import { Axis } from "./timeline.js" */

/** A ladder that has less room than this keeps its controls in a menu. */
const LOW_REM = 24;
const NARROW_REM = 34;

/** @typedef {ReturnType<typeof useLadder>} Model */

export function Ladder() {
  const ladder = useLadder();
  const { frame, scroller, ruler, chart, playback, player, scene, place, moves, mode, rem, started, isLow } = ladder;
  const { order, lifelines } = chart;
  const controls = html`
    <${Controls} mode=${mode} idle=${scene.idle} total=${lifelines.ofConnection.size}
      onZoom=${moves.zoomBy} onFit=${moves.fitAll} onUpgrade=${moves.showUpgrade} />`;
  return html`
    <div class=${`ladder-frame ${isLow ? "low" : ""}`} ref=${frame}>
      <div class="row-ruler" ref=${ruler}></div>
      ${!isLow && controls}
      <div class="ladder-stage">
        <${Earlier} scene=${scene} />
        <${Diagram} ...${{ scene, chart, scroller, mode, rem, started }} onClick=${clickedIn(ladder)}
          onScroll=${() => (place.onScroll(), ladder.look())} />
        ${scene.isLive && place.fresh > 0 && html`
          <button type="button" class="button primary fresh" onClick=${place.toEnd}>
            ${number(place.fresh)} new ↓
          </button>`}
      </div>
      ${!scene.isLive && html`
        <${Caption} record=${scene.current} session=${lifelines.session(scene.current?.sid ?? "")} started=${started}
          isAnnounced=${playback.stepping} isSaid=${isLow && scene.open !== null} />`}
      <${Player} ...${{ playback, order, started }} onStep=${player.step} onToggle=${player.toggle}
        onSeek=${player.seek} onLeave=${ladder.toLive} isAtEnd=${place.isAtEnd} isFile=${opened.value !== null}>
        ${isLow
          ? html`<${Menu} id="ladder" label="How the ladder is drawn and played" class="icon" button=${SLIDERS}>
              ${() => html`${controls}<${Pace} />`}<//>`
          : html`<${Pace} />`}
      <//>
    </div>`;
}

/** What is drawn, where the reader is in it, and how they move. */
function useLadder() {
  const frame = useRef(/** @type {HTMLElement | null} */ (null));
  const scroller = useRef(/** @type {HTMLElement | null} */ (null));
  const [rem, ruler] = useHeight();
  const [viewport, look] = useViewport(scroller);
  const [whole] = useViewport(frame);
  const isLow = whole.height < LOW_REM * rem || whole.width < NARROW_REM * rem;
  const list = shown.value;
  const kind = /** @type {Axis} */ (axis.value);
  const chart = useChart(list, isWhole.value, { axis: kind, pixels: Number(zoom[kind].value) * rem, rem });
  const { order, timeline } = chart;
  const place = usePlace(scroller, chart, list);
  const open = selected.value;
  const { playback, ...player } = usePlayback(order, beginning);
  const mode = /** @type {LaneMode} */ (lanes.value) || (hasRoomForOne(viewport.width, rem) ? "one" : "connection");
  const scene = useScene(chart, { mode, viewport, rem, playback, open, isLow, showsIdle: showsIdle.value === "on" });
  const moves = movesOver({ scroller, chart, place, scene, viewport, mode });
  const started = capture.value?.started ?? "";

  /** Where a reader who was live begins: beside the open record, or with the first in view. */
  function beginning(/** @type {number} */ steps) {
    const record = order.withSeq(open);
    if (record) return order.indexOf(record) + steps;
    if (place.isAtEnd) return steps < 0 ? order.records.length - 1 : 0;
    return timeline.firstFrom(viewport.top);
  }

  function toLive() {
    player.leave();
    place.toEnd();
  }

  const ladder = {
    frame, scroller, ruler, look, chart, playback, player, scene, place, moves, mode, rem, started, isLow, toLive,
  };
  useRevealing({ moves, place, scene, order, list, viewport, isPlaying: playback.state === "playing" });
  useKeys(frame, actionsOf(ladder));
  useWheel(scroller, (steps, offset) => moves.zoomBy(steps, offset - scene.head));
  return ladder;
}

/** @param {Model} ladder @returns {Record<Action, Act>} */
function actionsOf({ player, moves, scene, chart: { order }, toLive }) {
  return {
    on: did(() => player.step(1)),
    back: did(() => player.step(-1)),
    first: did(() => player.goTo(0)),
    last: did(() => player.goTo(order.records.length - 1)),
    toggle: did(player.toggle),
    pause: did(player.pause),
    open: did(() => openRecord(scene.current)),
    live: () => !scene.isLive && did(toLive)(),
    nearer: did(() => moves.zoomBy(1)),
    further: did(() => moves.zoomBy(-1)),
  };
}

/** What always has something to do. @param {() => void} act */
const did = (act) => () => {
  act();
  return true;
};

/** A click on a record opens it, one on many of them zooms in. @param {Model} ladder */
function clickedIn({ player, moves, scene, chart: { order } }) {
  return (/** @type {MouseEvent} */ { target }) => {
    const element = /** @type {HTMLElement} */ (target).closest("[data-seq], [data-cluster]");
    if (!(element instanceof HTMLElement)) return;
    const { seq, cluster } = element.dataset;
    if (cluster) moves.enter(Number(cluster));
    const record = seq && order.withSeq(Number(seq));
    if (!record) return;
    if (!scene.isLive) player.goTo(order.indexOf(record));
    openRecord(record);
  };
}

const SLIDERS = html`
  <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round"
    aria-hidden="true">
    <path d="M4 7h9M17 7h3M4 17h3M11 17h9M15 5v4M9 15v4" />
  </svg>`;
