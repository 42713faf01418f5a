/**
 * The lines of code that a record comes from and goes to: those of the source document, in Python and JavaScript, and
 * beside them our own server's, in Rust.
 *
 * Usage: `<${Twins} record=${record} />`
 */
import { html } from "htm/preact";
import { linesOf } from "./code-of.js";

/** @import { DissectedRecord } from "../types.js" */
/** @import { CodeLine } from "./code.js" */

export function Twins(/** @type {{ record: DissectedRecord }} */ { record }) {
  const found = linesOf(record);
  if (!found) return null;
  const { sent, received, remark } = found;
  return html`
    <section class="twins" aria-labelledby="twins-title">
      <h4 id="twins-title">The code behind it</h4>
      <${Side} verb="Sent by" lines=${sent} />
      <${Side} verb="Received by" lines=${received} />
      ${remark && html`<p class="muted">${remark}</p>`}
    </section>`;
}

/** @param {{ verb: string, lines: CodeLine[] }} props */
function Side({ verb, lines }) {
  return lines.map(({ language, from, code, says }) => html`
    <figure class="twin">
      <figcaption>${verb} <b>${language}</b> <span class="muted">${from}</span></figcaption>
      ${code && html`<pre><code>${code}</code></pre>`}
      ${says && html`<p class="muted">${says}</p>`}
    </figure>`);
}
