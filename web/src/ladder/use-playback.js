/**
 * Playback as a hook: the clock that plays, and what the reader can do to it.
 *
 * Usage: `const { playback, step, goTo, seek, toggle, pause, leave } = usePlayback(order, beginning);`
 */
import { useEffect, useState } from "preact/hooks";
import { LIVE, advanced, indexIn, playing, soughtTo, stillAt } from "./playback.js";
import { cutsSilence, speed } from "./settings.js";

/** @import { Order } from "./order.js" */
/** @import { Playback } from "./playback.js" */

/** A page that was hidden does not jump when it is seen again. */
const LONGEST_TICK = 0.25;

/** @param {Order} order @param {(steps: number) => number} beginning where a reader begins who was live until now */
export function usePlayback(order, beginning) {
  const [playback, setPlayback] = useState(LIVE);
  const isLive = playback.state === "live";
  const isPlaying = playback.state === "playing";

  useEffect(() => {
    if (!isPlaying) return undefined;
    let before = performance.now();
    let frame = requestAnimationFrame(function tick(now) {
      const seconds = Math.min((now - before) / 1_000, LONGEST_TICK);
      before = now;
      setPlayback((playback) => advanced(playback, order, Math.max(seconds, 0), paceNow()));
      frame = requestAnimationFrame(tick);
    });
    return () => cancelAnimationFrame(frame);
  }, [isPlaying]);

  const goTo = (/** @type {number} */ index) => setPlayback(stillAt(order, index));

  function toggle() {
    const isOver = !isLive && indexIn(playback, order) >= order.records.length - 1;
    if (isPlaying) pause();
    else setPlayback(playing(isLive ? stillAt(order, beginning(0)) : isOver ? stillAt(order, 0) : playback));
  }
  function pause() {
    setPlayback((before) => (before.state === "playing" ? { ...before, state: "still" } : before));
  }
  /** Two steps can come before the first is drawn. @param {number} steps */
  function step(steps) {
    setPlayback((before) =>
      stillAt(order, before.state === "live" ? beginning(steps) : indexIn(before, order) + steps));
  }
  const seek = (/** @type {number} */ time) => setPlayback(soughtTo(order, time));
  const leave = () => setPlayback(LIVE);
  return { playback, step, goTo, seek, toggle, pause, leave };
}

function paceNow() {
  return {
    speed: speed.value === "step" ? /** @type {const} */ ("step") : Number(speed.value) || 1,
    cutsSilence: cutsSilence.value === "on",
  };
}
