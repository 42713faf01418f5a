/**
 * The connections of a file that does not list them, as far as its records tell.
 *
 * Usage: `connectionsOf(records)` → connections whose figures are of these records alone; each one's story says so
 */
import { count } from "../format.js";
import { OPCODES } from "../opcodes.js";
import { added, sum } from "../sum.js";

/** @import { Carried, Connection, WireRecord } from "../types.js" */

/** @param {WireRecord[]} records @returns {Connection[]} */
export function connectionsOf(records) {
  /** @type {Map<number, WireRecord[]>} */
  const ofEach = new Map();
  for (const record of records) {
    if (record.kind === "gap") continue;
    const own = ofEach.get(record.connection);
    if (own) own.push(record);
    else ofEach.set(record.connection, [record]);
  }
  return [...ofEach].map(([id, own]) => connectionOf(id, own)).toSorted((one, other) => one.id - other.id);
}

/** @param {number} id @param {WireRecord[]} records @returns {Connection} */
function connectionOf(id, records) {
  const closed = records.find(({ kind }) => kind === "closed");
  const switched = records.some(({ http, layer }) => http?.status === 101 || layer === "websocket");
  const owner = records.find(({ owner }) => owner)?.owner;
  return {
    id,
    peer: records.find(({ tcp }) => tcp?.peer)?.tcp?.peer ?? "unknown",
    ...(owner && { owner }),
    mine: records.some(({ mine }) => mine),
    opened: records[0].at,
    ...(closed && { closed: closed.at, end: closed.tcp?.end, by: closed.tcp?.by, closing: closed.closing }),
    protocol: switched ? "websocket" : "http",
    // The last request is the handshake.
    ...(switched && { target: records.findLast(({ http }) => http?.target)?.http?.target }),
    to_server: carriedBy(records.filter(({ direction }) => direction === "to_server")),
    to_client: carriedBy(records.filter(({ direction }) => direction === "to_client")),
    last: records[records.length - 1].at,
    sids: [...new Set(records.flatMap(({ sid }) => sid ?? []))],
    story: `counted from its ${count(records.length, "record")} in the file`,
    inspector_bytes: 0,
  };
}

/** @param {WireRecord[]} records @returns {Carried} */
function carriedBy(records) {
  const frames = records.flatMap(({ websocket }) => (websocket ? [websocket] : []));
  const ofKind = (/** @type {WireRecord["kind"]} */ wanted) => records.filter(({ kind }) => kind === wanted).length;
  return {
    bytes: sum(records, ({ length }) => length),
    requests: ofKind("request"),
    responses: ofKind("response"),
    frames: added(frames.map(({ opcode }) => ({ [OPCODES[opcode] ?? "reserved"]: 1 }))),
    layers: added(records.map(({ layers = {} }) => layers)),
    unread: 0,
    messages: frames.filter(({ fin, opcode }) => fin && opcode < 8).length,
    chat: sum(records, ({ chat = [] }) => chat.filter(({ role }) => role !== "acknowledged").length),
  };
}
