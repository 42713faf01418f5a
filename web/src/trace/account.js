/**
 * What became of a chat message, told by the records that carried it: who sent it, what the server answered, and when
 * each delivery began. All times are the server's: from the first byte that it read of the message to the first byte
 * that it wrote of a delivery.
 *
 * Usage: `accountOf(7, records, requests)` → `{ sendings, acknowledgements, deliveries, bytes, … }`
 */
import { requestOf, transportOf } from "./transport.js";

/** @import { ChatPart, WireRecord } from "../types.js" */

/**
 * @typedef {object} Step a record, and what it did for the message
 * @property {WireRecord} record
 * @property {number} after seconds after the sending began; after the first record, where the sending is not known
 * @property {string} transport
 * @property {number | undefined} held a polled answer: seconds after its request
 * @property {number} others messages that the record carries besides
 */

/**
 * @typedef {object} Account
 * @property {Step[]} sendings more than one where the sender tried again
 * @property {Step[]} acknowledgements
 * @property {Step[]} deliveries the fastest first
 * @property {number} bytes on the wire, of all the records
 * @property {number | null} application of these, the application's data; null where no layers are told
 * @property {number} compressed of these, what no layer can be told of
 */

/** @param {number} id @param {WireRecord[]} records @param {Map<number, WireRecord>} requests @returns {Account} */
export function accountOf(id, records, requests) {
  const withRole = (/** @type {ChatPart["role"]} */ role) =>
    records.filter(({ chat = [] }) => chat.some((part) => part.id === id && part.role === role));
  const sent = withRole("sent");
  const start = (sent[0] ?? records[0])?.at ?? 0;
  const stepOf = (/** @type {WireRecord} */ record) => {
    const request = requestOf(record);
    return {
      record,
      after: record.at - start,
      transport: transportOf(record, request && requests.get(request.seq)),
      held: record.http?.part === undefined ? request?.seconds : undefined,
      others: new Set(record.chat?.map((part) => part.id)).size - 1,
    };
  };
  const hasLayers = records.some(({ layers }) => layers);
  return {
    sendings: sent.map(stepOf),
    acknowledgements: withRole("acknowledged").map(stepOf),
    deliveries: withRole("delivered").map(stepOf).sort((one, other) => one.after - other.after),
    bytes: sum(records.map(({ length }) => length)),
    application: hasLayers ? sum(records.map(({ layers }) => layers?.application ?? 0)) : null,
    compressed: sum(records.map(({ layers }) => layers?.compressed ?? 0)),
  };
}

/** @param {Step[]} deliveries the fastest first, and at least one */
export function statisticsOf(deliveries) {
  const last = deliveries.length - 1;
  const median = (deliveries[Math.floor(last / 2)].after + deliveries[Math.ceil(last / 2)].after) / 2;
  return { fastest: deliveries[0].after, median, slowest: deliveries[last].after };
}

/** @param {number[]} numbers */
const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
