/**
 * How much room is left, once it gets scarce. It forbids nothing: what is too long is refused by the server, and that
 * is worth seeing.
 *
 * Usage: `<${Count} id="message-count" text=${text.value} most=${limits.message} />`, `id` for `aria-describedby`
 */
import { html } from "htm/preact";
import { number } from "../../format.js";
import { lengthOf } from "./limits.js";

const SCARCE = 0.8;

/** @param {{ id: string, text: string, most: number }} props */
export function Count({ id, text, most }) {
  // No text has more signs than code units, so a short one need not be taken apart at every key.
  const length = text.length < SCARCE * most ? 0 : lengthOf(text.trim());
  if (length < SCARCE * most) return null;
  const isOver = length > most;
  return html`
    <p id=${id} class=${`count ${isOver ? "over" : ""}`}>
      ${number(length)} of ${number(most)}<span role="status">${isOver && ": too long"}</span>
    </p>`;
}
