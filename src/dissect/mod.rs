//! What a record means: worked out from its bytes when somebody looks, and never failing. What breaks a
//! rule is named as a violation; what cannot be read is shown as the bytes that it is.

mod chat;
mod event_stream;
pub mod http;
pub mod layers;
pub mod notes;
mod packets;
pub mod reader;
pub mod redact;
pub mod websocket;

use std::{
    borrow::Cow,
    hash::{BuildHasher, BuildHasherDefault, DefaultHasher, Hash},
    ops::Range,
    sync::Arc,
};

use chat::Said;
use layers::Layers;
use notes::{Chat, Closing, Link, Notes, Role, UpgradeStep};

use crate::{
    capture::{Connection, EndKind, Kind, Layer, Record, Side},
    time,
    wire::{
        engineio,
        field::{Buffer, Field, Value},
        http1::Head,
        layer, socketio,
        violation::{self, Violation},
        websocket::{
            close::CloseBody,
            frame::{FrameError, FrameHeader},
            message::Part,
        },
    },
};

/// Characters of text that are shown beside a summary.
const MAX_PREVIEW: usize = 160;

/// Within so many nanoseconds a connection is used at once.
const AT_ONCE: u64 = 20_000_000;

/// What a record means.
#[derive(Debug, Default)]
pub struct Dissection {
    /// One line.
    pub summary: String,
    /// The beginning of the text that the record carries, if it carries any.
    pub text: Option<String>,
    /// Boxed, because most records are frames.
    pub http: Option<Box<Http>>,
    pub websocket: Option<WebSocket>,
    pub engineio: Vec<EngineIo>,
    pub socketio: Vec<SocketIo>,
    pub violations: Vec<Violation>,
    /// The record's bytes by layer: they add up to its length.
    pub layers: Layers,
    /// Chat messages that the record carries.
    pub chat: Vec<Chat>,
    /// Records that belong together with this one.
    pub links: Vec<Link>,
    /// The Engine.IO session, also where no packet names it.
    pub sid: Option<Arc<str>>,
    /// Which part of an Engine.IO session's upgrade this is.
    pub upgrade: Option<UpgradeStep>,
    /// How the connection's WebSocket ended.
    pub closing: Option<Closing>,
    /// Records before this one are missing, so it could not be read.
    pub is_context_lost: bool,
    /// What the chat's own words say, where no Socket.IO packet carries them.
    said: Vec<Said>,
}

/// What is known besides a record's own bytes.
#[derive(Debug, Clone, Copy, Default)]
pub struct Context<'a> {
    pub connection: Option<&'a Connection>,
    pub notes: Option<&'a Notes>,
    /// The Engine.IO session of the connection's WebSocket.
    pub sid: Option<&'a Arc<str>>,
}

/// A request's or response's head, secrets redacted.
#[derive(Debug)]
pub struct Http {
    pub head: Head,
    /// Bytes after the head, as framed on the wire.
    pub body_length: u64,
}

/// A frame's header, and a Close frame's body.
#[derive(Debug)]
pub struct WebSocket {
    pub header: FrameHeader,
    pub close: Option<CloseBody>,
    /// Which part of its message a data frame is.
    pub part: Option<Part>,
    /// Bytes of a compressed frame's data after inflating.
    pub inflated_length: Option<u64>,
}

/// An Engine.IO packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineIo {
    pub kind: engineio::packet::PacketType,
    pub sid: Option<Arc<str>>,
    /// One half of the question that an upgrade begins with.
    pub is_probe: bool,
    /// Data that is bytes, not text.
    pub is_binary: bool,
}

/// A Socket.IO packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SocketIo {
    pub kind: socketio::packet::PacketType,
    pub namespace: Cow<'static, str>,
    pub id: Option<u64>,
    pub event: Option<String>,
    pub attachments: Option<u32>,
    /// Which of the record's Engine.IO packets carries it.
    packet: usize,
    said: Option<Said>,
}

/// Every bit of a record.
#[derive(Debug, Default)]
pub struct Anatomy<'a> {
    pub fields: Vec<Field>,
    /// The record's bytes, with secrets replaced by `*`.
    pub wire: Cow<'a, [u8]>,
    /// A masked frame's payload data after its mask was taken off.
    pub unmasked: Option<Vec<u8>>,
    /// A compressed frame's payload data after it was inflated.
    pub inflated: Option<Vec<u8>>,
    /// The data of a message that came in several frames, at its last; the content of a chunked body.
    pub message: Option<Vec<u8>>,
    /// Where `wire` holds a secret that was replaced.
    pub redacted: Vec<Range<usize>>,
}

impl Anatomy<'_> {
    /// The bytes that a field's range counts in.
    pub fn buffer(&self, buffer: Buffer) -> &[u8] {
        let bytes = match buffer {
            Buffer::Wire => Some(&*self.wire),
            Buffer::Unmasked => self.unmasked.as_deref(),
            Buffer::Inflated => self.inflated.as_deref(),
            Buffer::Message => self.message.as_deref(),
        };
        bytes.unwrap_or_default()
    }
}

/// What the record means, in short. `bytes` are those kept of it.
pub fn dissect(record: &Record, bytes: &[u8], context: Context) -> Dissection {
    let redacted = redact::redact(record, bytes, context.notes);
    let bytes = &redacted.wire;
    let mut dissection = match (record.kind, record.later_part()) {
        (_, Some(part)) => event_stream::dissect(record, part, bytes, context),
        (Kind::Opened, _) => opened(record, context.connection),
        (Kind::Closed, _) => closed(record),
        (Kind::Request | Kind::Response, _) => http::dissect(record, bytes, context),
        (Kind::Frame, _) => websocket::dissect(record, &redacted, context),
        (Kind::Opaque, _) => opaque(record, bytes, context.notes),
    };
    dissection.name_messages();
    if let Some(notes) = context.notes {
        dissection.add(notes);
    }
    dissection
}

impl Dissection {
    /// Names the chat messages whose numbers stand in the record itself.
    fn name_messages(&mut self) {
        let packets = self.socketio.iter().filter_map(|packet| packet.said);
        for said in self.said.iter().copied().chain(packets) {
            if let Said::Deliver { id, .. } = said {
                let role = Role::Delivered;
                self.chat.push(Chat { id, role });
            }
        }
    }

    /// Adds what only the records around this one could tell.
    fn add(&mut self, notes: &Notes) {
        self.violations.extend(&notes.violations);
        self.links.clone_from(&notes.links);
        self.chat.extend(&notes.chat);
        self.upgrade = notes.upgrade;
        self.closing.clone_from(&notes.closing);
        self.is_context_lost = notes.is_context_lost;
    }
}

/// What each of the record's bits means. `bytes` are those kept of it.
pub fn anatomy<'a>(record: &Record, bytes: &'a [u8], context: Context) -> Anatomy<'a> {
    let redacted = redact::redact(record, bytes, context.notes);
    let wire = &redacted.wire;
    let anatomy = match (record.kind, record.later_part()) {
        (_, Some(part)) => event_stream::anatomy(part, wire),
        (Kind::Opened | Kind::Closed, _) => Anatomy::default(),
        (Kind::Request | Kind::Response, _) => http::anatomy(record, wire, context),
        (Kind::Frame, _) => websocket::anatomy(record, &redacted, context),
        (Kind::Opaque, _) => Anatomy {
            fields: vec![opaque_field(record, wire)],
            ..Anatomy::default()
        },
    };
    Anatomy {
        wire: redacted.wire,
        redacted: redacted.ranges,
        ..anatomy
    }
}

fn summary(text: impl Into<String>) -> Dissection {
    Dissection {
        summary: text.into(),
        ..Dissection::default()
    }
}

/// Names in a row, equal neighbours once, with their number.
fn together(names: impl Iterator<Item = String>) -> String {
    let mut counted: Vec<(String, usize)> = Vec::new();
    for name in names {
        match counted.last_mut() {
            Some((last, count)) if *last == name => *count += 1,
            _ => counted.push((name, 1)),
        }
    }
    let names = counted.into_iter().map(|(name, count)| match count {
        1 => name,
        _ => format!("{name} ×{count}"),
    });
    names.collect::<Vec<_>>().join(", ")
}

/// An opening is told with the connection's first use, which may come much later.
fn opened(record: &Record, connection: Option<&Connection>) -> Dissection {
    let first_used = connection.and_then(|connection| connection.first_used.get());
    let idle = first_used.map_or(0, |first| first.saturating_sub(record.at));
    summary(match idle {
        ..AT_ONCE => "TCP connection opened".to_owned(),
        _ => format!(
            "TCP connection opened, {} before its first byte",
            time::duration(idle)
        ),
    })
}

fn closed(record: &Record) -> Dissection {
    let Some(end) = record.end else {
        return summary("TCP connection closed");
    };
    let who = match end.by {
        Side::Client => "the client",
        Side::Server => "the server",
    };
    summary(match end.kind {
        EndKind::Fin => format!("TCP connection closed: {who} sent FIN first"),
        EndKind::Reset => format!("TCP connection reset by {who}"),
    })
}

fn opaque(record: &Record, bytes: &[u8], notes: Option<&Notes>) -> Dissection {
    let has_top_bit = |notes: &Notes| notes.violations.contains(&violation::LENGTH_TOP_BIT);
    let mut dissection = summary(match (notes.is_some_and(has_top_bit), record.incomplete) {
        (true, _) => FrameError::LengthTopBit.to_string(),
        (false, true) => format!(
            "{} bytes of something that never became whole",
            record.length
        ),
        (false, false) => format!("{} bytes that cannot be framed", record.length),
    });
    dissection.text = preview(bytes);
    dissection.layers = Layers::of(layer::Layer::Opaque, record.length);
    dissection
}

fn opaque_field(record: &Record, wire: &[u8]) -> Field {
    let (meaning, section) = match (record.layer, record.incomplete) {
        (_, true) => (
            "The connection ended before these bytes were whole.",
            "RFC 9112 8",
        ),
        (Layer::WebSocket, _) => (
            "The framing was lost, so nothing can say what these bytes are.",
            "RFC 6455 7.1.7",
        ),
        _ => (
            "The framing was lost, so nothing can say what these bytes are.",
            "RFC 9112 6.3",
        ),
    };
    Field::bytes(
        "Opaque bytes",
        0..wire.len(),
        Value::Length(wire.len() as u64),
    )
    .meaning(meaning)
    .section(section)
    .layer(layer::Layer::Opaque)
}

/// Tells a value from others, for memories that must not grow with it.
fn fingerprint(value: impl Hash) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(value)
}

/// The first characters of bytes that are text.
fn preview(bytes: &[u8]) -> Option<String> {
    let front = &bytes[..bytes.len().min(MAX_PREVIEW * 4)];
    let text = match std::str::from_utf8(front) {
        Ok(text) => text,
        // A character cut in half at the end is no reason to call it binary.
        Err(error) if front.len() - error.valid_up_to() < 4 => {
            std::str::from_utf8(&front[..error.valid_up_to()]).ok()?
        }
        Err(_) => return None,
    };
    let end = match text.len() {
        ..=MAX_PREVIEW => None,
        _ => text.char_indices().nth(MAX_PREVIEW),
    };
    let shown = &text[..end.map_or(text.len(), |(end, _)| end)];
    match shown.len() {
        0 => None,
        length if length < bytes.len() => Some(format!("{shown}…")),
        _ => Some(shown.to_owned()),
    }
}
