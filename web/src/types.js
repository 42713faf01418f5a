/**
 * The inspector's interface as types: what docs/api.md says, word for word. Nothing runs here.
 *
 * Usage: `@import { WireRecord } from "../types.js"` in a JSDoc comment.
 */

/** @typedef {"to_server" | "to_client"} Direction */
/** @typedef {"client" | "server"} Side */

/**
 * @typedef {object} WireRecord
 * @property {number} seq
 * @property {number} at seconds since the capture began
 * @property {number} connection
 * @property {Direction} direction
 * @property {"tcp" | "http" | "websocket"} layer
 * @property {"opened" | "request" | "response" | "frame" | "opaque" | "closed" | "gap"} kind
 * @property {number} length bytes on the wire
 * @property {string} summary
 * @property {string} [owner]
 * @property {boolean} [mine]
 * @property {{ peer?: string, end?: "fin" | "reset", by?: Side }} [tcp]
 * @property {HttpPart} [http]
 * @property {WebSocketPart} [websocket]
 * @property {string} [text] the beginning of the text that it carries
 * @property {{ type: string, sid?: string, probe?: boolean }[]} [engineio]
 * @property {{ type: string, namespace: string, id: number | null, event?: string }[]} [socketio]
 * @property {{ rule: string, section: string, by: Side }[]} [violations]
 * @property {ChatPart[]} [chat] the chat messages that it carries
 * @property {Link[]} [links] records that belong together with this one
 * @property {string} [sid] the Engine.IO session that it belongs to
 * @property {UpgradeStep} [upgrade]
 * @property {Closing} [closing] how the WebSocket ended; stands on the `closed` record
 * @property {Layers} [layers] its bytes by layer; they add up to `length`
 * @property {boolean} [context_lost] records before it are missing, so it could not be read
 * @property {boolean} [truncated] its bytes were not all kept
 * @property {boolean} [incomplete] the connection ended before it was whole
 * @property {{ records: number }} [gap]
 */

/**
 * @typedef {object} HttpPart
 * @property {string} [method]
 * @property {string} [target]
 * @property {number} [status]
 * @property {string} [reason]
 * @property {[name: string, value: string][]} [headers]
 * @property {number} [body_length]
 * @property {number} [exchange] the same in a request and in its response
 * @property {number} [part] of a response that is recorded while it lasts: 1 is its head, later ones have none
 */

/**
 * @typedef {object} WebSocketPart
 * @property {boolean} fin
 * @property {number} rsv
 * @property {number} opcode
 * @property {boolean} masked
 * @property {string} [masking_key]
 * @property {number} payload_length
 * @property {7 | 16 | 64} length_bits
 * @property {number} [message]
 * @property {{ code?: number, reason?: string }} [close]
 * @property {number} [fragment] which frame of its message it is, from 1
 * @property {boolean} [compressed] its message was compressed by permessage-deflate
 * @property {number} [inflated_length]
 */

/** @typedef {{ id: number, role: "sent" | "acknowledged" | "delivered" }} ChatPart */

/**
 * @typedef {object} Link
 * @property {Relation} relation what the other record is to this one
 * @property {number} seq the other record
 * @property {number} seconds between the first bytes of the two
 */

/**
 * @typedef {"request" | "response" | "ping" | "pong" | "close" | "message start" | "message part"
 *   | "message end" | "event" | "sending" | "acknowledgement" | "packet" | "attachment"
 *   | "upgrade, before" | "upgrade, after"} Relation
 */

/** @typedef {"handshake" | "switched" | "probe" | "probe answer" | "poll ended" | "upgraded"} UpgradeStep */

/**
 * @typedef {object} Closing
 * @property {Side} [began] who sent the first Close frame
 * @property {boolean} answered
 * @property {boolean} clean
 * @property {number} [code]
 * @property {string} meaning
 */

/**
 * @typedef {"http" | "eventstream" | "websocket" | "engineio" | "socketio" | "application" | "compressed"
 *   | "opaque"} LayerName
 */
/** @typedef {Partial<Record<LayerName, number>>} Layers bytes */

/**
 * An opening handshake, worked out: RFC 6455, sections 4.1 and 4.2.2.
 * @typedef {object} Handshake
 * @property {string | null} key
 * @property {string} guid
 * @property {string | null} concatenated
 * @property {string | null} sha1 40 hexadecimal digits
 * @property {string | null} accept what the server has to send
 * @property {string | null} sent what it did send
 * @property {boolean | null} agrees
 * @property {string[]} offered extensions
 * @property {string[]} accepted extensions
 * @property {number | null} request
 * @property {number | null} response
 */

/**
 * @typedef {object} Field a part of a record's bytes that has a name and a meaning
 * @property {string} name
 * @property {[from: number, to: number]} bits half-open, most significant bit first
 * @property {BufferName} buffer
 * @property {string} [value]
 * @property {string} [meaning]
 * @property {string} [section]
 * @property {LayerName} [layer] that of all its leaves, unless a child says otherwise
 * @property {Field[]} [children]
 */

/** @typedef {"wire" | "unmasked" | "inflated" | "message"} BufferName */

/**
 * @typedef {object} Dissection what a record has more when it is asked for alone
 * @property {Partial<Record<BufferName, string>>} bytes
 * @property {Field[]} fields
 * @property {[from: number, to: number][]} [redacted]
 * @property {Handshake} [handshake]
 * @property {boolean} [without_fields] of an opened file that was exported without them; the page's own word
 */

/** @typedef {WireRecord & Dissection} DissectedRecord */

/**
 * @typedef {object} Capture
 * @property {string} started ISO-8601
 * @property {number} oldest
 * @property {number} newest
 * @property {{ records: number, bytes: number }} lost
 */

/**
 * What went one way over a connection.
 * @typedef {object} Carried
 * @property {number} bytes
 * @property {number} [requests]
 * @property {number} [responses]
 * @property {Record<string, number>} frames by opcode
 * @property {Layers} layers of the records that were read
 * @property {number} unread bytes of records that were lost before they were read
 * @property {number} messages what applications said to each other
 * @property {number} chat chat messages sent, or delivered
 */

/**
 * @typedef {object} Connection
 * @property {number} id
 * @property {string} peer
 * @property {string} [owner]
 * @property {boolean} mine
 * @property {number} opened seconds since the capture began
 * @property {number} [closed]
 * @property {"fin" | "reset"} [end]
 * @property {Side} [by]
 * @property {"http" | "websocket"} protocol
 * @property {string} [target]
 * @property {boolean} [engineio]
 * @property {Carried} to_server
 * @property {Carried} to_client
 * @property {number} [last] when its newest record passed
 * @property {{ count: number, newest: number, least: number, greatest: number, mean: number }} [round_trips]
 * @property {{ count: number, mean: number, longest: number }} [exchanges]
 * @property {string[]} [sids]
 * @property {number} [upgraded_after]
 * @property {Closing} [closing]
 * @property {string} story
 * @property {number} inspector_bytes
 */

/**
 * @typedef {object} RecordList records that pass a filter
 * @property {Capture} capture
 * @property {number} [earlier] how many more pass, and stand before those that were asked for
 * @property {WireRecord[]} records
 */

/**
 * @typedef {object} ConnectionList
 * @property {Capture} capture
 * @property {number} now
 * @property {Connection[]} connections
 * @property {number} forgotten
 * @property {number} inspector_bytes
 * @property {boolean} [of_records] of a file that does not list them: counted from its records
 */

/**
 * What the connections that pass the filter carried.
 * @typedef {object} Totals
 * @property {number} connections
 * @property {number} open
 * @property {number} to_server bytes
 * @property {number} to_client bytes
 * @property {number} forgotten closed connections that the server no longer counts
 * @property {number} inspector_bytes the inspector's own traffic, of every viewer
 */

/**
 * @typedef {{ type: "hello", you: string | null, capture: Capture }
 *   | { type: "records", capture: Capture, earlier?: number, records: WireRecord[] }
 *   | { type: "totals" } & Totals
 *   | { type: "cleared", capture: Capture }
 *   | { type: "error", error: string, at?: [number, number] }} FeedMessage
 */

/** @typedef {{ error: string, at: [from: number, to: number] }} FilterError characters from 0, the end excluded */

/**
 * @typedef {object} FilterField
 * @property {string} name
 * @property {string} type
 * @property {string} description
 * @property {string[]} operators
 * @property {string[]} [values]
 */

export {};
