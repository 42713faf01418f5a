//! Chat messages in what a record carries: the chat's own words on each transport, as docs/chat.md has them.

use std::borrow::Cow;

use serde::{Deserialize, de::IgnoredAny};

use super::fingerprint;
use crate::wire::socketio::packet::{Packet, PacketType};

/// What is said of a chat message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// Somebody sends this.
    Send {
        content: u64,
        /// It has an offset of its client's, by which a second copy is not said twice.
        is_retried: bool,
    },
    /// The server took it, and gives it this number.
    Taken { id: u64 },
    /// The server did not take it.
    Refused,
    /// A client sends something else.
    Other,
    /// The server passes it on.
    Deliver { id: u64, content: u64 },
}

/// A message as every transport writes it.
#[derive(Debug, Deserialize)]
struct Words<'a> {
    id: Option<u64>,
    #[serde(borrow)]
    handle: Cow<'a, str>,
    #[serde(borrow)]
    message: Cow<'a, str>,
    #[serde(rename = "clientOffset")]
    client_offset: Option<IgnoredAny>,
}

/// A message of the raw WebSocket.
#[derive(Debug, Deserialize)]
struct Typed<'a> {
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
    id: Option<u64>,
}

impl Words<'_> {
    fn said(&self) -> Said {
        let content = content(&self.handle, &self.message);
        match self.id {
            Some(id) => Said::Deliver { id, content },
            None => Said::Send {
                content,
                is_retried: self.client_offset.is_some(),
            },
        }
    }
}

/// Tells messages apart by what they say; white space around it is not part of it.
fn content(handle: &str, message: &str) -> u64 {
    fingerprint((handle.trim(), message.trim()))
}

/// What a Socket.IO packet says: the source document's own events. An acknowledgement may be for something
/// else than a chat message; whoever paired it with its event knows.
pub(super) fn in_packet(packet: &Packet) -> Option<Said> {
    match (packet.header.kind, packet.event.as_deref()) {
        (PacketType::Event, Some("send_message")) => {
            let (_, words) = serde_json::from_str::<(IgnoredAny, Words)>(packet.data).ok()?;
            Some(words.said())
        }
        (PacketType::Event, Some("message")) => {
            let event = serde_json::from_str::<(IgnoredAny, IgnoredAny, Words)>(packet.data);
            Some(event.ok()?.2.said())
        }
        (PacketType::Ack, _) => {
            let (answer,) = serde_json::from_str::<(Answer,)>(packet.data).ok()?;
            Some(answer.id.map_or(Said::Refused, |id| Said::Taken { id }))
        }
        _ => None,
    }
}

/// What the server answers to a message.
#[derive(Debug, Deserialize)]
struct Answer {
    id: Option<u64>,
}

/// What the server answers to who asks for messages, or sends one.
#[derive(Debug, Deserialize)]
struct Page<'a> {
    id: Option<u64>,
    #[serde(borrow)]
    messages: Option<Vec<Words<'a>>>,
}

/// What a text message of the raw WebSocket says.
pub(super) fn in_text(text: &str) -> Option<Said> {
    let typed: Typed = serde_json::from_str(text).ok()?;
    match (typed.kind.as_ref(), typed.id) {
        ("send" | "message", _) => Some(serde_json::from_str::<Words>(text).ok()?.said()),
        ("ack", Some(id)) => Some(Said::Taken { id }),
        ("error", _) => Some(Said::Refused),
        _ => None,
    }
}

/// What a request's body says, sent to the chat's address.
pub(super) fn in_request(body: &[u8]) -> Vec<Said> {
    let words = serde_json::from_slice::<Words>(body);
    words.iter().map(Words::said).collect()
}

/// What a response's body says: one that took a message, or some that were asked for.
pub(super) fn in_response(body: &[u8]) -> Vec<Said> {
    match serde_json::from_slice(body) {
        Ok(Page {
            messages: Some(messages),
            ..
        }) => messages.iter().map(Words::said).collect(),
        Ok(Page { id: Some(id), .. }) => vec![Said::Taken { id }],
        Ok(_) => vec![Said::Refused],
        Err(_) => Vec::new(),
    }
}

/// What a server-sent event says: a message that is passed on.
pub(super) fn in_event(data: &[u8]) -> Option<Said> {
    let said = serde_json::from_slice::<Words>(data).ok()?.said();
    matches!(said, Said::Deliver { .. }).then_some(said)
}
