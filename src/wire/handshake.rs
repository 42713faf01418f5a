//! The opening handshake (RFC 6455 4).

use base64::{Engine, engine::general_purpose::STANDARD};
use sha1::{Digest, Sha1};

/// What every server appends to the key (RFC 6455 1.3).
pub const GUID: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// The only version there is (RFC 6455 4.1).
pub const VERSION: &str = "13";

/// The value of `Sec-WebSocket-Accept`: base64(SHA-1(key + GUID)) (RFC 6455 4.2.2).
pub fn accept(key: &str) -> String {
    STANDARD.encode(digest(key))
}

/// SHA-1 of key and GUID: the step before base64.
pub fn digest(key: &str) -> [u8; 20] {
    Sha1::new()
        .chain_update(key)
        .chain_update(GUID)
        .finalize()
        .into()
}

/// Whether a key is base64 of 16 bytes (RFC 6455 4.1).
pub fn is_key(key: &str) -> bool {
    STANDARD.decode(key).is_ok_and(|bytes| bytes.len() == 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_rfc() {
        assert_eq!(
            accept("dGhlIHNhbXBsZSBub25jZQ=="),
            "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
        );
    }

    #[test]
    fn keys() {
        assert!(is_key("dGhlIHNhbXBsZSBub25jZQ=="));
        assert!(!is_key("dGhlIHNhbXBsZQ=="));
        assert!(!is_key("not base64"));
    }
}
