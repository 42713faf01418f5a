//! Takes secrets out of a record before anybody sees it: their name and length stay, their value goes.
//!
//! ```text
//! lines      in heads and trailers: fields of secrets, and parameters of URLs
//! packets    in Socket.IO's CONNECT, on either transport: the members of `auth`
//! names      which names stand for secrets
//! ```

mod lines;
mod names;
mod packets;

use std::{borrow::Cow, iter, ops::Range};

use super::notes::Notes;
use crate::{
    capture::{Direction, Kind, Layer, Protocol, Record},
    wire::{
        engineio::payload,
        http1::{ChunkPartKind, chunk_parts},
        websocket::{
            frame::{FrameHeader, mask},
            opcode::Opcode,
        },
    },
};

/// What stands in place of each byte of a secret.
const STAR: u8 = b'*';

/// What an Engine.IO message begins with that carries a CONNECT.
pub const CONNECT: &[u8] = b"40";

/// A record's bytes without its secrets, and what was noted on it.
#[derive(Debug, Default)]
pub struct Redacted<'a, 'n> {
    pub wire: Cow<'a, [u8]>,
    /// Where secrets stood in `wire`.
    pub ranges: Vec<Range<usize>>,
    /// A compressed frame's payload data, inflated.
    pub inflated: Option<Cow<'n, [u8]>>,
    /// The data of a message whose last frame this is, when it came in several frames.
    pub message: Option<Cow<'n, [u8]>>,
}

/// Takes the secrets out of a record and of what was noted on it.
pub fn redact<'a, 'n>(
    record: &Record,
    bytes: &'a [u8],
    notes: Option<&'n Notes>,
) -> Redacted<'a, 'n> {
    let ranges = match (record.kind, record.layer) {
        (Kind::Frame, _) => return frame(record, bytes, notes),
        (Kind::Request | Kind::Response, _) if record.later_part().is_some() => {
            trailers(bytes, 0).collect()
        }
        (Kind::Request | Kind::Response, _) => message(record, bytes),
        // What lost its framing may still hold heads, anywhere.
        (Kind::Opaque, Layer::Http) => lines::secrets(bytes, false).secrets,
        _ => Vec::new(),
    };
    Redacted {
        wire: starred(bytes, &ranges),
        ranges,
        ..Redacted::default()
    }
}

/// A request's target without its secrets.
pub fn target(target: &str) -> Cow<'_, str> {
    match starred(target.as_bytes(), &lines::parameters(target.as_bytes())) {
        Cow::Owned(bytes) => String::from_utf8_lossy(&bytes).into_owned().into(),
        Cow::Borrowed(_) => target.into(),
    }
}

fn starred<'a>(bytes: &'a [u8], secrets: &[Range<usize>]) -> Cow<'a, [u8]> {
    if secrets.is_empty() {
        return Cow::Borrowed(bytes);
    }
    let mut redacted = bytes.to_vec();
    for secret in secrets {
        redacted[secret.clone()].fill(STAR);
    }
    Cow::Owned(redacted)
}

/// The secrets of a request or response: in its head, its trailers and its packets.
fn message(record: &Record, bytes: &[u8]) -> Vec<Range<usize>> {
    let head = lines::secrets(bytes, true);
    let mut secrets = head.secrets;
    if record.protocol == Protocol::EngineIo && record.direction == Direction::ToServer {
        let content = content(bytes, head.end, head.is_chunked);
        secrets.extend(polled(bytes, &content));
    }
    if head.is_chunked {
        secrets.extend(trailers(bytes, head.end));
    }
    secrets
}

/// Where the content stands of a body that begins at `start`: in pieces, if it is chunked.
fn content(bytes: &[u8], start: usize, is_chunked: bool) -> Vec<Range<usize>> {
    if !is_chunked {
        let whole = start..bytes.len();
        return vec![whole];
    }
    let parts = chunk_parts(&bytes[start..], usize::MAX).into_iter();
    let data = parts.filter(|part| part.kind == ChunkPartKind::Data);
    data.map(|part| start + part.range.start..start + part.range.end)
        .collect()
}

/// The secrets of the field lines after the last chunk of a body that begins at `start`.
fn trailers(bytes: &[u8], start: usize) -> impl Iterator<Item = Range<usize>> {
    let body = &bytes[start..];
    let parts = chunk_parts(body, usize::MAX).into_iter();
    let lines = parts.filter(|part| part.kind == ChunkPartKind::Trailer);
    lines.flat_map(move |line| {
        let at = start + line.range.start;
        let found = lines::secrets(&body[line.range], false).secrets.into_iter();
        found.map(move |secret| at + secret.start..at + secret.end)
    })
}

/// The secrets of a polling body's packets. A chunk may end anywhere, also inside a secret.
fn polled(bytes: &[u8], content: &[Range<usize>]) -> Vec<Range<usize>> {
    let pieces: Vec<&[u8]> = content.iter().map(|piece| &bytes[piece.clone()]).collect();
    let body = pieces.concat();
    let mut secrets = Vec::new();
    for packet in payload::split(&body) {
        let found = packets::secrets(&body[packet.clone()]).into_iter();
        secrets.extend(found.map(|secret| packet.start + secret.start..packet.start + secret.end));
    }
    on_wire(&secrets, content)
}

/// Where ranges of the content stand on the wire; both are in the order of the bytes.
fn on_wire(ranges: &[Range<usize>], content: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut ranges = ranges.iter().peekable();
    let mut start = 0;
    for piece in content {
        let end = start + piece.len();
        while let Some(range) = ranges.peek().filter(|range| range.start < end) {
            let from = range.start.max(start) - start;
            found.push(piece.start + from..piece.start + range.end.min(end) - start);
            if range.end > end {
                break;
            }
            ranges.next();
        }
        start = end;
    }
    found
}

/// The secrets of a frame. What is masked is starred beneath its mask, so that it is `*` once that is taken off.
fn frame<'a, 'n>(record: &Record, bytes: &'a [u8], notes: Option<&'n Notes>) -> Redacted<'a, 'n> {
    let inflated = notes.and_then(|notes| notes.inflated.as_deref());
    let message = notes.and_then(|notes| notes.message.as_deref());
    let untouched = Redacted {
        wire: Cow::Borrowed(bytes),
        ranges: Vec::new(),
        inflated: inflated.map(Cow::Borrowed),
        message: message.map(Cow::Borrowed),
    };
    let header = match FrameHeader::parse(bytes) {
        Ok(Some(header)) if may_be_connect(record, &header, notes) => header,
        _ => return untouched,
    };
    let mut payload = super::websocket::unmasked(&header, bytes).into_owned();
    let whole = 0..payload.len();
    let is_compressed = header.has_rsv1() || notes.is_some_and(Notes::is_compressed);
    let is_fragment = !header.fin || header.opcode == Opcode::Continuation;
    let told = inflated.map(packets::secrets);
    let (secrets, inflated_secrets) = match (is_fragment, is_compressed) {
        // Its parts cannot be told from one another here.
        (true, _) => (
            vec![whole],
            inflated.map(|inflated| iter::once(0..inflated.len()).collect()),
        ),
        (false, false) => (packets::secrets(&payload), None),
        // What cannot be read may hold anything.
        (false, true) if told.as_ref().is_none_or(|told| !told.is_empty()) => (vec![whole], told),
        (false, true) => return untouched,
    };
    let start = header.length();
    let secrets = secrets.into_iter().filter(|secret| !secret.is_empty());
    let mut ranges = Vec::new();
    for secret in secrets {
        payload[secret.clone()].fill(STAR);
        ranges.push(start + secret.start..start + secret.end);
    }
    mask(&mut payload, header.masking_key.unwrap_or_default());
    Redacted {
        wire: match ranges.is_empty() {
            true => Cow::Borrowed(bytes),
            false => Cow::Owned([&bytes[..start], &payload].concat()),
        },
        ranges,
        inflated: inflated.map(|data| starred(data, &inflated_secrets.unwrap_or_default())),
        message: message.map(|data| starred(data, &packets::secrets(data))),
    }
}

/// Whether a frame may carry a CONNECT, or a piece of one. Of a piece, the reader knows that it does not, if it
/// saw how its message began.
fn may_be_connect(record: &Record, header: &FrameHeader, notes: Option<&Notes>) -> bool {
    if record.protocol != Protocol::EngineIo || record.direction != Direction::ToServer {
        return false;
    }
    match (header.opcode, header.fin) {
        (Opcode::Text, true) => true,
        (Opcode::Text | Opcode::Continuation, _) => notes.is_none_or(|notes| notes.may_be_connect),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{dissect::notes::Notes, wire::websocket::message::Part};

    #[test]
    fn a_secret_may_go_over_any_number_of_chunks() {
        let content = [10..12, 20..21, 30..40];
        assert_eq!(
            on_wire(&[0..1, 1..5], &content),
            [10..11, 11..12, 20..21, 30..32]
        );
        assert_eq!(
            on_wire(&[3..4, 5..6, 9..99], &content),
            [30..31, 32..33, 36..40]
        );
    }

    fn record(protocol: Protocol, direction: Direction, bytes: &[u8]) -> Record {
        Record {
            kind: Kind::Frame,
            layer: Layer::WebSocket,
            protocol,
            direction,
            ..Record::sample(1, bytes.len() as u64)
        }
    }

    fn masked(first: u8, payload: &[u8]) -> Vec<u8> {
        let key = [1, 2, 3, 4];
        let mut data = payload.to_vec();
        mask(&mut data, key);
        [&[first, 0x80 | payload.len() as u8][..], &key, &data].concat()
    }

    /// What is left of a payload of a frame to the server.
    fn left(first: u8, payload: &[u8], notes: Option<&Notes>) -> String {
        let frame = masked(first, payload);
        let record = record(Protocol::EngineIo, Direction::ToServer, &frame);
        let redacted = redact(&record, &frame, notes);
        assert_eq!(redacted.wire.len(), frame.len());
        let header = FrameHeader::parse(&redacted.wire).unwrap().unwrap();
        let payload = crate::dissect::websocket::unmasked(&header, &redacted.wire);
        String::from_utf8(payload.into_owned()).unwrap()
    }

    const AUTH: &[u8] = br#"40{"token":"ab"}"#;

    #[test]
    fn a_masked_secret_is_starred_beneath_its_mask() {
        assert_eq!(left(0x81, AUTH, None), r#"40{"token":"**"}"#);
        let frame = masked(0x81, AUTH);
        for (protocol, direction) in [
            (Protocol::None, Direction::ToServer),
            (Protocol::EngineIo, Direction::ToClient),
        ] {
            let untouched = redact(&record(protocol, direction, &frame), &frame, None);
            assert!(untouched.ranges.is_empty() && *untouched.wire == *frame);
        }
    }

    #[test]
    fn what_is_not_known_to_be_something_else_is_starred_whole() {
        let fragment = Notes::default();
        let connect = Notes {
            may_be_connect: true,
            ..Notes::default()
        };
        for (notes, expected) in [
            (None, "***"),
            (Some(&connect), "***"),
            (Some(&fragment), "abc"),
        ] {
            assert_eq!(left(0x80, b"abc", notes), expected);
            assert_eq!(left(0x01, b"abc", notes), expected);
        }
        // Compressed, and not inflated.
        assert_eq!(left(0xc1, b"abc", None), "***");
        let inflated = |data: &[u8]| Notes {
            inflated: Some(data.into()),
            part: Some(Part {
                index: 1,
                is_last: true,
                is_text: Some(true),
                is_compressed: true,
            }),
            ..Notes::default()
        };
        assert_eq!(left(0xc1, b"abc", Some(&inflated(AUTH))), "***");
        assert_eq!(left(0xc1, b"abc", Some(&inflated(b"42[1]"))), "abc");
    }

    #[test]
    fn trailers_hold_secrets_too() {
        let response = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX-Api-Key: k\r\n\r\n";
        let whole = Record {
            kind: Kind::Response,
            direction: Direction::ToClient,
            ..Record::sample(1, response.len() as u64)
        };
        let redacted = redact(&whole, response, None);
        assert!(redacted.wire.ends_with(b"0\r\nX-Api-Key: *\r\n\r\n"));
    }
}
