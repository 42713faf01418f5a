//! Messages: what the data frames of one direction make up (RFC 6455 5.4).

use super::{
    deflate::{Compression, InflateError, Inflater, MAX_WINDOW_BITS},
    frame::FrameHeader,
    opcode::Opcode,
    window,
};
use crate::wire::violation::{self, Violation};

/// Most bytes of a message that are put together or inflated.
pub const MAX_MESSAGE: usize = 1024 * 1024;

/// Bytes that an inflater takes: its window, what it remembers, its tables.
const INFLATER: usize = 128 * 1024;

/// Which part of a message a frame is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Counts the message's frames from 1; 0 when its beginning was not seen.
    pub index: u32,
    /// The message's last frame.
    pub is_last: bool,
    /// What the message's first frame said it is; `None` when that was not seen.
    pub is_text: Option<bool>,
    /// RSV1 of the first frame: permessage-deflate (RFC 7692 6).
    pub is_compressed: bool,
}

/// What one data frame meant.
#[derive(Debug, Default)]
pub struct Told {
    pub part: Option<Part>,
    /// The frame's data after inflating.
    pub inflated: Option<Vec<u8>>,
    /// The whole message's data, when this is its last frame and there were others.
    pub message: Option<Vec<u8>>,
    pub violations: Vec<Violation>,
    /// What came before is missing, so that this could not be read.
    pub is_context_lost: bool,
}

/// Follows the messages of one direction.
#[derive(Debug)]
pub struct Messages {
    compression: Option<Compression>,
    /// An extension is spoken that is not known here, and may give a meaning to any RSV bit.
    has_unknown_extension: bool,
    inflater: Option<Inflater>,
    /// An earlier frame is missing, and with it what later ones may refer to.
    is_inflater_lost: bool,
    state: State,
    /// This side sent a Close frame.
    has_closed: bool,
}

#[derive(Debug)]
enum State {
    /// The next data frame begins a message.
    Between,
    Inside(Open),
    /// Frames are missing.
    Unknown,
}

/// A message that is not whole yet.
#[derive(Debug)]
struct Open {
    frames: u32,
    is_text: bool,
    is_compressed: bool,
    /// What there is of it; `None` when something is missing or it is too long.
    data: Option<Vec<u8>>,
    /// The compressed data, where the window is smaller than what an inflater remembers.
    compressed: Vec<u8>,
    /// Where the text stands as UTF-8; `None` when that can no longer be said.
    utf8: Option<Utf8>,
}

impl Messages {
    /// A direction from its beginning, compressed so.
    pub fn new(compression: Option<Compression>) -> Self {
        Self {
            compression,
            has_unknown_extension: false,
            inflater: compression.map(Inflater::new),
            is_inflater_lost: false,
            state: State::Between,
            has_closed: false,
        }
    }

    /// The same with an extension that is not known here.
    pub fn with_unknown_extension(self, has_unknown_extension: bool) -> Self {
        Self {
            has_unknown_extension,
            ..self
        }
    }

    /// Frames are missing here.
    pub fn lose(&mut self) {
        self.state = State::Unknown;
        self.is_inflater_lost = true;
    }

    /// Bytes that are held, as nearly as it matters.
    pub fn held(&self) -> usize {
        let message = match &self.state {
            State::Inside(open) => open.data.as_ref().map_or(0, Vec::len) + open.compressed.len(),
            State::Between | State::Unknown => 0,
        };
        message + if self.inflater.is_some() { INFLATER } else { 0 }
    }

    /// Gives up what is held.
    pub fn give_up(&mut self) {
        if let State::Inside(open) = &mut self.state {
            open.data = None;
            open.compressed = Vec::new();
        }
        self.is_inflater_lost |= self.inflater.take().is_some();
    }

    /// Takes a frame with its unmasked payload data, as much of it as was kept.
    pub fn frame(&mut self, header: &FrameHeader, payload: &[u8]) -> Told {
        let mut told = Told::default();
        self.judge_rsv(header, &mut told.violations);
        match header.opcode {
            Opcode::Close => self.has_closed = true,
            Opcode::Text | Opcode::Binary | Opcode::Continuation => {
                self.data(header, payload, &mut told);
            }
            Opcode::Ping | Opcode::Pong | Opcode::Reserved(_) => {}
        }
        told
    }

    /// RSV1 belongs to permessage-deflate where that was negotiated; nothing that is known here defines the
    /// others (RFC 6455 5.2, RFC 7692 6.1).
    fn judge_rsv(&self, header: &FrameHeader, violations: &mut Vec<Violation>) {
        let defined = if self.compression.is_some() { 4 } else { 0 };
        let rsv1 = header.rsv & defined != 0;
        if header.rsv & !defined != 0 && !self.has_unknown_extension {
            violations.push(violation::RSV_NOT_NEGOTIATED);
        } else if rsv1 && header.opcode.is_control() {
            violations.push(violation::RSV1_ON_CONTROL);
        } else if rsv1 && header.opcode == Opcode::Continuation {
            violations.push(violation::RSV1_ON_CONTINUATION);
        }
    }

    fn data(&mut self, header: &FrameHeader, payload: &[u8], told: &mut Told) {
        if self.has_closed {
            told.violations.push(violation::DATA_AFTER_CLOSE);
        }
        let state = std::mem::replace(&mut self.state, State::Between);
        let mut open = match (header.opcode, state) {
            (Opcode::Continuation, State::Inside(open)) => open,
            (Opcode::Continuation, State::Unknown) => return self.end_of_unknown(header, told),
            (Opcode::Continuation, State::Between) => {
                told.violations.push(violation::CONTINUATION_WITHOUT_START);
                return;
            }
            (_, State::Inside(_)) => {
                told.violations.push(violation::DATA_INSIDE_MESSAGE);
                self.begin(header)
            }
            (_, State::Between | State::Unknown) => self.begin(header),
        };
        open.frames += 1;
        told.part = Some(Part {
            index: open.frames,
            is_last: header.fin,
            is_text: Some(open.is_text),
            is_compressed: open.is_compressed,
        });
        let is_kept = payload.len() as u64 == header.payload_length;
        if open.is_compressed {
            self.inflate(&mut open, header, payload, is_kept, told);
        }
        let is_fragment = open.frames > 1 || !header.fin;
        let data = match (&told.inflated, open.is_compressed) {
            (Some(inflated), _) => Some(inflated.as_slice()),
            (None, false) if is_kept => Some(payload),
            (None, _) => None,
        };
        open.take(data, header.fin, is_fragment, &mut told.violations);
        if !header.fin {
            self.state = State::Inside(open);
        } else if is_fragment {
            told.message = open.data;
        }
    }

    fn begin(&self, header: &FrameHeader) -> Open {
        let is_text = header.opcode == Opcode::Text;
        Open {
            frames: 0,
            is_text,
            is_compressed: self.compression.is_some() && header.has_rsv1(),
            data: Some(Vec::new()),
            compressed: Vec::new(),
            utf8: is_text.then(Utf8::default),
        }
    }

    /// A frame of a message whose beginning is missing.
    fn end_of_unknown(&mut self, header: &FrameHeader, told: &mut Told) {
        told.is_context_lost = true;
        told.part = Some(Part {
            index: 0,
            is_last: header.fin,
            is_text: None,
            is_compressed: false,
        });
        if !header.fin {
            self.state = State::Unknown;
        }
    }

    fn inflate(
        &mut self,
        open: &mut Open,
        header: &FrameHeader,
        payload: &[u8],
        is_kept: bool,
        told: &mut Told,
    ) {
        if self.is_inflater_lost && open.frames == 1 && self.begins_anew() {
            self.is_inflater_lost = false;
            self.inflater = self.compression.map(Inflater::new);
        }
        self.is_inflater_lost |= !is_kept;
        let (false, Some(inflater)) = (self.is_inflater_lost, &mut self.inflater) else {
            told.is_context_lost = true;
            return;
        };
        match inflater.inflate(payload, header.fin, MAX_MESSAGE) {
            Ok(data) => {
                told.inflated = Some(data);
                self.judge_window(open, header, payload, told);
            }
            Err(error) => {
                self.is_inflater_lost = true;
                told.is_context_lost = error == InflateError::TooLong;
                if error == InflateError::Unreadable {
                    told.violations.push(violation::DEFLATE_UNREADABLE);
                }
            }
        }
    }

    /// A reference goes back no further than the window (RFC 7692 7.1.2): judged when the message is whole.
    fn judge_window(&self, open: &mut Open, header: &FrameHeader, payload: &[u8], told: &mut Told) {
        let Some(Compression {
            window_bits: bits, ..
        }) = self.compression
        else {
            return;
        };
        if bits >= MAX_WINDOW_BITS || open.compressed.len() + payload.len() > MAX_MESSAGE {
            return;
        }
        open.compressed.extend_from_slice(payload);
        if header.fin && window::greatest_distance(&open.compressed) > 1 << bits {
            told.violations.push(violation::DEFLATE_WINDOW);
        }
    }

    /// Whether each message is compressed by itself.
    fn begins_anew(&self) -> bool {
        self.compression
            .is_some_and(|compression| !compression.has_context_takeover)
    }
}

impl Open {
    /// Adds a frame's data, unless it is not known.
    fn take(
        &mut self,
        data: Option<&[u8]>,
        is_last: bool,
        is_fragment: bool,
        violations: &mut Vec<Violation>,
    ) {
        let Some(data) = data else {
            (self.data, self.utf8) = (None, None);
            return;
        };
        if is_fragment {
            let fits = |message: &mut Vec<u8>| message.len() + data.len() <= MAX_MESSAGE;
            self.data = self.data.take_if(|message| fits(message));
            if let Some(message) = &mut self.data {
                message.extend_from_slice(data);
            }
        }
        if let Some(utf8) = &mut self.utf8
            && !(utf8.push(data) && (!is_last || utf8.is_whole()))
        {
            violations.push(violation::TEXT_NOT_UTF8);
            self.utf8 = None;
        }
    }
}

/// Checks UTF-8 that comes piece by piece: a code point may span frames (RFC 6455 5.6, 8.1).
#[derive(Debug, Default)]
struct Utf8 {
    /// The beginning of a code point that is not whole.
    started: Vec<u8>,
}

impl Utf8 {
    /// Whether everything so far can be the beginning of UTF-8.
    fn push(&mut self, bytes: &[u8]) -> bool {
        let mut rest = bytes;
        while !self.started.is_empty() {
            let Some((first, others)) = rest.split_first() else {
                return true;
            };
            self.started.push(*first);
            rest = others;
            match std::str::from_utf8(&self.started) {
                Ok(_) => self.started.clear(),
                Err(error) if error.error_len().is_some() => return false,
                Err(_) => {}
            }
        }
        match std::str::from_utf8(rest) {
            Ok(_) => true,
            Err(error) if error.error_len().is_some() => false,
            Err(error) => {
                self.started.extend_from_slice(&rest[error.valid_up_to()..]);
                true
            }
        }
    }

    fn is_whole(&self) -> bool {
        self.started.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(first: u8, payload: &[u8]) -> FrameHeader {
        FrameHeader::parse(&[first, payload.len() as u8])
            .unwrap()
            .unwrap()
    }

    /// What each of some frames meant.
    fn tell(messages: &mut Messages, frames: &[(u8, &[u8])]) -> Vec<Told> {
        let tell =
            |(first, payload): &(u8, &[u8])| messages.frame(&header(*first, payload), payload);
        frames.iter().map(tell).collect()
    }

    fn rules(told: &[Told]) -> Vec<Violation> {
        told.iter()
            .flat_map(|told| told.violations.clone())
            .collect()
    }

    #[test]
    fn control_frames_stand_between_fragments() {
        let mut messages = Messages::new(None);
        let told = tell(
            &mut messages,
            &[(0x01, b"Hel"), (0x89, b"?"), (0x80, b"lo"), (0x81, b"x")],
        );
        assert_eq!(told[2].message.as_deref(), Some(&b"Hello"[..]));
        assert_eq!(told[2].part.unwrap().index, 2);
        assert_eq!(told[3].message, None);
        assert_eq!(rules(&told), []);
    }

    #[test]
    fn a_code_point_may_span_frames() {
        let mut messages = Messages::new(None);
        let told = tell(
            &mut messages,
            &[(0x01, b"\xe2"), (0x00, b"\x82"), (0x80, b"\xac")],
        );
        assert_eq!(rules(&told), []);
        let told = tell(&mut messages, &[(0x01, b"\xe2"), (0x80, b"\x82")]);
        assert_eq!(rules(&told), [violation::TEXT_NOT_UTF8]);
        let told = tell(&mut messages, &[(0x01, b"\xed"), (0x80, b"\xa0\x80")]);
        assert_eq!(rules(&told), [violation::TEXT_NOT_UTF8]);
    }

    #[test]
    fn frames_out_of_order() {
        let mut messages = Messages::new(None);
        assert_eq!(
            rules(&tell(&mut messages, &[(0x80, b"x")])),
            [violation::CONTINUATION_WITHOUT_START]
        );
        assert_eq!(
            rules(&tell(&mut messages, &[(0x01, b"x"), (0x82, b"y")])),
            [violation::DATA_INSIDE_MESSAGE]
        );
        assert_eq!(
            rules(&tell(&mut messages, &[(0x88, b""), (0x81, b"y")])),
            [violation::DATA_AFTER_CLOSE]
        );
    }

    #[test]
    fn what_is_missing_is_no_violation() {
        let mut messages = Messages::new(None);
        messages.lose();
        let told = tell(&mut messages, &[(0x00, b"x"), (0x80, b"y"), (0x81, b"z")]);
        assert_eq!(rules(&told), []);
        assert!(told[0].is_context_lost && told[1].is_context_lost && !told[2].is_context_lost);
    }

    #[test]
    fn a_lost_context_is_said_and_not_guessed() {
        let hello: (u8, &[u8]) = (0xc1, b"\xf2\x48\xcd\xc9\xc9\x07\x00");
        let compression = |has_context_takeover| {
            Some(Compression {
                window_bits: 15,
                has_context_takeover,
            })
        };
        let mut shared = Messages::new(compression(true));
        assert_eq!(
            tell(&mut shared, &[hello])[0].inflated.as_deref(),
            Some(&b"Hello"[..])
        );
        shared.lose();
        let told = tell(&mut shared, &[hello]);
        assert!(told[0].is_context_lost && told[0].inflated.is_none());
        let mut alone = Messages::new(compression(false));
        alone.lose();
        assert_eq!(
            tell(&mut alone, &[hello])[0].inflated.as_deref(),
            Some(&b"Hello"[..])
        );
    }
}
