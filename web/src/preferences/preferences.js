/**
 * The reader's two choices: the theme (system, light, dark) and larger type for a projector. They
 * stand as attributes of the root element, where tokens.css looks for them.
 *
 * Usage: `<${Preferences} />`
 */
import { html } from "htm/preact";
import { effect } from "@preact/signals";
import { remembered } from "./remembered.js";

const THEMES = ["system", "light", "dark"];
const LARGER = "Larger type, for a projector";

const theme = remembered("theme", "system");
const projector = remembered("projector", "");

effect(() => {
  document.documentElement.dataset.theme = theme.value;
});
effect(() => {
  document.documentElement.toggleAttribute("data-projector", projector.value !== "");
});

export function Preferences() {
  return html`
    <button type="button" class="button icon" onClick=${nextTheme}
      aria-label=${`Theme: ${theme.value}`} title=${`Theme: ${theme.value}`}>
      <${Icon} path=${THEME_ICONS[theme.value]} />
    </button>
    <button type="button" class="button icon" onClick=${toggleProjector}
      aria-pressed=${projector.value !== ""}
      aria-label=${LARGER} title=${LARGER}>
      <${Icon} path="M3 19 8.5 5h1L15 19M5 14.5h8M15.5 19l3.5-9h.5L23 19M16.8 16h5" />
    </button>`;
}

function nextTheme() {
  theme.value = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length];
}

function toggleProjector() {
  projector.value = projector.value ? "" : "on";
}

/** @type {Record<string, string>} */
const THEME_ICONS = {
  system:
    "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17M12 3.5v17M12 8l5.5-2.5M12 12h8M12 16l6.5 1.5",
  light:
    "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8M12 2v2.5M12 19.5V22M2 12h2.5M19.5 12H22M5 5l1.7 1.7M17.3 17.3 19 19M5 19l1.7-1.7M17.3 6.7 19 5",
  dark: "M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5",
};

/** @param {{ path: string }} props */
function Icon({ path }) {
  return html`
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round"
      stroke-linejoin="round" aria-hidden="true"><path d=${path} /></svg>`;
}
