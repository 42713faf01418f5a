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
        /// Tells its client's name for it, by which a second copy is not said twice.
        offset: Option<u64>,
    },
    /// Somebody asks for another name; only a WebSocket's are told.
    Rename,
    /// Somebody sends a WebSocket what nobody can read.
    Unreadable { offset: Option<u64> },
    /// The server took a message, and gives it this number.
    Taken { id: u64, offset: Option<u64> },
    /// Somebody is renamed.
    Renamed,
    /// The server did not do what it was asked for.
    Refused {
        offset: Option<u64>,
        /// Whether that is because nobody can read it, where the refusal says why.
        is_unreadable: Option<bool>,
    },
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
    #[serde(rename = "clientOffset", borrow)]
    client_offset: Option<Cow<'a, str>>,
}

impl Words<'_> {
    fn said(&self) -> Said {
        match self.id {
            Some(id) => Said::Deliver {
                id,
                content: self.content(),
            },
            None => self.sent(),
        }
    }

    fn sent(&self) -> Said {
        Said::Send {
            content: self.content(),
            offset: offset(self.client_offset.as_deref()),
        }
    }

    /// Tells messages apart by what they say; white space around it is not part of it.
    fn content(&self) -> u64 {
        fingerprint((self.handle.trim(), self.message.trim()))
    }
}

/// Tells a client's names for its messages apart.
fn offset(client_offset: Option<&str>) -> Option<u64> {
    client_offset.map(fingerprint)
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
            Some(answer.said())
        }
        _ => None,
    }
}

/// What the server answers to a message.
#[derive(Debug, Deserialize)]
struct Answer {
    id: Option<u64>,
}

impl Answer {
    /// It comes with what it answers, so that it names no offset.
    fn said(&self) -> Said {
        match self.id {
            Some(id) => Said::Taken { id, offset: None },
            None => Said::Refused {
                offset: None,
                is_unreadable: None,
            },
        }
    }
}

/// What the server answers to who asks for messages, or sends one.
#[derive(Debug, Deserialize)]
struct Page<'a> {
    id: Option<u64>,
    #[serde(borrow)]
    messages: Option<Vec<Words<'a>>>,
}

/// What a client sends over the raw WebSocket.
#[derive(Debug, Default, Deserialize)]
struct Asked<'a> {
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
    #[serde(rename = "clientOffset", borrow)]
    client_offset: Option<Cow<'a, str>>,
}

/// What it asks for when it asks for another name.
#[derive(Debug, Deserialize)]
struct Named<'a> {
    #[serde(rename = "handle", borrow)]
    _handle: Cow<'a, str>,
}

/// What the server sends over the raw WebSocket.
#[derive(Debug, Deserialize)]
struct Told<'a> {
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
    #[serde(rename = "clientOffset", borrow)]
    client_offset: Option<Cow<'a, str>>,
    id: Option<u64>,
    #[serde(borrow)]
    code: Option<Cow<'a, str>>,
}

/// What a client's text message on the raw WebSocket asks for. That somebody types is not answered.
pub(super) fn asked(text: &str) -> Option<Said> {
    let asked: Asked = serde_json::from_str(text).unwrap_or_default();
    let said = match &*asked.kind {
        "typing" => return None,
        "send" => serde_json::from_str(text)
            .map(|words: Words| words.sent())
            .ok(),
        "rename" => serde_json::from_str(text).map(|_: Named| Said::Rename).ok(),
        _ => None,
    };
    let offset = offset(asked.client_offset.as_deref());
    Some(said.unwrap_or(Said::Unreadable { offset }))
}

/// What the server's text message on the raw WebSocket tells.
pub(super) fn told(text: &str) -> Option<Said> {
    let told: Told = serde_json::from_str(text).ok()?;
    let offset = offset(told.client_offset.as_deref());
    match (&*told.kind, told.id) {
        ("message", _) => Some(serde_json::from_str::<Words>(text).ok()?.said()),
        ("ack", Some(id)) => Some(Said::Taken { id, offset }),
        ("renamed", _) => Some(Said::Renamed),
        ("error", _) => Some(Said::Refused {
            offset,
            is_unreadable: told.code.map(|code| code == "bad_request"),
        }),
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
        Ok(Page { id: Some(id), .. }) => vec![Answer { id: Some(id) }.said()],
        Ok(_) => vec![Answer { id: None }.said()],
        Err(_) => Vec::new(),
    }
}

/// What a server-sent event says: a message that is passed on.
pub(super) fn in_event(data: &[u8]) -> Option<Said> {
    let said = serde_json::from_slice::<Words>(data).ok()?.said();
    matches!(said, Said::Deliver { .. }).then_some(said)
}
