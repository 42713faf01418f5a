//! The chat's messages as JSON, the same on every transport.

use serde::{Deserialize, Serialize};

use crate::{
    chat::{Draft, Message},
    time,
};

/// What a client says: `{"handle","message","clientOffset"?}`.
#[derive(Debug, Deserialize)]
pub struct Send {
    handle: String,
    message: String,
    #[serde(rename = "clientOffset")]
    client_offset: Option<String>,
}

impl Send {
    /// The client's own name for the message.
    pub fn client_offset(&self) -> Option<&str> {
        self.client_offset.as_deref()
    }
}

impl From<Send> for Draft {
    fn from(send: Send) -> Self {
        Self {
            handle: send.handle,
            message: send.message,
            client_offset: send.client_offset,
        }
    }
}

/// What everybody hears: `{"id","handle","message","at"}`, `at` in RFC 3339.
#[derive(Debug, Serialize)]
pub struct Heard<'a> {
    id: u64,
    handle: &'a str,
    message: &'a str,
    at: String,
}

impl<'a> From<&'a Message> for Heard<'a> {
    fn from(message: &'a Message) -> Self {
        Self {
            id: message.id,
            handle: &message.handle,
            message: &message.message,
            at: time::rfc3339(message.at),
        }
    }
}
