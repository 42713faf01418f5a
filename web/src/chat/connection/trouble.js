/**
 * Why there is no connection, when there will be one, and what can be done about it.
 *
 * Usage: `<${Trouble} />`
 */
import { html } from "htm/preact";
import { Countdown } from "./countdown.js";
import { back, connect, dial, nextTry, state, way } from "./connection.js";
import { LOBBY, addressOf, notARoom } from "../room/room.js";

export function Trouble() {
  return html`<${BadRoom} /><${Line} />`;
}

function BadRoom() {
  if (notARoom === null) return null;
  return html`
    <div class="trouble">
      <p>“<bdi>${notARoom}</bdi>” is no name for a room (1 to 32 letters, digits, - and _), so this is
        the ${LOBBY}. <a href=${addressOf(LOBBY)}>All right</a></p>
    </div>`;
}

function Line() {
  if (back.value) {
    return html`
      <div class="trouble">
        <p>Offline, as you wished. Back in <${Countdown} to=${back.value} />; what is said meanwhile is
          replayed then.</p>
        <button type="button" class="button small" onClick=${connect}>Come back now</button>
      </div>`;
  }
  if (state.value === "offline") {
    return html`
      <div class="trouble">
        <p>Closed by you. What you write waits here; what others say is replayed once you connect.</p>
      </div>`;
  }
  if (nextTry.value) {
    const { at, why } = nextTry.value;
    return html`
      <div class="trouble bad">
        <p>${state.value === "connected" ? `${way.value.label} does not open` : "No connection"}: ${why}.
          ${" "}Trying again in <${Countdown} to=${at} />.</p>
        <button type="button" class="button small" onClick=${dial}>Try now</button>
      </div>`;
  }
  if (state.value === "reconnecting") return html`<div class="trouble bad"><p>Trying to connect again…</p></div>`;
  return null;
}
