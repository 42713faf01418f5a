/**
 * Short polling: the page asks every few seconds, and mostly hears that there is nothing. A hidden page
 * goes on asking; the browser may slow its timers down, and that is then seen on the wire.
 *
 * Usage: `const line = openShortPolling(opening); interval.value = "5";`
 */
import { remembered } from "../../../preferences/remembered.js";
import { openPolling } from "./polling.js";

/** @import { Open } from "../../types.js" */

/** Seconds between an answer and the next question. */
export const INTERVALS = ["1", "2", "5"];

export const interval = remembered("polling-interval", "2");
if (!INTERVALS.includes(interval.peek())) interval.value = "2";

/** @type {Open} */
export const openShortPolling = (opening) =>
  openPolling(opening, { transport: "short-polling", pause: () => Number(interval.peek()) * 1_000 });
