/**
 * What the server says when it does not take something (docs/chat.md, "Refusals").
 *
 * Usage: `throw new Refusal({ error, code }, retryAfter)`; `problem instanceof Refusal && problem.passes`
 */

/** These are about the moment, not about what was said: the same may be taken a little later. */
const PASSING = ["rate_limited", "busy", "history_failed", "too_many_connections", "body_timeout"];

export class Refusal extends Error {
  /** @param {{ error: string, code?: string }} answer @param {number} [retryAfter] seconds */
  constructor({ error, code = "" }, retryAfter) {
    super(error);
    this.code = code;
    this.passes = PASSING.includes(code);
    this.retryAfter = retryAfter;
  }
}
