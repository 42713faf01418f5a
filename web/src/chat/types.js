/**
 * The chat's shapes as types: what docs/chat.md says, and the one interface behind which every
 * transport stands. Nothing runs here.
 *
 * Usage: `@import { Line, Opening } from "../types.js"` in a JSDoc comment.
 */

/** @typedef {{ id: string, handle: string }} Person */

/**
 * @typedef {object} Message
 * @property {number} id
 * @property {string} handle
 * @property {string} message
 * @property {string} at ISO-8601
 * @property {Person} [from] only of a private message, as is `to`
 * @property {Person} [to]
 */

/** @typedef {Person & { transports: string[] }} Present somebody who is here, and by which transports */
/** @typedef {{ you: string, count: number, people: Present[] }} Presence */
/** @typedef {{ people: Person[] }} Typing */
/** @typedef {{ newest: number, replayed: number }} CaughtUp */

/** @typedef {{ handle: string, message: string, clientOffset: string, to?: string }} Draft `to` is a person's id */

/**
 * What a transport is told when it opens, and whom it tells what happens. `onEnd` is called once at
 * most, and never after `close`.
 *
 * @typedef {object} Opening
 * @property {{ after: number } | { recent: number }} begin where in the history
 * @property {string} room
 * @property {string} handle
 * @property {(name: string) => void} onTransport what carries it now, as presence calls it
 * @property {(message: Message) => void} onMessage
 * @property {(presence: Presence) => void} onPresence
 * @property {(typing: Typing) => void} onTyping
 * @property {(caughtUp: CaughtUp) => void} onCaughtUp what was missed is here: from now on it is live
 * @property {(hadNews: boolean) => void} onAnswer a poll was answered
 * @property {(why: string) => void} onEnd the line broke, and why as far as a page can know
 */

/**
 * A transport that was opened.
 *
 * @typedef {object} Line
 * @property {(draft: Draft) => Promise<{ id: number }>} send rejects with a `Refusal`, or with another
 *   error when nobody knows whether it arrived; sending the same draft again is harmless
 * @property {() => void} typing
 * @property {(handle: string) => Promise<void>} rename
 * @property {(next?: { pollsOn: boolean }) => void} close `pollsOn` when the line that takes its place polls too:
 *   whoever goes on polling does not say goodbye
 */

/** @typedef {(opening: Opening) => Line} Open */

export {};
