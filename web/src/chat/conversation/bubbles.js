/**
 * What the conversation offers to the wire: its messages by their numbers, and a way to each bubble.
 *
 * Usage: `useEffect(offerBubbles, [])`
 */
import { turnTo } from "../../panes/active.js";
import { offer } from "../../trace/bubbles.js";
import { timeline } from "./timeline.js";

export const offerBubbles = () => offer({ find, reveal });

/** Of two histories that both know the number, the newer one's. @param {number} id */
function find(id) {
  const item = timeline.value.findLast((item) => item.kind === "message" && item.message.id === id);
  return item?.kind === "message" ? item.message : undefined;
}

/** A pane that was not in view has its size again once it is drawn. @param {number} id */
function reveal(id) {
  turnTo("chat");
  requestAnimationFrame(() => {
    const button = [...document.querySelectorAll(`#conversation .to-trace[data-message="${id}"]`)].at(-1);
    if (!(button instanceof HTMLElement)) return;
    button.focus({ preventScroll: true });
    button.closest(".message")?.scrollIntoView({ block: "center" });
  });
}
