/**
 * Words in which names from the code stand between backticks, drawn as code.
 *
 * Usage: `spoken("what `emit` sends")` → "what ", `<code>emit</code>`, " sends"
 */
import { html } from "htm/preact";

/** @param {string} [words] */
export const spoken = (words = "") =>
  words.split("`").map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part));
