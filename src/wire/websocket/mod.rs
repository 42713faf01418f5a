//! WebSocket frames (RFC 6455 5).

pub mod close;
pub mod frame;
pub mod opcode;
