/**
 * How the ladder is drawn: what the lanes are, how time runs, how near it is; and what of it is not in view.
 *
 * Usage: `<${Controls} mode="connection" idle=${12} total=${15} onZoom=${zoomBy} onFit=${fitAll} onUpgrade=${show} />`
 */
import { html } from "htm/preact";
import { Choice } from "../choice/choice.js";
import { count } from "../format.js";
import { axis, lanes, showsIdle } from "./settings.js";

/** @import { LaneMode } from "./lanes.js" */

const LANES = [
  { value: "connection", label: "By connection" },
  { value: "layer", label: "By layer" },
  { value: "one", label: "One lane" },
];
const AXES = [
  { value: "event", label: "By event" },
  { value: "time", label: "To scale" },
];

/**
 * @typedef {object} ControlsProps
 * @property {LaneMode} mode
 * @property {number} idle lanes that have no record in view
 * @property {number} total
 * @property {(steps: number) => void} onZoom
 * @property {() => void} onFit
 * @property {() => void} [onUpgrade] unless there is no upgrade
 */

/** @param {ControlsProps} props */
export function Controls({ mode, idle, total, onZoom, onFit, onUpgrade }) {
  return html`
    <div class="ladder-controls">
      <${Choice} label="Lanes" options=${LANES} value=${mode}
        onChoose=${(/** @type {LaneMode} */ mode) => (lanes.value = mode)} />
      <${Choice} label="Time" options=${AXES} value=${axis.value}
        onChoose=${(/** @type {string} */ value) => (axis.value = value)} />
      <div class="ladder-zoom" role="group" aria-label="Zoom">
        <button type="button" class="button icon" onClick=${() => onZoom(-1)} aria-label="Zoom out"
          title="Zoom out (-)">−</button>
        <button type="button" class="button" onClick=${onFit} title="All of it in view">Fit</button>
        <button type="button" class="button icon" onClick=${() => onZoom(1)} aria-label="Zoom in"
          title="Zoom in (+)">+</button>
      </div>
      ${onUpgrade && html`
        <button type="button" class="button" onClick=${onUpgrade}
          title="To where the newest upgrade begins">Upgrade</button>`}
      ${mode === "connection" && html`<${Idle} idle=${idle} total=${total} />`}
    </div>`;
}

/** @param {{ idle: number, total: number }} props */
function Idle({ idle, total }) {
  const isShown = showsIdle.value === "on";
  return html`
    <button type="button" class="button ladder-idle" aria-pressed=${isShown}
      title="Whether connections without a record in view have a lane, too"
      onClick=${() => (showsIdle.value = isShown ? "" : "on")}>
      ${isShown || idle === 0 ? `All ${count(total, "connection")}` : `${count(idle, "connection")} not in view`}
    </button>`;
}
