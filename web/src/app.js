/**
 * Puts the live page in the place of the one that the server rendered.
 *
 * - `chat/` talks to the server over Socket.IO, as any client would.
 * - `wire/` listens to `/inspector/feed` and shows what the chat's bytes looked like.
 * - The two share nothing: the chat works the same without the wire.
 */
import { html, render } from "htm/preact";
import { Masthead } from "./masthead/masthead.js";
import { Panes } from "./panes/panes.js";
import { follow } from "./wire/feed.js";

const page = /** @type {HTMLElement} */ (document.getElementById("app"));
page.replaceChildren();
render(html`<${Masthead} /><${Panes} />`, page);
follow();
