/**
 * What the page shows, kept in its address, so that every view, record, field and byte range can be linked to and the
 * browser's Back returns to the one before: `#view=ladder&filter=violation&record=931&bits=unmasked:8-16`.
 *
 * The signals are the truth, and the address follows them: at once where Back should return to what was, and with a
 * short delay where a reader moves on from record to record, because browsers refuse hundreds of changes a minute.
 *
 * Usage: `selected.value` → 931; `select(931)`; `go({ view: "ladder" })`;
 * `html\`<a href=${hrefOf({ record: 931 })}>\``
 */
import { computed, signal } from "@preact/signals";
import { page } from "./page.js";

/** @import { BufferName } from "../types.js" */

/** @typedef {"list" | "ladder" | "connections" | "trace"} View */
/** @typedef {"mine" | ""} Whose */

/**
 * Bits of a buffer, half-open, most significant bit first.
 * @typedef {{ buffer: BufferName, from: number, to: number }} Place
 */

/**
 * @typedef {object} Address
 * @property {View} view
 * @property {Whose} whose
 * @property {string} filter
 * @property {number | null} record the record that is open
 * @property {Place | null} place which of its bits are looked at
 * @property {number | null} message the chat message that the view `trace` follows
 */

/** The chat's page begins with the reader's own records, the inspector's with everyone's. @type {Whose} */
const FIRST_WHOSE = page === "inspect" ? "" : "mine";

/** @type {View[]} */
const VIEWS = ["list", "ladder", "connections", "trace"];
/** @type {BufferName[]} */
const BUFFERS = ["wire", "unmasked", "inflated", "message"];
const WRITE_AFTER_MS = 150;

export const address = signal(parse(location.hash));

export const view = computed(() => address.value.view);
export const selected = computed(() => address.value.record);
export const place = computed(() => address.value.place);
export const message = computed(() => address.value.message);

addEventListener("popstate", () => {
  forget();
  address.value = parse(location.hash);
});

/** @type {ReturnType<typeof setTimeout> | undefined} */
let waiting;

/**
 * Shows something else. Another record brings no place with it unless that is said.
 *
 * @param {Partial<Address>} changes @param {{ replace?: boolean }} [how] `replace`: Back leads past what is shown now
 */
export function go(changes, { replace = false } = {}) {
  const next = changed(changes);
  const [before, after] = [write(address.value), write(next)];
  if (before === after) return;
  if (!replace) {
    flush();
    history.pushState(null, "", here(after));
  } else {
    clearTimeout(waiting);
    waiting = setTimeout(flush, WRITE_AFTER_MS);
  }
  address.value = next;
}

/** Opens a record, or with null closes the one that is open. Back closes it, however far the reader moved on. */
export function select(/** @type {number | null} */ record) {
  if (record === selected.value) return;
  const opens = selected.value === null;
  go({ record }, { replace: !opens });
  if (record === null) flush();
}

/** @param {Partial<Address>} changes */
export const hrefOf = (changes) => here(write(changed(changes)));

/** @param {Partial<Address>} changes @returns {Address} */
function changed(changes) {
  const isOther = changes.record !== undefined && changes.record !== address.value.record;
  return { ...address.value, ...(isOther ? { place: null } : {}), ...changes };
}

/** An empty hash would leave its sign behind. @param {string} hash */
const here = (hash) => (hash ? `#${hash}` : location.pathname + location.search);

function forget() {
  clearTimeout(waiting);
  waiting = undefined;
}

function flush() {
  if (waiting === undefined) return;
  forget();
  history.replaceState(null, "", here(write(address.value)));
}

/** Whatever is not understood is left out. @param {string} hash @returns {Address} */
function parse(hash) {
  const parameters = new URLSearchParams(hash.replace(/^#/, ""));
  const number = (/** @type {string} */ name) => {
    const digits = parameters.get(name) ?? "";
    return /^\d{1,15}$/.test(digits) ? Number(digits) : null;
  };
  const whose = parameters.get("whose");
  const record = number("record");
  const message = number("message");
  const view = VIEWS.find((view) => view === parameters.get("view")) ?? "list";
  return {
    view: view === "trace" && message === null ? "list" : view,
    whose: whose === null ? FIRST_WHOSE : whose === "mine" ? "mine" : "",
    filter: parameters.get("filter") ?? "",
    record,
    place: record === null ? null : parsePlace(parameters.get("bits") ?? ""),
    message,
  };
}

/** @param {string} text @returns {Place | null} */
function parsePlace(text) {
  const [, name, from, to] = text.match(/^(\w+):(\d{1,9})-(\d{1,9})$/) ?? [];
  const buffer = BUFFERS.find((buffer) => buffer === name);
  return buffer && Number(from) < Number(to) ? { buffer, from: Number(from), to: Number(to) } : null;
}

/** Only what is not so by itself. @param {Address} address */
function write({ view, whose, filter, record, place, message }) {
  const parts = [
    view !== "list" && `view=${view}`,
    view === "trace" && message !== null && `message=${message}`,
    whose !== FIRST_WHOSE && `whose=${whose || "everyone"}`,
    filter && `filter=${encodeURIComponent(filter)}`,
    record !== null && `record=${record}`,
    record !== null && place && `bits=${place.buffer}:${place.from}-${place.to}`,
  ];
  return parts.filter(Boolean).join("&");
}
