/**
 * What of the records in view has room: each is an arrow; a label only stands where none of its lane's is too near; and
 * arrows that would run into each other become one mark that counts them. Who is pinned is drawn in full even there,
 * over the mark.
 *
 * Usage: `const runs = new Runs({ arrow: 4, label: 18 });` `runs.add(record, index, top, lane);` in the order of `top`;
 * `thin(runs.all, pinned, 18)` → `{ arrows, clusters }`
 */

/** @import { WireRecord } from "../types.js" */
/** @import { LaneKey } from "./lanes.js" */

/** @typedef {{ record: WireRecord, index: number, top: number, lane: LaneKey }} Placed */
/** @typedef {Placed & { hasLabel: boolean }} Arrow */

/**
 * Records of one lane, each too near to the one before.
 * @typedef {object} Run
 * @property {LaneKey} lane
 * @property {WireRecord} record the first
 * @property {number} index of the first
 * @property {number} last the index of the last
 * @property {number} top
 * @property {number} bottom
 * @property {number} count
 * @property {number} toServer how many of them go to the server
 */

/** There can be 100,000 of them in view, so one that joins a run costs no object. */
export class Runs {
  /** In the order in which they begin. @type {Run[]} */
  all = [];
  /** @type {Map<LaneKey, Run>} */
  #newest = new Map();

  /** @param {{ arrow: number, label: number }} room in pixels */
  constructor({ arrow, label }) {
    this.arrow = arrow;
    this.label = label;
  }

  /** @param {WireRecord} record @param {number} index @param {number} top @param {LaneKey} lane */
  add(record, index, top, lane) {
    const run = this.#newest.get(lane);
    if (run && top < endOf(run, this.label) + this.arrow) join(run, record, index, top);
    else this.#begin({ lane, record, index, last: index, top, bottom: top, count: 1, toServer: isToServer(record) });
  }

  /** @param {Run} run */
  #begin(run) {
    this.#newest.set(run.lane, run);
    this.all.push(run);
  }
}

/** @param {Run[]} runs @param {Placed[]} pinned @param {number} label the height of a line, in pixels */
export function thin(runs, pinned, label) {
  const clusters = runs.filter(({ count }) => count > 1);
  const single = runs.filter(({ count }) => count === 1);
  const hidden = pinned.filter(({ index }) => !single.some((run) => run.index === index));
  const arrows = [...single, ...hidden].sort((one, other) => one.index - other.index);
  return { arrows: labelled(arrows, clusters, new Set(pinned.map(({ index }) => index)), label), clusters };
}

/** A mark that counts is at least as high as its words. @param {Run} run @param {number} label */
const endOf = ({ top, bottom, count }, label) => (count === 1 ? bottom : Math.max(bottom, top + label));

/** @param {Run} run @param {WireRecord} record @param {number} index @param {number} top */
function join(run, record, index, top) {
  run.bottom = top;
  run.last = index;
  run.count += 1;
  run.toServer += isToServer(record);
}

const isToServer = (/** @type {WireRecord} */ { direction }) => Number(direction === "to_server");

/**
 * @param {Placed[]} arrows @param {Run[]} clusters @param {Set<number>} pinned @param {number} label
 * @returns {Arrow[]}
 */
function labelled(arrows, clusters, pinned, label) {
  /** Where in each lane there is no room for words. @type {Map<LaneKey, { top: number, bottom: number }[]>} */
  const taken = new Map();
  const take = (/** @type {LaneKey} */ lane, /** @type {number} */ top, /** @type {number} */ bottom) =>
    taken.set(lane, [...(taken.get(lane) ?? []), { top, bottom }]);
  for (const { lane, top, bottom } of clusters) take(lane, top, Math.max(bottom, top + label));
  for (const { index, lane, top } of arrows) if (pinned.has(index)) take(lane, top - label / 2, top + label / 2);
  /** @type {Map<LaneKey, number>} */
  const last = new Map();
  return arrows.map(({ record, index, top, lane }) => {
    const isNear = top - (last.get(lane) ?? -Infinity) < label;
    const isTaken = taken.get(lane)?.some((room) => top + label / 2 > room.top && top - label / 2 < room.bottom);
    const hasLabel = pinned.has(index) || (!isNear && !isTaken);
    if (hasLabel) last.set(lane, top);
    return { record, index, top, lane, hasLabel };
  });
}
