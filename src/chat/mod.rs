//! The chat itself: a room, its history, its limits. It knows no transport.

pub mod history;
pub mod limits;
pub mod room;

pub use history::Message;
pub use limits::Refusal;
pub use room::{Draft, Room, Subscription};
