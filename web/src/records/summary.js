/**
 * What a record is, after what a reader must not miss about it: rules that were broken, refusals, and how things end.
 *
 * Usage: `<${Summary} record=${record} />`, `toneOf(record)` → "alert"
 */
import { html } from "htm/preact";
import { CLOSE } from "../opcodes.js";
import { isLandmark } from "./layer.js";
import { ViolationMark } from "./marks.js";

/** @import { WireRecord } from "../types.js" */

/** @typedef {"alert" | "ending"} Tone something is wrong; something ends as it should */
/** @typedef {{ word: string, tone: Tone }} Mark */

/** @param {{ record: WireRecord }} props */
export function Summary({ record }) {
  const { violations, incomplete, context_lost, summary, text } = record;
  return html`
    ${violations?.length && html`<${ViolationMark} />`}
    ${marksOf(record).map(({ word, tone }) => html`
      <span class=${`mark ${tone}`}>
        <svg viewBox="0 0 16 16" aria-hidden="true"><path d=${ICONS[tone]} /></svg>${word}
      </span>`)}
    ${incomplete && html`<span class="tag">incomplete</span>`}
    ${context_lost && html`<span class="tag">context lost</span>`}
    <span class=${`summary ${isLandmark(record) || isAlert(record) ? "strong" : ""}`} title=${visible(text ?? summary)}>
      ${summary}${text && !summary.endsWith(text) && html`${" "}<span class="carried">${visible(text)}</span>`}
    </span>`;
}

const isAlert = (/** @type {WireRecord} */ record) => toneOf(record) === "alert";

/** Engine.IO's packets in one body stand between characters that no font draws. @param {string} text */
export const visible = (text) => text.replaceAll("\u001e", "␞");

/** How a row stands out, if it does. @param {WireRecord} record @returns {Tone | undefined} */
export function toneOf(record) {
  if (record.violations?.length) return "alert";
  const marks = marksOf(record);
  return marks.find(({ tone }) => tone === "alert")?.tone ?? marks[0]?.tone;
}

/** @type {Record<Tone, string>} A barred circle; a line that ends. */
const ICONS = {
  alert: "M8 1.500a6.500 6.500 0 1 0 0 13a6.500 6.500 0 1 0 0 -13M3.500 12.500 12.500 3.500",
  ending: "M1 8h9M10 3.500v9M13.500 5.500v5",
};

/** @param {WireRecord} record @returns {Mark[]} */
function marksOf({ kind, http, websocket, tcp, closing }) {
  if (http?.status !== undefined && http.status >= 400) {
    return [{ word: http.status < 500 ? "client error" : "server error", tone: "alert" }];
  }
  if (websocket?.opcode === CLOSE) return [{ word: "close", tone: "ending" }];
  if (kind !== "closed") return [];
  /** @type {Mark[]} */
  const marks = [tcp?.end === "reset" ? { word: "reset", tone: "alert" } : { word: "end", tone: "ending" }];
  return closing && !closing.clean ? [...marks, { word: "not clean", tone: "alert" }] : marks;
}
