/**
 * Above the first record: how many earlier ones the capture has, and a button that loads some. It stands over the
 * diagram, because there only records are options, and scrolls with it.
 *
 * Usage: `<${Earlier} scene=${scene} />`
 */
import { html } from "htm/preact";
import { EarlierWords, hasEarlier } from "../records/earlier.js";

/** @import { Scene } from "./scene.js" */

/** @param {{ scene: Scene }} props */
export function Earlier({ scene: { view, head } }) {
  if (!hasEarlier.value || view.top >= 0) return null;
  return html`
    <div class="ladder-beginning" style=${{ top: `${head}px` }}>
      <p class="ladder-earlier" style=${{ top: `${-view.top}px` }}><${EarlierWords} heir="ladder" /></p>
    </div>`;
}
