/**
 * A message's text: the addresses in it as links, everything else as it stands. Only `http:` and `https:`
 * become links, and never more than what is seen: signs that turn the direction of writing end an address.
 *
 * Usage: `<${Text} text="see https://example.org/" />`; `isEmoji("🎉")` → true
 */
import { html } from "htm/preact";

/** Up to white space, quotation marks, brackets of markup, controls and signs of direction. */
const ADDRESS = /https?:\/\/[^\s<>"'`\p{Cc}\p{Cf}]+/giu;
/** These end a sentence more often than an address. */
const AFTER_ADDRESS = /[.,;:!?)\]}*_]+$/;

/** A sign with what changes its looks, and what joins it to the next; flags are pairs of letters. */
const SIGN = "\\p{Extended_Pictographic}[\\u{FE0F}\\u{1F3FB}-\\u{1F3FF}]*(?:\\u{200D}(?=\\p{Extended_Pictographic}))?";
const EMOJI = new RegExp(`^(?:${SIGN}|\\p{Regional_Indicator}{2}|\\s)+$`, "u");
const FEW = 24;

/** Nothing but a few emoji, which may then be bigger. @param {string} text */
export const isEmoji = (text) => text.length <= FEW && EMOJI.test(text);

/** @param {{ text: string }} props */
export function Text({ text }) {
  return partsOf(text).map(({ text, href }) =>
    href ? html`<a href=${href} title=${href} rel="noopener noreferrer" target="_blank">${text}</a>` : text,
  );
}

/** @param {string} text @returns {{ text: string, href?: string }[]} */
export function partsOf(text) {
  const parts = [];
  let end = 0;
  for (const { 0: found, index } of text.matchAll(ADDRESS)) {
    const shown = withoutEnd(found);
    const href = addressOf(shown);
    if (!href) continue;
    parts.push({ text: text.slice(end, index) }, { text: shown, href });
    end = index + shown.length;
  }
  return [...parts, { text: text.slice(end) }].filter(({ text }) => text);
}

/** Brackets that were opened within the address belong to it. @param {string} found */
function withoutEnd(found) {
  const opens = found.includes("(");
  const rest = found.replace(AFTER_ADDRESS, "");
  return opens && found[rest.length] === ")" ? `${rest})` : rest;
}

/** As the browser reads it, or null. @param {string} text */
function addressOf(text) {
  try {
    const { protocol, href } = new URL(text);
    return ["http:", "https:"].includes(protocol) ? href : null;
  } catch {
    return null;
  }
}
