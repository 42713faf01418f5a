/**
 * The page's title says what is shown, so that tabs and the browser's history can be told apart.
 *
 * Usage: `keepTitle();` once
 */
import { effect } from "@preact/signals";
import { address } from "./address.js";
import { page } from "./page.js";

const PAGES = { chat: "Wireglass: a chat made of glass", inspect: "The wire · Wireglass" };

export function keepTitle() {
  effect(() => {
    document.title = [...shown(), PAGES[page]].join(" · ");
  });
}

function shown() {
  const { view, filter, record, message } = address.value;
  const views = { list: "", ladder: "Ladder", connections: "Connections", trace: `Message ${message}` };
  return [record !== null ? `Record ${record}` : "", views[view], filter].filter(Boolean);
}
