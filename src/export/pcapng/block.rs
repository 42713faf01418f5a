//! Blocks and their options, the least of the format's notation; everything is little-endian.
//!
//! ```text
//! block    type (32) · length (32) · body · length (32)
//! option   code (16) · length (16) · value, padded to 32 bits
//! ```

/// Ends a list of options.
const OPT_ENDOFOPT: u16 = 0;

/// A block; it ends with its length once more, so that a file can be read backwards.
pub(super) fn block(kind: u32, parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    let length = (body.len() as u32 + 12).to_le_bytes();
    [&kind.to_le_bytes(), &length, body.as_slice(), &length].concat()
}

/// A list of options.
pub(super) fn options(list: &[(u16, &[u8])]) -> Vec<u8> {
    let mut options = Vec::new();
    for (code, value) in list {
        let value = &value[..value.len().min(usize::from(u16::MAX))];
        options.extend(code.to_le_bytes());
        options.extend((value.len() as u16).to_le_bytes());
        options.extend(value);
        pad(&mut options);
    }
    options.extend(OPT_ENDOFOPT.to_le_bytes());
    options.extend([0, 0]);
    options
}

/// Fills up to 32 bits.
pub(super) fn pad(bytes: &mut Vec<u8>) {
    bytes.resize(bytes.len().next_multiple_of(4), 0);
}
