/**
 * All that is known of one connection, or of one session: its story, its bytes by layer and direction, its frames, its
 * round trips, and the ways to its records.
 *
 * Usage: `<${Details} entry=${entry} started=${capture.started} onClose=${close} />`
 */
import { html } from "htm/preact";
import { useEffect } from "preact/hooks";
import { ShowIn, ofConnection, ofSessions } from "../filter/show-in.js";
import { clock, count, duration, number, percent } from "../format.js";
import { LayersBar, Swatch } from "../layers/bar.js";
import { partsOf } from "../layers/layers.js";
import { useHeir } from "../menu/heir.js";
import { narrow } from "../panes/narrow.js";
import { NO_COOKIE } from "../records/browser.js";
import { added } from "../sum.js";
import { countsOf, overheadTold, stateOf } from "./words.js";

/** @import { Connection } from "../types.js" */
/** @import { Cost } from "./cost.js" */
/** @import { Entry } from "./entries.js" */

/** @param {{ entry: Entry, started: string, onClose: () => void }} props */
export function Details({ entry, started, onClose }) {
  const { connections, sids, story, cost } = entry;
  const place = useHeir("connections");
  const title = sids.length > 0 ? `Session of ${connections.length} connections` : `Connection ${connections[0].id}`;
  // Below a table that fills a narrow page, they would be out of view.
  useEffect(() => {
    if (narrow.peek()) place.current?.scrollIntoView();
  }, []);
  function onKeyDown(/** @type {KeyboardEvent} */ event) {
    if (event.key !== "Escape") return;
    event.preventDefault();
    onClose();
  }
  return html`
    <section class="conns-details" aria-labelledby="conns-title" ref=${place} onKeyDown=${onKeyDown}>
      <header>
        <h3 id="conns-title">${title}</h3>
        <${Ways} entry=${entry} />
        <button type="button" class="button icon" aria-label="Close" title="Close" onClick=${onClose}>
          <span aria-hidden="true">✕</span>
        </button>
      </header>
      <p class="conns-headline">${story}</p>
      ${sids.length > 0 && html`
        <p class="muted">All that these connections carried is counted, the pages and other requests on them, too.</p>`}
      <div class="conns-columns">
        <${Facts} connections=${connections} cost=${cost} started=${started} />
        <${Layers} cost=${cost} connections=${connections} />
      </div>
    </section>`;
}

/** @param {{ entry: Entry }} props */
function Ways({ entry: { connections, sids } }) {
  const [{ id, sids: carried = [] }] = connections;
  const own = sids.length > 0 ? ofSessions(sids) : ofConnection(id);
  return html`
    <p class="choices">
      <${ShowIn} view="list" ...${own} words="Show its records" />
      <${ShowIn} view="ladder" ...${own} words="Show in the ladder" />
      ${sids.length === 0 && carried.length > 0 && html`
        <${ShowIn} view="list" ...${ofSessions(carried)} words="Show the whole session" />`}
    </p>`;
}

/** @param {{ connections: Connection[], cost: Cost, started: string }} props */
function Facts({ connections, cost, started }) {
  const facts = connections.length > 1 ? [] : factsOf(connections[0], started);
  const sids = [...new Set(connections.flatMap(({ sids = [] }) => sids))];
  return html`
    <dl class="conns-facts">
      ${[...facts, ["Carried", countsOf(cost)], ["State", stateOf(connections)]].map(([term, words]) => html`
        <dt>${term}</dt><dd>${words}</dd>`)}
      ${sids.length > 0 && html`
        <dt>${sids.length > 1 ? "Sessions" : "Session"}</dt><dd class="mono">${sids.join(" ")}</dd>`}
      <${Timings} connections=${connections} />
    </dl>`;
}

/** @param {Connection} connection @param {string} started @returns {[term: string, words: string][]} */
function factsOf({ peer, mine, owner, target, protocol, opened, closed, end, by, closing, inspector_bytes }, started) {
  const browser = owner ? `${owner}${mine ? ", this browser" : ""}` : NO_COOKIE;
  const ended = `${clock(started, closed ?? 0)}, by the ${by}’s ${end === "reset" ? "RST" : "FIN"}`;
  /** @type {[string, string | false | undefined][]} */
  const facts = [
    ["From", peer],
    ["Browser", browser],
    ["Protocol", protocol === "websocket" ? `WebSocket at ${target}` : "HTTP/1.1"],
    ["Opened", clock(started, opened)],
    ["Closed", closed !== undefined && ended],
    ["Closing handshake", closing?.meaning],
    ["Besides", inspector_bytes > 0 && `${count(inspector_bytes, "byte")} of the inspector’s own, left out here`],
  ];
  return facts.flatMap(([term, words]) => (words ? [[term, words]] : []));
}

/** @param {{ connections: Connection[] }} props */
function Timings({ connections }) {
  const trips = connections.findLast(({ round_trips }) => round_trips)?.round_trips;
  const held = connections.flatMap(({ exchanges }) => (exchanges?.count ? [exchanges] : []));
  const exchanges = held.reduce((sum, { count }) => sum + count, 0);
  const mean = held.reduce((sum, { count, mean }) => sum + count * mean, 0) / exchanges;
  const longest = Math.max(...held.map(({ longest }) => longest));
  return html`
    ${trips && html`
      <dt>The server’s Ping to its Pong</dt>
      <dd>${duration(trips.newest)} the last time; ${count(trips.count, "round trip")}, ${duration(trips.least)} to
        ${" "}${duration(trips.greatest)}, ${duration(trips.mean)} in the mean</dd>`}
    ${exchanges > 0 && html`
      <dt>Request to response</dt>
      <dd>${duration(mean)} in the mean of ${number(exchanges)}, ${duration(longest)} the longest</dd>`}`;
}

/** @param {{ cost: Cost, connections: Connection[] }} props */
function Layers({ cost, connections }) {
  const { bytes, layers, untold, perMessage } = cost;
  const toServer = added(connections.map(({ to_server }) => to_server.layers ?? {}));
  const parts = partsOf(layers, bytes);
  return html`
    <div class="conns-cost">
      <${LayersBar} parts=${parts} />
      <table>
        <caption class="visually-hidden">Bytes by layer</caption>
        <thead>
          <tr><th scope="col">Layer</th><th scope="col">→ to server</th><th scope="col">← to client</th>
            <th scope="col">Both</th><th scope="col">Share</th></tr>
        </thead>
        <tbody>
          ${parts.map(({ layer, name, bytes: both, share }) => html`
            <tr><th scope="row"><${Swatch} layer=${layer} />${name}</th>
              <td>${number(toServer[layer] ?? 0)}</td><td>${number(both - (toServer[layer] ?? 0))}</td>
              <td>${number(both)}</td><td>${percent(share)}</td></tr>`)}
        </tbody>
      </table>
      <p class="muted">
        Overhead ${overheadTold(cost)}: bytes that are not the application’s, of ${count(bytes, "byte")} in all.
        ${untold > 0 && ` Of ${count(untold, "byte")} nobody can tell: compressed, not framed, or not read.`}
        ${perMessage !== null && ` A message took ${count(Math.round(perMessage), "byte")} in the mean.`}
      </p>
    </div>`;
}
