/**
 * Which protocol a record speaks, named by the topmost layer that it reaches. So Engine.IO's own
 * heartbeat (text frames that say `2` and `3`) is never taken for WebSocket's (opcodes 9 and A).
 *
 * Usage: `layerOf(record)` → `{ name: "Engine.IO", depth: 3 }`
 */
import { CLOSE } from "../opcodes.js";

/** @import { WireRecord } from "../types.js" */

/** `depth` counts the layers on top of one another: TCP, then HTTP or WebSocket, and so on. */
const LAYERS = {
  tcp: { name: "TCP", depth: 1 },
  http: { name: "HTTP", depth: 2 },
  websocket: { name: "WebSocket", depth: 2 },
  engineio: { name: "Engine.IO", depth: 3 },
  socketio: { name: "Socket.IO", depth: 4 },
};

/** Their names, as they stand on top of one another. */
export const layersInOrder = Object.values(LAYERS).map(({ name }) => name);

/** @param {WireRecord} record */
export function layerOf(record) {
  if (record.socketio?.length) return LAYERS.socketio;
  if (record.engineio?.length) return LAYERS.engineio;
  return LAYERS[record.layer] ?? LAYERS.tcp;
}

/** What a reader should not miss: the switch of protocols, the chat's own events, the close. */
export function isLandmark(/** @type {WireRecord} */ { http, websocket, socketio }) {
  return (
    http?.status === 101 ||
    websocket?.opcode === CLOSE ||
    Boolean(socketio?.some(({ type }) => type === "EVENT"))
  );
}
