/**
 * What stands in the address of whatever is opened: who comes, into which room, and from where on.
 *
 * Usage: `queryOf(opening)` → `after=41&room=lobby&handle=ann`
 */

/** @import { Opening } from "../../types.js" */

/** @param {Pick<Opening, "begin" | "room" | "handle">} opening */
export function queryOf({ begin, room, handle }) {
  const place = Object.entries(begin).map(([name, id]) => [name, String(id)]);
  return new URLSearchParams([...place, ["room", room], ["handle", handle]]);
}
