/**
 * The line between the list and the open record: drag it, or move it with the arrow keys.
 *
 * Usage: `<${Split} />` between the two, in a flex box that sizes the first by `--split` (percent)
 */
import { html } from "htm/preact";
import { effect } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { remembered } from "../preferences/remembered.js";

const LEAST = 15;
const MOST = 75;
const STEP = 5;

const split = remembered("split", "28");

export function Split() {
  const line = useRef(/** @type {HTMLElement | null} */ (null));
  useLayoutEffect(
    () => effect(() => line.current?.parentElement?.style.setProperty("--split", split.value)),
    [],
  );
  return html`
    <div class="split" role="separator" aria-label="Size of the list" tabIndex=${0} ref=${line}
      aria-valuenow=${Number(split.value)} aria-valuemin=${LEAST} aria-valuemax=${MOST}
      onKeyDown=${onKeyDown} onPointerDown=${onPointerDown} onPointerMove=${onPointerMove}></div>`;
}

/** @param {number} percent */
function moveTo(percent) {
  split.value = String(Math.round(Math.min(Math.max(percent, LEAST), MOST)));
}

/** @param {KeyboardEvent} event */
function onKeyDown(event) {
  const step = { ArrowUp: -STEP, ArrowLeft: -STEP, ArrowDown: STEP, ArrowRight: STEP }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  moveTo(Number(split.value) + step);
}

/** @param {PointerEvent & { currentTarget: HTMLElement }} event */
function onPointerDown(event) {
  event.preventDefault();
  event.currentTarget.setPointerCapture(event.pointerId);
}

/** @param {PointerEvent & { currentTarget: HTMLElement }} event */
function onPointerMove({ currentTarget: line, pointerId, clientX, clientY }) {
  if (!line.hasPointerCapture(pointerId) || !line.parentElement) return;
  const box = line.parentElement.getBoundingClientRect();
  const isBeside = getComputedStyle(line.parentElement).flexDirection === "row";
  moveTo(100 * (isBeside ? (clientX - box.left) / box.width : (clientY - box.top) / box.height));
}
