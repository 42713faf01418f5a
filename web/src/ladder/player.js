/**
 * Plays the capture again: back, play, on, at which speed, and where.
 *
 * Usage: `<${Player} playback=${playback} order=${order} started=${started} onStep=${step} onToggle=${toggle}
 *   onSeek=${seek} onLeave=${toLive} isAtEnd=${true} isFile=${false}><${Pace} /><//>`
 */
import { html } from "htm/preact";
import { clock, number } from "../format.js";
import { CUT_TO, LONG_SILENCE, STEP_SECONDS, indexIn } from "./playback.js";
import { cutsSilence, speed } from "./settings.js";

/** @import { Order } from "./order.js" */
/** @import { Playback } from "./playback.js" */

const SPEEDS = ["0.1", "0.25", "0.5", "1", "2", "5", "10", "50"];

/**
 * @typedef {object} PlayerProps
 * @property {Playback} playback
 * @property {Order} order
 * @property {string} started
 * @property {(steps: number) => void} onStep
 * @property {() => void} onToggle
 * @property {(time: number) => void} onSeek
 * @property {() => void} onLeave
 * @property {boolean} isAtEnd whether the newest record is in view
 * @property {boolean} isFile a file has nothing live to go back to
 * @property {any} [children]
 */

/** @param {PlayerProps} props */
export function Player({ playback, order, started, onStep, onToggle, onSeek, children, ...where }) {
  const isPlaying = playback.state === "playing";
  return html`
    <div class="ladder-player" role="group" aria-label="Playback">
      <${Icon} label="Step back" path="M6 5v14M18 5.500 8.500 12l9.500 6.500z" onClick=${() => onStep(-1)} />
      <${Icon} label=${isPlaying ? "Pause playing" : "Play"} onClick=${onToggle}
        path=${isPlaying ? "M8 5v14M16 5v14" : "M7 4.500 19 12 7 19.500z"} />
      <${Icon} label="Step" path="M18 5v14M6 5.500 15.500 12 6 18.500z" onClick=${() => onStep(1)} />
      <${Seek} ...${{ playback, order, started, onSeek }} />
      <${Where} ...${{ playback, order, ...where }} />
      ${children}
    </div>`;
}

/** How fast it plays. */
export function Pace() {
  return html`
    <div class="ladder-pace">
      <label class="ladder-speed"><span class="visually-hidden">Speed</span>
        <select class="button" value=${speed.value} onChange=${choose}>
          ${SPEEDS.map((times) => html`<option value=${times}>${times}×</option>`)}
          <option value="step">Step by step, ${STEP_SECONDS} s each</option>
        </select>
      </label>
      <label class="ladder-cut" title=${`A silence longer than ${LONG_SILENCE} s is shortened to ${CUT_TO} s`}>
        <input type="checkbox" checked=${cutsSilence.value === "on"}
          onChange=${() => (cutsSilence.value = cutsSilence.value === "on" ? "" : "on")} />
        Shorten silences over ${LONG_SILENCE} s
      </label>
    </div>`;
}

/** @param {Event & { currentTarget: HTMLSelectElement }} event */
function choose({ currentTarget }) {
  speed.value = currentTarget.value;
}

/** @param {Pick<PlayerProps, "playback" | "order" | "started" | "onSeek">} props */
function Seek({ playback, order: { times }, started, onSeek }) {
  const [first, last] = [times[0] ?? 0, times.at(-1) ?? 0];
  const here = playback.state === "live" ? last : Math.min(Math.max(playback.time, first), last);
  const onInput = (/** @type {Event & { currentTarget: HTMLInputElement }} */ { currentTarget }) =>
    onSeek(Number(currentTarget.value));
  return html`
    <input type="range" class="ladder-seek" aria-label="Seek" min=${first} max=${last} step="any" value=${here}
      aria-valuetext=${clock(started, here)} onInput=${onInput} />`;
}

/**
 * Where the reader is, and the way back to the live end, or out of playback.
 *
 * @param {Pick<PlayerProps, "playback" | "order" | "onLeave" | "isAtEnd" | "isFile">} props
 */
function Where({ playback, order, onLeave, isAtEnd, isFile }) {
  const isLive = playback.state === "live";
  const total = order.records.length;
  return html`
    <span class="ladder-where muted">
      ${isLive ? html`${number(total)} records` : html`${number(indexIn(playback, order) + 1)} of ${number(total)}`}
    </span>
    ${!isFile && html`
      <button type="button" class="button" aria-pressed=${isLive && isAtEnd} onClick=${onLeave}
        title=${isLive ? "To the newest record" : "Leave playback (Escape)"}>Live</button>`}
    ${isFile && !isLive && html`
      <button type="button" class="button" onClick=${onLeave} title="Leave playback (Escape)">Stop</button>`}`;
}

/** @param {{ label: string, path: string, onClick: () => void }} props */
function Icon({ label, path, onClick }) {
  return html`
    <button type="button" class="button icon" aria-label=${label} title=${label} onClick=${onClick}>
      <svg viewBox="0 0 24 24" fill="currentColor" stroke="currentColor" stroke-width="2" stroke-linecap="round"
        stroke-linejoin="round" aria-hidden="true"><path d=${path} /></svg>
    </button>`;
}
