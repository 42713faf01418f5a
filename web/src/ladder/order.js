/**
 * The shown records in the order of time. They come in the order of `seq`, which is nearly the same: a connection that
 * was opened early and used late has its `opened` record late in the list and early in time.
 *
 * A batch costs what it brings; only when the list lets its oldest records go, or is another one, all are gone through.
 *
 * Usage: `const { fresh, isAnew } = order.update(shown.value); order.records[3]; order.times[3];`
 * `order.indexOf(record)`; `order.withSeq(931)`; `order.firstAfter(12.5)`
 */
import { firstWhere } from "./bisect.js";

/** @import { WireRecord } from "../types.js" */

export class Order {
  /** @type {WireRecord[]} */
  records = [];
  /** When each of them was, in seconds since the capture began. @type {number[]} */
  times = [];
  /** Counts the changes. */
  version = 0;
  /** Where the newest change begins: what stands before is as it was. */
  changedFrom = 0;
  /** How many of the first ones the newest change took away. */
  removed = 0;
  /** @type {WireRecord[]} */
  #list = [];
  /** A gap has no time of its own: it stands where the record before it does. @type {WeakMap<WireRecord, number>} */
  #gaps = new WeakMap();
  #latest = 0;

  /** @param {WireRecord[]} list ordered by `seq`; the same again, or that with newer ones, or another */
  update(list) {
    const before = this.#list;
    this.#list = list;
    if (list === before) return { fresh: [], isAnew: false };
    this.version += 1;
    this.removed = 0;
    const known = knownOf(before, list);
    if (known === 0) this.#empty();
    if (known > 0 && list[0] !== before[0]) this.#forgetBefore(list[0].seq, known);
    else this.changedFrom = this.records.length;
    const fresh = list.slice(known);
    for (const record of fresh) this.#add(record);
    return { fresh, isAnew: known === 0 };
  }

  /** From when on no record is missing because it is earlier than the list: a connection's opening can be. */
  get begins() {
    return this.#list.length > 0 ? this.timeOf(this.#list[0]) : 0;
  }

  /** @param {WireRecord} record */
  timeOf(record) {
    return record.kind === "gap" ? (this.#gaps.get(record) ?? 0) : record.at;
  }

  /** Where a record stands, or would. @param {WireRecord} record */
  indexOf(record) {
    return this.place(this.timeOf(record), record.seq);
  }

  /** @param {number | null} seq */
  withSeq(seq) {
    if (seq === null) return undefined;
    const record = this.#list[firstWhere(this.#list.length, (index) => this.#list[index].seq >= seq)];
    return record?.seq === seq ? record : undefined;
  }

  /** @param {number} time @param {number} seq */
  place(time, seq) {
    const { records, times } = this;
    return firstWhere(times.length, (at) => times[at] > time || (times[at] === time && records[at].seq >= seq));
  }

  /** @param {number} time */
  firstAfter(time) {
    return firstWhere(this.times.length, (index) => this.times[index] > time);
  }

  #empty() {
    this.records = [];
    this.times = [];
    this.#latest = 0;
  }

  /** @param {number} seq @param {number} kept how many stay */
  #forgetBefore(seq, kept) {
    const first = this.records.findIndex((record) => record.seq >= seq);
    if (this.records.length - first === kept) {
      this.removed = first;
      this.records.splice(0, first);
      this.times.splice(0, first);
      this.changedFrom = this.records.length;
      return;
    }
    this.records = this.records.filter((record) => record.seq >= seq);
    this.times = this.records.map((record) => this.timeOf(record));
    this.changedFrom = 0;
  }

  /** @param {WireRecord} record */
  #add(record) {
    if (record.kind === "gap") this.#gaps.set(record, this.#latest);
    else this.#latest = Math.max(this.#latest, record.at);
    const index = this.indexOf(record);
    this.records.splice(index, 0, record);
    this.times.splice(index, 0, this.timeOf(record));
    this.changedFrom = Math.min(this.changedFrom, index);
  }
}

/**
 * How many of `list` were in `before` already; 0 where it is another list.
 *
 * @param {WireRecord[]} before @param {WireRecord[]} list
 */
function knownOf(before, list) {
  const newest = before.at(-1);
  if (!newest || list.length === 0 || list[0].seq < before[0].seq) return 0;
  const index = firstWhere(list.length, (at) => list[at].seq >= newest.seq);
  return list[index] === newest ? index + 1 : 0;
}
