/**
 * What the records tell of connections: when each began and ended, what it carries, and how long each request was
 * held; and of sessions: the steps of their upgrade, over the connections.
 *
 * Usage: `const lifelines = new Lifelines(isWhole); lifelines.take(record)` for each in the order of `seq`;
 * `lifelines.ofConnection.get(7)?.exchanges`; `lifelines.extentOf(exchange, line)`; `lifelines.upgrades()`;
 * `lifelines.forgetBefore(seq)`
 */

import { layerOf } from "../records/layer.js";

/** @import { WireRecord } from "../types.js" */

/**
 * A request and what answered it.
 * @typedef {object} Exchange
 * @property {number} id the same in its records
 * @property {number} connection
 * @property {WireRecord} [request] unless it is left out
 * @property {WireRecord} [last] the last of its answer's records
 * @property {number} from when its first byte came, in seconds
 * @property {number | null} answered when its answer began
 * @property {number | null} to when the last of its answer's records began
 * @property {number} parts of an answer that is recorded while it lasts; 0 for others
 * @property {boolean} isTorn whether records were lost since its last one: what ended it may be among them
 * @property {number} newest the `seq` of the last of its records
 */

/**
 * @typedef {object} Lifeline
 * @property {number} id
 * @property {string} [owner]
 * @property {boolean} [mine]
 * @property {Set<string>} carries in words
 * @property {WireRecord} [opened]
 * @property {WireRecord} [closed]
 * @property {Exchange[]} exchanges
 * @property {number} answered the newest exchange that has an answer
 * @property {number} newest
 */

/** @typedef {{ sid: string, first: WireRecord, steps: WireRecord[], newest: number }} Session */

/**
 * How an exchange stands: `pending` has no answer yet, `streaming` one that goes on; `cut` never got one; of `unknown`
 * the answer is not in the list, because a filter or a loss left it out.
 * @typedef {"answered" | "pending" | "streaming" | "streamed" | "cut" | "unknown"} ExchangeState
 * @typedef {{ state: ExchangeState, to: number | null, last?: WireRecord }} Extent until when, and which record ends it
 */

export class Lifelines {
  /** In the order in which they appeared. @type {Map<number, Lifeline>} */
  ofConnection = new Map();
  /** The names of the layers that were reached. @type {Set<string>} */
  layers = new Set();
  /** @type {Map<string, Session>} */
  #sessions = new Map();

  /** @param {boolean} isWhole whether no filter leaves any record of a connection out */
  constructor(isWhole) {
    this.isWhole = isWhole;
  }

  /** @param {WireRecord} record */
  take(record) {
    if (record.kind === "gap") return this.#tear();
    this.layers.add(layerOf(record).name);
    const line = this.#lineOf(record);
    line.newest = record.seq;
    const words = carried(record);
    if (words) line.carries.add(words);
    if (record.kind === "opened") line.opened = record;
    if (record.kind === "closed") line.closed = record;
    if (record.kind === "request") line.exchanges.push(asked(record));
    if (record.kind === "response") answer(line, record);
    if (record.sid) this.#takeSession(record.sid, record);
  }

  /** Lets go of what has no record left. @param {number} seq */
  forgetBefore(seq) {
    for (const line of this.ofConnection.values()) {
      if (line.newest < seq) this.ofConnection.delete(line.id);
      // The last may still go on.
      while (line.exchanges.length > 1 && line.exchanges[0].newest < seq) line.exchanges.shift();
    }
    for (const session of this.#sessions.values()) {
      if (session.newest < seq) this.#sessions.delete(session.sid);
    }
  }

  /** The sessions that left polling, or are about to. */
  upgrades() {
    return [...this.#sessions.values()].filter(({ steps }) => steps.length > 0);
  }

  /** @param {Exchange} exchange @param {Lifeline} line @returns {Extent} */
  extentOf(exchange, line) {
    const extent = extentIn(exchange, line);
    if (extent.state === "answered" || (this.isWhole && !exchange.isTorn)) return extent;
    return { state: "unknown", to: exchange.to ?? exchange.from, last: exchange.last };
  }

  /** @param {string} sid */
  session(sid) {
    return this.#sessions.get(sid);
  }

  /** Records were lost here, of any connection. An exchange before the newest answer was over by then. */
  #tear() {
    for (const { exchanges, closed, answered } of this.ofConnection.values()) {
      if (closed) continue;
      for (let index = exchanges.length - 1; exchanges[index]?.id >= answered; index -= 1) {
        exchanges[index].isTorn = true;
      }
    }
  }

  /** @param {WireRecord} record */
  #lineOf({ connection, owner, mine, seq }) {
    let line = this.ofConnection.get(connection);
    if (!line) {
      line = { id: connection, carries: new Set(), exchanges: [], answered: 0, newest: seq };
      this.ofConnection.set(connection, line);
    }
    line.owner ??= owner;
    line.mine ||= mine;
    return line;
  }

  /** @param {string} sid @param {WireRecord} record */
  #takeSession(sid, record) {
    const session = this.#sessions.get(sid) ?? { sid, first: record, steps: [], newest: record.seq };
    this.#sessions.set(sid, session);
    session.newest = record.seq;
    if (record.upgrade) session.steps.push(record);
  }
}

/** As far as the records tell. @param {Exchange} exchange @param {Lifeline} line @returns {Extent} */
function extentIn({ from, answered, to, last, parts, id }, { exchanges, closed, answered: newest }) {
  // HTTP/1.1 answers in the order of the requests.
  if (answered === null && id < newest) return { state: "unknown", to: from };
  const end = closed && { to: closed.at, last: closed };
  if (answered === null) return end ? { state: "cut", ...end } : { state: "pending", to: null };
  const isOver = id !== exchanges.at(-1)?.id;
  if (parts === 0) return { state: "answered", to, last };
  if (isOver) return { state: "streamed", to, last };
  return end ? { state: "streamed", ...end } : { state: "streaming", to: null };
}

/**
 * What a record says about the kind of its connection.
 *
 * @param {WireRecord} record
 */
function carried({ kind, http, websocket, engineio, sid }) {
  if (websocket || http?.status === 101) return "WebSocket";
  if (http?.part) return "event stream";
  if (kind === "response" && (sid || engineio?.length)) return "polling";
  return kind === "request" || kind === "response" ? "HTTP" : null;
}

/** @param {WireRecord} request @returns {Exchange} */
function asked(request) {
  const { http, at, connection, links, seq } = request;
  // The answer may be left out by the filter; then the request alone says when it came.
  const seconds = links?.find(({ relation }) => relation === "response")?.seconds;
  const answered = seconds === undefined ? null : at + seconds;
  const id = http?.exchange ?? 0;
  return { id, connection, request, from: at, answered, to: answered, parts: 0, isTorn: false, newest: seq };
}

/** @param {Lifeline} line @param {WireRecord} response */
function answer(line, response) {
  const { http, at, seq } = response;
  let exchange = line.exchanges.findLast(({ id }) => id === http?.exchange);
  if (!exchange) {
    exchange = unasked(response);
    line.exchanges.push(exchange);
  }
  line.answered = Math.max(line.answered, exchange.id);
  exchange.answered = Math.min(exchange.answered ?? at, at);
  exchange.to = at;
  exchange.last = response;
  exchange.newest = seq;
  exchange.isTorn = false;
  if (http?.part) exchange.parts = http.part;
}

/** Of a response whose request is not in the list. @param {WireRecord} response @returns {Exchange} */
function unasked({ http, at, connection, links, seq }) {
  const seconds = links?.find(({ relation }) => relation === "request")?.seconds ?? 0;
  const id = http?.exchange ?? 0;
  return { id, connection, from: at - seconds, answered: null, to: at, parts: 0, isTorn: false, newest: seq };
}
