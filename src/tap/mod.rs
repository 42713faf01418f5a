//! The tap: sees every byte of every accepted connection, and changes none.
//!
//! It does only framing, on the connection's own task: where does this head, body or frame begin and end?
//! What the bytes mean is worked out later, when somebody looks.

pub mod framing;
pub mod io;
pub mod listener;
pub mod recorder;

pub use io::TapIo;
pub use listener::{Peer, TapListener};
pub use recorder::Recorder;
