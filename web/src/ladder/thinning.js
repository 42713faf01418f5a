/**
 * What of the records in view has room: each is an arrow; a label only stands where none of its lane's is too near; and
 * arrows that would run into each other become one mark that counts them. Who is `pinned` is always drawn in full.
 *
 * Usage: `thin(placed, { arrow: 4, label: 18, isPinned })` → `{ arrows, clusters }`
 */

/** @import { WireRecord } from "../types.js" */
/** @import { LaneKey } from "./lanes.js" */

/** @typedef {{ record: WireRecord, index: number, top: number, lane: LaneKey }} Placed in the order of `top` */
/** @typedef {Placed & { hasLabel: boolean }} Arrow */

/**
 * @typedef {object} Cluster
 * @property {LaneKey} lane
 * @property {number} top
 * @property {number} bottom
 * @property {Placed} first
 * @property {Placed} last
 * @property {number} count
 * @property {number} toServer how many of them go to the server
 */

/** @typedef {{ arrow: number, label: number, isPinned: (record: WireRecord) => boolean }} Room in pixels */

/** @param {Placed[]} placed @param {Room} room */
export function thin(placed, room) {
  /** @type {Placed[]} */
  const single = [];
  /** @type {Cluster[]} */
  const clusters = [];
  for (const run of runs(placed, room)) {
    if (run.count === 1) single.push(run.first);
    else clusters.push(run);
  }
  return { arrows: labelled(single, clusters, room), clusters };
}

/** Records of one lane, each too near to the one before. @param {Placed[]} placed @param {Room} room */
function runs(placed, { arrow, label, isPinned }) {
  /** @type {Cluster[]} */
  const all = [];
  /** @type {Map<LaneKey, Cluster>} */
  const current = new Map();
  for (const item of placed) {
    const run = isPinned(item.record) ? undefined : current.get(item.lane);
    if (run && item.top < endOf(run, label) + arrow) {
      join(run, item);
      continue;
    }
    const next = begun(item);
    all.push(next);
    if (!isPinned(item.record)) current.set(item.lane, next);
  }
  return all;
}

/** A mark that counts is at least as high as its words. @param {Cluster} run @param {number} label */
const endOf = ({ top, bottom, count }, label) => (count === 1 ? bottom : Math.max(bottom, top + label));

/** @param {Placed} item @returns {Cluster} */
function begun(item) {
  const { lane, top, record } = item;
  return { lane, top, bottom: top, first: item, last: item, count: 1, toServer: isToServer(record) };
}

/** @param {Cluster} run @param {Placed} item */
function join(run, item) {
  run.bottom = item.top;
  run.last = item;
  run.count += 1;
  run.toServer += isToServer(item.record);
}

const isToServer = (/** @type {WireRecord} */ { direction }) => Number(direction === "to_server");

/** @param {Placed[]} arrows @param {Cluster[]} clusters @param {Room} room @returns {Arrow[]} */
function labelled(arrows, clusters, { label, isPinned }) {
  /** Where in each lane there is no room for words. @type {Map<LaneKey, { top: number, bottom: number }[]>} */
  const taken = new Map();
  const take = (/** @type {LaneKey} */ lane, /** @type {number} */ top, /** @type {number} */ bottom) =>
    taken.set(lane, [...(taken.get(lane) ?? []), { top, bottom }]);
  for (const { lane, top, bottom } of clusters) take(lane, top, Math.max(bottom, top + label));
  for (const { record, lane, top } of arrows) if (isPinned(record)) take(lane, top - label / 2, top + label / 2);
  /** @type {Map<LaneKey, number>} */
  const last = new Map();
  return arrows.map((item) => {
    const { lane, top, record } = item;
    const isNear = top - (last.get(lane) ?? -Infinity) < label;
    const isTaken = taken.get(lane)?.some((room) => top + label / 2 > room.top && top - label / 2 < room.bottom);
    const hasLabel = isPinned(record) || (!isNear && !isTaken);
    if (hasLabel) last.set(lane, top);
    return { ...item, hasLabel };
  });
}
