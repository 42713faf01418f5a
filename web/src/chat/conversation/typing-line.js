/**
 * Who writes just now. The line is always there, so that nothing jumps when somebody begins.
 *
 * Usage: `<${TypingLine} />`
 */
import { html } from "htm/preact";
import { namesOf, typing } from "../people/people.js";

export function TypingLine() {
  const people = typing.value;
  return html`
    <p class="typing" aria-live="off">
      ${people.length > 0 && html`
        <span class="typing-dots" aria-hidden="true"><i></i><i></i><i></i></span>
        <span class="typing-words">
          <bdi class="cut">${namesOf(people)}</bdi><span>${people.length === 1 ? " is" : " are"} typing…</span>
        </span>`}
    </p>`;
}
