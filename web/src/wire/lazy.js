/**
 * A component whose module is fetched when it is shown for the first time, so that the page begins with what it shows.
 *
 * Usage: `const Ladder = lazy(() => import("../ladder/ladder.js").then(({ Ladder }) => Ladder));`
 * and `fetchAll()` where the server may be gone before they are shown
 */
import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";

/** @typedef {(props: any) => any} Component */

/** @type {(() => Promise<Component>)[]} */
const loads = [];

/** A module is fetched once, however often it is asked for. */
export const fetchAll = () => Promise.allSettled(loads.map((load) => load()));

/** @param {() => Promise<Component>} load */
export function lazy(load) {
  loads.push(load);
  /** @type {Component | undefined} */
  let Loaded;

  return function Lazy(/** @type {object} */ props) {
    const [state, setState] = useState(Loaded ? "loaded" : "loading");
    useEffect(() => {
      if (Loaded) return;
      load().then(
        (component) => {
          Loaded = component;
          setState("loaded");
        },
        () => setState("lost"),
      );
    }, []);
    if (Loaded) return html`<${Loaded} ...${props} />`;
    return state === "lost" && html`
      <p class="notice" role="alert">The server cannot be reached, so this view cannot be shown.</p>`;
  };
}
