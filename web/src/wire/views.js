/**
 * The ways to look at the wire, of which one is in view: the records in a list, as a ladder, by connection, or those
 * that carried one chat message. An open record stands beside each of them.
 *
 * Usage: `<${ViewChoice} />` and `<${View} />`
 */
import { html } from "htm/preact";
import { go, message, view } from "../address/address.js";
import { Choice } from "../choice/choice.js";
import { Records } from "../records/records.js";
import { shown, shownFilter } from "./capture.js";
import { Empty } from "./empty.js";
import { lazy } from "./lazy.js";

/** @import { View as ViewName } from "../address/address.js" */

const Connections = lazy(() => import("../connections/connections.js").then(({ Connections }) => Connections));
const Ladder = lazy(() => import("../ladder/ladder.js").then(({ Ladder }) => Ladder));
const Trace = lazy(() => import("../trace/trace.js").then(({ Trace }) => Trace));

const VIEWS = [
  { value: "list", label: "List" },
  { value: "ladder", label: "Ladder" },
  { value: "connections", label: "Connections" },
];

export function ViewChoice() {
  const options = message.value === null ? VIEWS : [...VIEWS, { value: "trace", label: `Message ${message.value}` }];
  return html`
    <${Choice} label="View" options=${options} value=${view.value}
      onChoose=${(/** @type {ViewName} */ view) => go({ view })} />`;
}

export function View() {
  switch (view.value) {
    case "trace":
      return html`<${Trace} key=${message.value} />`;
    case "connections":
      return html`<${Connections} />`;
    case "ladder":
      return shown.value.length === 0 ? html`<${Empty} />` : html`<${Ladder} key=${shownFilter.value} />`;
    default:
      return shown.value.length === 0 ? html`<${Empty} />` : html`<${Records} key=${shownFilter.value} />`;
  }
}
