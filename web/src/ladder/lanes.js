/**
 * The lanes, side by side: one a connection, one a layer, or one for all. Each has the client on its left and the
 * server on its right, as on the rest of the page.
 *
 * Usage: `keyOf(record, "connection")` → 7; `laid({ keys, width: 900, rem: 16, mode })` → lanes with `left`, `width`
 */
import { layerOf, layersInOrder } from "../records/layer.js";

/** @import { WireRecord } from "../types.js" */

/** @typedef {"connection" | "layer" | "one"} LaneMode */
/** @typedef {number | string} LaneKey the connection's number, or the layer's name */

/**
 * @typedef {object} Lane
 * @property {LaneKey} key
 * @property {number} left
 * @property {number} width
 * @property {number} client where the client's lifeline is
 * @property {number} server where the server's lifeline is
 */

export const ALL = "all connections";
const LEAST_REM = { connection: 15, layer: 16, one: 11.5 };
const MOST_REM = { connection: 40, layer: 40, one: 60 };
/** In less room than this, only one lane can be read. */
const ROOM_FOR_ONE_REM = 25;
/** Beside the lifelines: the upgrade's thread on the left; the held bars and round trips on the right. */
const LEFT_REM = 1.5;
const RIGHT_REM = { connection: 1.5, layer: 2.75, one: 2.75 };

/** From the one lifeline to the other, as a style. @param {Lane} lane */
export const between = ({ client, server }) => ({ left: `${client}px`, width: `${server - client}px` });

/** @param {WireRecord} record @param {LaneMode} mode @returns {LaneKey} */
export function keyOf(record, mode) {
  if (mode === "one") return ALL;
  return mode === "layer" ? layerOf(record).name : record.connection;
}

/** @param {{ connection: number }} exchange @param {LaneMode} mode @returns {LaneKey} */
export function keyOfExchange({ connection }, mode) {
  if (mode === "one") return ALL;
  return mode === "layer" ? "HTTP" : connection;
}

/** As they stand on top of one another. @param {Set<string>} names */
export const layersIn = (names) => layersInOrder.filter((name) => names.has(name));

/** @param {number} width @param {number} rem */
export const hasRoomForOne = (width, rem) => width < ROOM_FOR_ONE_REM * rem;

/** @param {{ keys: LaneKey[], width: number, rem: number, mode: LaneMode }} room @returns {Lane[]} */
export function laid({ keys, width, rem, mode }) {
  const share = width / Math.max(keys.length, 1);
  const least = Math.min(LEAST_REM[mode] * rem, width);
  const most = keys.length > 1 ? Math.max(MOST_REM[mode] * rem, least) : width;
  const one = Math.min(Math.max(share, least), most);
  return keys.map((key, index) => {
    const left = index * one;
    return { key, left, width: one, client: left + LEFT_REM * rem, server: left + one - RIGHT_REM[mode] * rem };
  });
}
