//! WebSocket: frames, the messages that they make up, and their compression (RFC 6455, RFC 7692).

pub mod close;
pub mod deflate;
pub mod frame;
pub mod message;
pub mod opcode;
pub mod window;
