/**
 * How long a handle and a message may be, as the server's page says, in signs as people count them: grapheme clusters.
 * The server decides; here it is only shown.
 *
 * Usage: `limits.message` → 2000; `lengthOf("👍🏽")` → 1; `firstOf("anna", 3)` → "ann"
 */

const { maxHandle, maxMessage } = document.getElementById("app")?.dataset ?? {};

export const limits = { handle: Number(maxHandle) || 32, message: Number(maxMessage) || 2_000 };

/** Browsers before 2024 may lack it; code points are close to it. */
const segmenter = "Segmenter" in Intl ? new Intl.Segmenter("en", { granularity: "grapheme" }) : null;

/** @param {string} text */
const signsOf = (text) => (segmenter ? Array.from(segmenter.segment(text), ({ segment }) => segment) : [...text]);

/** @param {string} text */
export const lengthOf = (text) => signsOf(text).length;

/** @param {string} text @param {number} count */
export const firstOf = (text, count) => signsOf(text).slice(0, count).join("");
