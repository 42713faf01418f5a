/**
 * The room, as the page's address names it: `/?room=NAME`. Another room is another page, so a room can be
 * linked to, and Back leads to the one before.
 *
 * Usage: `room` → "lobby"; `addressOf("physics")` → "/?room=physics"; `isRoom("no room!")` → false
 */

export const LOBBY = "lobby";

/** As docs/chat.md has it. */
export const ROOM_PATTERN = "[A-Za-z0-9_\\-]{1,32}";

/** @param {string} name */
export const isRoom = (name) => new RegExp(`^${ROOM_PATTERN}$`).test(name);

const asked = new URLSearchParams(location.search).get("room") ?? LOBBY;

export const room = isRoom(asked) ? asked : LOBBY;

/** What the address asks for and cannot be a room's name. */
export const notARoom = isRoom(asked) ? null : asked;

/** @param {string} name */
export const addressOf = (name) => (name === LOBBY ? "/" : `/?room=${encodeURIComponent(name)}`);
