/**
 * Where the reader is in a capture that is played again: live, standing still at a record, or playing. Time is passed
 * in, so that this knows no clock.
 *
 * Usage: `let playback = playing(stillAt(order, 3)); playback = advanced(playback, order, 0.016, pace)`
 */

/** @import { Order } from "./order.js" */

/**
 * @typedef {object} Playback
 * @property {"live" | "still" | "playing"} state
 * @property {number} time where the playhead is, in seconds since the capture began
 * @property {number | null} seq the current record; null before the first
 * @property {boolean} stepping whether the reader came here step by step, and so wants to hear each record
 * @property {number} waited for how many of the reader's seconds the current record has stood
 */

/** @typedef {{ speed: number | "step", cutsSilence: boolean }} Pace */

/** @type {Playback} */
export const LIVE = { state: "live", time: 0, seq: null, stepping: false, waited: 0 };

/** Longer silences than this are cut, where the reader wants that, to the second number of seconds. */
export const LONG_SILENCE = 2;
export const CUT_TO = 0.5;
/** Step by step, each record stands for this long. */
export const STEP_SECONDS = 2;

/** The place of the current record; -1 before the first. @param {Playback} playback @param {Order} order */
export function indexIn({ state, time, seq }, order) {
  if (state === "live") return order.records.length - 1;
  const record = order.withSeq(seq);
  return record ? order.indexOf(record) : order.firstAfter(time) - 1;
}

/** @param {Order} order @param {number} index @returns {Playback} */
export function stillAt(order, index) {
  const target = Math.min(Math.max(index, 0), order.records.length - 1);
  return { ...LIVE, state: "still", time: order.times[target], seq: order.records[target].seq, stepping: true };
}

/** @param {Order} order @param {number} time @returns {Playback} */
export const soughtTo = (order, time) => ({ ...LIVE, state: "still", ...momentOf(order, time) });

/** @param {Playback} playback @returns {Playback} */
export const playing = (playback) => ({ ...playback, state: "playing", stepping: false, waited: 0 });

/**
 * Goes on by so many seconds of the reader's. At the end it stands still.
 *
 * @param {Playback} playback @param {Order} order @param {number} seconds @param {Pace} pace @returns {Playback}
 */
export function advanced(playback, order, seconds, { speed, cutsSilence }) {
  if (playback.state !== "playing") return playback;
  if (indexIn(playback, order) >= order.records.length - 1) return { ...playback, state: "still" };
  if (speed === "step") return waitedFor(playback, order, seconds);
  const time = playback.time + seconds * speed;
  return { ...playback, ...momentOf(order, cutsSilence ? cut(time, order) : time) };
}

/** @param {Playback} playback @param {Order} order @param {number} seconds @returns {Playback} */
function waitedFor(playback, order, seconds) {
  const waited = playback.waited + seconds;
  if (waited < STEP_SECONDS) return { ...playback, waited };
  return playing(stillAt(order, indexIn(playback, order) + 1));
}

/** Where a long silence has been heard for long enough, its end. @param {number} time @param {Order} order */
function cut(time, order) {
  const next = order.firstAfter(time);
  const [before, after] = [order.times[next - 1], order.times[next]];
  const isHeard = after - before > LONG_SILENCE && time - before > CUT_TO;
  return isHeard ? after : time;
}

/** @param {Order} order @param {number} time */
function momentOf(order, time) {
  return { time, seq: order.records[order.firstAfter(time) - 1]?.seq ?? null };
}
