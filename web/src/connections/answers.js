/**
 * The connections as the server last told them: asked for about once a second while somebody looks, and of an opened
 * file once.
 *
 * Usage: `const { list, problem } = useConnections();` where `list` is null until there is one
 */
import { useEffect, useState } from "preact/hooks";
import { again } from "../source/again.js";
import { Problem, opened, readConnections } from "../source/source.js";

/** @import { ConnectionList } from "../types.js" */

const EVERY_MS = 1_000;

/** @typedef {{ list: ConnectionList | null, problem: string | null }} Answer */

export function useConnections() {
  const [answer, setAnswer] = useState(/** @type {Answer} */ ({ list: null, problem: null }));
  const file = opened.value;
  useEffect(() => {
    const ask = async (/** @type {AbortSignal} */ signal) => {
      try {
        const list = await readConnections(signal);
        if (!signal.aborted) setAnswer({ list, problem: null });
      } catch (error) {
        if (signal.aborted) throw error;
        const problem = error instanceof Problem ? error.message : "The answer of the server broke off.";
        // What was told last still stands.
        setAnswer(({ list }) => ({ list, problem }));
      }
    };
    return again(ask, () => (file ? null : EVERY_MS));
  }, [file]);
  return answer;
}
