/**
 * What a message said, read off the beginning of the text that a record shows of it: for where there is no chat to ask.
 *
 * Usage: `wordsIn(records, 7)` → `{ handle: "ann", message: "hello", isCut: false }`
 */

/** @import { WireRecord } from "../types.js" */

const STRING = String.raw`"((?:[^"\\]|\\.)*)("|$)`;
const HANDLE = new RegExp(String.raw`"handle"\s*:\s*${STRING}`);
const MESSAGE = new RegExp(String.raw`"message"\s*:\s*${STRING}`);

/** @param {WireRecord[]} records that carried it @param {number} id */
export function wordsIn(records, id) {
  for (const { text = "", chat = [] } of records) {
    // A record can bring several messages; what is said of this one begins with its number.
    const isSent = chat.some((part) => part.role === "sent");
    const from = isSent ? 0 : text.search(new RegExp(String.raw`"id"\s*:\s*${id}\b`));
    const message = from < 0 ? null : text.slice(from).match(MESSAGE);
    if (!message) continue;
    const [, handle = ""] = text.slice(from).match(HANDLE) ?? [];
    const isCut = message[2] === "";
    // Where the server cuts a text, it ends it with an ellipsis.
    const words = isCut ? message[1].replace(/…$/, "") : message[1];
    return { handle: unescaped(handle), message: unescaped(words), isCut };
  }
  return null;
}

/** As JSON means it; what is cut within an escape stays as it stands. @param {string} text */
function unescaped(text) {
  try {
    return String(JSON.parse(`"${text}"`));
  } catch {
    return text;
  }
}
