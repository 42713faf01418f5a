/**
 * "Your wire": every record that carried the chat, live, and one of them opened.
 *
 * Usage: `<${Wire} />`
 */
import { html } from "htm/preact";
import { useEffect, useRef } from "preact/hooks";
import { number, size } from "../format.js";
import { RecordView } from "../record/record.js";
import { Records } from "../records/records.js";
import { Story } from "../story/story.js";
import { capture, connections, dropped, earlier, forgotten, paused, records, shown, togglePause, totals, waiting } from "./capture.js";
import { clear, filter, status, watch } from "./feed.js";
import { select, selected } from "./selection.js";
import { Split } from "./split.js";

export function Wire() {
  useEffect(closeOnEscape, []);
  const open = selected.value !== null;
  return html`
    <div class="pane-head">
      <h2>Your wire</h2>
      <${Status} />
      <div class="wire-controls">
        <${Whose} />
        <button type="button" class="button" aria-pressed=${paused.value} onClick=${togglePause}>Pause</button>
        <button type="button" class="button" onClick=${clear} title="Forget every record, for everyone">Clear</button>
      </div>
    </div>
    <${Story} />
    <div class=${`wire-body ${open ? "open" : ""}`}>
      <div class="wire-list">
        ${shown.value.length === 0 ? html`<${Invitation} />` : html`<${Records} key=${filter.value} />`}
      </div>
      ${open && html`<${Split} /><${RecordView} />`}
    </div>
    <${Totals} />
    <${Announcer} />`;
}

function closeOnEscape() {
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Escape" && !event.defaultPrevented) select(null);
  };
  addEventListener("keydown", onKey);
  return () => removeEventListener("keydown", onKey);
}

function Status() {
  const { live, words } = status.value;
  if (paused.value) return html`<span class="state">Paused · ${number(waiting.value)} waiting</span>`;
  return html`<span class=${`state ${live ? "good" : "bad"}`}>${words}</span>`;
}

/** Whose records: this browser's, or everyone's. */
function Whose() {
  return html`
    <fieldset class="whose">
      <legend class="visually-hidden">Whose records</legend>
      ${[["mine", "Mine"], ["", "Everyone"]].map(([value, label]) => html`
        <label>
          <input type="radio" name="whose" value=${value} checked=${filter.value === value}
            onChange=${() => watch(/** @type {"mine" | ""} */ (value))} />
          <span>${label}</span>
        </label>`)}
    </fieldset>`;
}

function Invitation() {
  return html`
    <div class="introduction">
      <p class="invitation">Nothing has crossed ${filter.value === "mine" ? "your" : "the"} wire yet.</p>
      <p>Send a message in the chat. Each HTTP request, the upgrade, and every WebSocket frame that carries
        your words will stand here as it passes, one row each: when, which way, in which layer, what it
        says, and how many bytes it took.</p>
      <p class="muted">Choose a row to see it decoded to the bit.</p>
    </div>`;
}

/** What is in the list, what the connections carried, and all that is not in the list. */
function Totals() {
  const { toServer, toClient } = totals.value;
  const missing = [
    { count: earlier.value, words: "earlier records are in the capture and not in this list" },
    { count: dropped.value, words: "let go by this page" },
    { count: forgotten.value, words: "older connections no longer counted" },
    { count: capture.value?.lost.records ?? 0, words: "lost by the capture, to make room", tone: "lost" },
  ];
  return html`
    <p class="totals">
      <span><b>${number(shown.value.length)}</b> records</span>
      <span><b>${number(connections.value.length)}</b> connections</span>
      <span class="to-server"><span aria-hidden="true">→</span> <b>${size(toServer)}</b> to server</span>
      <span class="to-client"><span aria-hidden="true">←</span> <b>${size(toClient)}</b> to client</span>
      ${missing.map(({ count, words, tone }) => count > 0 && html`<span class=${tone}><b>${number(count)}</b> ${words}</span>`)}
      <span class="muted">The inspector’s own traffic is left out.</span>
    </p>`;
}

const ANNOUNCE_EVERY_MS = 10_000;

/** Tells a screen reader now and then how the list grew; the rows themselves stay silent. */
function Announcer() {
  const words = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    let told = records.peek().at(-1)?.seq ?? 0;
    const timer = setInterval(() => {
      const fresh = records.peek().filter(({ seq }) => seq > told);
      if (fresh.length === 0 || !words.current) return;
      told = fresh[fresh.length - 1].seq;
      words.current.textContent = `${fresh.length} new on the wire, the latest: ${fresh[fresh.length - 1].summary}`;
    }, ANNOUNCE_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return html`<p class="visually-hidden" role="status" ref=${words}></p>`;
}
