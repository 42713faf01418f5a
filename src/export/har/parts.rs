//! The parts of a response that was recorded while it lasted, put together.

use std::borrow::Cow;

use super::Entry;
use crate::{
    export::Source,
    wire::http1::{self, BodyFraming, Head},
};

/// Bytes of content that stand in one entry: a stream may go on for days.
const MAX_CONTENT: usize = 1024 * 1024;

/// What follows a response's head.
#[derive(Debug, Default)]
pub(super) struct Parts {
    /// The content, without the framing of its chunks.
    pub content: Vec<u8>,
    /// Bytes on the wire.
    pub length: u64,
    /// When the last of them began.
    pub ended: Option<u64>,
    /// The number of the last of them, and how many there are.
    last: u32,
    found: u32,
    /// The last chunk is among them.
    has_last_chunk: bool,
    has_truncated: bool,
    /// There are more than stand here.
    is_cut: bool,
}

impl Parts {
    /// The parts of an entry's response, and how many of them made room since the survey.
    pub fn find(entry: &Entry, source: &Source) -> (Self, u64) {
        let (mut parts, mut lost) = (Self::default(), 0);
        for seq in &entry.parts {
            if parts.content.len() >= MAX_CONTENT {
                parts.is_cut = true;
                let newest = entry.parts.last().and_then(|seq| source.find(*seq));
                parts.ended = newest.map(|newest| newest.record.at).or(parts.ended);
                break;
            }
            let Some(found) = source.find(*seq) else {
                lost += 1;
                continue;
            };
            let record = &found.record;
            let Some(part) = record.later_part() else {
                continue;
            };
            parts.ended = Some(record.at);
            let wire = &found.wire;
            parts.content.extend_from_slice(&match part.is_chunk {
                true => Cow::Owned(http1::dechunk(wire)),
                false => Cow::Borrowed(wire),
            });
            parts.length += record.length;
            parts.last = part.number;
            parts.found += 1;
            parts.has_last_chunk =
                part.is_chunk && http1::is_last_chunk(wire) && !record.incomplete;
            parts.has_truncated |= record.is_truncated();
        }
        (parts, lost)
    }

    /// What there is not of them; `is_over` when the connection ended. The head is the first part.
    pub fn comment(&self, head: &Head, is_over: bool) -> Option<&'static str> {
        let is_whole = match http1::response_body(head, None) {
            Some(BodyFraming::Chunked) => self.has_last_chunk,
            Some(BodyFraming::Length(length)) => self.length == length,
            _ => is_over,
        };
        Some(match (is_whole, is_over) {
            _ if self.is_cut => "it is too long to stand here whole: JSON Lines has all of it",
            _ if self.is_missing() => {
                "some of its parts are not in the capture, or were not kept whole"
            }
            (true, _) => return None,
            (false, true) => "the connection ended before it was whole",
            (false, false) => "it goes on: this is what there was of it",
        })
    }

    /// Whether parts, or bytes of them, are missing before the last one.
    pub fn is_missing(&self) -> bool {
        self.has_truncated || self.is_cut || self.last.saturating_sub(1) > self.found
    }
}
