/**
 * How the chat is connected just now: the way that was chosen, what carries it, and the switch.
 *
 * Usage: `<${Strip} />`
 */
import { html } from "htm/preact";
import { useHeir } from "../../menu/heir.js";
import { count, number } from "../../format.js";
import { connect, disconnect, polls, state, transport, way, wayInUse } from "./connection.js";
import { TRANSPORTS } from "./ways/ways.js";
import { Interval } from "./interval.js";
import { WaysMenu } from "./ways-menu.js";

/** Long enough to say something meanwhile, from another window. */
const AWAY_SECONDS = 10;

export function Strip() {
  const isOff = state.value === "offline";
  return html`
    <div class="strip">
      <${WaysMenu} />
      <button type="button" class="button" onClick=${() => (isOff ? connect() : disconnect())}>
        ${isOff ? "Connect" : "Disconnect"}
      </button>
      ${(state.value === "connected" || state.value === "connecting") && html`
        <div class="strip-more"><${InUse} />${wayInUse.value && html`<${GoOffline} />`}</div>`}
    </div>`;
}

function GoOffline() {
  const place = useHeir("come-back");
  return html`
    <button type="button" class="button small push" onClick=${() => disconnect(AWAY_SECONDS)} ref=${place}
      title="See what is replayed when you come back">Go offline for ${AWAY_SECONDS} s</button>`;
}

function InUse() {
  const used = wayInUse.value;
  if (!used) return html`<p>Connecting…</p>`;
  if (used !== way.value) return html`<p>Opening ${way.value.label}…</p>`;
  const name = transport.value ?? used.transports[0];
  return html`
    <p class=${used.polls ? "visually-hidden" : "transport"} role="img"
      aria-label=${`Transport in use: ${TRANSPORTS[name]?.name ?? name}`}>
      ${used.transports.map((each, index) => html`
        ${index > 0 && html`<span aria-hidden="true">→</span>`}
        <span class="transport-name" data-used=${each === name}>${TRANSPORTS[each].short}</span>`)}
    </p>
    ${polls.value.asked > 0 && html`<${Polls} />`}
    ${used.name === "short-polling" && html`<${Interval} />`}`;
}

/** What polling costs, in one line: how many questions, and how many of them were worth asking. */
function Polls() {
  const { asked, news } = polls.value;
  return html`<p class="polls">${count(asked, "request")}, ${number(news)} with news</p>`;
}
