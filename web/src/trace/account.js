/**
 * What became of a chat message, told by the records that carried it: who sent it, what the server answered, and when
 * each delivery began. All times are the server's: from the first byte that it read of the message to the first byte
 * that it wrote of a delivery.
 *
 * Usage: `accountOf(7, carriers)` → `{ sendings, acknowledgements, deliveries, replays, bytes, … }`
 */
import { sum } from "../sum.js";
import { requestOf, transportOf } from "./transport.js";

/** @import { ChatPart, WireRecord } from "../types.js" */
/** @import { Carriers } from "./carriers.js" */

/** Seconds: who was there and asks now and then has asked again by then; the page does so every 5 s at the least. */
const ASKED_AGAIN = 10;

/**
 * @typedef {object} Step a record, and what it did for the message
 * @property {WireRecord} record
 * @property {number} after seconds after the sending began; after the first record, where the sending is not known
 * @property {string} transport
 * @property {number | undefined} held a polled answer: seconds after its request
 * @property {number} others messages that the record carries besides
 * @property {boolean} isReplay it went to somebody who came only after the sending
 */

/**
 * @typedef {object} Account
 * @property {Step[]} sendings more than one where the sender tried again
 * @property {Step[]} acknowledgements
 * @property {Step[]} deliveries to who was there, the fastest first
 * @property {Step[]} replays deliveries to who came later: how long those took tells when they came, and no more
 * @property {number} bytes on the wire, of all the records
 * @property {number | null} application of these, the application's data; null where no layers are told
 * @property {number} compressed of these, what no layer can be told of
 */

/** @param {number} id @param {Carriers & { records: WireRecord[] }} carriers @returns {Account} */
export function accountOf(id, { records, requests, beginnings }) {
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
      isReplay: sent.length > 0 && cameAfter(start, record, beginnings),
    };
  };
  const delivered = withRole("delivered").map(stepOf).sort((one, other) => one.after - other.after);
  const hasLayers = records.some(({ layers }) => layers);
  return {
    sendings: sent.map(stepOf),
    acknowledgements: withRole("acknowledged").map(stepOf),
    deliveries: delivered.filter(({ isReplay }) => !isReplay),
    replays: delivered.filter(({ isReplay }) => isReplay),
    bytes: sum(records, ({ length }) => length),
    application: hasLayers ? sum(records, ({ layers }) => layers?.application ?? 0) : null,
    compressed: sum(records, ({ layers }) => layers?.compressed ?? 0),
  };
}

/**
 * Whether what brought a record began only after the sending: its WebSocket, its event stream, or its poll.
 *
 * @param {number} start @param {WireRecord} record @param {Map<number, number>} beginnings
 */
function cameAfter(start, record, beginnings) {
  const request = requestOf(record);
  const isStream = record.layer === "websocket" || record.http?.part !== undefined;
  const asked = request && record.at - request.seconds;
  const began = record.layer === "websocket" ? beginnings.get(record.connection) : asked;
  return began !== undefined && began > start + (isStream ? 0 : ASKED_AGAIN);
}

/** @param {Step[]} deliveries the fastest first, and at least one */
export function statisticsOf(deliveries) {
  const last = deliveries.length - 1;
  const median = (deliveries[Math.floor(last / 2)].after + deliveries[Math.ceil(last / 2)].after) / 2;
  return { fastest: deliveries[0].after, median, slowest: deliveries[last].after };
}
