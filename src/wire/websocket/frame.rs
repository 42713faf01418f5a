//! A frame's header (RFC 6455 5.2).
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +-+-+-+-+-------+-+-------------+-------------------------------+
//! |F|R|R|R| opcode|M| Payload len |    Extended payload length    |
//! |I|S|S|S|  (4)  |A|     (7)     |             (16/64)           |
//! |N|V|V|V|       |S|             |   (if payload len==126/127)   |
//! | |1|2|3|       |K|             |                               |
//! +-+-+-+-+-------+-+-------------+-------------------------------+
//! |   ...  Masking-key, if MASK set to 1  |      Payload Data     |
//! +---------------------------------------+-----------------------+
//! ```

use super::opcode::Opcode;

/// The longest header: 2 bytes, 8 of extended length, 4 of masking key.
pub const MAX_HEADER: usize = 14;

/// Most bytes of payload data that a control frame may have (RFC 6455 5.5).
pub const MAX_CONTROL: u64 = 125;

/// Everything in front of a frame's payload data, as it stood on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FrameHeader {
    /// The last frame of its message.
    pub fin: bool,
    /// RSV1, RSV2 and RSV3 as a number from 0 to 7; RSV1 is 4.
    pub rsv: u8,
    pub opcode: Opcode,
    /// The key of a masked frame; `None` when MASK is 0.
    pub masking_key: Option<[u8; 4]>,
    /// Bytes of payload data.
    pub payload_length: u64,
    /// Which form the length was written in: 7, 16 or 64 bits.
    pub length_bits: u8,
}

/// The framing is lost: nothing after this can be told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// "The most significant bit MUST be 0" (RFC 6455 5.2).
    #[error("the 64-bit payload length has its most significant bit set (RFC 6455 5.2)")]
    LengthTopBit,
}

impl FrameHeader {
    /// The first of the reserved bits, which permessage-deflate uses (RFC 7692 6).
    pub fn has_rsv1(&self) -> bool {
        self.rsv & 4 != 0
    }

    /// Reads a header from the front of `bytes`; `None` while it is not whole.
    pub fn parse(bytes: &[u8]) -> Result<Option<Self>, FrameError> {
        let &[first, second, ref rest @ ..] = bytes else {
            return Ok(None);
        };
        let (length_bits, payload_length, rest) = match second & 0x7f {
            126 => match rest.split_first_chunk() {
                Some((length, rest)) => (16, u64::from(u16::from_be_bytes(*length)), rest),
                None => return Ok(None),
            },
            127 => match rest.split_first_chunk() {
                Some((length, rest)) => (64, u64::from_be_bytes(*length), rest),
                None => return Ok(None),
            },
            length => (7, u64::from(length), rest),
        };
        if payload_length >> 63 != 0 {
            return Err(FrameError::LengthTopBit);
        }
        let masking_key = match (second & 0x80 != 0, rest.first_chunk()) {
            (false, _) => None,
            (true, Some(key)) => Some(*key),
            (true, None) => return Ok(None),
        };
        Ok(Some(Self {
            fin: first & 0x80 != 0,
            rsv: first >> 4 & 0x7,
            opcode: Opcode::from(first),
            masking_key,
            payload_length,
            length_bits,
        }))
    }

    /// Bytes of the header itself: 2, the extended length, the masking key.
    pub fn length(&self) -> usize {
        2 + self.extended_length() + if self.masking_key.is_some() { 4 } else { 0 }
    }

    /// Bytes of the extended payload length: 0, 2 or 8.
    pub fn extended_length(&self) -> usize {
        match self.length_bits {
            7 => 0,
            bits => usize::from(bits) / 8,
        }
    }

    /// Bytes of the whole frame.
    pub fn frame_length(&self) -> u64 {
        // The payload length is below 2^63, so this cannot overflow.
        self.length() as u64 + self.payload_length
    }

    /// Whether a shorter form could have held the length; the shortest MUST be used (RFC 6455 5.2).
    pub fn is_length_minimal(&self) -> bool {
        match self.length_bits {
            16 => self.payload_length > 125,
            64 => self.payload_length > 65_535,
            _ => true,
        }
    }
}

/// Applies a masking key: octet i XOR key octet i mod 4 (RFC 6455 5.3). The same again undoes it.
pub fn mask(payload: &mut [u8], key: [u8; 4]) {
    for (index, byte) in payload.iter_mut().enumerate() {
        *byte ^= key[index % 4];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6455 5.7: a single-frame masked text message that contains "Hello".
    const MASKED_HELLO: &[u8] = b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58";

    #[test]
    fn the_masked_hello_of_the_rfc() {
        let header = FrameHeader::parse(MASKED_HELLO).unwrap().unwrap();
        assert_eq!(
            header,
            FrameHeader {
                fin: true,
                rsv: 0,
                opcode: Opcode::Text,
                masking_key: Some([0x37, 0xfa, 0x21, 0x3d]),
                payload_length: 5,
                length_bits: 7,
            }
        );
        assert_eq!(header.frame_length(), MASKED_HELLO.len() as u64);
        let mut payload = MASKED_HELLO[6..].to_vec();
        mask(&mut payload, header.masking_key.unwrap());
        assert_eq!(payload, b"Hello");
    }

    #[test]
    fn the_length_forms_of_the_rfc() {
        let header = FrameHeader::parse(b"\x82\x7e\x01\x00").unwrap().unwrap();
        assert_eq!(
            (header.length_bits, header.payload_length, header.length()),
            (16, 256, 4)
        );
        let header = FrameHeader::parse(b"\x82\x7f\0\0\0\0\0\x01\0\0")
            .unwrap()
            .unwrap();
        assert_eq!(
            (header.length_bits, header.payload_length, header.length()),
            (64, 65_536, 10)
        );
        assert!(header.is_length_minimal());
        let header = FrameHeader::parse(b"\x82\x7e\x00\x05").unwrap().unwrap();
        assert!(!header.is_length_minimal());
    }

    #[test]
    fn a_header_that_is_not_whole_is_not_an_error() {
        let whole = b"\x82\xff\0\0\0\0\0\x01\0\0\x01\x02\x03\x04";
        for length in 0..whole.len() {
            assert_eq!(FrameHeader::parse(&whole[..length]), Ok(None));
        }
        assert!(FrameHeader::parse(whole).unwrap().is_some());
    }

    #[test]
    fn a_length_with_its_top_bit_set_loses_the_framing() {
        let result = FrameHeader::parse(b"\x82\x7f\x80\0\0\0\0\0\0\0");
        assert_eq!(result, Err(FrameError::LengthTopBit));
    }
}
