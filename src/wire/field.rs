//! Fields: which bits of a record mean what.

use std::{borrow::Cow, ops::Range};

use super::layer::Layer;

/// The bytes that a field's range counts in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Buffer {
    /// As they stood on the wire.
    Wire,
    /// A frame's payload data after its mask was taken off.
    Unmasked,
    /// A frame's payload data after permessage-deflate was undone (RFC 7692 6.2).
    Inflated,
    /// The data of a whole message that came in several frames, or the content of a chunked body.
    Message,
}

impl Buffer {
    /// The name that the API uses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Wire => "wire",
            Self::Unmasked => "unmasked",
            Self::Inflated => "inflated",
            Self::Message => "message",
        }
    }
}

/// What a field says: put into words only when somebody reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    Words(Cow<'static, str>),
    Number(u64),
    /// A number, and what it is called.
    Named(u64, &'static str),
    /// So many bytes.
    Length(u64),
    /// The field's own bytes, in hexadecimal digits.
    Hex,
    /// The field's own bytes, as text.
    Text,
}

impl From<&'static str> for Value {
    fn from(words: &'static str) -> Self {
        Self::Words(words.into())
    }
}

impl From<String> for Value {
    fn from(words: String) -> Self {
        Self::Words(words.into())
    }
}

/// Bytes in hexadecimal digits, without anything between.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    let mut digits = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a String cannot fail.
        let _ = write!(digits, "{byte:02x}");
    }
    digits
}

/// A range of bits with a name, a value and a meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    pub name: Cow<'static, str>,
    pub buffer: Buffer,
    /// Half-open; bit 0 is the most significant bit of the first byte.
    pub bits: Range<u64>,
    pub value: Value,
    /// One plain sentence.
    pub meaning: Cow<'static, str>,
    /// The specification's section.
    pub section: Option<&'static str>,
    /// What its bytes belong to, and those of the fields in it that say nothing else. It has none where they
    /// belong to several, or where another buffer shows what they are.
    pub layer: Option<Layer>,
    pub children: Vec<Field>,
}

impl Field {
    /// A field over whole bytes of the wire.
    pub fn bytes(
        name: impl Into<Cow<'static, str>>,
        bytes: Range<usize>,
        value: impl Into<Value>,
    ) -> Self {
        Self::bits(name, bytes.start as u64 * 8..bytes.end as u64 * 8, value)
    }

    /// A field over bits of the wire.
    pub fn bits(
        name: impl Into<Cow<'static, str>>,
        bits: Range<u64>,
        value: impl Into<Value>,
    ) -> Self {
        Self {
            name: name.into(),
            buffer: Buffer::Wire,
            bits,
            value: value.into(),
            meaning: Cow::Borrowed(""),
            section: None,
            layer: None,
            children: Vec::new(),
        }
    }

    /// What the field says, in words; `buffer` is the one that its range counts in.
    pub fn value<'a>(&'a self, buffer: &'a [u8]) -> Cow<'a, str> {
        let own = || {
            let range = self.bits.start as usize / 8..self.bits.end as usize / 8;
            buffer.get(range).unwrap_or_default()
        };
        match &self.value {
            Value::Words(words) => Cow::Borrowed(words),
            Value::Number(number) => number.to_string().into(),
            Value::Named(number, name) => format!("{number} ({name})").into(),
            Value::Length(1) => "1 byte".into(),
            Value::Length(length) => format!("{length} bytes").into(),
            Value::Hex => hex(own()).into(),
            Value::Text => String::from_utf8_lossy(own()),
        }
    }

    /// Says what the field means.
    pub fn meaning(mut self, meaning: impl Into<Cow<'static, str>>) -> Self {
        self.meaning = meaning.into();
        self
    }

    /// Says where the field is specified.
    pub fn section(mut self, section: &'static str) -> Self {
        self.section = Some(section);
        self
    }

    /// Says what the field's bytes belong to.
    pub fn layer(mut self, layer: Layer) -> Self {
        self.layer = Some(layer);
        self
    }

    /// Puts the field and what is below it into another buffer, `offset` bytes further on.
    pub fn shift(&mut self, buffer: Buffer, offset: usize) {
        let by = offset as u64 * 8;
        self.buffer = buffer;
        self.bits = self.bits.start + by..self.bits.end + by;
        for child in &mut self.children {
            child.shift(buffer, offset);
        }
    }

    /// The same for a field that stands in no tree yet.
    pub fn moved(mut self, buffer: Buffer, offset: usize) -> Self {
        self.shift(buffer, offset);
        self
    }

    /// Divides the field.
    pub fn children(mut self, children: Vec<Field>) -> Self {
        self.children = children;
        self
    }

    /// The fields of this tree that have no children.
    pub fn leaves(&self) -> Vec<&Field> {
        match self.children.as_slice() {
            [] => vec![self],
            children => children.iter().flat_map(Field::leaves).collect(),
        }
    }
}
