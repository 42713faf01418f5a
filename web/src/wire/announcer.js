/**
 * Tells a screen reader now and then how the list grew; the rows themselves stay silent.
 *
 * Usage: `<${Announcer} />`
 */
import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { count, number } from "../format.js";
import { records, shownFilter } from "./capture.js";

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
  // A filter's answer is told at once; the list's growth now and then.
  useEffect(() => {
    if (shownFilter.value !== "mine") setWords(`${count(records.peek().length, "record")} shown`);
  }, [shownFilter.value]);
  return html`<p class="visually-hidden" role="status">${words}</p>`;
}
