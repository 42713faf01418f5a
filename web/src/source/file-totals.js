/**
 * What the records in view add up to, of an opened file: counted from the records themselves.
 *
 * Usage: `<${FileTotals} />`
 */
import { html } from "htm/preact";
import { useMemo } from "preact/hooks";
import { shown } from "../wire/capture.js";
import { Sums } from "../wire/totals.js";

/** @import { WireRecord } from "../types.js" */

export function FileTotals() {
  const totals = useMemo(() => totalsOf(shown.value), [shown.value]);
  return html`<${Sums} ...${totals}><span class="muted">Counted from these records.</span><//>`;
}

/** @param {WireRecord[]} list */
function totalsOf(list) {
  const totals = { records: 0, to_server: 0, to_client: 0 };
  const connections = new Set();
  for (const { kind, direction, length, connection } of list) {
    if (kind === "gap") continue;
    totals.records += 1;
    totals[direction] += length;
    connections.add(connection);
  }
  return { ...totals, connections: connections.size };
}
