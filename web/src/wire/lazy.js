/**
 * A component whose module is fetched when it is shown for the first time, so that the page begins with what it shows.
 *
 * Usage: `const Ladder = lazy(() => import("../ladder/ladder.js").then(({ Ladder }) => Ladder));`
 */
import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";

/** @typedef {(props: any) => any} Component */

/** @param {() => Promise<Component>} load */
export function lazy(load) {
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
    return state === "lost" && html`<p class="notice" role="alert">The server cannot be reached, so this view cannot be shown.</p>`;
  };
}
