/**
 * The columns of the list, and which of them the reader has chosen. The summary is always there.
 *
 * Usage: `columns.value.map(({ heading, draw }) => …)`; `choose("sid", true)`; `layout.value` for the style sheet
 */
import { html } from "htm/preact";
import { computed } from "@preact/signals";
import { whose } from "../filter/filter.js";
import { duration, number } from "../format.js";
import { overheadOf, overheadWords } from "../layers/layers.js";
import { OPCODES } from "../opcodes.js";
import { remembered } from "../preferences/remembered.js";
import { opened } from "../source/source.js";
import { NO_COOKIE } from "./browser.js";
import { layerOf } from "./layer.js";
import { ConnectionMark, LayerMark, Way } from "./marks.js";
import { roundTripOf } from "./partner.js";
import { Summary } from "./summary.js";
import { TIMES, time } from "./time.js";

/** @import { WireRecord } from "../types.js" */

/**
 * @typedef {object} Column
 * @property {string} name
 * @property {string} label as the menu says it
 * @property {string} [heading] as the list's head says it, where that is shorter
 * @property {number} width in rem
 * @property {boolean} [isNumber] numbers stand right
 * @property {(record: WireRecord, time: string) => unknown} draw
 */

/** @type {Column[]} */
export const COLUMNS = [
  { name: "time", label: "Time", width: 5.75, draw: (_, time) => time },
  { name: "number", label: "Number", heading: "No.", width: 3.5, isNumber: true, draw: ({ seq }) => number(seq) },
  {
    name: "connection",
    label: "Connection",
    heading: "Conn.",
    width: 2.5,
    draw: ({ connection }) => html`<${ConnectionMark} id=${connection} />`,
  },
  { name: "owner", label: "Owner, among everyone’s", heading: "Owner", width: 5.25, draw: ownerOf },
  {
    name: "way",
    label: "Direction",
    width: 5.25,
    draw: ({ direction }) => html`<${Way} direction=${direction} />`,
  },
  { name: "layer", label: "Layer", width: 6.5, draw: (record) => html`<${LayerMark} layer=${layerOf(record)} />` },
  { name: "summary", label: "Summary", width: 0, draw: (record) => html`<${Summary} record=${record} />` },
  { name: "bytes", label: "Bytes", width: 4.25, isNumber: true, draw: ({ length }) => number(length) },
  { name: "overhead", label: "Overhead", width: 4.5, isNumber: true, draw: overheadTold },
  { name: "payload", label: "Payload length", heading: "Payload", width: 4.25, isNumber: true, draw: payloadOf },
  { name: "opcode", label: "Opcode", width: 6.25, draw: opcodeOf },
  { name: "session", label: "Session", width: 10.5, draw: ({ sid }) => sid },
  { name: "chat", label: "Chat message", heading: "Chat", width: 3.5, isNumber: true, draw: chatOf },
  { name: "exchange", label: "Exchange", heading: "Exch.", width: 3.5, isNumber: true, draw: exchangeOf },
  {
    name: "round-trip",
    label: "Round trip, of what the server asked",
    heading: "Round trip",
    width: 5,
    isNumber: true,
    draw: tripOf,
  },
];

const AT_FIRST = ["time", "connection", "owner", "way", "layer", "bytes"];
const ALWAYS = "summary";
const GAP = 0.75;
const PADDING = 2;

const remembering = remembered("columns", AT_FIRST.join(" "));

export const chosen = computed(() => new Set([...remembering.value.split(" "), ALWAYS]));

/** Whose the own records are needs no saying. */
const areOwn = computed(() => whose.value === "mine" && !opened.value);

/** Those that are drawn. */
export const columns = computed(() =>
  COLUMNS.filter(({ name }) => chosen.value.has(name) && !(name === "owner" && areOwn.value)),
);

/**
 * How wide each is, and how wide the list is at least. The summary takes what is left; once there are so many that the
 * list has to scroll sideways, it has room to be read.
 */
export const layout = computed(() => {
  const least = columns.value.length > AT_FIRST.length + 1 ? 14 : 7;
  const tracks = columns.value.map((column) => (isAlways(column) ? `minmax(${least}rem, 1fr)` : `${column.width}rem`));
  const all = columns.value.reduce((sum, { width }) => sum + width + GAP, least + PADDING - GAP);
  return { "--columns": tracks.join(" "), "--least-width": `${all}rem` };
});

/** @param {string} name @param {boolean} wanted */
export function choose(name, wanted) {
  const next = new Set(chosen.value);
  if (wanted) next.add(name);
  else next.delete(name);
  remembering.value = [...next].join(" ");
}

export function chooseAsAtFirst() {
  remembering.value = AT_FIRST.join(" ");
}

export const isAlways = (/** @type {Column} */ { name }) => name === ALWAYS;

/** @param {Column} column */
export function headingOf({ name, heading, label }) {
  return name === "time" ? TIMES[time.value]?.heading ?? label : heading ?? label;
}

/** @param {WireRecord} record */
function ownerOf({ mine, owner, layer }) {
  return mine ? "you" : (owner ?? (layer === "tcp" ? "" : NO_COOKIE));
}

/** @param {WireRecord} record */
function overheadTold({ layers = {}, length }) {
  const overhead = overheadOf(layers, length);
  return overhead ? overheadWords(overhead) : "";
}

/** @param {WireRecord} record */
function payloadOf({ websocket, http }) {
  const length = websocket?.payload_length ?? http?.body_length;
  return length === undefined ? "" : number(length);
}

/** @param {WireRecord} record */
function opcodeOf({ websocket }) {
  if (!websocket) return "";
  return `${websocket.opcode.toString(16).toUpperCase()} ${OPCODES[websocket.opcode] ?? "reserved"}`;
}

/** @param {WireRecord} record */
function chatOf({ chat }) {
  return chat ? [...new Set(chat.map(({ id }) => id))].join(", ") : "";
}

/** @param {WireRecord} record */
function exchangeOf({ http }) {
  return http?.exchange === undefined ? "" : number(http.exchange);
}

/** @param {WireRecord} record */
function tripOf(record) {
  const seconds = roundTripOf(record);
  return seconds === undefined ? "" : duration(seconds);
}
