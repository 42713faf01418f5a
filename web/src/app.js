/**
 * Puts the live page in the place of the one that the server rendered.
 *
 * - `chat/` talks to the server over polling, events, a WebSocket or Socket.IO, as any client would.
 * - `wire/` listens to `/inspector/feed` and shows what the chat's bytes looked like.
 * - The chat works the same without the wire; it only sets its filter where the reader asks to be shown.
 */
import { html, render } from "htm/preact";
import { page } from "./address/page.js";
import { connect } from "./chat/connection/connection.js";
import { Inspect } from "./inspect/inspect.js";
import { Masthead } from "./masthead/masthead.js";
import { Panes } from "./panes/panes.js";
import { follow } from "./wire/feed.js";

const app = /** @type {HTMLElement} */ (document.getElementById("app"));
app.replaceChildren();
render(html`<${Masthead} /><${page === "chat" ? Panes : Inspect} />`, app);
if (page === "chat") connect();
follow();
