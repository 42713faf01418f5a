/**
 * The lines of code that a record comes from and goes to: this page's and this server's, and beneath them their twins
 * in the lesson's document, which talks over Flask-SocketIO.
 *
 * Usage: `<${Twins} record=${record} />`
 */
import { html } from "htm/preact";
import { linesOf } from "./code-of.js";

/** @import { DissectedRecord, Direction } from "../types.js" */
/** @import { CodeLine, Sides } from "./code.js" */

export function Twins(/** @type {{ record: DissectedRecord }} */ { record }) {
  const found = linesOf(record);
  if (!found) return null;
  const { here, document, differs } = found;
  const { direction } = record;
  return html`
    <section class="twins" aria-labelledby="twins-title">
      <h4 id="twins-title">The code behind it</h4>
      <${Both} sides=${here} whose="This" server="Rust" direction=${direction} />
      ${document && html`
        <h5>The same in the lesson’s document, with Flask-SocketIO</h5>
        <${Both} sides=${document} whose="Its" server="Python" direction=${direction} />`}
      ${differs && html`<p class="muted">${differs}</p>`}
    </section>`;
}

/** Who sends stands first. @param {{ sides: Sides, whose: string, server: string, direction: Direction }} props */
function Both({ sides, whose, server, direction }) {
  const page = { ...sides.page, who: `${whose} page`, language: "JavaScript" };
  const other = { ...sides.server, who: `${whose} server`, language: server };
  const inOrder = direction === "to_server" ? [page, other] : [other, page];
  return inOrder.map((line, index) => html`<${Line} ...${line} verb=${index === 0 ? "sends" : "receives"} />`);
}

/** @param {CodeLine & { who: string, verb: string, language: string }} props */
function Line({ who, verb, language, from, code, says }) {
  if (says) return html`<p>${who}: ${says}</p>`;
  return code && html`
    <figure class="twin">
      <figcaption>${who} ${verb} it: <b>${language}</b> <span class="muted">${from}</span></figcaption>
      <pre><code>${code}</code></pre>
    </figure>`;
}
