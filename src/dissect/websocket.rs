//! Frames: their header bit by bit, their payload, and what they carry.

use std::borrow::Cow;

use super::{Anatomy, Context, Dissection, WebSocket, packets, preview, summary};
use crate::{
    capture::{Connection, Direction, Protocol, Record},
    wire::{
        field::{Buffer, Field},
        http1,
        violation::{self, Violation},
        websocket::{
            close,
            frame::{FrameHeader, mask},
            opcode::Opcode,
        },
    },
};

const FRAMING: &str = "RFC 6455 5.2";

pub(super) fn dissect(record: &Record, bytes: &[u8], context: Context) -> Dissection {
    let connection = context.connection;
    let Ok(Some(header)) = FrameHeader::parse(bytes) else {
        return summary("a frame whose header was not kept");
    };
    let payload = unmasked(&header, bytes);
    let close = (header.opcode == Opcode::Close)
        .then(|| close::parse(&payload))
        .flatten();
    let mut dissection = Dissection {
        violations: violations(&header, &payload, record),
        ..Dissection::default()
    };
    dissection.summary = match header.opcode {
        Opcode::Text | Opcode::Binary if record.protocol == Protocol::EngineIo && header.fin => {
            engine_io(&header, &payload, connection, &mut dissection)
        }
        Opcode::Close => match &close {
            Some(body) => format!("close {} {}", body.code, close::meaning(body.code)),
            None => "close without a status code".to_owned(),
        },
        opcode => describe(opcode, &header),
    };
    dissection.text = match (&close, header.opcode) {
        (Some(body), _) => preview(body.reason.as_bytes()),
        (None, Opcode::Binary | Opcode::Close) => None,
        _ => preview(&payload),
    };
    let part = context.notes.and_then(|notes| notes.part);
    dissection.websocket = Some(WebSocket {
        header,
        close,
        part,
    });
    dissection
}

fn engine_io(
    header: &FrameHeader,
    payload: &[u8],
    connection: Option<&Connection>,
    into: &mut Dissection,
) -> String {
    let upgrade = connection.and_then(|connection| connection.upgrade.get());
    let sid = upgrade.and_then(|upgrade| http1::query_parameter(&upgrade.target, "sid"));
    match std::str::from_utf8(payload) {
        _ if header.opcode == Opcode::Binary => packets::binary(sid, into),
        Ok(_) if (payload.len() as u64) < header.payload_length => {
            format!("text, {} bytes, not all kept", header.payload_length)
        }
        Ok(text) => packets::text(text, sid, into),
        Err(_) => format!("text, {} bytes", header.payload_length),
    }
}

fn describe(opcode: Opcode, header: &FrameHeader) -> String {
    let part = match (opcode, header.fin) {
        (Opcode::Continuation, false) => ", more to come",
        (Opcode::Continuation, true) => ", the last of its message",
        (_, false) => ", the first of its message",
        _ => "",
    };
    match header.payload_length {
        1 => format!("{opcode}, 1 byte{part}"),
        length => format!("{opcode}, {length} bytes{part}"),
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

/// The rules that one frame can break by itself. No extension is ever negotiated by this server.
fn violations(header: &FrameHeader, payload: &[u8], record: &Record) -> Vec<Violation> {
    let is_whole = payload.len() as u64 == header.payload_length;
    let is_masked = header.masking_key.is_some();
    let close_code = close::parse(payload).map(|body| body.code);
    let is_close = header.opcode == Opcode::Close && is_whole;
    let rules = [
        (
            violation::CLIENT_FRAME_UNMASKED,
            record.direction == Direction::ToServer && !is_masked,
        ),
        (
            violation::SERVER_FRAME_MASKED,
            record.direction == Direction::ToClient && is_masked,
        ),
        (violation::RSV_NOT_NEGOTIATED, header.rsv != 0),
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
            header.opcode.is_control() && header.payload_length > 125,
        ),
        (
            violation::CLOSE_BODY_ONE_BYTE,
            is_close && header.payload_length == 1,
        ),
        (
            violation::CLOSE_CODE_FORBIDDEN,
            is_close && close_code.is_some_and(|code| !close::may_be_sent(code)),
        ),
        (
            violation::CLOSE_REASON_NOT_UTF8,
            is_close && payload.len() > 2 && std::str::from_utf8(&payload[2..]).is_err(),
        ),
        (
            violation::TEXT_NOT_UTF8,
            header.opcode == Opcode::Text
                && header.fin
                && header.rsv == 0
                && is_whole
                && std::str::from_utf8(payload).is_err(),
        ),
    ];
    rules
        .into_iter()
        .filter(|(_, is_broken)| *is_broken)
        .map(|(rule, _)| rule)
        .collect()
}

/// The frame's fields, and its payload without the mask when it had one.
pub(super) fn anatomy(record: &Record, bytes: &[u8], _context: Context) -> Anatomy {
    let (fields, unmasked) = fields(record, bytes);
    Anatomy {
        fields,
        unmasked,
        ..Anatomy::default()
    }
}

fn fields(record: &Record, bytes: &[u8]) -> (Vec<Field>, Option<Vec<u8>>) {
    let Ok(Some(header)) = FrameHeader::parse(bytes) else {
        let whole = Field::bytes("Frame header", 0..bytes.len(), "not whole").section(FRAMING);
        return (vec![whole], None);
    };
    let payload = unmasked(&header, bytes);
    let mut fields = vec![header_field(&header, bytes)];
    let start = header.length();
    if payload.is_empty() {
        return (fields, None);
    }
    let meaning = payload_fields(record, &header, &payload);
    let data = Field::bytes(
        "Payload data",
        start..start + payload.len(),
        format!("{} bytes", header.payload_length),
    )
    .section(FRAMING);
    if header.masking_key.is_none() {
        let children = meaning
            .into_iter()
            .map(|field| field.moved(Buffer::Wire, start))
            .collect();
        fields.push(data.meaning("What the frame carries.").children(children));
        return (fields, None);
    }
    fields.push(data.meaning("What the frame carries, each byte XORed with the masking key: byte i with key byte i mod 4."));
    fields.extend(
        meaning
            .into_iter()
            .map(|field| field.moved(Buffer::Unmasked, 0)),
    );
    (fields, Some(payload.into_owned()))
}

/// Fields of the payload data, as if it began at 0.
fn payload_fields(record: &Record, header: &FrameHeader, payload: &[u8]) -> Vec<Field> {
    let is_whole = payload.len() as u64 == header.payload_length;
    let text = std::str::from_utf8(payload);
    match (header.opcode, text) {
        (Opcode::Close, _) if payload.len() >= 2 => close_fields(payload),
        (Opcode::Text, Ok(text))
            if record.protocol == Protocol::EngineIo && header.fin && is_whole =>
        {
            packets::text_fields(text, 0)
        }
        (Opcode::Binary, _) if record.protocol == Protocol::EngineIo => vec![
            Field::bytes(
                "Attachment",
                0..payload.len(),
                format!("{} bytes", payload.len()),
            )
            .meaning("A binary message has no type digit: its bytes are the attachment itself.")
            .section("Engine.IO v4, Protocol"),
        ],
        (Opcode::Binary, _) | (_, Err(_)) => vec![
            Field::bytes(
                "Application data",
                0..payload.len(),
                format!("{} bytes", payload.len()),
            )
            .section("RFC 6455 5.6"),
        ],
        (_, Ok(text)) => {
            vec![
                Field::bytes("Application data", 0..payload.len(), text.to_owned())
                    .section("RFC 6455 5.6"),
            ]
        }
    }
}

fn close_fields(payload: &[u8]) -> Vec<Field> {
    let Some(body) = close::parse(payload) else {
        return Vec::new();
    };
    let mut fields = vec![
        Field::bytes("Status code", 0..2, body.code.to_string())
            .meaning(close::meaning(body.code))
            .section("RFC 6455 7.4.1"),
    ];
    if payload.len() > 2 {
        let reason = Field::bytes("Reason", 2..payload.len(), body.reason);
        fields.push(
            reason
                .meaning("Words for whoever reads the log; a program does not act on them.")
                .section("RFC 6455 7.1.6"),
        );
    }
    fields
}

fn header_field(header: &FrameHeader, bytes: &[u8]) -> Field {
    let mut children = first_byte(header);
    children.extend(length_fields(header, bytes));
    if let Some(key) = header.masking_key {
        let at = header.length() - 4;
        let hex: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
        children.push(
            Field::bytes("Masking key", at..at + 4, hex)
                .meaning("Chosen anew at random by the client for each frame, so that no one can choose the bytes that intermediaries see.")
                .section("RFC 6455 5.3"),
        );
    }
    Field::bytes(
        "Frame header",
        0..header.length(),
        format!("{} bytes", header.length()),
    )
    .meaning("What the frame costs beside its payload.")
    .section(FRAMING)
    .children(children)
}

fn first_byte(header: &FrameHeader) -> Vec<Field> {
    let flag = |name, bit, set: bool| {
        Field::bits(name, bit..bit + 1, if set { "1" } else { "0" }).section(FRAMING)
    };
    let fin = match header.fin {
        true => "The last frame of its message.",
        false => "More frames of this message follow.",
    };
    let rsv = "Reserved for an extension; 0 when none was negotiated that uses it.";
    vec![
        flag("FIN", 0, header.fin).meaning(fin),
        flag("RSV1", 1, header.rsv & 4 != 0).meaning(rsv),
        flag("RSV2", 2, header.rsv & 2 != 0).meaning(rsv),
        flag("RSV3", 3, header.rsv & 1 != 0).meaning(rsv),
        Field::bits(
            "opcode",
            4..8,
            format!("{:#x} ({})", header.opcode.bits(), header.opcode),
        )
        .meaning(header.opcode.meaning())
        .section(FRAMING),
    ]
}

fn length_fields(header: &FrameHeader, bytes: &[u8]) -> Vec<Field> {
    let masked = match header.masking_key {
        Some(_) => {
            "A masking key follows, and the payload is masked: a client does so with every frame."
        }
        None => "The payload is not masked: a server never masks.",
    };
    let short = bytes.get(1).map_or(0, |byte| byte & 0x7f);
    let meaning = match header.length_bits {
        7 => "Up to 125 fits here: this is the payload's length.",
        16 => "126 says that the length is in the next 16 bits.",
        _ => "127 says that the length is in the next 64 bits.",
    };
    let mut fields = vec![
        Field::bits(
            "MASK",
            8..9,
            if header.masking_key.is_some() {
                "1"
            } else {
                "0"
            },
        )
        .meaning(masked)
        .section(FRAMING),
        Field::bits("Payload length", 9..16, short.to_string())
            .meaning(meaning)
            .section(FRAMING),
    ];
    if header.extended_length() > 0 {
        let end = 2 + header.extended_length();
        let extended = Field::bytes(
            "Extended payload length",
            2..end,
            header.payload_length.to_string(),
        );
        fields.push(
            extended
                .meaning("The payload's length, most significant byte first.")
                .section(FRAMING),
        );
    }
    fields
}
