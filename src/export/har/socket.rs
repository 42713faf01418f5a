//! A WebSocket's messages and its end, as Chrome and HTTP Toolkit write them.

use std::time::SystemTime;

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use super::Frame;
use crate::{
    capture::Direction,
    dissect,
    export::{Found, Source},
    wire::websocket::{frame::FrameHeader, opcode::Opcode},
};

/// The message that begins with the frame at `at`, unless none does.
pub(super) fn message(frames: &[Frame], at: usize, source: &Source) -> Option<Value> {
    let first = frames[at];
    let is_same = |frame: &&Frame| frame.direction == first.direction && frame.message > 0;
    let before = frames[..at].iter().rev().find(is_same);
    if first.message == 0 || before.is_some_and(|before| before.message == first.message) {
        return None;
    }
    let frames = frames[at..].iter().filter(is_same);
    let frames = frames.take_while(|frame| frame.message == first.message);
    let mut joined = Joined::default();
    for frame in frames {
        joined.add(source.find(frame.seq).as_ref());
    }
    joined.json(first.direction, source)
}

/// A message put together from its frames.
#[derive(Debug, Default)]
struct Joined {
    /// When its first byte passed.
    at: Option<u64>,
    opcode: Option<Opcode>,
    data: Vec<u8>,
    is_whole: bool,
    has_gap: bool,
    /// It is compressed, and could not be inflated.
    is_compressed: bool,
}

impl Joined {
    fn add(&mut self, found: Option<&Found>) {
        let header = found.and_then(|found| FrameHeader::parse(&found.wire).ok()?);
        let (Some(found), Some(header)) = (found, header) else {
            self.has_gap = true;
            return;
        };
        match &found.inflated {
            Some(inflated) => self.data.extend(inflated),
            None => self
                .data
                .extend(&*dissect::websocket::unmasked(&header, &found.wire)),
        }
        let is_compressed = header.has_rsv1() && found.inflated.is_none();
        self.at.get_or_insert(found.record.at);
        self.opcode.get_or_insert(header.opcode);
        self.is_compressed |= is_compressed;
        self.has_gap |= found.record.is_truncated();
        self.is_whole = header.fin;
    }

    fn json(self, direction: Direction, source: &Source) -> Option<Value> {
        let opcode = self.opcode?;
        let text = String::from_utf8(self.data);
        let (data, is_text) = match text {
            Ok(text) if opcode == Opcode::Text && !self.is_compressed => (text, true),
            Ok(text) => (BASE64_STANDARD.encode(text), false),
            Err(error) => (BASE64_STANDARD.encode(error.as_bytes()), false),
        };
        let mut json = json!({
            "type": match direction {
                Direction::ToServer => "send",
                Direction::ToClient => "receive",
            },
            "time": epoch(self.at?, source),
            "opcode": opcode.bits(),
            "data": data,
        });
        if opcode == Opcode::Text && !is_text {
            json["_encoding"] = "base64".into();
        }
        if self.is_compressed {
            json["_compressed"] = true.into();
        }
        if self.has_gap || !self.is_whole || opcode == Opcode::Continuation {
            json["_incomplete"] = true.into();
        }
        Some(json)
    }
}

/// What a Close frame says.
pub(super) fn close(found: &Found, source: &Source) -> Option<Value> {
    let frame = source.dissect(found).websocket?;
    if frame.header.opcode != Opcode::Close {
        return None;
    }
    let mut json = json!({ "timestamp": epoch(found.record.at, source) });
    if let Some(body) = frame.close {
        json["code"] = body.code.into();
        json["reason"] = body.reason.into();
    }
    Some(json)
}

/// HTTP Toolkit's word for a connection that ended without a Close frame; none while it is open.
pub(super) fn abort(connection: u32, source: &Source) -> Option<Value> {
    let connection = source.store.connection(connection)?;
    connection.closed.get().map(|_| "aborted".into())
}

/// Seconds since 1970.
fn epoch(at: u64, source: &Source) -> f64 {
    let time = source.store.time(at);
    let since = time.duration_since(SystemTime::UNIX_EPOCH);
    since.unwrap_or_default().as_secs_f64()
}
