/**
 * Which room this is, its link, and the way to another.
 *
 * Usage: `<${RoomMenu} />`
 */
import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { CARET, Menu } from "../../menu/menu.js";
import { copy } from "../../record/copy.js";
import { LOBBY, ROOM_PATTERN, addressOf, room } from "./room.js";

export function RoomMenu() {
  return html`
    <${Menu} id="room" class="room-button" label=${`Room: ${room}`}
      button=${html`<span class="muted" aria-hidden="true">#</span><bdi class="cut">${room}</bdi> ${CARET}`}>
      ${() => html`
        <h3>Room <bdi>${room}</bdi></h3>
        <${CopyLink} />
        <form class="room-other" onSubmit=${go}>
          <label for="other-room">Another room</label>
          <input id="other-room" name="room" placeholder="a name: letters, digits, - and _" required
            pattern=${ROOM_PATTERN} title="1 to 32 letters (A to Z), digits, - and _" autocomplete="off"
            autocapitalize="off" spellcheck=${false} />
          <button type="submit" class="button">Go there</button>
        </form>
        ${room !== LOBBY && html`<p><a href=${addressOf(LOBBY)}>Back to the ${LOBBY}</a></p>`}
        <p class="muted">A room is there as soon as somebody goes there. Whoever has its link can come in.</p>`}
    <//>`;
}

function CopyLink() {
  const [words, setWords] = useState("Copy the link");
  const link = new URL(addressOf(room), location.href).href;
  return html`
    <div class="room-link">
      <code>${link}</code>
      <button type="button" class="button" onClick=${async () => {
        setWords((await copy(link)) ? "Copied" : "Not copied: select it");
      }}><span role="status">${words}</span></button>
    </div>`;
}

/** @param {Event & { currentTarget: HTMLFormElement }} event */
function go(event) {
  event.preventDefault();
  location.assign(addressOf(String(new FormData(event.currentTarget).get("room"))));
}
