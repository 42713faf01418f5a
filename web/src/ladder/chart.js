/**
 * The records in order, what they tell of connections, and where they stand: kept up with a list that grows.
 *
 * Usage: `const chart = useChart(shown.value, isWhole.value, { axis, pixels, rem });`
 */
import { useMemo, useRef } from "preact/hooks";
import { Lifelines } from "./lifelines.js";
import { Order } from "./order.js";
import { Timeline } from "./timeline.js";
import { LONGEST_PAGE, zoomed } from "./zoom.js";

/** @import { WireRecord } from "../types.js" */
/** @import { Chart } from "./layout.js" */
/** @import { Scale } from "./timeline.js" */

/**
 * @param {WireRecord[]} list @param {boolean} isWhole whether no filter leaves any record of a connection out
 * @param {Scale} scale @returns {Chart}
 */
export function useChart(list, isWhole, { axis, pixels, rem }) {
  const kept = useRef({ order: new Order(), lifelines: new Lifelines(isWhole) });
  useMemo(() => update(kept.current, list, isWhole), [list, isWhole]);
  const { order, lifelines } = kept.current;
  const wanted = useMemo(() => new Timeline({ axis, pixels, rem }), [axis, pixels, rem]);
  const timeline = useRef(wanted);
  useMemo(() => (timeline.current = wanted), [wanted]);
  timeline.current.follow(order);
  while (timeline.current.height > LONGEST_PAGE) timeline.current = further(timeline.current, order);
  return { order, lifelines, timeline: timeline.current };
}

/** @param {{ order: Order, lifelines: Lifelines }} kept @param {WireRecord[]} list @param {boolean} isWhole */
function update(kept, list, isWhole) {
  const { fresh, isAnew } = kept.order.update(list);
  if (isAnew) kept.lifelines = new Lifelines(isWhole);
  else if (list.length > 0) kept.lifelines.forgetBefore(list[0].seq);
  kept.lifelines.isWhole = isWhole;
  for (const record of fresh) kept.lifelines.take(record);
}

/** @param {Timeline} timeline @param {Order} order */
function further({ scale }, order) {
  const timeline = new Timeline({ ...scale, pixels: zoomed(scale, -1) });
  timeline.follow(order);
  return timeline;
}
