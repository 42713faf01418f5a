/**
 * The buffers that a record can have: its bytes as they stood on the wire, and what became of them
 * on the way to what was meant. Each field says in which of them it stands.
 *
 * Usage: `buffersOf(record)` → `[{ value: "wire", label: "On the wire" }, …]`;
 * `labelOf(record, "message")` → "Message"; `origin(record, "unmasked")` → "The payload after …"
 */

/** @import { BufferName, DissectedRecord } from "../types.js" */

/** In the order in which one is made of the other. @type {BufferName[]} */
const ORDER = ["wire", "unmasked", "inflated", "message"];

const LABELS = { wire: "On the wire", unmasked: "Unmasked", inflated: "Inflated", message: "Message" };

/** @param {DissectedRecord} record */
export function buffersOf(record) {
  return ORDER.filter((name) => record.bytes[name] !== undefined).map((name) => ({
    value: name,
    label: labelOf(record, name),
  }));
}

/** @param {DissectedRecord} record @param {BufferName} name */
export function labelOf(record, name) {
  return name === "message" && record.layer === "http" ? "Content" : LABELS[name];
}

/** What the bytes of a buffer are, and how they came about. @param {DissectedRecord} record @param {BufferName} name */
export function origin({ layer, websocket }, name) {
  switch (name) {
    case "wire":
      return "The record as it stood on the wire.";
    case "unmasked":
      return `The payload after the XOR with the masking key ${websocket?.masking_key}.`;
    case "inflated":
      return `The payload of ${websocket?.payload_length} bytes, inflated to ${websocket?.inflated_length}.`;
    case "message":
      return layer === "http"
        ? "The body’s content, without the framing of its chunks."
        : "The data of the whole message, which this frame ends.";
  }
}
