/**
 * Where a frame's payload begins, behind its header: RFC 6455, section 5.2.
 *
 * Usage: `payloadStart(record.websocket)` → 6, as of a short masked one
 */

/** @import { WebSocketPart } from "../types.js" */

export const KEY_BYTES = 4;

/** In bytes. @param {WebSocketPart} websocket */
export function payloadStart({ length_bits, masked }) {
  return 2 + (length_bits === 7 ? 0 : length_bits / 8) + (masked ? KEY_BYTES : 0);
}
