/**
 * Tells a screen reader now and then how the list grew; the rows themselves stay silent.
 *
 * Usage: `<${Announcer} />`
 */
import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { count, number } from "../format.js";
import { arrived, records, shownFilter } from "./capture.js";

const EVERY_MS = 10_000;

export function Announcer() {
  const [words, setWords] = useState("");
  useEffect(() => {
    let told = arrived.peek();
    const timer = setInterval(() => {
      // A list that began anew counts from nothing.
      const fresh = arrived.peek() - Math.min(told, arrived.peek());
      told = arrived.peek();
      if (fresh > 0) setWords(`${number(fresh)} new on the wire, the latest: ${records.peek().at(-1)?.summary}`);
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  // A filter's answer is told at once; the list's growth now and then.
  useEffect(() => {
    if (shownFilter.value !== "mine") setWords(`${count(records.peek().length, "record")} shown`);
  }, [shownFilter.value]);
  return html`<p class="visually-hidden" role="status">${words}</p>`;
}
