/**
 * "Your wire": every record that carried the chat, or those that pass a filter, live, and one of them
 * opened. Or the records of a file that was opened in their place.
 *
 * Usage: `<${Wire} />`
 */
import { html } from "htm/preact";
import { useEffect } from "preact/hooks";
import { go, select, selected, view } from "../address/address.js";
import { page } from "../address/page.js";
import { Choice } from "../choice/choice.js";
import { FilterBox } from "../filter/filter-box.js";
import { whose } from "../filter/filter.js";
import { RowMenu, openRowMenu } from "../filter/row-menu.js";
import { number, timeOfDay } from "../format.js";
import { isCovered } from "../menu/on-top.js";
import { SourceBanner } from "../source/banner.js";
import { CaptureMenu } from "../source/capture-menu.js";
import { DropPlace } from "../source/drop-place.js";
import { FileTotals } from "../source/file-totals.js";
import { FindBox } from "../source/find-box.js";
import { opened } from "../source/source.js";
import { Story } from "../story/story.js";
import { leave } from "../trace/leave.js";
import { Announcer } from "./announcer.js";
import { clearedMeanwhile, isWhole, paused, togglePause, waiting } from "./capture.js";
import { status } from "./feed.js";
import { lazy } from "./lazy.js";
import { Split } from "./split.js";
import { Totals } from "./totals.js";
import { View, ViewChoice } from "./views.js";

/** @import { Whose } from "../address/address.js" */

const RecordView = lazy(() => import("../record/record.js").then(({ RecordView }) => RecordView));

const WHOSE = [
  { value: "mine", label: "Mine" },
  { value: "", label: "Everyone" },
];

export function Wire() {
  useEffect(closeOnEscape, []);
  const open = selected.value !== null;
  const isFile = opened.value !== null;
  return html`
    <div class="pane-head">
      <h2>${page === "inspect" ? "The wire" : "Your wire"}</h2>
      <${ViewChoice} />
      ${!isFile && html`<${Status} />`}
      <div class="wire-controls">
        ${!isFile && html`<${LiveControls} />`}
        <${CaptureMenu} />
      </div>
    </div>
    <${SourceBanner} />
    ${isFile ? html`<${FindBox} />` : html`<${FilterBox} />`}
    ${!isFile && isWhole.value && html`<${Story} />`}
    <div class=${`wire-body ${open ? "open" : ""}`}>
      <div class="wire-list" onContextMenu=${openRowMenu}>
        <${View} key=${opened.value?.name} />
      </div>
      ${open && html`<${Split} /><${RecordView} />`}
    </div>
    <${RowMenu} />
    <${DropPlace} />
    ${isFile ? html`<${FileTotals} />` : html`<${Totals} /><${Announcer} />`}`;
}

function LiveControls() {
  return html`
    <${Choice} label="Whose records" options=${WHOSE} value=${whose.value}
      onChoose=${(/** @type {Whose} */ whose) => go({ whose })} />
    <button type="button" class="button" aria-pressed=${paused.value} onClick=${togglePause}>Pause</button>`;
}

function closeOnEscape() {
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    // The first Escape closes what is on top.
    if (isCovered()) return;
    if (event.key !== "Escape" || event.defaultPrevented) return;
    if (selected.peek() !== null) select(null);
    else if (view.peek() === "trace") leave();
  };
  addEventListener("keydown", onKey);
  return () => removeEventListener("keydown", onKey);
}

function Status() {
  const { live, words } = status.value;
  const at = clearedMeanwhile.value;
  const meanwhile = at && ` · cleared at ${timeOfDay(at.toISOString())} meanwhile`;
  if (paused.value) return html`<span class="state">Paused · ${number(waiting.value)} waiting${meanwhile}</span>`;
  return html`<span class=${`state ${live ? "good" : "bad"}`}>${words}</span>`;
}
