/**
 * A section of a specification, as a link to it; what it is about stands in the link's title.
 *
 * Usage: `<${Section} of="RFC 6455 5.3" />`, or with other words inside
 */
import { html } from "htm/preact";
import { SECTIONS, urlOf } from "./sections.js";

/** @param {{ of: string, tabIndex?: number, children?: any }} props */
export function Section({ of, tabIndex, children = of }) {
  const url = urlOf(of);
  if (!url) return html`<span class="section">${children}</span>`;
  const [title, says] = SECTIONS.get(of) ?? [];
  return html`
    <a class="section" href=${url} target="_blank" rel="noopener" tabIndex=${tabIndex}
      title=${title && `${title}: ${says}`}>${children}</a>`;
}
