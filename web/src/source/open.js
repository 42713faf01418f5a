/**
 * Opens a capture that was exported as JSON Lines (docs/export.md). No server is asked. The page keeps of each record
 * what the list shows and where its line stands; fields and bytes are read from the file again when a record is opened.
 *
 * Usage: `await openCapture(file, { onProgress: (bytes) => …, signal })` → an `OpenedFile`; it throws a `Problem` with
 * words for the reader
 */
import { MOST_RECORDS, indexOf } from "../wire/capture.js";
import { connectionsOf } from "./connections-of.js";
import { haystackOf } from "./find.js";
import { lines } from "./lines.js";
import { isConnection, isDissected, isGap, isHeader, isRecord } from "./shape.js";
import { Problem } from "./source.js";

/** @import { Capture, Connection, DissectedRecord, Field, WireRecord } from "../types.js" */
/** @import { Line } from "./lines.js" */
/** @import { OpenedFile } from "./source.js" */

/**
 * @typedef {object} Header the first line
 * @property {1} wireglass
 * @property {Capture} capture
 * @property {string} [filter]
 * @property {boolean} [fields]
 * @property {number} [now]
 * @property {unknown[]} [connections]
 * @property {number} [forgotten]
 * @property {number} [inspector_bytes]
 */
/** @typedef {{ onProgress: (bytes: number) => void, signal: AbortSignal }} How */

/** More than the server ever says of a record in a line. */
const LONGEST_SUMMARY = 1_000;

/** A record keeps at most 256 KiB; with its fields, in hexadecimal and four times over, it is far shorter than this. */
const LONGEST_LINE = 32 * 1024 * 1024;

/** The chat, and whoever scrolls meanwhile, get their turn as often as this. */
const LONGEST_TURN_MS = 15;

const NO_CAPTURE =
  "This is no capture of Wireglass: it begins with no line that says so. Only JSON Lines can be opened here; " +
  "HAR opens in the network tools of browsers, and pcapng in Wireshark.";

/** @param {File} file @param {How} how @returns {Promise<OpenedFile>} */
export async function openCapture(file, { onProgress, signal }) {
  const reading = new Reading(file);
  let since = performance.now();
  for await (const line of lines(file, LONGEST_LINE)) {
    reading.take(line);
    if (performance.now() - since < LONGEST_TURN_MS) continue;
    await turnOfOthers();
    signal.throwIfAborted();
    onProgress(line.to);
    since = performance.now();
  }
  return reading.finish();
}

/** A message to oneself comes after what waits already, and sooner than any timer. @returns {Promise<void>} */
function turnOfOthers() {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

/** What is known of a file so far. */
class Reading {
  /** @type {Header | null} */
  header = null;
  /** @type {WireRecord[]} */
  records = [];
  /** What is searched of each record, and where its line stands. @type {string[]} */
  haystack = [];
  /** @type {[from: number, to: number][]} */
  places = [];
  unreadable = 0;
  beyond = 0;

  constructor(/** @type {File} */ file) {
    this.file = file;
  }

  /** @param {Line} line */
  take(line) {
    if (!this.header) this.header = headerIn(line);
    else if (this.records.length >= MOST_RECORDS) this.beyond += 1;
    else this.takeRecord(line);
  }

  /** A list is searched by numbers, so they have to rise. @param {Line} line */
  takeRecord({ from, to, bytes }) {
    const record = bytes && parsed(bytes);
    const isNext = (isRecord(record) || isGap(record)) && record.seq > (this.records.at(-1)?.seq ?? 0);
    if (!isNext) {
      this.unreadable += 1;
      return;
    }
    const light = withoutBytes(record);
    this.records.push(light);
    this.haystack.push(haystackOf(light));
    this.places.push([from, to]);
  }

  /** @returns {OpenedFile} */
  finish() {
    if (!this.header) throw new Problem(NO_CAPTURE);
    const { file, header, records, haystack, unreadable, beyond } = this;
    return {
      name: file.name,
      capture: header.capture,
      filter: header.filter ?? "",
      hasFields: header.fields === true,
      records,
      haystack,
      unreadable,
      beyond,
      readRecord: (seq) => this.readRecord(seq),
      readConnections: async () => connectionsIn(header, records),
    };
  }

  /** @param {number} seq @returns {Promise<DissectedRecord>} */
  async readRecord(seq) {
    const [from, to] = this.places[indexOf(this.records, seq)] ?? [];
    if (to === undefined) throw new Problem("This record is not in the file.");
    const slice = this.file.slice(from, to).arrayBuffer();
    const buffer = await slice.catch(() => {
      throw new Problem("The file cannot be read any more: it was moved, changed or deleted.");
    });
    const record = parsed(new Uint8Array(buffer));
    if (!isRecord(record) || record.seq !== seq || !isDissected(record)) {
      throw new Problem("This record cannot be read: its line in the file is damaged.");
    }
    const whole = { ...record, ...short(record) };
    return record.fields ? whole : { ...whole, fields: onlyBytes(record), without_fields: true };
  }
}

/** @param {Line} line @returns {Header} */
function headerIn({ bytes }) {
  const header = bytes && parsed(bytes);
  if (isHeader(header)) return header;
  const version = header?.wireglass;
  if (!Number.isInteger(version)) throw new Problem(NO_CAPTURE);
  throw new Problem(
    version === 1
      ? "The first line of this capture is damaged, so it cannot be opened."
      : `This capture has version ${version} of the format, and this page reads version 1.`,
  );
}

/** @param {Uint8Array} bytes @returns {any} undefined for what is no JSON */
function parsed(bytes) {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

/** @param {DissectedRecord} record @returns {WireRecord} */
function withoutBytes({ bytes, fields, redacted, handshake, ...light }) {
  return { ...light, ...short(light) };
}

/** Where nothing is said of the bytes, that is said. @param {DissectedRecord} record */
function onlyBytes({ bytes }) {
  const { wire = "" } = bytes;
  if (!wire) return [];
  const meaning = "This file was exported without fields. An export with fields shows here what each bit means.";
  /** @type {Field} */
  const field = { name: "Bytes", bits: [0, wire.length * 4], buffer: "wire", meaning };
  return [field];
}

/** The server's own figures where the file has them. @param {Header} header @param {WireRecord[]} records */
function connectionsIn({ capture, now, connections, forgotten = 0, inspector_bytes = 0 }, records) {
  const told = /** @type {Connection[] | undefined} */ (connections?.filter((one) => isConnection(one)));
  return {
    capture,
    now: now ?? records.findLast(({ kind }) => kind !== "gap")?.at ?? 0,
    connections: told ?? connectionsOf(records),
    of_records: !told,
    forgotten,
    inspector_bytes,
  };
}

/** A row is no place for megabytes. @param {{ summary: string, text?: string }} record */
function short({ summary, text }) {
  const cut = (/** @type {string} */ words) => words.slice(0, LONGEST_SUMMARY);
  return { summary: cut(summary), ...(text === undefined ? {} : { text: cut(text) }) };
}
