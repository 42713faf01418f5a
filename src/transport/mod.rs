//! The ways in which the chat's words travel.
//!
//! # Layout
//!
//! ```text
//! polling      GET /chat/messages: short polling, and long polling
//! posts        POST /chat/…: how those speak who only listen
//! sse          GET /chat/stream: server-sent events
//! websocket    /ws/chat and /ws/echo, and what any WebSocket of ours needs
//! socketio     /socket.io/
//! words        what is said and heard, as JSON
//! refused      how a refusal is said
//! client       who is at the other end
//! going_away   the 1001 with which Socket.IO's WebSockets end
//! ```

pub mod client;
pub mod going_away;
pub mod polling;
pub mod posts;
pub mod refused;
pub mod socketio;
pub mod sse;
pub mod websocket;
pub mod words;

use std::time::Duration;

use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{chat::House, metrics::Metrics};

/// How much larger than it may be something is read, to be told so in words: what is larger still ends the
/// connection.
pub const SLACK: usize = 1024 * 1024;

/// Most bytes of a body of Engine.IO's polling, in both directions: a message that is as large as it may be stands
/// twice in the packet that tells it.
pub fn largest_payload(max_body: usize) -> usize {
    2 * max_body + SLACK
}

/// When a silent client is asked for a sign of life: TCP does not say when a cable was pulled.
#[derive(Debug, Clone, Copy)]
pub struct Heartbeat {
    /// How long it may be silent before it is asked.
    pub interval: Duration,
    /// How long it may then take to answer.
    pub timeout: Duration,
}

impl Heartbeat {
    /// After so long a silence; the answer has four fifths of that, as Engine.IO's defaults are 25 s and 20 s.
    pub fn every(interval: Duration) -> Self {
        Self {
            interval,
            timeout: interval * 4 / 5,
        }
    }
}

/// What the transports share.
#[derive(Debug, Clone)]
pub struct Transports {
    pub house: House,
    /// Largest body of a request, and largest message to the chat over a WebSocket, in bytes.
    pub max_body: usize,
    /// How long a client may take to read what it is sent.
    pub patience: Duration,
    pub metrics: Metrics,
    pub heartbeat: Heartbeat,
    /// Cancelled when the server goes away.
    pub shutdown: CancellationToken,
    /// The connections that outlive their request, to be waited for.
    pub tasks: TaskTracker,
}
