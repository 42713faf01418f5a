/**
 * The diagram itself: one widget with one focus, in which each record in view is an option that says itself as a
 * sentence. What else is drawn only shows what those sentences say.
 *
 * Usage: `<${Diagram} scene=${scene} chart=${chart} scroller=${ref} … />`
 */
import { html } from "htm/preact";
import { duration } from "../format.js";
import { roundTripOf } from "../records/partner.js";
import { ArrowMark, ClusterMark, GapBand } from "./arrows.js";
import { HeldBar, Lines } from "./bars.js";
import { Break, Times, rowTimes, ticks } from "./gutter.js";
import { Head } from "./heads.js";
import { noteOf } from "./notes.js";
import { Threads } from "./threads.js";

/** @import { Chart } from "./layout.js" */
/** @import { Lane, LaneMode } from "./lanes.js" */
/** @import { Scene } from "./scene.js" */
/** @import { Arrow } from "./thinning.js" */

const LEAST_TIME_REM = 1.25;
const LEAST_TICK_REM = 4;

const TIMES = `All times are the server’s, as its tap saw the bytes pass. When they left or reached the client is not
known, so arrows are level.`;

/**
 * @typedef {object} DiagramProps
 * @property {Scene} scene
 * @property {Chart} chart
 * @property {{ current: HTMLElement | null }} scroller
 * @property {LaneMode} mode
 * @property {number} rem
 * @property {string} started
 * @property {(event: MouseEvent) => void} onClick
 * @property {() => void} onScroll
 */

/** @param {DiagramProps} props */
export function Diagram(props) {
  const { scene, scroller, onClick, onScroll } = props;
  const active = scene.current?.seq ?? scene.open;
  const isDrawn = scene.arrows.some(({ record }) => record.seq === active);
  const width = { width: `${scene.width}px` };
  return html`
    <div class="ladder" id="ladder" role="listbox" aria-label="Ladder" tabIndex=${0} ref=${scroller}
      aria-activedescendant=${isDrawn ? `arrow-${active}` : undefined} onClick=${onClick} onScroll=${onScroll}
      style=${{ "--gutter": `${scene.gutter}px`, "--head": `${scene.head}px` }}>
      <div class="ladder-heads" aria-hidden="true">
        <div class="ladder-corner" title=${TIMES}>server’s time</div>
        <div class="ladder-lanes" style=${width}>
          ${[...scene.lanes.values()].map((lane) => html`
            <${Head} key=${lane.key} lane=${lane} line=${lineOf(props, lane)} />`)}
        </div>
      </div>
      <div class="ladder-body" role="presentation" style=${{ height: `${scene.height}px` }}>
        <div class="ladder-gutter" aria-hidden="true">
          <${Times} items=${timesIn(props)} started=${props.started} />
        </div>
        <div class=${`ladder-lanes ${scene.isTight ? "tight" : ""}`} role="presentation" style=${width}>
          <${Ground} ...${props} />
          <${Marks} ...${props} />
        </div>
      </div>
    </div>`;
}

/** @param {DiagramProps} props @param {Lane} lane */
const lineOf = ({ chart, mode }, { key }) =>
  mode === "connection" ? chart.lifelines.ofConnection.get(Number(key)) : undefined;

/** @param {DiagramProps} props */
function timesIn({ scene, chart, rem, started }) {
  const { timeline } = chart;
  const isToScale = timeline.scale.axis === "time";
  const items = isToScale
    ? ticks(timeline, scene.drawn, LEAST_TICK_REM * rem, started)
    : rowTimes(chart, scene.drawn, LEAST_TIME_REM * rem);
  return items.map(({ time, top }) => ({ time, top: top + scene.pad }));
}

/** What the arrows stand on. @param {DiagramProps} props */
function Ground(props) {
  const { scene, chart, rem } = props;
  const { timeline } = chart;
  const down = (/** @type {number} */ top) => top + scene.pad;
  const gap = timeline.scale.axis === "event" ? timeline.scale.pixels / 2 : 0;
  return html`
    <div class="ladder-ground" aria-hidden="true">
      ${scene.breaks.map(({ index, seconds, isSilence, bottom }) => html`
        <${Break} key=${index} seconds=${seconds} isSilence=${isSilence}
          top=${down(bottom - gap) - timeline.breakHeight} height=${timeline.breakHeight} />`)}
      ${[...scene.lanes.values()].map((lane) => html`<${LaneLines} key=${lane.key} lane=${lane} ...${props} />`)}
      <${Threads} threads=${scene.threads} pings=${pingsIn(props)} lanes=${scene.lanes} rem=${rem} pad=${scene.pad}
        drawn=${scene.drawn} width=${scene.width} until=${scene.until} />
      ${scene.bars.map((bar) => html`<${BarInLane} key=${bar.exchange.id} bar=${bar} ...${props} />`)}
      ${scene.beyond.map(({ key, top, side }) => html`
        <span class=${`ladder-beyond ${side}`} style=${{ left: `${scene.across[side]}px`, top: `${down(top)}px` }}>
          ${side === "left" ? `← ${key}` : `${key} →`}</span>`)}
      ${!scene.isLive && html`<div class="playhead" style=${{ top: `${scene.playheadTop}px` }}></div>`}
    </div>`;
}

/** @param {DiagramProps & { lane: Lane }} props */
function LaneLines(props) {
  const { scene, chart, lane } = props;
  const { timeline, order } = chart;
  const { opened, closed } = lineOf(props, lane) ?? {};
  const topOf = (/** @type {typeof opened} */ record, /** @type {number} */ otherwise) =>
    record ? timeline.tops[order.indexOf(record)] + scene.pad : otherwise;
  const [top, bottom] = [topOf(opened, 0), topOf(closed, scene.height)];
  const isBegun = opened !== undefined && top > scene.drawn.top;
  return html`
    <${Lines} lane=${lane} top=${Math.max(top, scene.drawn.top)} opened=${isBegun}
      bottom=${Math.min(bottom, scene.drawn.bottom + scene.pad)}
      closed=${bottom <= scene.drawn.bottom ? closed : undefined} />`;
}

/** @param {DiagramProps & { bar: Scene["bars"][number] }} props */
function BarInLane({ scene, bar, rem, mode }) {
  const lane = scene.lanes.get(bar.lane);
  if (!lane || bar.top > scene.until) return null;
  const bottom = Math.min(bar.bottom, scene.until);
  const down = (/** @type {number} */ top) => top + scene.pad;
  return html`
    <${HeldBar} bar=${bar} lane=${lane} top=${down(bar.top)} bottom=${down(bottom)} rem=${rem}
      hasWords=${mode === "connection" && bar.exchange.parts === 0}
      view=${{ top: down(scene.view.top), bottom: down(scene.view.bottom) }} />`;
}

/** @param {DiagramProps} props */
function pingsIn({ scene, chart }) {
  return scene.arrows.flatMap(({ record, top: bottom, lane }) => {
    const ping = chart.order.withSeq(record.links?.find(({ relation }) => relation === "ping")?.seq ?? null);
    const top = ping && chart.timeline.tops[chart.order.indexOf(ping)];
    const isRoundTrip = roundTripOf(record) !== undefined;
    return top === undefined || ping?.connection !== record.connection ? [] : [{ lane, top, bottom, isRoundTrip }];
  });
}

/** The records. @param {DiagramProps} props */
function Marks(props) {
  const { scene, rem } = props;
  const down = (/** @type {number} */ top) => top + scene.pad;
  return html`
    ${scene.gaps.map(({ record, top }) => html`<${GapBand} key=${record.seq} record=${record} top=${down(top)} />`)}
    ${scene.clusters.map((cluster) => html`
      <${ClusterMark} key=${`c${cluster.record.seq}`} cluster=${cluster} lane=${scene.lanes.get(cluster.lane)}
        top=${down(cluster.top)} height=${Math.max(cluster.bottom - cluster.top, rem)}
        isLater=${cluster.index >= scene.later} />`)}
    ${scene.arrows.map((arrow) => html`<${ArrowInLane} key=${arrow.record.seq} arrow=${arrow} ...${props} />`)}`;
}

/** @param {DiagramProps & { arrow: Arrow }} props */
function ArrowInLane({ arrow: { record, index, top, lane: key, hasLabel }, scene, chart, mode }) {
  const lane = /** @type {Lane} */ (scene.lanes.get(key));
  const isLater = index >= scene.later;
  const note = noteOf(record, chart.lifelines.session(record.sid ?? ""));
  return html`
    <${ArrowMark} record=${record} left=${lane.client} width=${lane.server - lane.client} top=${top + scene.pad}
      position=${index + 1} total=${chart.order.records.length} hasLabel=${hasLabel && !isLater} isLater=${isLater}
      words=${note && note.words} duration=${note && duration(note.seconds)}
      namesConnection=${mode !== "connection"} isShort=${scene.isShort}
      isOpen=${record.seq === scene.open} isCurrent=${record.seq === scene.current?.seq} />`;
}
