/**
 * The chat pane: in which room, with whom and over what; what was said, and a box to say more.
 *
 * Usage: `<${Chat} />`
 */
import { html } from "htm/preact";
import { useEffect, useRef } from "preact/hooks";
import { Composer } from "./composer/composer.js";
import { Conversation } from "./conversation/conversation.js";
import { PeopleMenu } from "./people/people-menu.js";
import { RoomMenu } from "./room/room-menu.js";
import { state } from "./connection/connection.js";
import { Strip } from "./connection/strip.js";
import { Trouble } from "./connection/trouble.js";
import { TypingLine } from "./conversation/typing-line.js";

export function Chat() {
  const hasConnected = useRef(false);
  hasConnected.current ||= state.value === "connected";
  // On a low page that scrolls, the box is in view first, and what stands above it can be scrolled to.
  useEffect(() => {
    const pane = document.getElementById("pane-chat");
    pane?.scrollTo({ top: pane.scrollHeight });
  }, [hasConnected.current]);
  return html`
    <div class="pane-head">
      <h2>Chat</h2>
      <${RoomMenu} />
      <${PeopleMenu} />
    </div>
    <${Strip} />
    <${Trouble} />
    <${Conversation} />
    <${TypingLine} />
    <${Composer} />`;
}
