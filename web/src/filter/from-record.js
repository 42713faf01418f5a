/**
 * The filters that a record's values suggest: all on its connection, all with its event, and so on; and that of one
 * of its fields.
 *
 * Usage: `filtersOf(record)` → `[{ label: "Connection", filter: "conn == 7" }, …]`;
 * `filterOfField(record, field)` → "ws.opcode == close", or null
 */
import { literalsOf } from "./record-values.js";

/** @import { Field, WireRecord } from "../types.js" */

/** @typedef {{ label: string, filter: string }} Offer */

/** Longer ones say too little for what they take. */
const LONGEST = 300;
/** A polling body can carry hundreds of packets. */
const MOST_VALUES = 3;

/** What a record is asked for, in the order in which it is offered. @type {[label: string, field: string][]} */
const OFFERED = [
  ["Connection", "conn"],
  ["Browser", "owner"],
  ["Engine.IO session", "eio.sid"],
  ["Chat message", "chat.id"],
  ["Role in the chat", "chat.role"],
  ["Rule broken", "violation.rule"],
  ["Broken by", "violation.by"],
  ["Upgrade step", "upgrade"],
  ["Event", "sio.event"],
  ["Socket.IO packet", "sio.type"],
  ["Namespace", "sio.namespace"],
  ["Acknowledgement id", "sio.id"],
  ["Engine.IO packet", "eio.type"],
  ["Close code", "ws.close.code"],
  ["Opcode", "ws.opcode"],
  ["Request and response", "http.exchange"],
  ["Status", "http.status"],
  ["Method", "http.method"],
  ["Path", "http.path"],
  ["Connection ended by", "tcp.by"],
  ["Ended with", "tcp.end"],
  ["Kind", "kind"],
  ["Layer", "layer"],
  ["Direction", "direction"],
];

/** @param {WireRecord} record @returns {Offer[]} */
export function filtersOf(record) {
  const values = OFFERED.flatMap(([label, field]) => equals(record, field).map((filter) => ({ label, filter })));
  const offers = [...values, ...messageOf(record)];
  return offers.filter(({ filter }) => filter.length <= LONGEST);
}

/** @param {WireRecord} record @param {string} field */
function equals(record, field) {
  return literalsOf(record, field)
    .slice(0, MOST_VALUES)
    .map((value) => `${field} == ${value}`);
}

/** A message has a number only in its connection and direction. @param {WireRecord} record */
function messageOf(record) {
  return equals(record, "ws.message").map((message) => ({
    label: "Whole message",
    filter: `conn == ${record.connection} and direction == ${record.direction} and ${message}`,
  }));
}

/**
 * Fields of a dissection, by their names, and what they are to the filter. Where two protocols use one name, the
 * record has a value of one of them only. A header's name stands among them, and that is anybody's word: so it is
 * looked up in a map, where no name means anything by itself.
 */
const OF_FIELDS = new Map(Object.entries({
  FIN: ["ws.fin"],
  RSV1: ["ws.rsv"],
  RSV2: ["ws.rsv"],
  RSV3: ["ws.rsv"],
  opcode: ["ws.opcode"],
  MASK: ["ws.masked"],
  "Payload length": ["ws.payload_length"],
  "Extended payload length": ["ws.payload_length"],
  "Payload data": ["ws.payload_length"],
  "Status code": ["ws.close.code", "http.status"],
  Reason: ["ws.close.reason"],
  Method: ["http.method"],
  "Request target": ["http.target"],
  "Status line": ["http.status"],
  "Request line": ["http.path"],
  Body: ["http.body_length"],
}));

/** Of several packets in one body, these say by their own value which one it is. */
const OF_PACKETS = new Map(Object.entries({
  "Engine.IO packet type": "eio.type",
  "Socket.IO packet type": "sio.type",
  "Acknowledgement id": "sio.id",
  Namespace: "sio.namespace",
}));

/** @param {WireRecord} record @param {Field} field @returns {string | null} */
export function filterOfField(record, field) {
  const ofName = (OF_FIELDS.get(field.name) ?? []).flatMap((name) => equals(record, name));
  const [filter = ofHeader(record, field)] = [...ofName, ...ofPacket(record, field)];
  return filter !== null && filter.length <= LONGEST ? filter : null;
}

/** "5 (BINARY_EVENT)" and "/admin," hold it among signs. @param {WireRecord} record @param {Field} field */
function ofPacket(record, { name, value = "" }) {
  const field = OF_PACKETS.get(name);
  const parts = value.split(/[^\w/.-]+/);
  const literals = field ? literalsOf(record, field) : [];
  return literals
    .filter((literal) => parts.includes(literal.replaceAll('"', "")))
    .map((literal) => `${field} == ${literal}`);
}

/** A line of a head bears its own name. @param {WireRecord} record @param {Field} field */
function ofHeader(record, { name }) {
  const isHeader = record.http?.headers?.some(([header]) => header === name);
  const literal = isHeader && literalsOf(record, "http.header").find((literal) => literal === `"${name}"`);
  return literal ? `http.header == ${literal}` : null;
}
