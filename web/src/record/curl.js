/**
 * A request as a curl command that sends it again, byte for byte as far as curl can. Secrets were taken out by the
 * server, so `<redacted>` stands in their place.
 *
 * Usage: `curl(record)` → `{ command: "curl --http1.1 …", note: "…" }`; `command` is null where it cannot be made
 */
import { bytesOf } from "./bytes.js";
import { textAnyway, textOf } from "./text.js";

/** @import { DissectedRecord } from "../types.js" */

/** Of these curl makes its own where a request has none, unless it is told not to. */
const CURLS_OWN = ["User-Agent", "Accept"];
/** These curl writes itself, from what is sent. */
const MADE_ANEW = ["host", "content-length", "expect"];

/** @param {DissectedRecord} record @returns {{ command: string | null, note?: string }} */
export function curl(record) {
  if (record.truncated || record.incomplete) return { command: null, note: "Not all of the request was kept." };
  const { wire = new Uint8Array(), message } = bytesOf(record);
  const headLength = endOfHead(wire);
  if (headLength < 0) return { command: null, note: "The request’s head was not kept whole." };
  const [start, ...lines] = headText(wire.subarray(0, headLength), record.redacted).trimEnd().split(/\r?\n/);
  const [method, target] = start.split(" ");
  const headers = lines.flatMap(parse);
  const body = message ?? wire.subarray(headLength);
  const parts = [
    ...(body.length > 0 && !isArgument(body) ? [`printf ${quote(octal(body))} |`] : []),
    "curl --http1.1 --path-as-is --globoff",
    method === "HEAD" ? "--head" : `--request ${quote(method)}`,
    quote(`http://${valueOf(headers, "host") ?? location.host}${target}`),
    ...headers.filter(({ name }) => !MADE_ANEW.includes(name.toLowerCase())).map(headerOption),
    ...silenced(headers, body).map((name) => `--header ${quote(`${name}:`)}`),
    ...(body.length > 0 ? [`--data-binary ${isArgument(body) ? quote(textAnyway(body)) : "@-"}`] : []),
  ];
  const notes = [
    record.redacted?.length && "Secrets are not in the capture: <redacted> stands in their place.",
    headers.length < lines.length && "Lines of the head that are no headers are left out.",
  ];
  return {
    command: parts.join(" \\\n  ").replace("| \\\n", "|\n"),
    note: notes.filter(Boolean).join(" "),
  };
}

/** @typedef {{ name: string, value: string }} Header */

/** Where the body begins, or -1. @param {Uint8Array} bytes */
function endOfHead(bytes) {
  const text = Array.from(bytes.subarray(0, 262_144), (byte) => String.fromCharCode(byte)).join("");
  const end = /\r?\n\r?\n/.exec(text);
  return end ? end.index + end[0].length : -1;
}

/** @param {Uint8Array} head @param {[number, number][]} [redacted] */
function headText(head, redacted = []) {
  let text = "";
  let at = 0;
  for (const [from, to] of redacted.filter(([from]) => from < head.length)) {
    text += `${textAnyway(head.subarray(at, from))}<redacted>`;
    at = to;
  }
  return text + textAnyway(head.subarray(at));
}

/** None where a line has no name: a header made of it would be another one. @param {string} line @returns {Header[]} */
function parse(line) {
  const [, name, value] = line.match(/^([^\s:]+):(.*)$/) ?? [];
  return name ? [{ name, value: value.trim() }] : [];
}

/** @param {Header[]} headers @param {string} wanted */
const valueOf = (headers, wanted) => headers.find(({ name }) => name.toLowerCase() === wanted)?.value;

/** An empty value is written with a semicolon: a colon alone would take the header away. @param {Header} header */
const headerOption = ({ name, value }) => `--header ${quote(value ? `${name}: ${value}` : `${name};`)}`;

/** @param {Header[]} headers @param {Uint8Array} body */
function silenced(headers, body) {
  const candidates = body.length > 0 ? [...CURLS_OWN, "Content-Type"] : CURLS_OWN;
  return candidates.filter((name) => valueOf(headers, name.toLowerCase()) === undefined);
}

/** Whether bytes can stand in a command as they are: an argument ends at a NUL. @param {Uint8Array} bytes */
function isArgument(bytes) {
  return textOf(bytes) !== null && !bytes.includes(0) && bytes[0] !== AT_SIGN;
}

/** curl reads a body that begins with it from a file. */
const AT_SIGN = 0x40;

/** As printf takes them, and a shell cannot change them. @param {Uint8Array} bytes */
const octal = (bytes) => Array.from(bytes, (byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");

/**
 * One word for a shell, whatever stands in it. Control characters are escaped: pasted as they are, a terminal would act
 * on them.
 *
 * @param {string} text
 */
export function quote(text) {
  if (!/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text)) return `'${text.replaceAll("'", `'\\''`)}'`;
  const escaped = text.replaceAll(/[\\'!\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    Array.from(new TextEncoder().encode(character), (byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join(""),
  );
  return `$'${escaped}'`;
}
