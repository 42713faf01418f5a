/**
 * What a line of an opened file must look like before the page trusts it: a number where a number belongs, a text
 * where a text does. The shapes are those of `types.js`; keys that they do not name are left alone, because nothing
 * reads them.
 *
 * Usage: `isRecord(value)`, `isDissected(value)`, `isConnection(value)`, `isHeader(value)`
 */

import { LAYERS } from "../layers/layers.js";

/** @typedef {(value: any) => boolean} Check */

/** @type {Check} */
const text = (value) => typeof value === "string";
/** @type {Check} */
const flag = (value) => typeof value === "boolean";
/** Thirty years, so that every time has a date. @type {Check} */
const seconds = (value) => Number.isFinite(value) && value >= 0 && value < 1e9;
/** @type {Check} */
const whole = (value) => Number.isSafeInteger(value) && value >= 0;
/** @type {Check} */
const hex = (value) => text(value) && /^(?:[0-9a-f]{2})*$/.test(value);
/** @type {Check} */
const range = (value) => Array.isArray(value) && value.length === 2 && value.every(whole) && value[0] <= value[1];

/** @param {...string} words @returns {Check} */
const oneOf = (...words) => (value) => words.includes(value);
/** @param {Check} check @returns {Check} */
const orNull = (check) => (value) => value === null || check(value);
/** @param {Check} check @returns {Check} */
const list = (check) => (value) => Array.isArray(value) && value.every(check);
/** @param {Check} check @returns {Check} */
const mapOf = (check) => (value) => isObject(value) && Object.values(value).every(check);
/** @type {Check} */
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * An object with these keys; those of the second argument may be missing.
 *
 * @param {Record<string, Check>} keys @param {Record<string, Check>} [optional] @returns {Check}
 */
function object(keys, optional = {}) {
  return (value) =>
    isObject(value) &&
    Object.entries(keys).every(([key, check]) => check(value[key])) &&
    Object.entries(optional).every(([key, check]) => value[key] === undefined || check(value[key]));
}

const direction = oneOf("to_server", "to_client");
const side = oneOf("client", "server");
const end = oneOf("fin", "reset");
const closing = object({ answered: flag, clean: flag, meaning: text }, { began: side, code: whole });
const layerName = oneOf(...Object.keys(LAYERS));
/** @type {Check} */
const layers = (value) => mapOf(whole)(value) && Object.keys(value).every(layerName);

const capture = object({
  started: (value) => text(value) && Number.isFinite(Date.parse(value)),
  oldest: whole,
  newest: whole,
  lost: object({ records: whole, bytes: whole }),
});

export const isHeader = object(
  { wireglass: (value) => value === 1, capture },
  {
    filter: text,
    fields: flag,
    now: seconds,
    connections: list(() => true),
    forgotten: whole,
    inspector_bytes: whole,
  },
);

export const isGap = object({ seq: whole, kind: oneOf("gap"), gap: object({ records: whole }), summary: text });

/** What its kind needs besides. @param {any} record */
function isComplete({ kind, http, websocket }) {
  // A head that was cut short tells nothing.
  if (http && kind === "request") return text(http.method) && text(http.target);
  if (http && kind === "response") return whole(http.status) || http.part > 1;
  return websocket === undefined || !websocket.masked || text(websocket.masking_key);
}

/** @type {Check} */
export const isRecord = (value) => hasShape(value) && isComplete(value);

const hasShape = object(
  {
    seq: whole,
    at: seconds,
    connection: whole,
    direction,
    layer: oneOf("tcp", "http", "websocket"),
    kind: oneOf("opened", "request", "response", "frame", "opaque", "closed"),
    length: whole,
    summary: text,
  },
  {
    text,
    owner: text,
    mine: flag,
    truncated: flag,
    incomplete: flag,
    context_lost: flag,
    sid: text,
    upgrade: text,
    closing,
    layers,
    tcp: object({}, { peer: text, end, by: side }),
    http: object(
      {},
      {
        method: text,
        target: text,
        status: whole,
        reason: text,
        headers: list((value) => Array.isArray(value) && value.length === 2 && value.every(text)),
        body_length: whole,
        exchange: whole,
        part: whole,
      },
    ),
    websocket: object(
      { fin: flag, rsv: whole, opcode: whole, masked: flag, payload_length: whole, length_bits: whole },
      {
        masking_key: hex,
        message: whole,
        fragment: whole,
        compressed: flag,
        inflated_length: whole,
        close: object({}, { code: orNull(whole), reason: orNull(text) }),
      },
    ),
    engineio: list(object({ type: text }, { sid: text, probe: flag, binary: flag })),
    socketio: list(
      object({ type: text, namespace: text }, { id: orNull(whole), event: text, attachments: orNull(whole) }),
    ),
    violations: list(object({ rule: text, section: text, by: side })),
    chat: list(object({ id: whole, role: oneOf("sent", "acknowledged", "delivered") })),
    links: list(object({ relation: text, seq: whole, seconds: Number.isFinite })),
  },
);

const carried = object(
  { bytes: whole },
  { requests: whole, responses: whole, frames: mapOf(whole), layers, unread: whole, messages: whole, chat: whole },
);

export const isConnection = object(
  {
    id: whole,
    peer: text,
    mine: flag,
    opened: seconds,
    protocol: oneOf("http", "websocket"),
    to_server: carried,
    to_client: carried,
  },
  {
    owner: text,
    closed: seconds,
    end,
    by: side,
    target: text,
    engineio: flag,
    last: seconds,
    round_trips: object({ count: whole, newest: seconds, least: seconds, greatest: seconds, mean: seconds }),
    exchanges: object({ count: whole }, { mean: seconds, longest: seconds }),
    sids: list(text),
    upgraded_after: seconds,
    closing,
    story: text,
    inspector_bytes: whole,
  },
);

/** A request that brings no key has no Accept, and either half may be gone. */
const handshake = object({
  key: orNull(text),
  guid: text,
  concatenated: orNull(text),
  sha1: orNull(text),
  accept: orNull(text),
  sent: orNull(text),
  agrees: orNull(flag),
  offered: list(text),
  accepted: list(text),
  request: orNull(whole),
  response: orNull(whole),
});

const field = object(
  { name: text, bits: range, buffer: text },
  { value: text, meaning: text, section: text, layer: layerName },
);
/** Deeper than any dissection. */
const DEEPEST = 32;

/** @param {any} value what `isRecord` has passed @returns {boolean} */
export function isDissected(value) {
  const { bytes, fields, redacted = [], handshake: shaken } = value;
  const isWhole = mapOf(hex)(bytes) && list(range)(redacted) && (shaken === undefined || handshake(shaken));
  return isWhole && (fields === undefined || areFields(fields, bytes, DEEPEST));
}

/** Fields lie in their buffers, so that nothing is drawn for bits that are not there. */
function areFields(/** @type {any} */ fields, /** @type {any} */ bytes, /** @type {number} */ depth) {
  const isOne = (/** @type {any} */ value) => {
    if (!field(value) || !(value.buffer in bytes) || value.bits[1] > bytes[value.buffer].length * 4) return false;
    return value.children === undefined || areFields(value.children, bytes, depth - 1);
  };
  return depth > 0 && list(isOne)(fields);
}
