/**
 * What each connection cost: its story in one line, its bytes by layer, its messages and what one of them took, so that
 * polling can be compared with a WebSocket at a glance. Sums of all stand below.
 *
 * Usage: `<${Connections} />`
 */
import { html } from "htm/preact";
import { useMemo, useState } from "preact/hooks";
import { go } from "../address/address.js";
import { Choice } from "../choice/choice.js";
import { whose } from "../filter/filter.js";
import { remembered } from "../preferences/remembered.js";
import { opened } from "../source/source.js";
import { useConnections } from "./answers.js";
import { Details } from "./details.js";
import { entriesOf } from "./entries.js";
import { sort } from "./sorting.js";
import { SortMenu } from "./sort-menu.js";
import { Sums } from "./sums.js";
import { Table } from "./table.js";

/** @import { OpenedFile } from "../source/source.js" */
/** @import { ConnectionList } from "../types.js" */

const GROUPS = [
  { value: "session", label: "By session" },
  { value: "connection", label: "Each connection" },
];

const grouping = remembered("connections-by", "session");

export function Connections() {
  const { list, problem } = useConnections();
  return html`
    <section class="conns" aria-label="Connections">
      <div class="conns-controls">
        <${Choice} label="One row for" options=${GROUPS} value=${grouping.value}
          onChoose=${(/** @type {string} */ value) => (grouping.value = value)} />
        <${SortMenu} />
      </div>
      ${problem && html`<p class="notice">${problem} ${list && "Below is what it said last."}</p>`}
      ${list && html`<${Told} list=${list} />`}
    </section>`;
}

/** @param {{ list: ConnectionList }} props */
function Told({ list }) {
  const [chosen, choose] = useState(/** @type {string | null} */ (null));
  const [unfolded, setUnfolded] = useState(/** @type {Set<string>} */ (new Set()));
  const bySession = grouping.value === "session";
  // A file is everyone's.
  const ofMine = whose.value === "mine" && !opened.value;
  const connections = useMemo(
    () => list.connections.filter(({ mine }) => !ofMine || mine),
    [list, ofMine],
  );
  const entries = useMemo(
    () => entriesOf(connections, { bySession, unfolded, now: list.now, sort: sort.value }),
    [connections, bySession, unfolded, list, sort.value],
  );
  const fold = (/** @type {string} */ key, /** @type {boolean} */ isOpen) => {
    const next = new Set(unfolded);
    if (isOpen) next.add(key);
    else next.delete(key);
    setUnfolded(next);
  };
  if (connections.length === 0) return html`<${None} />`;
  const open = entries.find(({ key }) => key === chosen);
  return html`
    <${Table} entries=${entries} chosen=${chosen} onChoose=${choose} onFold=${fold} ofEveryone=${!ofMine} />
    ${opened.value && html`<p class="conns-note muted">${countedOver(opened.value, list)}</p>`}
    ${open && html`
      <${Details} key=${open.key} entry=${open} started=${list.capture.started} onClose=${() => choose(null)} />`}
    <${Sums} connections=${connections} forgotten=${list.forgotten} />`;
}

/** @param {OpenedFile} file @param {ConnectionList} list */
function countedOver({ filter }, { of_records }) {
  if (of_records) return "The file does not tell of its connections: these are counted from its records alone.";
  return filter
    ? "Each connection is counted whole, as the server did, not only over the records that passed the file’s filter."
    : "Each connection is counted as the server did, records that had been lost included.";
}

function None() {
  const isMine = whose.value === "mine" && !opened.value;
  return html`
    <div class="introduction">
      <p class="invitation">${isMine ? "No connection of yours" : "No connection"} has carried anything yet.</p>
      <p>Say something in the chat, over one transport and then over another: what each of them costs will stand
        here, a row each.</p>
      ${isMine && html`
        <p class="choices">
          <button type="button" class="button" onClick=${() => go({ whose: "" })}>Look at everyone’s</button>
        </p>`}
    </div>`;
}
