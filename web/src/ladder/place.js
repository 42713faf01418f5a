/**
 * Keeps the reader's place in the ladder: at the end while the reader is there, and otherwise at the same record,
 * whatever is added above or below it, and however the time is drawn.
 *
 * Usage: `const place = usePlace(scroller, chart, list);` `place.onScroll()`, `place.hold({ time, seq }, offset)`,
 * `place.toEnd()`; `place.isAtEnd`, and `place.fresh` counts the records that came while the reader was elsewhere
 */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { selected } from "../address/address.js";
import { indexOf } from "../wire/capture.js";

/** @import { WireRecord } from "../types.js" */
/** @import { Chart } from "./layout.js" */

/**
 * A record, or with null a moment, and how far below the view's top it stands.
 * @typedef {{ time: number, seq: number | null, offset: number }} Held
 */

/** @typedef {ReturnType<typeof usePlace>} Place */

/** As near to the end as this many pixels is at the end. */
const NEAR = 12;

/** @param {{ current: HTMLElement | null }} scroller @param {Chart} chart @param {WireRecord[]} list */
export function usePlace(scroller, chart, list) {
  const { order, timeline } = chart;
  const held = useRef(/** @type {Held | null} */ (null));
  const follows = useRef(true);
  const [isAtEnd, setIsAtEnd] = useState(true);
  const [lastSeen, setLastSeen] = useState(0);
  const newest = list.at(-1)?.seq ?? 0;
  const elementOf = () => /** @type {HTMLElement} */ (scroller.current);

  function follow(/** @type {boolean} */ wanted) {
    follows.current = wanted;
    setIsAtEnd(wanted);
  }

  function topOf(/** @type {Held} */ { time, seq }) {
    if (seq === null) return timeline.topAt(time);
    return timeline.tops[Math.min(order.place(time, seq), timeline.tops.length - 1)] ?? 0;
  }

  function restore() {
    const element = scroller.current;
    if (!element) return;
    if (follows.current) {
      element.scrollTop = endOrOpen(element, chart);
      follow(endsAt(element));
    } else if (held.current) {
      const top = topOf(held.current) - held.current.offset;
      if (Math.abs(top - element.scrollTop) > 1) element.scrollTop = top;
    }
    if (follows.current) setLastSeen(newest);
  }
  useLayoutEffect(restore, [order.version, timeline]);

  // A smaller ladder, as when a record opens below it, would otherwise hide the newest.
  const latest = useRef(restore);
  latest.current = restore;
  useEffect(() => {
    const observer = new ResizeObserver(() => follows.current && latest.current());
    observer.observe(elementOf());
    return () => observer.disconnect();
  }, []);

  // The event can come when the ladder is gone already.
  function onScroll() {
    const element = scroller.current;
    if (!element) return;
    follow(endsAt(element));
    if (follows.current) setLastSeen(newest);
    const index = Math.min(timeline.firstFrom(element.scrollTop), order.records.length - 1);
    const seq = order.records[index]?.seq ?? null;
    held.current = { time: order.times[index], seq, offset: timeline.tops[index] - element.scrollTop };
  }

  /** Whatever changes next, this stays where it is. @param {Omit<Held, "offset">} what @param {number} [offset] */
  function hold(what, offset = topOf({ ...what, offset: 0 }) - elementOf().scrollTop) {
    held.current = { ...what, offset };
    follow(false);
  }

  function toEnd() {
    follow(true);
    restore();
  }

  const fresh = isAtEnd ? 0 : list.length - 1 - indexOf(list, lastSeen);
  const top = () => elementOf().scrollTop;
  return { fresh, hold, isAtEnd, onScroll, restore, toEnd, top };
}

/** @param {HTMLElement} element */
const endsAt = ({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight < NEAR;

/**
 * The end, unless an open record in view would be pushed out of it.
 *
 * @param {HTMLElement} element @param {Chart} chart
 */
function endOrOpen(element, { order, timeline }) {
  const end = element.scrollHeight - element.clientHeight;
  const open = order.withSeq(selected.peek());
  const top = open ? timeline.tops[order.indexOf(open)] : -1;
  return top >= element.scrollTop && top < end ? top : end;
}
