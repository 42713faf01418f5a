/**
 * Tells a screen reader now and then how the list grew; the rows themselves stay silent.
 *
 * Usage: `<${Announcer} />`
 */
import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { number } from "../format.js";
import { records } from "./capture.js";

const EVERY_MS = 10_000;

export function Announcer() {
  const [words, setWords] = useState("");
  useEffect(() => {
    let told = records.peek().at(-1)?.seq ?? 0;
    const timer = setInterval(() => {
      const fresh = records.peek().filter(({ seq }) => seq > told);
      const newest = fresh.at(-1);
      if (!newest) return;
      told = newest.seq;
      setWords(`${number(fresh.length)} new on the wire, the latest: ${newest.summary}`);
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return html`<p class="visually-hidden" role="status">${words}</p>`;
}
