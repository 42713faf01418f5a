/**
 * How the reader wants the ladder: remembered, as all preferences are.
 *
 * Usage: `axis.value` → "event"; `zoom.event.value = "1.375"`
 */
import { remembered } from "../preferences/remembered.js";
import { AT_FIRST } from "./zoom.js";

/** "connection", "layer" or "one"; empty until the reader chooses: then the room decides. */
export const lanes = remembered("ladder-lanes", "");
export const axis = remembered("ladder-axis", "event");
/** In rem a record, or a second. */
export const zoom = {
  event: remembered("ladder-zoom-event", String(AT_FIRST.event)),
  time: remembered("ladder-zoom-time", String(AT_FIRST.time)),
};
/** Whether lanes stay that have no record in view: "on" or empty. */
export const showsIdle = remembered("ladder-idle", "");
/** How many times as fast as it was, or "step". */
export const speed = remembered("ladder-speed", "1");
/** Whether long silences are cut: "on" or empty. */
export const cutsSilence = remembered("ladder-cuts-silence", "on");
