/**
 * What the filter language (docs/filter.md) finds in a record, read from the record as the page has it. From this come
 * the values that completion suggests, and the filters that a record's menu offers.
 *
 * Usage: `literalsOf(record, "sio.event")` → `['"send_message"']`, as a filter writes them
 */
import { OPCODES } from "../opcodes.js";
import { quoted } from "./tokens.js";

/** @import { WireRecord } from "../types.js" */

/** @typedef {string | number | boolean | null | undefined} Value */

/** @typedef {(record: WireRecord) => Value[]} Read */

/** Fields whose values are texts, and so stand in quotes. @type {Record<string, Read>} */
const TEXTS = {
  owner: ({ owner }) => [owner],
  summary: ({ summary }) => [summary],
  text: ({ text }) => [text],
  "http.method": ({ http }) => [http?.method],
  "http.target": ({ http }) => [http?.target],
  "http.path": ({ http }) => [http?.target?.replace(/\?.*/s, "")],
  "http.header": ({ http }) => http?.headers?.map(([name]) => name) ?? [],
  "http.header_value": ({ http }) => http?.headers?.map(([, value]) => value) ?? [],
  "ws.close.reason": ({ websocket }) => [websocket?.close?.reason],
  "eio.sid": ({ sid }) => [sid],
  "sio.namespace": ({ socketio }) => socketio?.map(({ namespace }) => namespace) ?? [],
  "sio.event": ({ socketio }) => socketio?.map(({ event }) => event) ?? [],
  "violation.rule": ({ violations }) => violations?.map(({ rule }) => rule) ?? [],
  "violation.section": ({ violations }) => violations?.map(({ section }) => section) ?? [],
};

/** Fields whose values are numbers, words and flags. @type {Record<string, Read>} */
const OTHERS = {
  seq: ({ seq }) => [seq],
  at: ({ at }) => [at],
  conn: ({ connection }) => [connection],
  direction: ({ direction }) => [direction],
  layer: ({ layer }) => [layer],
  kind: ({ kind }) => [kind],
  length: ({ length }) => [length],
  "tcp.end": ({ tcp }) => [tcp?.end],
  "tcp.by": ({ tcp }) => [tcp?.by],
  "http.status": ({ http }) => [http?.status],
  "http.body_length": ({ http }) => [http?.body_length],
  "http.part": ({ http }) => [http?.part],
  "http.exchange": ({ http }) => [http?.exchange],
  "ws.fin": ({ websocket }) => [websocket?.fin],
  "ws.rsv": ({ websocket }) => [websocket?.rsv],
  "ws.opcode": ({ websocket }) => [websocket && (OPCODES[websocket.opcode] ?? websocket.opcode)],
  "ws.masked": ({ websocket }) => [websocket?.masked],
  "ws.payload_length": ({ websocket }) => [websocket?.payload_length],
  "ws.length_bits": ({ websocket }) => [websocket?.length_bits],
  "ws.message": ({ websocket }) => [websocket?.message],
  "ws.fragment": ({ websocket }) => [websocket?.fragment],
  "ws.compressed": ({ websocket }) => [websocket && Boolean(websocket.compressed)],
  "ws.close.code": ({ websocket }) => [websocket?.close?.code],
  "eio.type": ({ engineio }) => engineio?.map(({ type }) => type) ?? [],
  "sio.type": ({ socketio }) => socketio?.map(({ type }) => type) ?? [],
  "sio.id": ({ socketio }) => socketio?.map(({ id }) => id) ?? [],
  upgrade: ({ upgrade }) => [upgrade],
  "chat.id": ({ chat }) => chat?.map(({ id }) => id) ?? [],
  "chat.role": ({ chat }) => chat?.map(({ role }) => role) ?? [],
  "violation.by": ({ violations }) => violations?.map(({ by }) => by) ?? [],
};

/**
 * A record's values of a field, each once and as the filter writes it.
 *
 * @param {WireRecord} record @param {string} field @returns {string[]}
 */
export function literalsOf(record, field) {
  const read = TEXTS[field] ?? OTHERS[field];
  const values = record.kind === "gap" || !read ? [] : read(record).filter((value) => value != null);
  return [...new Set(values.map((value) => literal(field, String(value))))];
}

/** A word with a space stands in quotes, as a text does. @param {string} field @param {string} value */
export function literal(field, value) {
  return field in TEXTS || /\s/.test(value) ? quoted(value) : value;
}
