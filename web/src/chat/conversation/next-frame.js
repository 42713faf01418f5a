/**
 * Gathers what happens until the next animation frame, so that a hundred messages at once cost one redraw. A
 * hidden page gets no frames; there a timer does it.
 *
 * Usage: `const publish = onNextFrame(() => (shown.value = [...items])); publish(); publish();`
 */

const HIDDEN_MS = 200;

/** @param {() => void} act */
export function onNextFrame(act) {
  let isWaiting = false;
  return () => {
    if (isWaiting) return;
    isWaiting = true;
    const frame = requestAnimationFrame(run);
    const timer = setTimeout(run, HIDDEN_MS);
    function run() {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
      isWaiting = false;
      act();
    }
  };
}
