/**
 * Records by group, kept up with a list that grows at its end and lets its beginning go. What that costs follows from
 * how many records came and went. All groups are gone through as well, up to 100,000: so that makes no garbage.
 *
 * Usage: `const groups = new Groups(GROUPINGS.session); groups.follow(records); groups.lay(collapsed); groups.all`
 */
import { indexAfter, newerThan } from "../wire/capture.js";

/** @import { WireRecord } from "../types.js" */
/** @import { Grouping } from "./grouping.js" */

/** Which groups are: all but those, or only those. @typedef {{ all: boolean, but: Set<string> }} Collapsed */

/** The key of the group for records without any. */
const NONE = "none";

export class Group {
  /** @type {WireRecord[]} */
  records = [];
  bytes = 0;
  /** The row of its header. */
  begin = 0;
  isCollapsed = false;

  /** @param {number} id @param {string} key @param {WireRecord} first @param {Grouping} grouping */
  constructor(id, key, first, grouping) {
    this.id = id;
    this.key = key;
    this.first = first;
    this.grouping = grouping;
  }

  get name() {
    return this.key === NONE ? this.grouping.without : this.grouping.nameOf(this.key, this.first);
  }

  /** What else its first record says of it. */
  get more() {
    return this.key === NONE ? "" : this.grouping.moreOf(this.first);
  }
}

export class Groups {
  /** In the order in which they began. @type {Group[]} */
  all = [];
  /** All their rows. */
  rows = 0;
  /** @type {Map<string, Group>} */
  #groups = new Map();
  /** As it was when it was last followed. @type {WireRecord[]} */
  #list = [];
  #ids = 0;

  /** @param {Grouping} grouping */
  constructor(grouping) {
    this.grouping = grouping;
  }

  /** @param {string | null} key */
  get(key) {
    return this.#groups.get(key ?? "");
  }

  /** @param {WireRecord} record */
  keysOf(record) {
    const keys = this.grouping.keysOf(record);
    return keys.length > 0 ? keys : [NONE];
  }

  /** @param {WireRecord[]} list the same list, later */
  follow(list) {
    const newest = this.#list.at(-1)?.seq ?? 0;
    this.#forget(this.#list.slice(0, indexAfter(this.#list, (list[0]?.seq ?? Infinity) - 1)));
    for (const record of newerThan(list, newest)) this.#take(record);
    this.#list = list;
  }

  /** One below the other, without those that are empty by now. @param {Collapsed} collapsed */
  lay({ all: isAll, but }) {
    const { all } = this;
    let [kept, rows] = [0, 0];
    for (const group of all) {
      if (group.records.length === 0) continue;
      group.begin = rows;
      group.isCollapsed = isAll !== but.has(group.key);
      rows += 1 + (group.isCollapsed ? 0 : group.records.length);
      all[kept] = group;
      kept += 1;
    }
    all.length = kept;
    this.rows = rows;
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
    const group = new Group(++this.#ids, key, first, this.grouping);
    this.#groups.set(key, group);
    this.all.push(group);
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
