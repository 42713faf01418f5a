/**
 * The names of WebSocket opcodes (RFC 6455, section 5.2) in the filter language and in counts; others are reserved.
 *
 * Usage: `OPCODES[0x9] ?? "reserved"` → "ping"; `opcode === CLOSE`
 */

/** @type {Record<number, string>} */
export const OPCODES = { 0x0: "continuation", 0x1: "text", 0x2: "binary", 0x8: "close", 0x9: "ping", 0xa: "pong" };

export const CLOSE = 0x8;
