/**
 * Whose a record or a connection is, in words: the server knows a browser by the cookie that it set, under a name that
 * it made up. That is another name than the handle under which somebody speaks in the chat.
 *
 * Usage: `browserOf(record)` → "you", "browser cobalt finch" or "no cookie"
 */

/** @param {{ mine?: boolean, owner?: string }} whose */
export function browserOf({ mine, owner }) {
  if (mine) return "you";
  return owner ? `browser ${owner}` : NO_COOKIE;
}

export const NO_COOKIE = "no cookie";
