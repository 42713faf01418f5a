/**
 * One connection, or the connections of one session, as a row of the table: what happened, and below it what it cost.
 *
 * Usage: `<${Row} entry=${entry} index=${3} top=${84} height=${44} … />`
 */
import { html } from "htm/preact";
import { useMemo } from "preact/hooks";
import { age, count, duration, number, percent, size } from "../format.js";
import { LayersBar } from "../layers/bar.js";
import { partsOf } from "../layers/layers.js";
import { browserOf } from "../records/browser.js";
import { ConnectionMark } from "../records/marks.js";
import { countsOf, framesOf, overheadTold } from "./words.js";

/** @import { Entry } from "./entries.js" */
/** @import { Part } from "../layers/layers.js" */

/**
 * @typedef {object} RowProps
 * @property {string} id
 * @property {Entry} entry
 * @property {number} index
 * @property {number} top
 * @property {number} height
 * @property {boolean} active where the keyboard is
 * @property {boolean} chosen whether its details are shown
 */

/** @param {RowProps} props */
export function Row({ id, entry, index, top, height, active, chosen }) {
  const { key, isInside, isOpen } = entry;
  const classes = ["conns-line", "conns-row", isInside && "inside", active && "active"];
  // The same result again spares the rows in view from being compared while the table is scrolled.
  const draw = () => html`
    <div role="row" id=${id} class=${classes.filter(Boolean).join(" ")} data-key=${key} aria-rowindex=${index + 2}
      aria-level=${isInside ? 2 : 1} aria-expanded=${isOpen ?? undefined} aria-selected=${chosen}
      style=${{ height: `${height}px`, transform: `translateY(${top}px)` }}>
      <${Who} entry=${entry} />
      <${Story} entry=${entry} />
      <${Numbers} entry=${entry} />
    </div>`;
  return useMemo(draw, [id, entry, index, top, height, active, chosen]);
}

/** @param {{ entry: Entry }} props */
function Who({ entry: { connections, sids, isOpen } }) {
  const newest = connections[connections.length - 1];
  const others = connections.length - 1;
  const browser = browserOf(newest);
  return html`
    <span role="gridcell" class="conns-who">
      ${sids.length === 0
        ? html`<${ConnectionMark} id=${newest.id} />`
        : html`
          <span class="conns-fold" title=${`${count(sids.length, "session")}, ${connections.length} connections`}>
            <span aria-hidden="true">${isOpen ? "▾" : "▸"}</span>
            <${ConnectionMark} id=${newest.id} />${" "}
            <span class="muted">+${others}<span class="visually-hidden"> of its session</span></span>
          </span>`}
      <span class="conns-owner" title=${browser}>${browser}</span>
    </span>`;
}

/** What it says of one connection counts its requests already. @param {{ entry: Entry }} props */
function Story({ entry: { story, connections, cost } }) {
  const several = connections.length > 1;
  const all = `all that ${connections.length} connections carried`;
  const counts = several ? `${all}: ${countsOf(cost)}` : framesOf(cost.frames);
  return html`
    <span role="gridcell" class="conns-story" title=${[story, counts].filter(Boolean).join("; ")}>
      ${story}${" "}<span class="conns-counts">${counts}</span>
    </span>`;
}

/** @param {{ entry: Entry }} props */
function Numbers({ entry: { roundTrip, cost, ...life } }) {
  const { bytes, toServer, toClient, layers, messages, perMessage } = cost;
  const parts = partsOf(layers, bytes);
  return html`
    <span role="gridcell" class="conns-age">
      <b>${age(life.age)}</b>${life.idle !== null && html`<span class="conns-idle">, ${idleOf(life.idle)}</span>`}
    </span>
    <span role="gridcell" class="conns-bytes"><b>${size(bytes)}</b></span>
    <span role="gridcell" class="conns-ways">
      <span class="to-server">→ ${size(toServer)}</span>${" "}<span class="to-client">← ${size(toClient)}</span>
    </span>
    <span role="gridcell" class="conns-layers">
      <${LayersBar} parts=${parts} /><span class="conns-most">${mostOf(parts)}</span>
    </span>
    <span role="gridcell" class="conns-overhead">
      <b>${overheadTold(cost)}</b><span class="conns-unit"> overhead</span>
    </span>
    <span role="gridcell" class="conns-messages">
      <b>${number(messages)}</b><span class="conns-unit">${messages === 1 ? " message" : " messages"}</span>
    </span>
    <span role="gridcell" class="conns-each">
      ${perMessage === null
        ? html`<b class="conns-none">–</b>`
        : html`<b>${number(Math.round(perMessage))}</b><span class="conns-unit"> B each</span>`}
    </span>
    <span role="gridcell" class="conns-ping">${roundTrip === null ? "–" : duration(roundTrip)}</span>`;
}

/** @param {number} seconds */
const idleOf = (seconds) => (seconds < 1 ? "busy" : `idle ${age(seconds)}`);

/** The layer with most of the bytes, and the application if that is another. @param {Part[]} parts */
function mostOf(parts) {
  const [most, ...others] = parts.toSorted((one, other) => other.bytes - one.bytes);
  if (!most) return "not told";
  const application = others.find(({ layer }) => layer === "application");
  const said = application ? [most, application] : [most];
  return said.map(({ name, share }) => `${name} ${percent(share)}`).join(", ");
}
