/**
 * What stands in the table, in order: connections, alone or under the session that they carried. A session begins with
 * polling, over one TCP connection or many, and may end on a WebSocket: its `sid` says that they belong together.
 *
 * Usage: `entriesOf(connections, { bySession: true, unfolded: new Set(), now, sort })`
 */
import { costOf } from "./cost.js";
import { ordered } from "./sorting.js";
import { sessionStory } from "./words.js";

/** @import { Connection } from "../types.js" */
/** @import { Cost } from "./cost.js" */
/** @import { Sort } from "./sorting.js" */

/**
 * @typedef {object} Entry a row
 * @property {string} key
 * @property {Connection[]} connections of a session, all of its
 * @property {string[]} sids of a session; none of a connection by itself
 * @property {boolean} isInside it stands under its session
 * @property {boolean | null} isOpen whether what is under it is shown; null when there is nothing
 * @property {string} story
 * @property {number} age seconds
 * @property {number | null} idle seconds; null when it is closed
 * @property {number | null} roundTrip seconds, the newest
 * @property {Cost} cost of all its connections
 */

/**
 * @param {Connection[]} connections
 * @param {{ bySession: boolean, unfolded: Set<string>, now: number, sort: Sort }} how
 */
export function entriesOf(connections, { bySession, unfolded, now, sort }) {
  const groups = bySession ? sessionsOf(connections) : connections.map((connection) => [connection]);
  const tops = groups.map((group) => (group.length > 1 ? sessionEntry(group, now) : connectionEntry(group[0], now)));
  return ordered(tops, sort).flatMap((entry) => {
    if (entry.isOpen === null) return [entry];
    const isOpen = unfolded.has(entry.key);
    const inside = isOpen ? entry.connections.map((each) => ({ ...connectionEntry(each, now), isInside: true })) : [];
    return [{ ...entry, isOpen }, ...ordered(inside, sort)];
  });
}

/**
 * Connections that share a session, and those that share one with them. Of groups that turn out to be one, the smaller
 * go into the largest: so ten thousand polls of one session cost no more than as many by themselves.
 *
 * @param {Connection[]} connections by their numbers
 */
function sessionsOf(connections) {
  /** @type {Map<string, Connection[]>} */
  const bySid = new Map();
  /** @type {Set<Connection[]>} */
  const groups = new Set();
  for (const connection of connections) {
    const sids = connection.sids ?? [];
    const known = new Set(sids.flatMap((sid) => [bySid.get(sid) ?? []]));
    const [group = [], ...others] = [...known].sort((one, other) => other.length - one.length);
    const members = [...others.flat(), connection];
    for (const other of others) groups.delete(other);
    for (const each of members) for (const sid of each.sids ?? []) bySid.set(sid, group);
    for (const each of members) group.push(each);
    groups.add(group);
  }
  return [...groups].map((group) => group.sort((one, other) => one.id - other.id));
}

/** @param {Connection} connection @param {number} now @returns {Entry} */
function connectionEntry(connection, now) {
  return { ...common([connection], now), story: connection.story, key: String(connection.id), sids: [], isOpen: null };
}

/** @param {Connection[]} connections @param {number} now @returns {Entry} */
function sessionEntry(connections, now) {
  const sids = [...new Set(connections.flatMap(({ sids = [] }) => sids))];
  const told = common(connections, now);
  return { ...told, story: sessionStory(connections, sids, told.cost), key: `session ${sids[0]}`, sids, isOpen: false };
}

/** @param {Connection[]} connections @param {number} now */
function common(connections, now) {
  const isOpen = connections.some(({ closed }) => closed === undefined);
  const opened = Math.min(...connections.map((each) => each.opened));
  const end = isOpen ? now : Math.max(...connections.map(({ closed = 0 }) => closed));
  const last = Math.max(...connections.map((each) => each.last ?? each.opened));
  return {
    connections,
    isInside: false,
    age: Math.max(end - opened, 0),
    idle: isOpen ? Math.max(now - last, 0) : null,
    roundTrip: connections.findLast(({ round_trips }) => round_trips)?.round_trips?.newest ?? null,
    cost: costOf(connections),
  };
}
