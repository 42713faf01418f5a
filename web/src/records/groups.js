/**
 * Records by group, kept up with a list that grows at its end and lets its beginning go. What that costs follows from
 * how many records came and went, not from how many there are.
 *
 * Usage: `const groups = new Groups(GROUPINGS.session); groups.follow(records); groups.all()`
 */
import { indexAfter, newerThan } from "../wire/capture.js";

/** @import { WireRecord } from "../types.js" */
/** @import { Grouping } from "./grouping.js" */

/**
 * @typedef {object} Group
 * @property {number} id
 * @property {string} key
 * @property {string} name
 * @property {string} more
 * @property {WireRecord[]} records
 * @property {number} bytes
 * @property {boolean} isCollapsed
 */

/** The key of the group for records without any. */
const NONE = "none";

export class Groups {
  /** In the order in which they began. @type {Map<string, Group>} */
  #groups = new Map();
  /** As it was when it was last followed. @type {WireRecord[]} */
  #list = [];
  #ids = 0;

  /** @param {Grouping} grouping */
  constructor(grouping) {
    this.grouping = grouping;
  }

  all() {
    return [...this.#groups.values()];
  }

  keysOf = (/** @type {WireRecord} */ record) => {
    const keys = this.grouping.keysOf(record);
    return keys.length > 0 ? keys : [NONE];
  };

  /** @param {WireRecord[]} list the same list, later */
  follow(list) {
    const newest = this.#list.at(-1)?.seq ?? 0;
    this.#forget(this.#list.slice(0, indexAfter(this.#list, (list[0]?.seq ?? Infinity) - 1)));
    for (const record of newerThan(list, newest)) this.#take(record);
    this.#list = list;
  }

  /** @param {WireRecord} record */
  #take(record) {
    for (const key of this.keysOf(record)) {
      const group = this.#groups.get(key) ?? this.#begin(key, record);
      group.records.push(record);
      group.bytes += record.length ?? 0;
    }
  }

  /** @param {string} key @param {WireRecord} first */
  #begin(key, first) {
    const { nameOf, moreOf, without } = this.grouping;
    const names = key === NONE ? { name: without, more: "" } : { name: nameOf(key, first), more: moreOf(first) };
    const group = { id: ++this.#ids, key, ...names, records: [], bytes: 0, isCollapsed: false };
    this.#groups.set(key, group);
    return group;
  }

  /** The oldest of the list are the first of their groups. @param {WireRecord[]} gone */
  #forget(gone) {
    /** @type {Map<Group, number>} */
    const leaving = new Map();
    for (const record of gone) {
      for (const key of this.keysOf(record)) {
        const group = this.#groups.get(key);
        if (!group) continue;
        group.bytes -= record.length ?? 0;
        leaving.set(group, (leaving.get(group) ?? 0) + 1);
      }
    }
    for (const [group, many] of leaving) {
      group.records.splice(0, many);
      if (group.records.length === 0) this.#groups.delete(group.key);
    }
  }
}
