//! Frames: their header bit by bit, their payload, and what they carry.

use std::{borrow::Cow, ops::Range, sync::Arc};

use super::{
    Anatomy, Context, Dissection, WebSocket, chat, layers::Layers, notes::Relation, packets,
    preview, redact::Redacted, summary,
};
use crate::{
    capture::{Direction, Protocol, Record},
    wire::{
        field::{Buffer, Field, Value},
        http1,
        layer::Layer,
        violation::{self, Violation},
        websocket::{
            close::{self, CloseBody},
            frame::{FrameHeader, MAX_CONTROL, mask},
            message::Part,
            opcode::Opcode,
        },
    },
};

const FRAMING: &str = "RFC 6455 5.2";

/// A frame and what it carries.
struct Frame<'a> {
    header: FrameHeader,
    /// The payload data without its mask, as much of it as was kept.
    payload: Cow<'a, [u8]>,
    part: Option<Part>,
    /// The frame's data after inflating.
    inflated: Option<&'a [u8]>,
    /// The data of the whole message of several frames that ends here.
    joined: Option<&'a [u8]>,
}

impl<'a> Frame<'a> {
    fn read(redacted: &'a Redacted, context: Context) -> Option<Self> {
        let header = FrameHeader::parse(&redacted.wire).ok()??;
        Some(Self {
            header,
            payload: unmasked(&header, &redacted.wire),
            part: context.notes.and_then(|notes| notes.part),
            inflated: redacted.inflated.as_deref(),
            joined: redacted.message.as_deref(),
        })
    }

    /// The data of the whole message that ends with this frame, if all of it is known.
    fn message(&self) -> Option<&[u8]> {
        let is_alone =
            self.header.fin && matches!(self.header.opcode, Opcode::Text | Opcode::Binary);
        let is_kept = self.payload.len() as u64 == self.header.payload_length;
        let is_compressed = self.is_compressed();
        match (self.joined, self.inflated) {
            (Some(joined), _) => Some(joined),
            (None, Some(inflated)) => is_alone.then_some(inflated),
            (None, None) => (is_alone && is_kept && !is_compressed).then_some(&*self.payload),
        }
    }

    fn is_compressed(&self) -> bool {
        self.part.is_some_and(|part| part.is_compressed)
    }

    /// The Engine.IO packet that stands in the payload as it is: a whole message in one frame.
    fn packet(&self, record: &Record) -> Option<&str> {
        let is_text = self.header.opcode == Opcode::Text && self.is_alone();
        let may_be = record.protocol == Protocol::EngineIo && is_text && !self.is_compressed();
        let message = self.message().filter(|_| may_be)?;
        std::str::from_utf8(message).ok()
    }

    /// Whether the frame is the only one of its message, as far as is known.
    fn is_alone(&self) -> bool {
        self.part.is_none_or(|part| part.index == 1 && part.is_last)
    }

    /// Whether the message is text, as its first frame said.
    fn is_text(&self) -> bool {
        match self.header.opcode {
            Opcode::Continuation => self.part.and_then(|part| part.is_text) == Some(true),
            opcode => opcode == Opcode::Text,
        }
    }
}

pub(super) fn dissect(record: &Record, redacted: &Redacted, context: Context) -> Dissection {
    let Some(frame) = Frame::read(redacted, context) else {
        return Dissection {
            layers: Layers::of(Layer::WebSocket, record.length),
            ..summary("a frame whose header was not kept")
        };
    };
    let header = frame.header;
    let close = (header.opcode == Opcode::Close)
        .then(|| close::parse(&frame.payload))
        .flatten();
    let mut dissection = Dissection {
        violations: violations(&header, &frame.payload, record),
        layers: layers(record, &frame),
        ..Dissection::default()
    };
    if record.protocol == Protocol::EngineIo {
        dissection.sid = session(context);
    }
    dissection.summary = match (frame.message(), header.opcode) {
        (_, Opcode::Close) => closing(close.as_ref()),
        (_, Opcode::Pong) => pong(&header, context),
        (Some(message), _) if record.protocol == Protocol::EngineIo => {
            let carried = engine_io(&frame, message, &mut dissection);
            match frame.part.filter(|part| part.index > 1) {
                Some(part) => format!("{carried} (in {} frames)", part.index),
                None => carried,
            }
        }
        (_, opcode) => describe(opcode, &frame),
    };
    if let (Some(message), true) = (frame.message(), is_chat(record, context))
        && let Ok(text) = std::str::from_utf8(message)
    {
        dissection.said.extend(match record.direction {
            Direction::ToServer => chat::asked(text),
            Direction::ToClient => chat::told(text),
        });
    }
    dissection.text = match (&close, frame.message(), header.opcode) {
        (Some(body), _, _) => preview(body.reason.as_bytes()),
        (None, Some(message), _) if frame.is_text() => preview(message),
        (None, None, Opcode::Ping | Opcode::Pong) => preview(&frame.payload),
        (None, None, _) if frame.is_text() => preview(frame.inflated.unwrap_or(&frame.payload)),
        _ => None,
    };
    dissection.websocket = Some(WebSocket {
        header,
        close,
        part: frame.part,
        inflated_length: frame.inflated.map(|inflated| inflated.len() as u64),
    });
    dissection
}

/// The header is WebSocket's, and so is all of a control frame; the payload data is whose its packet is.
fn layers(record: &Record, frame: &Frame) -> Layers {
    let header = frame.header.length() as u64;
    let payload = record.length - header;
    let mut layers = Layers::of(Layer::WebSocket, header);
    match frame.packet(record) {
        Some(packet) => layers.add_packet(packet),
        None if frame.is_compressed() => layers.add(Layer::Compressed, payload),
        None => layers.add(data_layer(frame.header.opcode), payload),
    }
    layers
}

/// Whose payload data is that no packet is told of.
fn data_layer(opcode: Opcode) -> Layer {
    match opcode.is_control() {
        true => Layer::WebSocket,
        false => Layer::Application,
    }
}

/// Whether the connection speaks the chat's own words.
fn is_chat(record: &Record, context: Context) -> bool {
    if record.protocol != Protocol::None {
        return false;
    }
    let upgrade = context
        .connection
        .and_then(|connection| connection.upgrade.get());
    upgrade.is_some_and(|upgrade| http1::path(&upgrade.target) == "/ws/chat")
}

fn closing(body: Option<&CloseBody>) -> String {
    match body {
        Some(body) => format!("close {} {}", body.code, close::meaning(body.code)),
        None => "close without a status code: applications are told 1005, which never stands on the wire".to_owned(),
    }
}

/// A Pong that answers no Ping is legal: it says that its side is alive (RFC 6455 5.5.3).
fn pong(header: &FrameHeader, context: Context) -> String {
    let length = bytes(header.payload_length);
    let notes = context.notes;
    let answers = notes.is_some_and(|notes| notes.linked(Relation::Ping).next().is_some());
    match answers || notes.is_some_and(|notes| notes.is_context_lost) {
        true => format!("pong, {length}"),
        false => format!("pong, {length}, unasked"),
    }
}

fn engine_io(frame: &Frame, message: &[u8], into: &mut Dissection) -> String {
    match std::str::from_utf8(message) {
        _ if !frame.is_text() => packets::binary(into),
        Ok(text) => packets::text(text, into),
        Err(_) => format!("text, {}", bytes(message.len() as u64)),
    }
}

/// The session that was there before the WebSocket, or that was opened on it.
fn session(context: Context) -> Option<Arc<str>> {
    context.sid.cloned().or_else(|| {
        let upgrade = context.connection?.upgrade.get()?;
        http1::query_parameter(&upgrade.target, "sid").map(Arc::from)
    })
}

/// The opcode and the length, and what part of its message the frame is.
fn describe(opcode: Opcode, frame: &Frame) -> String {
    let header = &frame.header;
    let index = frame.part.map_or(0, |part| part.index);
    let part = match (opcode, header.fin, index) {
        (_, true, 2..) => format!(", frame {index} and last of its message"),
        (_, false, 1..) => format!(", frame {index} of its message"),
        (Opcode::Continuation, true, _) => ", the last of its message".to_owned(),
        (Opcode::Continuation, false, _) => ", more to come".to_owned(),
        (_, false, _) if !opcode.is_control() => ", the first of its message".to_owned(),
        _ => String::new(),
    };
    let inflated = match frame.inflated {
        Some(inflated) if header.payload_length == 1 => {
            format!(" that inflates to {}", inflated.len())
        }
        Some(inflated) => format!(" that inflate to {}", inflated.len()),
        None if frame.part.is_some_and(|part| part.is_compressed) => ", compressed".to_owned(),
        None => String::new(),
    };
    format!("{opcode}, {}{inflated}{part}", bytes(header.payload_length))
}

fn bytes(count: u64) -> String {
    match count {
        1 => "1 byte".to_owned(),
        count => format!("{count} bytes"),
    }
}

/// The payload data without its mask, as much of it as was kept.
pub fn unmasked<'a>(header: &FrameHeader, bytes: &'a [u8]) -> Cow<'a, [u8]> {
    let payload = bytes.get(header.length()..).unwrap_or_default();
    match header.masking_key {
        None => Cow::Borrowed(payload),
        Some(key) => {
            let mut payload = payload.to_vec();
            mask(&mut payload, key);
            Cow::Owned(payload)
        }
    }
}

/// The rules that one frame can break by itself; the reader knows those that need its neighbours.
fn violations(header: &FrameHeader, payload: &[u8], record: &Record) -> Vec<Violation> {
    let is_whole = payload.len() as u64 == header.payload_length;
    let is_masked = header.masking_key.is_some();
    let rules = [
        (
            violation::CLIENT_FRAME_UNMASKED,
            record.direction == Direction::ToServer && !is_masked,
        ),
        (
            violation::SERVER_FRAME_MASKED,
            record.direction == Direction::ToClient && is_masked,
        ),
        (
            violation::OPCODE_RESERVED,
            matches!(header.opcode, Opcode::Reserved(_)),
        ),
        (violation::LENGTH_NOT_MINIMAL, !header.is_length_minimal()),
        (
            violation::CONTROL_FRAGMENTED,
            header.opcode.is_control() && !header.fin,
        ),
        (
            violation::CONTROL_TOO_LONG,
            header.opcode.is_control() && header.payload_length > MAX_CONTROL,
        ),
    ];
    let mut broken = violation::broken(rules);
    if header.opcode == Opcode::Close && is_whole {
        broken.extend(close::violations(payload));
    }
    broken
}

/// The frame's fields, in each of its buffers.
pub(super) fn anatomy<'a>(record: &Record, redacted: &Redacted, context: Context) -> Anatomy<'a> {
    let bytes = &*redacted.wire;
    let Some(frame) = Frame::read(redacted, context) else {
        let whole = Field::bytes("Frame header", 0..bytes.len(), "not whole")
            .meaning("The header was not kept whole, so its parts cannot be told apart.")
            .section(FRAMING)
            .layer(Layer::WebSocket);
        return Anatomy {
            fields: vec![whole],
            ..Anatomy::default()
        };
    };
    let header = &frame.header;
    let mut fields = Vec::with_capacity(MAX_FIELDS);
    fields.push(header_field(header, bytes));
    let start = header.length();
    let payload = match frame.is_compressed() {
        true => compressed_field(frame.payload.len()).into_iter().collect(),
        false => payload_fields(record, &frame),
    };
    if !frame.payload.is_empty() {
        fields.extend(payload_data(
            header,
            start..start + frame.payload.len(),
            payload,
        ));
    }
    if frame.inflated.is_some() {
        fields.extend(moved(payload_fields(record, &frame), Buffer::Inflated, 0));
    }
    if let Some(message) = frame.joined {
        let whole = message_fields(record, &frame, message);
        fields.extend(moved(whole, Buffer::Message, 0));
    }
    let is_masked = header.masking_key.is_some() && !frame.payload.is_empty();
    Anatomy {
        fields,
        inflated: frame.inflated.map(<[u8]>::to_vec),
        message: frame.joined.map(<[u8]>::to_vec),
        unmasked: is_masked.then(|| frame.payload.into_owned()),
        ..Anatomy::default()
    }
}

/// The payload data as it stood on the wire; `meaning` is of what it is without its mask.
fn payload_data(header: &FrameHeader, range: Range<usize>, meaning: Vec<Field>) -> Vec<Field> {
    let start = range.start;
    let data =
        Field::bytes("Payload data", range, Value::Length(header.payload_length)).section(FRAMING);
    if header.masking_key.is_none() {
        let children = moved(meaning, Buffer::Wire, start);
        return vec![data.meaning("What the frame carries.").children(children)];
    }
    let masked = data.meaning("What the frame carries, each byte XORed with the masking key: byte i with key byte i mod 4.");
    let mut fields = vec![masked];
    fields.extend(moved(meaning, Buffer::Unmasked, 0));
    fields
}

fn moved(mut fields: Vec<Field>, buffer: Buffer, offset: usize) -> Vec<Field> {
    for field in &mut fields {
        field.shift(buffer, offset);
    }
    fields
}

fn compressed_field(length: usize) -> Option<Field> {
    let field = Field::bytes("Compressed data", 0..length, Value::Length(length as u64));
    (length > 0).then(|| {
        field
            .meaning("DEFLATE, without the 00 00 ff ff at its end that a receiver puts back.")
            .section("RFC 7692 7.2")
            .layer(Layer::Compressed)
    })
}

/// Fields of the frame's own data without mask and compression, as if it began at 0.
fn payload_fields(record: &Record, frame: &Frame) -> Vec<Field> {
    let data = frame.inflated.unwrap_or(&frame.payload);
    match frame.header.opcode {
        _ if data.is_empty() => Vec::new(),
        Opcode::Close if data.len() >= 2 => close_fields(data),
        Opcode::Text | Opcode::Binary if frame.is_alone() && frame.message().is_some() => {
            message_fields(record, frame, data)
        }
        opcode => {
            let data = application_data(data, opcode != Opcode::Binary);
            vec![data.layer(data_layer(opcode))]
        }
    }
}

/// Fields of a whole message's data, as if it began at 0.
fn message_fields(record: &Record, frame: &Frame, data: &[u8]) -> Vec<Field> {
    match (frame.is_text(), std::str::from_utf8(data)) {
        _ if data.is_empty() => Vec::new(),
        (true, Ok(text)) if record.protocol == Protocol::EngineIo => packets::text_fields(text, 0),
        (false, _) if record.protocol == Protocol::EngineIo => vec![
            Field::bytes(
                "Attachment",
                0..data.len(),
                Value::Length(data.len() as u64),
            )
            .meaning("A binary message has no type digit: its bytes are the attachment itself.")
            .section("Engine.IO v4, Protocol")
            .layer(Layer::Application),
        ],
        (is_text, _) => vec![application_data(data, is_text)],
    }
}

fn application_data(data: &[u8], may_be_text: bool) -> Field {
    let value = match std::str::from_utf8(data) {
        Ok(_) if may_be_text => Value::Text,
        _ => Value::Length(data.len() as u64),
    };
    Field::bytes("Application data", 0..data.len(), value)
        .meaning("What the application sends.")
        .section("RFC 6455 5.6")
        .layer(Layer::Application)
}

fn close_fields(payload: &[u8]) -> Vec<Field> {
    let Some(body) = close::parse(payload) else {
        return Vec::new();
    };
    let mut fields = vec![
        Field::bytes("Status code", 0..2, body.code.to_string())
            .meaning(close::meaning(body.code))
            .section("RFC 6455 7.4.1")
            .layer(Layer::WebSocket),
    ];
    if payload.len() > 2 {
        let reason = Field::bytes("Reason", 2..payload.len(), body.reason);
        fields.push(
            reason
                .meaning("Words for whoever reads the log; a program does not act on them.")
                .section("RFC 6455 7.1.6")
                .layer(Layer::WebSocket),
        );
    }
    fields
}

/// Fields of a masked frame that carries a packet with every part.
const MAX_FIELDS: usize = 8;

/// Fields of a header that has them all.
const MAX_HEADER_FIELDS: usize = 9;

fn header_field(header: &FrameHeader, bytes: &[u8]) -> Field {
    let mut parts = Vec::with_capacity(MAX_HEADER_FIELDS);
    first_byte(header, &mut parts);
    length_fields(header, bytes, &mut parts);
    if header.masking_key.is_some() {
        let end = header.length() as u64 * 8;
        let meaning = "Chosen anew at random by the client for each frame, so that no one can choose the bytes that intermediaries see.";
        let key = part("Masking key", end - 32..end, Value::Hex, meaning);
        parts.push(key.section("RFC 6455 5.3"));
    }
    let length = header.length() as u64;
    part(
        "Frame header",
        0..length * 8,
        Value::Length(length),
        "What the frame costs beside its payload.",
    )
    .layer(Layer::WebSocket)
    .children(parts)
}

fn part(
    name: &'static str,
    bits: Range<u64>,
    value: impl Into<Value>,
    meaning: &'static str,
) -> Field {
    Field::bits(name, bits, value)
        .meaning(meaning)
        .section(FRAMING)
}

fn flag(is_set: bool) -> &'static str {
    if is_set { "1" } else { "0" }
}

fn first_byte(header: &FrameHeader, into: &mut Vec<Field>) {
    let fin = match header.fin {
        true => "The last frame of its message.",
        false => "More frames of this message follow.",
    };
    let rsv = "Reserved for an extension; 0 when none was negotiated that uses it.";
    into.push(part("FIN", 0..1, flag(header.fin), fin));
    into.push(part("RSV1", 1..2, flag(header.has_rsv1()), rsv));
    into.push(part("RSV2", 2..3, flag(header.rsv & 2 != 0), rsv));
    into.push(part("RSV3", 3..4, flag(header.rsv & 1 != 0), rsv));
    let opcode = header.opcode;
    into.push(part("opcode", 4..8, opcode.label(), opcode.meaning()));
}

fn length_fields(header: &FrameHeader, bytes: &[u8], into: &mut Vec<Field>) {
    let masked = match header.masking_key {
        Some(_) => {
            "A masking key follows, and the payload is masked: a client does so with every frame."
        }
        None => "The payload is not masked: a server never masks.",
    };
    into.push(part(
        "MASK",
        8..9,
        flag(header.masking_key.is_some()),
        masked,
    ));
    let short = bytes.get(1).map_or(0, |byte| byte & 0x7f);
    let meaning = match header.length_bits {
        7 => "Up to 125 fits here: this is the payload's length.",
        16 => "126 says that the length is in the next 16 bits.",
        _ => "127 says that the length is in the next 64 bits.",
    };
    let short = Value::Number(short.into());
    into.push(part("Payload length", 9..16, short, meaning));
    let extended = header.extended_length() as u64 * 8;
    if extended > 0 {
        into.push(part(
            "Extended payload length",
            16..16 + extended,
            Value::Number(header.payload_length),
            "The payload's length, most significant byte first.",
        ));
    }
}
