/**
 * A few common emoji, to be put where the caret stands. Arrow keys go from one to the next.
 *
 * Usage: `<${EmojiMenu} box=${box} />`, `box` being a reference to the text area
 */
import { html } from "htm/preact";
import { Menu } from "../../menu/menu.js";
import { text } from "./draft.js";

const COLUMNS = 8;

const EMOJI = [
  ..."😀😃😄😁😅😂🙂😉😊😍😘😎🤔🤨😐🙄",
  ..."😴😢😭😡😱🥳🤯😇👍👎👏🙌🙏💪👋👀",
  ..."🎉🔥✨⭐✅❌❓❗💡🚀🐛🍕☕🎂🌈💚",
];

/** @type {Record<string, number | undefined>} */
const STEPS = {
  ArrowLeft: -1,
  ArrowRight: 1,
  ArrowUp: -COLUMNS,
  ArrowDown: COLUMNS,
  Home: -EMOJI.length,
  End: EMOJI.length,
};

/** @param {{ box: { current: HTMLTextAreaElement | null } }} props */
export function EmojiMenu({ box }) {
  /** @param {string} emoji @param {() => void} close */
  function insert(emoji, close) {
    const area = box.current;
    const at = area?.selectionStart ?? text.value.length;
    text.value = text.value.slice(0, at) + emoji + text.value.slice(area?.selectionEnd ?? at);
    close();
    requestAnimationFrame(() => {
      area?.focus();
      area?.setSelectionRange(at + emoji.length, at + emoji.length);
    });
  }
  return html`
    <${Menu} id="emoji" class="icon" label="Emoji" button=${html`<${Face} />`}>
      ${(/** @type {() => void} */ close) => html`
        <div class="emoji-grid" role="group" aria-label="Emoji, arrow keys move" onKeyDown=${move}>
          ${EMOJI.map((emoji, index) => html`
            <button type="button" tabIndex=${index === 0 ? 0 : -1} autofocus=${index === 0}
              onClick=${() => insert(emoji, close)}>${emoji}</button>`)}
        </div>`}
    <//>`;
}

/** @param {KeyboardEvent & { currentTarget: HTMLElement }} event */
function move(event) {
  const step = STEPS[event.key];
  if (step === undefined) return;
  event.preventDefault();
  const buttons = /** @type {HTMLElement[]} */ ([...event.currentTarget.children]);
  const here = buttons.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  buttons[Math.min(Math.max(here + step, 0), buttons.length - 1)].focus();
}

function Face() {
  return html`
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round"
      stroke-linejoin="round" aria-hidden="true">
      <path d="M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17M8.5 14c.8 1.3 2 2 3.5 2s2.7-.7 3.5-2M9 9.5v.5M15 9.5v.5" />
    </svg>`;
}
