//! What a frame is (RFC 6455 5.2, 11.8).

use std::fmt;

/// The four bits after FIN and RSV. A value that the registry does not name is kept as it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Opcode {
    Continuation,
    Text,
    Binary,
    Close,
    Ping,
    Pong,
    Reserved(u8),
}

impl From<u8> for Opcode {
    fn from(bits: u8) -> Self {
        match bits & 0x0f {
            0x0 => Self::Continuation,
            0x1 => Self::Text,
            0x2 => Self::Binary,
            0x8 => Self::Close,
            0x9 => Self::Ping,
            0xa => Self::Pong,
            other => Self::Reserved(other),
        }
    }
}

impl Opcode {
    /// The four bits as a number.
    pub fn bits(self) -> u8 {
        match self {
            Self::Continuation => 0x0,
            Self::Text => 0x1,
            Self::Binary => 0x2,
            Self::Close => 0x8,
            Self::Ping => 0x9,
            Self::Pong => 0xa,
            Self::Reserved(bits) => bits,
        }
    }

    /// Control frames have the most significant bit of the opcode set (RFC 6455 5.5).
    pub fn is_control(self) -> bool {
        self.bits() & 0x8 != 0
    }

    /// The name in lower case, as the counters use it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Continuation => "continuation",
            Self::Text => "text",
            Self::Binary => "binary",
            Self::Close => "close",
            Self::Ping => "ping",
            Self::Pong => "pong",
            Self::Reserved(_) => "reserved",
        }
    }

    /// The number and the name.
    pub fn label(self) -> &'static str {
        LABELS[usize::from(self.bits() & 0x0f)]
    }

    /// What such a frame is for, in one sentence.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Continuation => "Continues the message that an earlier frame began.",
            Self::Text => "Begins a message of UTF-8 text.",
            Self::Binary => "Begins a message of arbitrary bytes.",
            Self::Close => "Begins or answers the closing handshake.",
            Self::Ping => "Asks the other side for a Pong with the same data.",
            Self::Pong => "Answers a Ping with its data, or says unasked that this side is alive.",
            Self::Reserved(_) => "Reserved: no specification gives this number a meaning yet.",
        }
    }
}

const LABELS: [&str; 16] = [
    "0x0 (continuation)",
    "0x1 (text)",
    "0x2 (binary)",
    "0x3 (reserved)",
    "0x4 (reserved)",
    "0x5 (reserved)",
    "0x6 (reserved)",
    "0x7 (reserved)",
    "0x8 (close)",
    "0x9 (ping)",
    "0xa (pong)",
    "0xb (reserved)",
    "0xc (reserved)",
    "0xd (reserved)",
    "0xe (reserved)",
    "0xf (reserved)",
];

impl fmt::Display for Opcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reserved(bits) => write!(f, "reserved {bits:#x}"),
            named => f.write_str(named.name()),
        }
    }
}
