//! What a record means: worked out from its bytes when somebody looks, and never failing. What breaks a
//! rule is named as a violation; what cannot be read is shown as the bytes that it is.

mod http;
mod packets;
mod redact;
mod websocket;

use std::{borrow::Cow, ops::Range};

use crate::{
    capture::{Connection, EndKind, Kind, Record, Side},
    wire::{
        engineio,
        field::Field,
        http1::Head,
        socketio,
        violation::Violation,
        websocket::{close::CloseBody, frame::FrameHeader},
    },
};

/// Characters of text that are shown beside a summary.
const MAX_PREVIEW: usize = 160;

/// What a record means.
#[derive(Debug, Default)]
pub struct Dissection {
    /// One line.
    pub summary: String,
    /// The beginning of the text that the record carries, if it carries any.
    pub text: Option<String>,
    pub http: Option<Http>,
    pub websocket: Option<WebSocket>,
    pub engineio: Vec<EngineIo>,
    pub socketio: Vec<SocketIo>,
    pub violations: Vec<Violation>,
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
}

/// An Engine.IO packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineIo {
    pub kind: engineio::packet::PacketType,
    pub sid: Option<String>,
    /// One half of the question that an upgrade begins with.
    pub is_probe: bool,
    /// Data that is bytes, not text.
    pub is_binary: bool,
}

/// A Socket.IO packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SocketIo {
    pub kind: socketio::packet::PacketType,
    pub namespace: String,
    pub id: Option<u64>,
    pub event: Option<String>,
    pub attachments: Option<u32>,
}

/// Every bit of a record.
#[derive(Debug, Default)]
pub struct Anatomy {
    pub fields: Vec<Field>,
    /// The record's bytes, with secrets replaced by `*`.
    pub wire: Vec<u8>,
    /// A masked frame's payload data after its mask was taken off.
    pub unmasked: Option<Vec<u8>>,
    /// Where `wire` holds a secret that was replaced.
    pub redacted: Vec<Range<usize>>,
}

/// What the record means, in short. `bytes` are those kept of it.
pub fn dissect(record: &Record, bytes: &[u8], connection: Option<&Connection>) -> Dissection {
    let bytes = redact::redact(record, bytes).0;
    match record.kind {
        Kind::Opened => opened(record, connection),
        Kind::Closed => closed(record),
        Kind::Request | Kind::Response => http::dissect(record, &bytes, connection),
        Kind::Frame => websocket::dissect(record, &bytes, connection),
        Kind::Opaque => opaque(record, &bytes),
    }
}

/// What each of the record's bits means. `bytes` are those kept of it.
pub fn anatomy(record: &Record, bytes: &[u8], connection: Option<&Connection>) -> Anatomy {
    let (wire, redacted) = redact::redact(record, bytes);
    let (fields, unmasked) = match record.kind {
        Kind::Opened | Kind::Closed => (Vec::new(), None),
        Kind::Request | Kind::Response => (http::fields(record, &wire, connection), None),
        Kind::Frame => websocket::fields(record, &wire),
        Kind::Opaque => (vec![opaque_field(&wire)], None),
    };
    Anatomy {
        fields,
        wire: wire.into_owned(),
        unmasked,
        redacted,
    }
}

fn summary(text: impl Into<String>) -> Dissection {
    Dissection {
        summary: text.into(),
        ..Dissection::default()
    }
}

/// An opening is told with the connection's first use, which may come much later.
fn opened(record: &Record, connection: Option<&Connection>) -> Dissection {
    let first_used = connection.and_then(|connection| connection.first_used.get());
    let idle = first_used.map_or(0, |first| first.saturating_sub(record.at) / 1_000_000);
    summary(match idle {
        0..20 => "TCP connection opened".to_owned(),
        _ => format!("TCP connection opened, {idle} ms before it was used"),
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

fn opaque(record: &Record, bytes: &[u8]) -> Dissection {
    let what = match record.incomplete {
        true => "bytes of something that never became whole",
        false => "bytes that cannot be framed",
    };
    let mut dissection = summary(format!("{} {what}", record.length));
    dissection.text = preview(bytes);
    if let Err(error) = FrameHeader::parse(bytes)
        && record.layer == crate::capture::Layer::WebSocket
    {
        dissection.summary = error.to_string();
        dissection
            .violations
            .push(crate::wire::violation::LENGTH_TOP_BIT);
    }
    dissection
}

fn opaque_field(wire: &[u8]) -> Field {
    Field::bytes(
        "Opaque bytes",
        0..wire.len(),
        format!("{} bytes", wire.len()),
    )
    .meaning("The framing was lost before these bytes, so nothing can say what they are.")
}

/// The first characters of bytes that are text.
fn preview(bytes: &[u8]) -> Option<String> {
    let front = &bytes[..bytes.len().min(MAX_PREVIEW * 4)];
    let text = match std::str::from_utf8(front) {
        Ok(text) => Cow::Borrowed(text),
        // A character cut in half at the end is no reason to call it binary.
        Err(error) if front.len() - error.valid_up_to() < 4 => {
            String::from_utf8_lossy(&front[..error.valid_up_to()])
        }
        Err(_) => return None,
    };
    let shown: String = text.chars().take(MAX_PREVIEW).collect();
    let ellipsis = if shown.len() < bytes.len() { "…" } else { "" };
    (!shown.is_empty()).then(|| shown + ellipsis)
}
