/**
 * The lines of a head as they stood on the wire, each with what it does.
 *
 * Usage: `<${Lines} record=${record} />`
 */
import { html } from "htm/preact";
import { buffers, fields } from "../record/detail.js";
import { byteRange, holdsSecret } from "../record/fields.js";
import { choose, lit, point } from "../record/lens.js";
import { Section } from "../record/section.js";
import { spoken } from "../record/spoken.js";
import { beginning, textAnyway } from "../record/text.js";

/** @import { DissectedRecord, Field } from "../types.js" */

/** A head of 64 KiB can have thousands of lines. */
const MOST_LINES = 60;
const MOST_CHARACTERS = 400;

/** What the two halves cannot do without: RFC 6455, sections 4.1 and 4.2.2. */
const NEEDED = {
  request: ["request line", "host", "upgrade", "connection", "sec-websocket-key", "sec-websocket-version"],
  response: ["status line", "upgrade", "connection", "sec-websocket-accept"],
};
/** What the two sides can agree on besides, and what a server can judge a browser by. */
const OPTIONAL = ["sec-websocket-extensions", "sec-websocket-protocol", "origin"];

export function Lines(/** @type {{ record: DissectedRecord }} */ { record }) {
  const lines = headOf(fields.value.filter(({ level }) => level === 1).map(({ field }) => field));
  return html`
    <ol class="lines" onMouseLeave=${() => point(null)}>
      ${lines.slice(0, MOST_LINES).map((field) => html`<${Line} field=${field} record=${record} />`)}
    </ol>
    ${lines.length > MOST_LINES && html`
      <p class="muted">and ${lines.length - MOST_LINES} lines more, in Fields and bytes</p>`}`;
}

/** Up to the empty line, which ends the head. @param {Field[]} fields */
function headOf(fields) {
  const end = fields.findIndex(({ name }) => name === "Empty line");
  return end < 0 ? fields : fields.slice(0, end + 1);
}

/** @param {{ field: Field, record: DissectedRecord }} props */
function Line({ field, record }) {
  const role = roleOf(field, record.kind === "request" ? NEEDED.request : NEEDED.response);
  const look = `line ${role.replaceAll(" ", "-")} ${lit.value === field ? "lit" : ""}`;
  return html`
    <li class=${look} onMouseEnter=${() => point(field)}>
      <button type="button" class="line-wire mono" onClick=${() => choose(field)}>
        ${text(field)}<span class="line-end"> CR LF</span>
      </button>
      <p class="line-meaning">
        ${role !== "ordinary" && html`<span class="tag">${role}</span>`}${" "}
        ${holdsSecret(record, field) && html`<span class="tag">redacted</span>`} ${spoken(field.meaning)}${" "}
        ${field.section && html`<${Section} of=${field.section} />`}
      </p>
    </li>`;
}

/** @param {Field} field */
function text(field) {
  const [from, to] = byteRange(field);
  const line = textAnyway((buffers.value.wire ?? new Uint8Array()).subarray(from, to));
  return beginning(line.replace(/\r?\n$/, ""), MOST_CHARACTERS);
}

/** @param {Field} field @param {string[]} needed */
function roleOf({ name }, needed) {
  const lowered = name.toLowerCase();
  if (needed.includes(lowered)) return "needed";
  return OPTIONAL.includes(lowered) ? "of the handshake" : "ordinary";
}
