/**
 * What the records in view add up to, of an opened file: counted from the records themselves.
 *
 * Usage: `<${FileTotals} />`
 */
import { html } from "htm/preact";
import { useMemo } from "preact/hooks";
import { number, size } from "../format.js";
import { shown } from "../wire/capture.js";

/** @import { WireRecord } from "../types.js" */

export function FileTotals() {
  const { records, connections, to_server, to_client } = useMemo(() => totalsOf(shown.value), [shown.value]);
  return html`
    <p class="totals">
      <span><b>${number(records)}</b> records</span>
      <span><b>${number(connections)}</b> connections</span>
      <span class="to-server"><span aria-hidden="true">→</span> <b>${size(to_server)}</b> to server</span>
      <span class="to-client"><span aria-hidden="true">←</span> <b>${size(to_client)}</b> to client</span>
      <span class="muted">Counted from these records.</span>
    </p>`;
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
