/**
 * The chat and the wire: two panes side by side, or two tabs where the page is narrow. Both stay
 * mounted, so that nothing is missed by the one that is not in view.
 *
 * Usage: `<${Panes} />`
 */
import { html } from "htm/preact";
import { useLayoutEffect } from "preact/hooks";
import { Chat } from "../chat/chat.js";
import { connect } from "../chat/connection/connection.js";
import { ChatState } from "../chat/connection/state.js";
import { Masthead } from "../masthead/masthead.js";
import { Wire } from "../wire/wire.js";
import { active, turnTo } from "./active.js";
import { narrow } from "./narrow.js";

/** @import { PaneName } from "./active.js" */

/** @type {{ name: PaneName, label: string }[]} */
const PANES = [
  { name: "chat", label: "Chat" },
  { name: "wire", label: "Your wire" },
];

export function Panes() {
  useLayoutEffect(connect, []);
  return html`
    <${Masthead}><${ChatState} /><//>
    <main class="panes">
      <h2 class="visually-hidden">Chat and wire</h2>
      ${narrow.value && html`<${Tabs} />`}
      <${Pane} name="chat" label="Chat"><${Chat} /><//>
      <${Pane} name="wire" label="Your wire"><${Wire} /><//>
    </main>`;
}

/** @param {{ name: PaneName, label: string, children?: any }} props */
function Pane({ name, label, children }) {
  const attributes = narrow.value
    ? { role: "tabpanel", "aria-labelledby": `tab-${name}`, hidden: active.value !== name }
    : { role: "region", "aria-label": label };
  return html`<section id=${`pane-${name}`} class=${`pane ${name}`} ...${attributes}>${children}</section>`;
}

function Tabs() {
  return html`
    <div class="tabs" role="tablist" aria-label="Panes" onKeyDown=${onTabKey}>
      ${PANES.map(({ name, label }) => html`
        <button type="button" role="tab" class="tab" id=${`tab-${name}`} aria-controls=${`pane-${name}`}
          aria-selected=${active.value === name} tabIndex=${active.value === name ? 0 : -1}
          onClick=${() => turnTo(name)}>${label}</button>`)}
    </div>`;
}

/** @param {KeyboardEvent} event */
function onTabKey(event) {
  const target = { ArrowLeft: -1, ArrowRight: 1, Home: -PANES.length, End: PANES.length }[event.key];
  if (target === undefined) return;
  event.preventDefault();
  const here = PANES.findIndex(({ name }) => name === active.value);
  const next = PANES[Math.min(Math.max(here + target, 0), PANES.length - 1)];
  turnTo(next.name);
  document.getElementById(`tab-${next.name}`)?.focus();
}
