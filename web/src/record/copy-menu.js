/**
 * Takes a record along: the bytes that are shown, or those that are chosen, as hexadecimal digits or as text; the
 * record as JSON; a request as a curl command; and a link to what is in view.
 *
 * Usage: `<${CopyMenu} record=${record} />`
 */
import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { hrefOf } from "../address/address.js";
import { count } from "../format.js";
import { CARET, Menu } from "../menu/menu.js";
import { opened } from "../source/source.js";
import { labelOf } from "./buffers.js";
import { hex } from "./bytes.js";
import { copy } from "./copy.js";
import { curl } from "./curl.js";
import { buffers } from "./detail.js";
import { byteRange } from "./fields.js";
import { buffer, chosen } from "./lens.js";
import { textOf } from "./text.js";

/** @import { DissectedRecord } from "../types.js" */

/** `isThere` is false where there is nothing to take, and then `note` says why. */
/** @typedef {{ name: string, note?: string, isThere?: boolean, text: () => string }} Item */

const SAID_MS = 2_000;

export function CopyMenu(/** @type {{ record: DissectedRecord }} */ { record }) {
  const [said, setSaid] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setSaid(""), SAID_MS);
    return () => clearTimeout(timer);
  }, [said]);

  /** @param {string} name @param {string} text @param {() => void} close */
  async function take(name, text, close) {
    close();
    setSaid((await copy(text)) ? `Copied: ${name}` : "Not copied: the browser refused");
  }

  return html`
    <span class="copied" role="status">${said}</span>
    <${Menu} id="copy" label="Copy" button=${html`Copy ${CARET}`}>${(/** @type {() => void} */ close) => html`
      ${groupsOf(record).map(({ title, items }) => html`
        <section class="copy-group" aria-label=${title}>
          <h3>${title}</h3>
          ${items.map(({ name, note, isThere = true, text }) => html`
            <button type="button" class="button" disabled=${!isThere}
              onClick=${() => take(name, text(), close)}>${name}</button>
            ${note && html`<p class="muted">${note}</p>`}`)}
        </section>`)}`}<//>`;
}

/** @param {DissectedRecord} record @returns {{ title: string, items: Item[] }[]} */
function groupsOf(record) {
  const bytes = buffers.value[buffer.value] ?? new Uint8Array();
  const groups = [];
  const field = chosen.value;
  if (field) {
    const [from, to] = byteRange(field);
    const part = (buffers.value[field.buffer] ?? new Uint8Array()).subarray(from, to);
    groups.push({ title: `Chosen: ${field.name}, ${count(part.length, "byte")}`, items: ofBytes(part) });
  }
  if (bytes.length > 0) {
    groups.push({ title: `${labelOf(record, buffer.value)}: ${count(bytes.length, "byte")}`, items: ofBytes(bytes) });
  }
  return [...groups, { title: "The record", items: ofRecord(record) }];
}

/** @param {Uint8Array} bytes @returns {Item[]} */
function ofBytes(bytes) {
  const text = textOf(bytes);
  return [
    { name: "Hex", text: () => Array.from(bytes, (byte) => hex(byte)).join(" ") },
    text === null
      ? { name: "Text", note: "These bytes are no UTF-8.", isThere: false, text: () => "" }
      : { name: "Text", text: () => text },
  ];
}

/** @param {DissectedRecord} record @returns {Item[]} */
function ofRecord(record) {
  /** @type {Item[]} */
  const items = [{ name: "JSON", text: () => JSON.stringify(record, null, 2) }];
  // Elsewhere, a link would lead to the live record of that number.
  if (!opened.value) items.unshift({ name: "Link to this view", text: () => new URL(hrefOf({}), location.href).href });
  if (record.kind !== "request") return items;
  const { command, note } = curl(record);
  return [...items, { name: "curl command", note, isThere: command !== null, text: () => command ?? "" }];
}
