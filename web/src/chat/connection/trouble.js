/**
 * Why there is no connection, when there will be one, and what can be done about it.
 *
 * Usage: `<${Trouble} />`
 */
import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { useHeir } from "../../menu/heir.js";
import { Countdown } from "./countdown.js";
import { back, connect, dial, nextTry, state, way, wayInUse } from "./connection.js";
import { LOBBY, addressOf, notARoom } from "../room/room.js";

const SEEN_MS = 600;

export function Trouble() {
  return html`<${BadRoom} /><${Line} />`;
}

function BadRoom() {
  if (notARoom === null) return null;
  return html`
    <div class="trouble">
      <p>“<bdi>${notARoom}</bdi>” is not a valid room name (1 to 32 letters, digits, - and _), so this is
        the ${LOBBY}. <a href=${addressOf(LOBBY)}>Dismiss</a></p>
    </div>`;
}

function Line() {
  if (back.value) return html`<${Away} until=${back.value} />`;
  if (state.value === "offline") {
    return html`
      <div class="trouble">
        <p>Closed by you. What you write waits here; what others say is replayed once you connect.</p>
      </div>`;
  }
  return html`<${Broken} />`;
}

/** @param {{ until: number }} props */
function Away({ until }) {
  const place = useHeir("conversation");
  return html`
    <div class="trouble" ref=${place}>
      <p>Offline, as you wished. Back in <${Countdown} to=${until} />; what is said meanwhile is
        replayed then.</p>
      <button type="button" class="button small" id="come-back" onClick=${connect}>Come back now</button>
    </div>`;
}

function Broken() {
  const [isTrying, setTrying] = useState(false);
  const isOpening = isTrying && wayInUse.value !== way.value;
  function tryNow() {
    if (isTrying) return;
    setTrying(true);
    // An attempt may fail so soon that nobody would see that there was one.
    setTimeout(() => setTrying(false), SEEN_MS);
    dial();
  }
  if (!nextTry.value && state.value !== "reconnecting" && !isOpening) return null;
  return html`<${Attempt} next=${isTrying ? null : nextTry.value} tryNow=${tryNow} />`;
}

/** @param {{ next: { at: number, why: string } | null, tryNow: () => void }} props */
function Attempt({ next, tryNow }) {
  const place = useHeir("conversation");
  const what = state.value === "connected" ? `${way.value.label} does not open` : "No connection";
  // Not `disabled`, by which a button would lose the focus.
  return html`
    <div class="trouble bad" ref=${place}>
      ${next
        ? html`<p>${what}: ${next.why}. Trying again in <${Countdown} to=${next.at} />.</p>`
        : html`<p>${what}. Trying again…</p>`}
      <button type="button" class="button small" aria-disabled=${!next} onClick=${tryNow}>
        ${next ? "Try now" : "Trying…"}
      </button>
    </div>`;
}
