/**
 * Where on the page a moment stands, and which moment a place on the page is: time runs downwards, by event (every
 * record a row) or to scale (so many pixels a second). A long silence is drawn as a break, which says how long it was.
 *
 * Usage: `const timeline = new Timeline({ axis: "event", pixels: 22, rem: 16 }); timeline.follow(order);`
 * `timeline.topAt(12.5)` → pixels; `timeline.timeAt(480)` → seconds; `timeline.breakBefore(7)` → seconds, or 0
 */
import { firstWhere } from "./bisect.js";

/** @import { Order } from "./order.js" */

/** @typedef {"event" | "time"} Axis */
/** @typedef {{ axis: Axis, pixels: number, rem: number }} Scale `pixels` a record, or a second */

/** By event, a longer silence than this many seconds gets a break. */
const SILENCE = 1;
/** To scale, a silence that would be longer than this on the page is broken. */
const LONGEST_REM = 60;
const BREAK_REM = 2.25;

export class Timeline {
  /** @type {number[]} */
  tops = [];
  /** @type {number[]} */
  times = [];
  #version = 0;

  /** @param {Scale} scale */
  constructor(scale) {
    this.scale = scale;
    this.breakHeight = BREAK_REM * scale.rem;
  }

  /** Takes over what changed in the order, and only that, if nothing was missed. @param {Order} order */
  follow(order) {
    if (order.version === this.#version) return;
    const isNext = order.version === this.#version + 1;
    this.#version = order.version;
    if (isNext) this.#drop(order.removed);
    this.lay(order.times, isNext ? order.changedFrom : 0);
  }

  /** @param {number[]} times ascending @param {number} from the first that is not as it was */
  lay(times, from = 0) {
    this.times = times;
    this.tops.length = Math.min(from, this.tops.length);
    for (let index = this.tops.length; index < times.length; index += 1) {
      this.tops[index] = index === 0 ? 0 : this.tops[index - 1] + this.#step(times[index] - times[index - 1]);
    }
  }

  /** @param {number} count of the first ones */
  #drop(count) {
    if (count === 0) return;
    this.tops.splice(0, count);
    const first = this.tops[0] ?? 0;
    this.tops.forEach((top, index) => (this.tops[index] = top - first));
  }

  get height() {
    return this.tops.at(-1) ?? 0;
  }

  /** The first record at or below a place. @param {number} top */
  firstFrom(top) {
    return firstWhere(this.tops.length, (index) => this.tops[index] >= top);
  }

  /**
   * Records that are so far from one another, or further where there is none between: each is the first at or below
   * its step. So it does not matter how many there are.
   *
   * @param {number} pixels @param {{ top: number, bottom: number }} view
   */
  *every(pixels, { top, bottom }) {
    for (let place = top; place <= bottom; ) {
      const index = this.firstFrom(place);
      if (index === this.tops.length) return;
      yield index;
      place = this.tops[index] + pixels;
    }
  }

  /** @param {number} top */
  timeAt(top) {
    return between(this.tops, this.times, top);
  }

  /** Where a moment stands: of several records at the same moment, the last. @param {number} time */
  topAt(time) {
    return between(this.times, this.tops, time);
  }

  /** The seconds of silence before a record, where that is drawn as a break, or else 0. @param {number} index */
  breakBefore(index) {
    const silence = index > 0 ? this.times[index] - this.times[index - 1] : 0;
    return this.#breaks(silence) ? silence : 0;
  }

  /** About how far two records are from each other at most. @param {number} records @param {number} seconds */
  mostBetween(records, seconds) {
    const { axis, pixels } = this.scale;
    if (axis === "time") return seconds * pixels;
    return this.#breaks(seconds) ? Infinity : records * pixels;
  }

  /** @param {number} seconds */
  #breaks(seconds) {
    const { axis, pixels, rem } = this.scale;
    return axis === "event" ? seconds > SILENCE : seconds * pixels > LONGEST_REM * rem;
  }

  /** @param {number} seconds since the record before */
  #step(seconds) {
    const { axis, pixels } = this.scale;
    if (axis === "event") return pixels + (this.#breaks(seconds) ? this.breakHeight : 0);
    return this.#breaks(seconds) ? this.breakHeight : seconds * pixels;
  }
}

/**
 * The value beside `key`, in proportion between its neighbours'.
 *
 * @param {number[]} keys ascending @param {number[]} values @param {number} key
 */
function between(keys, values, key) {
  const after = firstWhere(keys.length, (index) => keys[index] > key);
  if (after === 0) return values[0] ?? 0;
  if (after === keys.length) return values[after - 1];
  const part = (key - keys[after - 1]) / (keys[after] - keys[after - 1]);
  return values[after - 1] + part * (values[after] - values[after - 1]);
}
