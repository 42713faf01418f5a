/**
 * The layers that bytes belong to, and what their counts tell: each layer's share, and how much of it is overhead.
 *
 * Overhead is every byte that is not the application's. Of some bytes nobody can tell: what permessage-deflate made
 * smaller, what could not be framed, and what was lost before it was read. So it lies between two shares, which are the
 * same where everything is told.
 *
 * Usage: `partsOf(layers, 1240)` → `[{ layer: "http", name: "HTTP", bytes: 930, share: 0.75 }, …]`;
 * `overheadOf(layers, 1240)` → `{ least: 0.75, greatest: 0.9, untold: 186 }`; `overheadWords(overhead)` → "≥ 75 %"
 */
import { percent } from "../format.js";

/** @import { LayerName, Layers } from "../types.js" */

/** @typedef {{ layer: LayerName, name: string, bytes: number, share: number }} Part */
/** @typedef {{ least: number, greatest: number, untold: number }} Overhead shares, and bytes */

/**
 * From the outside in: what each is called, and what its bytes are for.
 *
 * @type {Record<LayerName, { name: string, about: string }>}
 */
export const LAYERS = {
  http: { name: "HTTP", about: "start-line, field lines, and the framing of the body" },
  eventstream: { name: "Event stream", about: "the lines of server-sent events" },
  websocket: { name: "WebSocket", about: "the frame around the payload" },
  engineio: { name: "Engine.IO", about: "which kind of packet" },
  socketio: { name: "Socket.IO", about: "which kind of packet, for which namespace, with which id" },
  application: { name: "Application", about: "what was to be said" },
  compressed: { name: "Compressed", about: "what permessage-deflate packed: the layers in it share their bits" },
  opaque: { name: "Opaque", about: "bytes that could not be framed" },
};

const NAMES = /** @type {LayerName[]} */ (Object.keys(LAYERS));
const OVERHEAD = NAMES.filter((layer) => !["application", "compressed", "opaque"].includes(layer));

/** As one byte says it: 0 stands for none. @type {(LayerName | undefined)[]} */
export const layerNames = [undefined, ...NAMES];

/** Those that have bytes, from the outside in. @param {Layers} layers @param {number} whole bytes @returns {Part[]} */
export function partsOf(layers, whole) {
  return NAMES.flatMap((layer) => {
    const bytes = layers[layer] ?? 0;
    return bytes > 0 ? [{ layer, name: LAYERS[layer].name, bytes, share: bytes / whole }] : [];
  });
}

/** Null where no layer is told. @param {Layers} layers @param {number} whole bytes @returns {Overhead | null} */
export function overheadOf(layers, whole) {
  const known = OVERHEAD.reduce((sum, layer) => sum + (layers[layer] ?? 0), 0);
  const { application = 0 } = layers;
  if (known + application === 0) return null;
  return { least: known / whole, greatest: (whole - application) / whole, untold: whole - known - application };
}

/** Where some bytes cannot be told apart, the least that it is. @param {Overhead} overhead */
export const overheadWords = ({ least, untold }) => `${untold > 0 ? "≥ " : ""}${percent(least)}`;
