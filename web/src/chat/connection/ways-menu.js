/**
 * The choice between the seven ways to talk to the server, live.
 *
 * Usage: `<${WaysMenu} />`
 */
import { html } from "htm/preact";
import { batch, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { CARET, Menu } from "../../menu/menu.js";
import { choose, way } from "./connection.js";
import { WAYS } from "./ways/ways.js";

/** Arrow keys choose whatever they pass; only where they stay for so long, a connection is opened. */
const STAY_MS = 500;

/** Where the arrow keys are, before they have stayed. */
const passing = signal(/** @type {string | null} */ (null));
let isByArrow = false;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

export function WaysMenu() {
  return html`
    <${Menu} id="ways" class="ways-button" label=${`Transport: over ${way.value.label}`}
      button=${html`<span class="muted">over</span>${" "}<span class="cut">${way.value.label}</span>${CARET}`}>
      ${() => html`<${Ways} />`}
    <//>`;
}

function Ways() {
  // When the menu closes, the choice is made.
  useEffect(() => settle, []);
  const checked = passing.value ?? way.value.name;
  return html`
    <h3>How your words travel</h3>
    <fieldset class="ways" onKeyDown=${onKeyDown} onPointerDown=${onPointerDown}>
      <legend class="visually-hidden">Transport</legend>
      ${WAYS.map(({ name, label, more }) => html`
        <label>
          <input type="radio" name="transport" value=${name} checked=${name === checked}
            aria-labelledby=${`way-${name}`} aria-describedby=${`about-${name}`} onChange=${() => pass(name)} />
          <span id=${`way-${name}`}>${label}</span>
          <span class="muted" id=${`about-${name}`}>${more}</span>
        </label>`)}
    </fieldset>
    <p class="muted">Nothing is lost: the new connection opens before the old one is closed.</p>`;
}

/** @param {KeyboardEvent} event */
function onKeyDown({ key }) {
  isByArrow = key.startsWith("Arrow");
  if (key === "Enter" || key === " ") settle();
}

function onPointerDown() {
  isByArrow = false;
}

/** @param {string} name */
function pass(name) {
  passing.value = name;
  clearTimeout(timer);
  if (isByArrow) timer = setTimeout(settle, STAY_MS);
  else settle();
}

function settle() {
  clearTimeout(timer);
  const { value: name } = passing;
  batch(() => {
    passing.value = null;
    if (name !== null && name !== way.value.name) choose(name);
  });
}
