/**
 * The fields of the filter language, as the server tells them (docs/api.md): asked for once, when somebody needs them.
 *
 * Usage: `loadFields(); fields.value`
 */
import { signal } from "@preact/signals";

/** @import { FilterField } from "../types.js" */

export const fields = signal(/** @type {FilterField[]} */ ([]));

let isAsked = false;

export async function loadFields() {
  if (isAsked) return;
  isAsked = true;
  const response = await fetch("/inspector/filter").catch(() => null);
  if (response?.ok) fields.value = (await response.json()).fields;
  else isAsked = false;
}
