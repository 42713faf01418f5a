/**
 * What can be done with a capture as a whole: take what is shown away as a file, open such a file, forget everything.
 *
 * Usage: `<${CaptureMenu} />`
 */
import { html } from "htm/preact";
import { useEffect, useRef } from "preact/hooks";
import { asked, filter, whose } from "../filter/filter.js";
import { CARET, Menu } from "../menu/menu.js";
import { clear } from "../wire/feed.js";
import { fetchAll } from "../wire/lazy.js";
import { openFile } from "./opening.js";
import { opened } from "./source.js";

/** @typedef {{ path: string, name: string, opens: string, whole?: string, also?: string }} ExportFormat */

/** @type {ExportFormat[]} */
const FORMATS = [
  {
    path: "export.jsonl",
    also: "fields=true",
    name: "JSON Lines, with fields",
    opens: "Opens here again, without a server: bytes, and what each bit means.",
  },
  {
    path: "export.jsonl",
    name: "JSON Lines, bytes only",
    opens: "Shorter, for any program that reads JSON. Opens here, too.",
  },
  {
    path: "export.har",
    name: "HAR",
    opens: "Opens in the network tools of browsers.",
    whole: "the whole exchange where one of its records is shown",
  },
  {
    path: "export.pcapng",
    name: "pcapng",
    opens: "Opens in Wireshark.",
    whole: "the whole connection where one of its records is shown",
  },
];

export function CaptureMenu() {
  return html`
    <${Menu} id="capture" label="Capture" button=${html`Capture ${CARET}`}>
      ${(/** @type {() => void} */ close) => html`<${Inside} close=${close} />`}
    <//>`;
}

/** Whoever opens this may want to read a file with the server gone: then every view has to be here. */
function Inside(/** @type {{ close: () => void }} */ { close }) {
  useEffect(() => void fetchAll(), []);
  return html`
    ${!opened.value && html`<${Exports} close=${close} />`}
    <${OpenButton} close=${close} />
    ${!opened.value && html`<${ClearButton} close=${close} />`}`;
}

/** @param {{ close: () => void }} props */
function Exports({ close }) {
  return html`
    <h3>Export what is shown</h3>
    <p class="muted">
      ${whose.value ? "Your records" : "Everyone’s records"} that the server
      keeps${asked.value && html`, as far as they pass <code>${asked.value}</code>`}.
    </p>
    <ul class="exports">
      ${FORMATS.map((format) => html`
        <li>
          <a href=${hrefOf(format)} download onClick=${close}>${format.name}</a>
          <span class="muted">${format.opens}${filter.value && format.whole && ` With ${format.whole}.`}</span>
        </li>`)}
    </ul>`;
}

/** @param {ExportFormat} format */
function hrefOf({ path, also }) {
  const parts = [filter.value && `filter=${encodeURIComponent(filter.value)}`, also].filter(Boolean);
  return `/inspector/${path}${parts.length > 0 ? `?${parts.join("&")}` : ""}`;
}

/** @param {{ close: () => void }} props */
function OpenButton({ close }) {
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));

  /** @param {Event & { currentTarget: HTMLInputElement }} event */
  function onChange({ currentTarget: { files } }) {
    const [file] = files ?? [];
    if (!file) return;
    close();
    openFile(file);
  }
  return html`
    <div class="capture-action">
      <input type="file" accept=".jsonl,.ndjson,application/jsonl" hidden ref=${input} onChange=${onChange} />
      <button type="button" class="button" onClick=${() => input.current?.click()}>Open a capture…</button>
      <span class="muted">
        A JSON Lines file from here, read in this browser alone. It can also be dropped on the page.
      </span>
    </div>`;
}

/** @param {{ close: () => void }} props */
function ClearButton({ close }) {
  function forget() {
    close();
    clear();
  }
  return html`
    <div class="capture-action">
      <button type="button" class="button" title="Forget every record, for everyone" onClick=${forget}>Clear</button>
      <span class="muted">Forgets every record that the server keeps, for everyone.</span>
    </div>`;
}
