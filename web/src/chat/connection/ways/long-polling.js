/**
 * Long polling: the server holds its answer back until there is something to say, and then the page asks
 * again at once.
 *
 * Usage: `const line = openLongPolling(opening);`
 */
import { openPolling } from "./polling.js";

/** @import { Open } from "../../types.js" */

/** Seconds that the server may wait; proxies on the way tend to lose patience after 30 or 60. */
const WAIT = 25;

/** @type {Open} */
export const openLongPolling = (opening) =>
  openPolling(opening, { transport: "long-polling", wait: WAIT, pause: () => 0 });
