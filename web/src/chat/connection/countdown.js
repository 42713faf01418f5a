/**
 * Seconds until a moment, counting down. A screen reader is not told each of them.
 *
 * Usage: `<${Countdown} to=${Date.now() + 10_000} />` → "10 s", "9 s", …
 */
import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";

const TICK_MS = 200;

/** @param {{ to: number }} props */
export function Countdown({ to }) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(Math.ceil((to - now) / 1_000), 0);
  return html`<span role="timer" aria-live="off" class="countdown">${seconds} s</span>`;
}
