//! What an event brings besides its content: how large it is, and whether its client wants an answer.

use std::{convert::Infallible, sync::Arc};

use axum::body::Bytes;
use socketioxide::{
    ParserError, SendError,
    adapter::LocalAdapter,
    extract::AckSender,
    handler::{FromMessageParts, Value},
    socket::Socket,
};

use crate::transport::{refused::Refused, words::Object};

/// How many bytes an event has on the wire.
pub struct Size(usize);

impl Size {
    /// What an event says, if that is not too large, and is what it takes.
    pub fn checked<T>(
        &self,
        max: usize,
        content: Result<Object<T>, ParserError>,
        takes: &str,
    ) -> Result<T, Refused> {
        if self.0 > max {
            return Err(Refused::BodyTooLarge(max));
        }
        match content {
            Ok(Object(content)) => Ok(content),
            Err(error) => Err(Refused::BadRequest(format!("{takes}: {error}"))),
        }
    }
}

impl FromMessageParts<LocalAdapter> for Size {
    type Error = Infallible;

    fn from_message_parts(
        _: &Arc<Socket>,
        event: &mut Value,
        _: &Option<i64>,
    ) -> Result<Self, Infallible> {
        Ok(Self(match event {
            Value::Str(text, attachments) => {
                let attachments = attachments.iter().flatten();
                text.len() + attachments.map(Bytes::len).sum::<usize>()
            }
            Value::Bytes(bytes) => bytes.len(),
        }))
    }
}

/// An acknowledgement that can be tried again: socketioxide's own is used up by the first try.
pub struct Ack {
    socket: Arc<Socket>,
    id: Option<i64>,
}

impl FromMessageParts<LocalAdapter> for Ack {
    type Error = Infallible;

    fn from_message_parts(
        socket: &Arc<Socket>,
        _: &mut Value,
        id: &Option<i64>,
    ) -> Result<Self, Infallible> {
        Ok(Self {
            socket: socket.clone(),
            id: *id,
        })
    }
}

impl Ack {
    /// Whether the client wants an answer.
    pub fn is_asked(&self) -> bool {
        self.id.is_some()
    }

    /// Who asked for no acknowledgement is told nothing but what was refused.
    pub fn tells(&self, answer: &serde_json::Value) -> bool {
        self.is_asked() || answer.get("error").is_some()
    }

    /// Sends the answer, as an event of its own where none was asked for.
    pub fn send(&self, answer: &serde_json::Value) -> Result<(), SendError> {
        if !self.is_asked() {
            return self.socket.emit("error", answer);
        }
        let mut unused = Value::Bytes(Vec::new().into());
        let Ok(ack) = AckSender::from_message_parts(&self.socket, &mut unused, &self.id);
        ack.send(answer)
    }
}
