/**
 * Puts the live page in the place of the one that the server rendered: the chat with the inspector beside it, or the
 * inspector alone, which loads nothing of the chat.
 *
 * - `chat/` talks to the server over polling, events, a WebSocket or Socket.IO, as any client would.
 * - `wire/` listens to `/inspector/feed` and shows what the chat's bytes looked like.
 * - The chat works the same without the wire; it only sets its filter where the reader asks to be shown.
 */
import { html, render } from "htm/preact";
import { page } from "./address/page.js";
import { keepTitle } from "./address/title.js";
import { follow } from "./wire/feed.js";

const PAGES = {
  chat: () => import("./panes/panes.js").then(({ Panes }) => Panes),
  inspect: () => import("./inspect/inspect.js").then(({ Inspect }) => Inspect),
};

const Page = await PAGES[page]();
const app = /** @type {HTMLElement} */ (document.getElementById("app"));
app.replaceChildren();
render(html`<${Page} />`, app);
keepTitle();
follow();
