//! The body of a long-polling request or response: packets, joined by the record separator.
//!
//! ```text
//! 4hello \x1e 2 \x1e bAQIDBA==
//! ```

use std::ops::Range;

use base64::{Engine, engine::general_purpose::STANDARD};

/// Stands between two packets.
pub const SEPARATOR: u8 = 0x1e;

/// Where each packet of a body stands.
pub fn split(body: &[u8]) -> Vec<Range<usize>> {
    if body.is_empty() {
        return Vec::new();
    }
    let mut start = 0;
    body.split(|byte| *byte == SEPARATOR)
        .map(|packet| {
            let range = start..start + packet.len();
            start = range.end + 1;
            range
        })
        .collect()
}

/// Whether a packet is binary: `b` and base64, without a type digit.
pub fn is_binary(packet: &[u8]) -> bool {
    packet.first() == Some(&b'b')
}

/// The bytes of a binary packet; `None` when what follows the `b` is not base64.
pub fn binary(packet: &[u8]) -> Option<Vec<u8>> {
    STANDARD.decode(packet.strip_prefix(b"b")?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets_and_their_places() {
        assert_eq!(split(b"4a\x1e2\x1ebAQ=="), [0..2, 3..4, 5..10]);
        assert!(split(b"").is_empty());
        assert_eq!(split(b"\x1e"), [0..0, 1..1]);
        assert!(is_binary(b"bAQ=="));
    }
}
