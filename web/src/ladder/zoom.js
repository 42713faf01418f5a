/**
 * How far the ladder is zoomed: pixels a record, or a second.
 *
 * Usage: `zoomed(scale, 1)` → pixels one step nearer; `fitting(timeline, height)` → pixels to have all in view
 */

/** @import { Axis, Scale, Timeline } from "./timeline.js" */

const FACTOR = 1.5;
/** The least and the most, in rem a record, or a second. @type {Record<Axis, [number, number]>} */
const LIMITS = { event: [0.0001, 4], time: [0.001, 50_000] };
/** In rem, where the reader has not zoomed yet. @type {Record<Axis, number>} */
export const AT_FIRST = { event: 1.375, time: 160 };
/** Browsers cannot scroll through a page much longer than this. */
export const LONGEST_PAGE = 10_000_000;

/** @param {Scale} scale @param {number} steps nearer, or with a minus further away */
export function zoomed({ axis, pixels, rem }, steps) {
  return within(axis, rem, pixels * FACTOR ** steps);
}

/** How many steps nearer so many pixels are: one at least. @param {Scale} scale @param {number} wanted */
export function stepsTo({ pixels }, wanted) {
  return Math.max(Math.log(wanted / pixels) / Math.log(FACTOR), 1);
}

/** @param {Timeline} timeline @param {number} height of the page that it shall fit in */
export function fitting({ scale: { axis, rem }, times }, height) {
  const extent = axis === "event" ? times.length : (times.at(-1) ?? 0) - (times[0] ?? 0);
  return within(axis, rem, extent > 0 ? height / extent : AT_FIRST[axis] * rem);
}

/** @param {Axis} axis @param {number} rem @param {number} pixels */
function within(axis, rem, pixels) {
  const [least, most] = LIMITS[axis];
  return Math.min(Math.max(pixels, least * rem), most * rem);
}
