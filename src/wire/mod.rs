//! Bytes and times in, events out. No runtime, no clock, no sockets: what stands here can be read beside
//! the specifications.

pub mod engineio;
pub mod event_stream;
pub mod field;
pub mod handshake;
pub mod http1;
pub mod layer;
pub mod socketio;
pub mod violation;
pub mod websocket;
