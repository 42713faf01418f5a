/**
 * The choice between the seven ways to talk to the server, live.
 *
 * Usage: `<${WaysMenu} />`
 */
import { html } from "htm/preact";
import { CARET, Menu } from "../../menu/menu.js";
import { choose, way } from "./connection.js";
import { WAYS } from "./ways/ways.js";

export function WaysMenu() {
  return html`
    <${Menu} id="ways" label=${`Transport: over ${way.value.label}`}
      button=${html`<span class="muted">over</span> ${way.value.label} ${CARET}`}>
      ${() => html`
        <h3>How your words travel</h3>
        <fieldset class="ways">
          <legend class="visually-hidden">Transport</legend>
          ${WAYS.map(({ name, label, more }) => html`
            <label>
              <input type="radio" name="transport" value=${name} checked=${name === way.value.name}
                aria-labelledby=${`way-${name}`} aria-describedby=${`about-${name}`} onChange=${() => choose(name)} />
              <span id=${`way-${name}`}>${label}</span>
              <span class="muted" id=${`about-${name}`}>${more}</span>
            </label>`)}
        </fieldset>
        <p class="muted">Nothing is lost: the new connection opens before the old one is closed.</p>`}
    <//>`;
}
