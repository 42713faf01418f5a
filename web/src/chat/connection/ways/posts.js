/**
 * How everything is said that goes by HTTP: each a POST of its own. Short polling, long polling and
 * server-sent events share it.
 *
 * Usage: `const posts = openPosts({ room, handle }); await posts.send(draft); posts.close();`
 */
import { Refusal } from "./refusal.js";

/** @import { Draft } from "../../types.js" */

const TIMEOUT_MS = 10_000;

/** @param {{ room: string, handle: string }} sender */
export function openPosts({ room, handle }) {
  const closing = new AbortController();
  let name = handle;

  /** @param {string} path @param {object} body */
  async function post(path, body) {
    const response = await fetch(`/chat/${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ room, ...body }),
      signal: AbortSignal.any([closing.signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    if (!response.ok) throw await refusalOf(response);
    return response;
  }

  return {
    /** The handle that it goes by now. */
    get handle() {
      return name;
    },
    /** @param {Draft} draft @returns {Promise<{ id: number }>} */
    async send(draft) {
      return (await post("messages", draft)).json();
    },
    typing() {
      post("typing", { handle: name }).catch(() => {});
    },
    /** @param {string} to */
    async rename(to) {
      await post("rename", { handle: name, to });
      name = to;
    },
    close: () => closing.abort(),
  };
}

/** @param {Response} response */
export async function refusalOf(response) {
  const otherwise = { error: `the server answered ${response.status}` };
  const answer = await response.json().catch(() => otherwise);
  const retryAfter = Number(response.headers.get("Retry-After") ?? NaN);
  return new Refusal({ ...otherwise, ...answer }, Number.isFinite(retryAfter) ? retryAfter : undefined);
}
