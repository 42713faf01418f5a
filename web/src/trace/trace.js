/**
 * The trace of a chat message: who sent it, what the server made of it, and every record that carried it to every
 * receiver, with how long after the sending and for how many bytes.
 *
 * Keys: Escape leads back to the view before, once no record is open (see leave.js).
 *
 * Usage: `<${Trace} key=${7} />` follows the message that the address names.
 */
import { html } from "htm/preact";
import { useEffect } from "preact/hooks";
import { message } from "../address/address.js";
import { ShowIn, ofMessage } from "../filter/show-in.js";
import { count, number } from "../format.js";
import { narrow } from "../panes/narrow.js";
import { opened } from "../source/source.js";
import { accountOf } from "./account.js";
import { bubbles } from "./bubbles.js";
import { useCarriers } from "./carriers.js";
import { Receivers } from "./receivers.js";
import { Sender } from "./sender.js";
import { wordsIn } from "./words.js";

/** @import { WireRecord } from "../types.js" */
/** @import { Account, Step } from "./account.js" */
/** @import { Said } from "./bubbles.js" */
/** @import { Carriers } from "./carriers.js" */

/** @typedef {Said | { handle: string, message: string, isCut: boolean } | null} Words */

export function Trace() {
  const id = /** @type {number} */ (message.value);
  const carriers = useCarriers(id);
  const { records, problem } = carriers;
  const said = bubbles.value?.find(id);
  const words = said ?? wordsIn(records ?? [], id);
  useEffect(takeFocus, []);
  return html`
    <section class="trace" aria-labelledby="trace-title" tabIndex=${0}>
      <${Head} id=${id} words=${words} />
      ${problem && html`<p class="notice" role="status">${problem}</p>`}
      ${records === null && !problem && html`<p class="muted">Asking for the records that carried it…</p>`}
      ${records?.length === 0 && html`<${NoRecords} said=${said} carriers=${carriers} />`}
      ${records && records.length > 0 && html`
        <${Told} account=${accountOf(id, { ...carriers, records })} words=${words} carriers=${carriers} />`}
    </section>`;
}

/**
 * Whoever works by keyboard goes on here. On a narrow page, too: what was chosen is out of view now, and what shows it
 * instead has the focus.
 */
function takeFocus() {
  const isByKeyboard = document.activeElement?.matches("button:focus-visible");
  if (isByKeyboard || narrow.peek()) document.getElementById("trace-title")?.focus();
}

/** @param {{ id: number, words: Words }} props */
function Head({ id, words }) {
  const isPrivate = words && "to" in words && words.to;
  return html`
    <header class="trace-head">
      <h3 id="trace-title" tabIndex=${-1}>Message ${id}</h3>
      ${words && html`
        <p class="trace-said">
          <bdi class="trace-handle">${words.handle}</bdi>
          ${isPrivate && html`<span class="tag">only to <bdi>${isPrivate.handle}</bdi></span>`}
          <span class="trace-words" dir="auto">${words.message}${"isCut" in words && words.isCut && "…"}</span>
        </p>`}
      <p class="choices">
        ${bubbles.value?.find(id) && html`
          <button type="button" class="button small"
            onClick=${() => bubbles.value?.reveal(id)}>Show in the chat</button>`}
        <${ShowIn} view="list" ...${ofMessage(id)} words="Show in the list" />
        <${ShowIn} view="ladder" ...${ofMessage(id)} words="Show in the ladder" />
      </p>
    </header>`;
}

/** @param {{ account: Account, words: Words, carriers: Carriers }} props */
function Told({ account, words, carriers: { records, isCut, missing, capture } }) {
  return html`
    <div>
      <p class="trace-sum" role="status">${sumOf(account, words)}</p>
      <p class="muted">${opened.value
        ? "All of the file’s records that carried it, whatever is looked for above."
        : "Everyone’s records that carried it, whatever is chosen above."}</p>
    </div>
    ${isCut && html`
      <p class="notice">Only the first ${count(records?.length ?? 0, "record")} that carried it are told of here; more
        may have.</p>`}
    ${missing > 0 && html`
      <p class="notice">${count(missing, "record")} made room for newer ones in the capture; some of them may have
        carried it, too.</p>`}
    <div class="trace-story">
      <${Sender} account=${account} handle=${words?.handle} started=${capture?.started ?? ""} />
      <p class="trace-server">Server</p>
      <${Receivers} account=${account} />
    </div>`;
}

/** @param {Account} account @param {Words} words */
function sumOf({ sendings, acknowledgements, deliveries, replays, bytes, application, compressed }, words) {
  const out = [...deliveries, ...replays, ...acknowledgements];
  const shared = numberOf([...sendings, ...out].filter(({ others }) => others > 0));
  const told = [
    count(deliveries.length + replays.length, "delivery", "deliveries"),
    acknowledgements.length > 0 && count(acknowledgements.length, "acknowledgement"),
  ];
  const inFewer = numberOf(out) < out.length && ` in ${count(numberOf(out), "record")}`;
  const isWhole = words && !("isCut" in words && words.isCut);
  return html`
    1 message${isWhole && ` of ${count([...words.message].length, "character")}`}:
    ${" "}<b>${sendings.length > 0 ? `${count(sendings.length, "record")} in; ` : ""}
    ${told.filter(Boolean).join(" and ")} out</b>${inFewer},
    ${" "}<b>${count(bytes, "byte")}</b> in all
    ${shared > 0 && html` (${number(shared)} of the records carried other messages, too)`}
    ${application !== null && html`, of which <b>${count(application, "byte")}</b> were the application’s own data`}
    ${compressed > 0 && html`${" "}(and ${count(compressed, "byte")} are compressed, so that no layer can be told)`}.`;
}

/** How many records these are: one may both bring and acknowledge. @param {Step[]} steps */
const numberOf = (steps) => new Set(steps.map(({ record }) => record.seq)).size;

/** @param {{ said?: Said, carriers: Carriers }} props */
function NoRecords({ said, carriers: { capture, missing } }) {
  if (opened.value) {
    return html`
      <div class="introduction">
        <p class="invitation">No record that carried it is in the file.</p>
        <p>Either it was left out of the file, or nothing had carried a message of this number.</p>
      </div>`;
  }
  const isBefore = said && capture && Date.parse(said.at) < Date.parse(capture.started);
  const why = isBefore
    ? "It was said before the capture began."
    : missing > 0
      ? `They may be among the ${count(missing, "record")} that made room for newer ones.`
      : "Either the capture was cleared since, or nothing has carried a message of this number yet.";
  return html`
    <div class="introduction">
      <p class="invitation">No record that carried it is in the capture.</p>
      <p>${why}</p>
      <p class="muted">Should one come, as when somebody joins who is told what was said, it will stand here.</p>
    </div>`;
}
