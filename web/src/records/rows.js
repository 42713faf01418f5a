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

/** @import { ReadonlySignal } from "@preact/signals" */
/** @import { WireRecord } from "../types.js" */
/** @import { Collapsed, Group } from "./groups.js" */

/** @typedef {{ group: Group | null, record: WireRecord | null }} Row */
/** What stays of a row when the list changes. @typedef {{ group: string | null, seq: number | null }} Spot */

/** @typedef {FlatRows | GroupedRows} Rows */

/** @type {(row: Row | undefined) => Spot} */
export const spotOf = (row) => ({ group: row?.group?.key ?? null, seq: row?.record?.seq ?? null });

export const collapsed = signal(/** @type {Collapsed} */ ({ all: false, but: new Set() }));

/** @param {Group} group */
export function toggle({ key, isCollapsed }) {
  const { all } = collapsed.value;
  const but = new Set(collapsed.value.but);
  if (isCollapsed === all) but.add(key);
  else but.delete(key);
  collapsed.value = { all, but };
}

/** @param {boolean} all */
export function collapseAll(all) {
  collapsed.value = { all, but: new Set() };
}

/** What the groups were made of. They only go on while that stays the same. */
let made = { of: /** @type {unknown} */ (null), by: "", groups: new Groups(GROUPINGS.connection) };

/** @type {ReadonlySignal<Rows>} */
export const rows = computed(() => {
  const by = grouping.value;
  if (!(by in GROUPINGS)) return new FlatRows(shown.value);
  if (made.of !== edition.value || made.by !== by) {
    made = { of: edition.value, by, groups: new Groups(GROUPINGS[by]) };
  }
  made.groups.follow(shown.value);
  made.groups.lay(collapsed.value);
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

/** The groups go on as the list does: so these rows hold until there are others. */
class GroupedRows {
  isGrouped = true;
  #of;

  /** @param {WireRecord[]} records @param {Groups} of */
  constructor(records, of) {
    this.records = records;
    this.#of = of;
    this.groups = of.all.length;
    this.count = of.rows;
  }

  /** @param {number} index @returns {Row} */
  at(index) {
    const group = this.#of.all[lastFrom(this.#of.all, index)];
    const within = index - group.begin - 1;
    return { group, record: within < 0 ? null : group.records[within] };
  }

  /** @param {Spot} spot */
  indexOf({ group: key, seq }) {
    const group = this.#of.get(key);
    if (!group) return this.find(seq);
    return seq === null ? group.begin : this.#within(group, indexOf(group.records, seq));
  }

  /** Where it stands, or would if it were still there. @param {Spot} spot */
  near({ group: key, seq }) {
    const group = this.#of.get(key);
    if (!group) return Math.max(this.find(seq), 0);
    return seq === null ? group.begin : this.#within(group, indexAfter(group.records, seq - 1));
  }

  /** In the first of its groups. @param {number | null} seq */
  find(seq) {
    const record = this.records[indexOf(this.records, seq)];
    const group = record && this.#of.get(this.#of.keysOf(record)[0]);
    return group ? this.#within(group, indexOf(group.records, record.seq)) : -1;
  }

  /** A collapsed group's records all stand at its header. @param {Group} group @param {number} index */
  #within(group, index) {
    if (index < 0) return -1;
    return group.begin + (group.isCollapsed ? 0 : 1 + index);
  }
}

/** The last group that begins at a row or above it. @param {Group[]} groups @param {number} row */
function lastFrom(groups, row) {
  let low = 0;
  let high = groups.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (groups[middle].begin <= row) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
