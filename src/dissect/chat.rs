//! Chat messages in what a record carries: the chat's own words on each transport, as docs/api.md has them.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use serde::Deserialize;
use serde_json::Value;

use crate::wire::socketio::packet::{Packet, PacketType};

/// What is said of a chat message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// Somebody sends this.
    Send { content: u64 },
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
    handle: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    message: std::borrow::Cow<'a, str>,
}

/// A message of the raw WebSocket.
#[derive(Debug, Deserialize)]
struct Typed<'a> {
    #[serde(rename = "type", borrow)]
    kind: std::borrow::Cow<'a, str>,
    id: Option<u64>,
}

impl Words<'_> {
    fn said(&self) -> Said {
        let content = content(&self.handle, &self.message);
        match self.id {
            Some(id) => Said::Deliver { id, content },
            None => Said::Send { content },
        }
    }
}

/// Tells messages apart by what they say.
fn content(handle: &str, message: &str) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one((handle, message))
}

/// What a Socket.IO packet says: the source document's own events. An acknowledgement may be for something
/// else than a chat message; whoever paired it with its event knows.
pub(super) fn in_packet(packet: &Packet) -> Option<Said> {
    match (packet.kind, packet.event()) {
        (PacketType::Event, Some("send_message")) => words(packet.data.get(1)?),
        (PacketType::Event, Some("message")) => words(packet.data.get(2)?),
        (PacketType::Ack, _) => {
            let id = packet.data.get(0)?.get("id").and_then(Value::as_u64);
            Some(id.map_or(Said::Refused, |id| Said::Taken { id }))
        }
        _ => None,
    }
}

/// A message's words as JSON that is read already.
fn words(value: &Value) -> Option<Said> {
    let text = |name| value.get(name)?.as_str();
    let content = content(text("handle")?, text("message")?);
    Some(match value.get("id").and_then(Value::as_u64) {
        Some(id) => Said::Deliver { id, content },
        None => Said::Send { content },
    })
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

/// What a response's body says: one that took a message, some that are waited for, or a stream of events.
pub(super) fn in_response(body: &[u8]) -> Vec<Said> {
    let Ok(Value::Object(answer)) = serde_json::from_slice(body) else {
        return in_stream(body);
    };
    match (
        answer.get("messages"),
        answer.get("id").and_then(Value::as_u64),
    ) {
        (Some(Value::Array(messages)), _) => messages.iter().filter_map(words).collect(),
        (_, Some(id)) => vec![Said::Taken { id }],
        _ => vec![Said::Refused],
    }
}

/// Server-sent events: each message is one line of data.
fn in_stream(body: &[u8]) -> Vec<Said> {
    let lines = body.split(|byte| *byte == b'\n');
    let data = lines.filter_map(|line| line.strip_prefix(b"data:"));
    data.flat_map(in_request).collect()
}
