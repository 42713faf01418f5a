/**
 * The columns of the table, in order, and by what each can be sorted. What happened stands in a line of its own, above
 * the numbers.
 *
 * Usage: `COLUMNS` → `[{ name: "Bytes", area: "bytes", by: "bytes" }, …]`
 */

/** @import { SortName } from "./sorting.js" */

/** @typedef {{ name: string, area: string, by?: SortName, title?: string }} Column */

/** @type {Column[]} */
export const COLUMNS = [
  { name: "Conn.", area: "who", by: "id", title: "The connection’s number" },
  { name: "What happened", area: "story" },
  { name: "Age", area: "age", by: "age", title: "How long it lasted, or lasts" },
  { name: "Bytes", area: "bytes", by: "bytes", title: "Bytes on the wire, both ways" },
  { name: "Each way", area: "ways" },
  { name: "By layer", area: "layers" },
  {
    name: "Overhead",
    area: "overhead",
    by: "overhead",
    title: "Bytes that are not the application’s, of all bytes; of compressed and unread ones nobody can tell",
  },
  { name: "Messages", area: "messages", by: "messages", title: "What applications said to each other" },
  { name: "Bytes/message", area: "each", by: "perMessage", title: "All bytes, divided by the messages" },
  { name: "Round trip", area: "ping", by: "roundTrip", title: "From the server’s newest Ping to its Pong" },
];
