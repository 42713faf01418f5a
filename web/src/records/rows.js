/**
 * The list as rows: each record one, and where the reader groups them, each group's header one more, with its records
 * below unless it is collapsed.
 *
 * Usage: `rows.value.count`; `rows.value.at(12)` → `{ group, record }`, of which a header has no record;
 * `rows.value.indexOf(spot)`; `rows.value.find(931)` → the first row of that record; `toggle(group)`
 */
import { computed, signal } from "@preact/signals";
import { edition, indexAfter, indexOf, shown } from "../wire/capture.js";
import { GROUPINGS, grouping } from "./grouping.js";
import { Groups } from "./groups.js";

/** @import { WireRecord } from "../types.js" */
/** @import { Group } from "./groups.js" */

/** @typedef {{ group: Group | null, record: WireRecord | null }} Row */
/** What stays of a row when the list changes. @typedef {{ group: string | null, seq: number | null }} Spot */

/** @type {(row: Row) => Spot} */
export const spotOf = ({ group, record }) => ({ group: group?.key ?? null, seq: record?.seq ?? null });

/** Which groups are collapsed: all but those, or only those. */
export const collapsed = signal({ all: false, but: /** @type {Set<string>} */ (new Set()) });

/** @param {string} key */
const isCollapsed = (key) => collapsed.value.all !== collapsed.value.but.has(key);

/** @param {string} key @param {boolean} [wanted] */
export function toggle(key, wanted = !isCollapsed(key)) {
  const { all } = collapsed.value;
  const but = new Set(collapsed.value.but);
  if (wanted === all) but.delete(key);
  else but.add(key);
  collapsed.value = { all, but };
}

/** @param {boolean} all */
export function collapseAll(all) {
  collapsed.value = { all, but: new Set() };
}

/** What the groups were made of. They only go on while that stays the same. */
let made = { of: /** @type {unknown} */ (null), by: "", groups: new Groups(GROUPINGS.connection) };

/** @type {{ readonly value: FlatRows | GroupedRows, peek(): FlatRows | GroupedRows }} */
export const rows = computed(() => {
  const by = grouping.value;
  if (!(by in GROUPINGS)) return new FlatRows(shown.value);
  if (made.of !== edition.value || made.by !== by) {
    made = { of: edition.value, by, groups: new Groups(GROUPINGS[by]) };
  }
  made.groups.follow(shown.value);
  return new GroupedRows(shown.value, made.groups);
});

class FlatRows {
  isGrouped = false;
  groups = 0;

  /** @param {WireRecord[]} records */
  constructor(records) {
    this.records = records;
    this.count = records.length;
  }

  /** @param {number} index @returns {Row} */
  at(index) {
    return { group: null, record: this.records[index] };
  }

  /** @param {Spot} spot */
  indexOf({ seq }) {
    return indexOf(this.records, seq);
  }

  /** Where it stands, or would if it were still there. @param {Spot} spot */
  near({ seq }) {
    return indexAfter(this.records, (seq ?? 0) - 1);
  }

  /** @param {number | null} seq */
  find(seq) {
    return indexOf(this.records, seq);
  }
}

class GroupedRows {
  isGrouped = true;
  /** Where each group begins. @type {number[]} */
  #begins = [];
  /** @type {Map<string, number>} */
  #places = new Map();

  #keysOf;

  /** @param {WireRecord[]} records @param {Groups} groups */
  constructor(records, groups) {
    this.records = records;
    this.list = groups.all();
    this.groups = this.list.length;
    this.count = 0;
    this.#keysOf = groups.keysOf;
    for (const group of this.list) {
      group.isCollapsed = isCollapsed(group.key);
      this.#places.set(group.key, this.#begins.length);
      this.#begins.push(this.count);
      this.count += 1 + (group.isCollapsed ? 0 : group.records.length);
    }
  }

  /** @param {number} index @returns {Row} */
  at(index) {
    const place = lastAtMost(this.#begins, index);
    const group = this.list[place];
    const within = index - this.#begins[place] - 1;
    return { group, record: within < 0 ? null : group.records[within] };
  }

  /** @param {Spot} spot */
  indexOf({ group: key, seq }) {
    const place = this.#places.get(key ?? "");
    if (place === undefined) return this.find(seq);
    return seq === null ? this.#begins[place] : this.#within(place, indexOf(this.list[place].records, seq));
  }

  /** Where it stands, or would if it were still there. @param {Spot} spot */
  near({ group: key, seq }) {
    const place = this.#places.get(key ?? "");
    if (place === undefined) return Math.max(this.find(seq), 0);
    return seq === null ? this.#begins[place] : this.#within(place, indexAfter(this.list[place].records, seq - 1));
  }

  /** In the first of its groups. @param {number | null} seq */
  find(seq) {
    const record = this.records[indexOf(this.records, seq)];
    const place = record && this.#places.get(this.#keysOf(record)[0]);
    return place === undefined ? -1 : this.#within(place, indexOf(this.list[place].records, seq));
  }

  /** A collapsed group's records all stand at its header. @param {number} place @param {number} index */
  #within(place, index) {
    if (index < 0) return -1;
    return this.#begins[place] + (this.list[place].isCollapsed ? 0 : 1 + index);
  }
}

/** @param {number[]} sorted @param {number} value */
function lastAtMost(sorted, value) {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
