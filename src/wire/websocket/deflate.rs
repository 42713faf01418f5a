//! permessage-deflate (RFC 7692): what two sides agree on, and how a message is inflated.

use flate2::{Decompress, FlushDecompress, Status};

use crate::wire::handshake::Extension;

/// The name under which it is negotiated (RFC 7692 7).
pub const NAME: &str = "permessage-deflate";

/// What a sender strips from a message's end, and a receiver puts back (RFC 7692 7.2.1, 7.2.2).
const TAIL: [u8; 4] = [0x00, 0x00, 0xff, 0xff];

/// The largest window, as a power of two: what is spoken where none was named (RFC 7692 7.1.2).
pub const MAX_WINDOW_BITS: u8 = 15;

/// How far back any DEFLATE stream may point.
const MAX_WINDOW: usize = 1 << MAX_WINDOW_BITS;

/// Bytes that are inflated at a time.
const STEP: usize = 8 * 1024;

/// The parameters of an offer or of an answer (RFC 7692 7.1).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Parameters {
    pub server_no_context_takeover: bool,
    pub client_no_context_takeover: bool,
    pub server_max_window_bits: Option<u8>,
    /// In an offer, the parameter may stand without a value: then it is 15.
    pub client_max_window_bits: Option<u8>,
}

impl Parameters {
    /// Reads an offer; `None` when it has to be declined (RFC 7692 7).
    pub fn of_offer(extension: &Extension) -> Option<Self> {
        Self::read(extension, Some(MAX_WINDOW_BITS))
    }

    /// Reads an answer; `None` when the connection has to be failed (RFC 7692 7.1).
    pub fn of_answer(extension: &Extension) -> Option<Self> {
        Self::read(extension, None)
    }

    /// Each parameter may stand once, unknown ones not at all. `without_value` is what
    /// `client_max_window_bits` means without a value, if it may stand so.
    fn read(extension: &Extension, without_value: Option<u8>) -> Option<Self> {
        let mut read = Self::default();
        for (index, (name, value)) in extension.parameters.iter().enumerate() {
            if extension.parameters[..index]
                .iter()
                .any(|(other, _)| other == name)
            {
                return None;
            }
            match (name.as_str(), value) {
                ("server_no_context_takeover", None) => read.server_no_context_takeover = true,
                ("client_no_context_takeover", None) => read.client_no_context_takeover = true,
                ("server_max_window_bits", Some(value)) => {
                    read.server_max_window_bits = Some(window_bits(value)?);
                }
                ("client_max_window_bits", Some(value)) => {
                    read.client_max_window_bits = Some(window_bits(value)?);
                }
                ("client_max_window_bits", None) => {
                    read.client_max_window_bits = Some(without_value?);
                }
                _ => return None,
            }
        }
        Some(read)
    }

    /// Whether an answer fits an offer (RFC 7692 7.1.1, 7.1.2).
    pub fn fits(&self, offer: &Self) -> bool {
        let takes_over = offer.server_no_context_takeover && !self.server_no_context_takeover;
        let server_window_fits = match (offer.server_max_window_bits, self.server_max_window_bits) {
            (Some(offered), answered) => answered.is_some_and(|bits| bits <= offered),
            (None, _) => true,
        };
        let client_window_fits = match (offer.client_max_window_bits, self.client_max_window_bits) {
            (offered, Some(bits)) => offered.is_some_and(|offered| bits <= offered),
            (_, None) => true,
        };
        !takes_over && server_window_fits && client_window_fits
    }

    /// How the client compresses.
    pub fn client(&self) -> Compression {
        Compression {
            window_bits: self.client_max_window_bits.unwrap_or(MAX_WINDOW_BITS),
            has_context_takeover: !self.client_no_context_takeover,
        }
    }

    /// How the server compresses.
    pub fn server(&self) -> Compression {
        Compression {
            window_bits: self.server_max_window_bits.unwrap_or(MAX_WINDOW_BITS),
            has_context_takeover: !self.server_no_context_takeover,
        }
    }
}

/// 8 to 15, without leading zeros (RFC 7692 7.1.2.1).
fn window_bits(value: &str) -> Option<u8> {
    match value {
        "8" | "9" | "10" | "11" | "12" | "13" | "14" | "15" => value.parse().ok(),
        _ => None,
    }
}

/// How one direction is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Compression {
    /// The window is 2 to the power of this, in bytes.
    pub window_bits: u8,
    /// A message may refer to what earlier messages said.
    pub has_context_takeover: bool,
}

/// Why data could not be inflated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InflateError {
    #[error("the data is no DEFLATE stream")]
    Unreadable,
    #[error("the data inflates to more than is kept")]
    TooLong,
}

/// Inflates the messages of one direction.
///
/// It remembers more than a small window: whether references go too far back is judged by `window`.
#[derive(Debug)]
pub struct Inflater {
    compression: Compression,
    stream: Decompress,
    /// The end of what was inflated: a block that says it is the last one ends the stream, and the next
    /// one may refer to what was before it (RFC 7692 7.2.3.5).
    recent: Vec<u8>,
}

impl Inflater {
    /// An inflater for a direction that compresses so.
    pub fn new(compression: Compression) -> Self {
        // zlib has no window of 2^8 bytes; one of 2^9 reads whatever was written for it.
        let bits = compression.window_bits.clamp(9, MAX_WINDOW_BITS);
        Self {
            compression,
            stream: Decompress::new_with_window_bits(false, bits),
            recent: Vec::new(),
        }
    }

    /// Inflates the payload data of one frame; at the message's last frame, `is_last`, puts back what the
    /// sender stripped.
    pub fn inflate(
        &mut self,
        payload: &[u8],
        is_last: bool,
        limit: usize,
    ) -> Result<Vec<u8>, InflateError> {
        let mut out = Vec::new();
        self.feed(payload, &mut out, limit)?;
        if is_last {
            self.feed(&TAIL, &mut out, limit)?;
            if !self.compression.has_context_takeover {
                self.stream.reset(false);
                self.recent.clear();
            }
        }
        Ok(out)
    }

    fn feed(
        &mut self,
        mut bytes: &[u8],
        out: &mut Vec<u8>,
        limit: usize,
    ) -> Result<(), InflateError> {
        let mut buffer = [0; STEP];
        loop {
            let (before_in, before_out) = (self.stream.total_in(), self.stream.total_out());
            let status = self
                .stream
                .decompress(bytes, &mut buffer, FlushDecompress::Sync)
                .map_err(|_| InflateError::Unreadable)?;
            let read = (self.stream.total_in() - before_in) as usize;
            let written = (self.stream.total_out() - before_out) as usize;
            bytes = &bytes[read..];
            self.remember(&buffer[..written]);
            out.extend_from_slice(&buffer[..written]);
            if out.len() > limit {
                return Err(InflateError::TooLong);
            }
            match status {
                Status::StreamEnd => self.restart()?,
                _ if bytes.is_empty() && written < STEP => return Ok(()),
                _ if read == 0 && written == 0 => return Err(InflateError::Unreadable),
                _ => {}
            }
        }
    }

    fn remember(&mut self, bytes: &[u8]) {
        self.recent.extend_from_slice(bytes);
        if self.recent.len() > 2 * MAX_WINDOW {
            self.recent.drain(..self.recent.len() - MAX_WINDOW);
        }
    }

    /// A block said that it is the last one: the stream begins anew, with its memory.
    fn restart(&mut self) -> Result<(), InflateError> {
        self.stream.reset(false);
        let window = &self.recent[self.recent.len().saturating_sub(MAX_WINDOW)..];
        match window {
            [] => Ok(()),
            window => self
                .stream
                .set_dictionary(window)
                .map(|_| ())
                .map_err(|_| InflateError::Unreadable),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::handshake::extensions;

    const LIMIT: usize = 100_000;

    fn inflater(has_context_takeover: bool) -> Inflater {
        Inflater::new(Compression {
            window_bits: 15,
            has_context_takeover,
        })
    }

    fn offer(text: &str) -> Option<Parameters> {
        Parameters::of_offer(&extensions(text).unwrap()[0])
    }

    fn answer(text: &str) -> Option<Parameters> {
        Parameters::of_answer(&extensions(text).unwrap()[0])
    }

    #[test]
    fn the_examples_of_the_rfc() {
        // RFC 7692 7.2.3.1, .2: the second message refers to the first.
        let mut shared = inflater(true);
        let hello = b"\xf2\x48\xcd\xc9\xc9\x07\x00";
        assert_eq!(shared.inflate(hello, true, LIMIT).unwrap(), b"Hello");
        assert_eq!(
            shared
                .inflate(b"\xf2\x00\x11\x00\x00", true, LIMIT)
                .unwrap(),
            b"Hello"
        );
        let mut alone = inflater(false);
        assert_eq!(alone.inflate(hello, true, LIMIT).unwrap(), b"Hello");
        let refers = alone.inflate(b"\xf2\x00\x11\x00\x00", true, LIMIT);
        assert_eq!(refers, Err(InflateError::Unreadable));
        // 7.2.3.3: a block without compression.
        let stored = b"\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00";
        assert_eq!(
            inflater(true).inflate(stored, true, LIMIT).unwrap(),
            b"Hello"
        );
        // 7.2.3.4: a block that says it is the last one; the next message goes on all the same.
        let mut last = inflater(true);
        let bfinal = b"\xf3\x48\xcd\xc9\xc9\x07\x00\x00";
        assert_eq!(last.inflate(bfinal, true, LIMIT).unwrap(), b"Hello");
        assert_eq!(
            last.inflate(b"\xf2\x00\x11\x00\x00", true, LIMIT).unwrap(),
            b"Hello"
        );
        // 7.2.3.5: two blocks.
        let two = b"\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00";
        assert_eq!(inflater(true).inflate(two, true, LIMIT).unwrap(), b"Hello");
    }

    #[test]
    fn frames_of_one_message() {
        let mut inflater = inflater(true);
        let mut out = inflater.inflate(b"\xf2\x48\xcd", false, LIMIT).unwrap();
        out.extend(inflater.inflate(b"\xc9\xc9\x07\x00", true, LIMIT).unwrap());
        assert_eq!(out, b"Hello");
    }

    #[test]
    fn a_bomb_is_cut_off() {
        let mut deflate = flate2::Compress::new(flate2::Compression::best(), false);
        let mut bomb = Vec::with_capacity(100_000);
        deflate
            .compress_vec(&vec![0; 10_000_000], &mut bomb, flate2::FlushCompress::Sync)
            .unwrap();
        assert_eq!(
            inflater(true).inflate(&bomb, true, LIMIT),
            Err(InflateError::TooLong)
        );
    }

    #[test]
    fn parameters() {
        let all = "permessage-deflate; server_no_context_takeover; client_max_window_bits; server_max_window_bits=\"10\"";
        let all = offer(all).unwrap();
        assert_eq!(
            (all.client_max_window_bits, all.server_max_window_bits),
            (Some(15), Some(10))
        );
        assert!(!answer("permessage-deflate").unwrap().fits(&all));
        assert!(answer("permessage-deflate; server_no_context_takeover; server_max_window_bits=9; client_max_window_bits=12").unwrap().fits(&all));
        let none = offer("permessage-deflate").unwrap();
        assert!(
            answer("permessage-deflate; server_max_window_bits=9; client_no_context_takeover")
                .unwrap()
                .fits(&none)
        );
        assert!(
            !answer("permessage-deflate; client_max_window_bits=9")
                .unwrap()
                .fits(&none)
        );
        for wrong in [
            "client_max_window_bits",
            "server_max_window_bits",
            "server_max_window_bits=7",
            "server_max_window_bits=08",
            "client_no_context_takeover=1",
            "x",
            "client_no_context_takeover; client_no_context_takeover",
        ] {
            assert_eq!(
                answer(&format!("permessage-deflate; {wrong}")),
                None,
                "{wrong}"
            );
        }
    }
}
