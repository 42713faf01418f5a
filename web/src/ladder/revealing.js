/**
 * Brings into view what the reader is there for: at first the newest upgrade, until the reader's next chat message
 * passes; the newest record while it is live; the current one while it is played; and an open record, also when the
 * ladder makes room for it.
 *
 * Usage: `useRevealing({ moves, place, scene, order, list, viewport, isPlaying });`
 */
import { useLayoutEffect, useRef } from "preact/hooks";
import { select } from "../address/address.js";
import { newerThan } from "../wire/capture.js";

/** @import { WireRecord } from "../types.js" */
/** @import { movesOver } from "./moves.js" */
/** @import { Order } from "./order.js" */
/** @import { Place } from "./place.js" */
/** @import { Scene } from "./scene.js" */
/** @import { Viewport } from "./viewport.js" */

/** A reader who opens the ladder sees the newest upgrade, unless more than this many records came after it. */
const RECENT = 60;
/** While it is played, some of what comes is in view, too. */
const PLAYED_WITHIN = 0.8;

/**
 * @typedef {object} Seen
 * @property {ReturnType<typeof movesOver>} moves
 * @property {Place} place
 * @property {Scene} scene
 * @property {Order} order
 * @property {WireRecord[]} list
 * @property {Viewport} viewport
 * @property {boolean} isPlaying
 */

/** @param {Seen} seen */
export function useRevealing({ moves, place, scene, order, list, viewport, isPlaying }) {
  const isOpened = useRef(false);
  const opening = useRef(/** @type {{ top: number, seq: number } | null} */ (null));
  const newest = order.records.at(-1);
  const sought = scene.current ?? order.withSeq(scene.open);
  useLayoutEffect(() => {
    if (isOpened.current || viewport.height === 0) return;
    isOpened.current = true;
    const since = moves.upgrade ? order.records.length - order.indexOf(moves.upgrade.first) : Infinity;
    if (scene.open !== null || since >= RECENT) return;
    moves.showUpgrade?.();
    opening.current = { top: place.top(), seq: list.at(-1)?.seq ?? 0 };
  }, [viewport.height]);
  useLayoutEffect(() => {
    const { top, seq } = opening.current ?? {};
    if (seq === undefined || !newerThan(list, seq).some(isOwnWord)) return;
    opening.current = null;
    // Unless the reader has gone elsewhere since.
    if (!newest || !scene.isLive || scene.open !== null || place.top() !== top) return;
    place.toEnd();
    moves.revealLane(newest);
  }, [list]);
  useLayoutEffect(() => {
    if (newest && scene.isLive && place.isAtEnd) moves.revealLane(newest);
  }, [newest]);
  useLayoutEffect(() => {
    if (sought) moves.reveal(sought, scene.isLive ? 1 : PLAYED_WITHIN);
  }, [sought, viewport.height]);
  useLayoutEffect(() => {
    if (scene.open !== null && !isPlaying) openRecord(scene.current);
  }, [scene.current, isPlaying]);
}

/** A chat message on the reader's own wire, said or heard. @param {WireRecord} record */
const isOwnWord = ({ mine, chat }) => Boolean(mine && chat?.length);

/** A gap has no bytes to show. @param {WireRecord | null} record */
export function openRecord(record) {
  if (record && record.kind !== "gap") select(record.seq);
}
