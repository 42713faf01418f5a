/**
 * Which public messages this browser said. They name no sender but a handle, and a handle is anybody's who takes it. So
 * the browser keeps what the server acknowledged to it, room by room: each identifier with its message's time, because
 * a server without its history counts from one again.
 *
 * Usage: `acknowledged(41)` when the server has said so; `isOwn(message)`
 */
import { room } from "../room/room.js";
import { read, write } from "../stored.js";
import { claim, keyOf } from "./timeline.js";

/** @import { Message } from "../types.js" */

const KEY = `wireglass.own.${room}`;
const MOST = 2_000;

/** The newest last. @type {Set<string>} */
let kept = new Set(stored());
/** What was acknowledged before it came back, so that its time is not known yet. @type {Set<number>} */
const awaited = new Set();

/** @param {number} id */
export function acknowledged(id) {
  const [message] = claim((said) => said.id === id);
  if (message) keep(message);
  else awaited.add(id);
}

/** @param {Message} message */
export function isOwn(message) {
  if (awaited.delete(message.id)) keep(message);
  return kept.has(keyOf(message));
}

/** What is acknowledged and never came back belongs to a history that is gone. */
export const forgetAwaited = () => awaited.clear();

// Another tab of this browser may hear of a message before the one that said it has kept it.
addEventListener("storage", ({ key }) => {
  if (key !== KEY) return;
  kept = new Set(stored());
  claim((said) => kept.has(keyOf(said)));
});

/** Together with what other tabs have kept meanwhile. @param {Message} message */
function keep(message) {
  kept = new Set([...new Set([...stored(), ...kept, keyOf(message)])].slice(-MOST));
  write("localStorage", KEY, [...kept]);
}

/** @returns {string[]} */
function stored() {
  const keys = read("localStorage", KEY);
  return Array.isArray(keys) ? keys : [];
}
