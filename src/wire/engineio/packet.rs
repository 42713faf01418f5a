//! One packet: a type digit, then data.
//!
//! ```text
//! 4hello        a message
//! 2probe        a ping that asks whether the new transport works
//! ```

use serde_json::Value;

/// The digit in front of a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PacketType {
    Open,
    Close,
    Ping,
    Pong,
    Message,
    Upgrade,
    Noop,
}

impl PacketType {
    /// The type that a digit stands for.
    pub fn from_digit(digit: u8) -> Option<Self> {
        Some(match digit {
            b'0' => Self::Open,
            b'1' => Self::Close,
            b'2' => Self::Ping,
            b'3' => Self::Pong,
            b'4' => Self::Message,
            b'5' => Self::Upgrade,
            b'6' => Self::Noop,
            _ => return None,
        })
    }

    /// The name that the specification uses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Close => "close",
            Self::Ping => "ping",
            Self::Pong => "pong",
            Self::Message => "message",
            Self::Upgrade => "upgrade",
            Self::Noop => "noop",
        }
    }

    /// What such a packet is for, in one sentence.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Open => "The server opens the session and says its sid and its timing.",
            Self::Close => "This side closes the transport.",
            Self::Ping => {
                "Engine.IO's own heartbeat, or a probe of a new transport: not WebSocket's opcode 9."
            }
            Self::Pong => "The answer to Engine.IO's ping: not WebSocket's opcode A.",
            Self::Message => "Carries a packet of the protocol above: Socket.IO.",
            Self::Upgrade => {
                "The client leaves polling: from here on the WebSocket carries the session."
            }
            Self::Noop => {
                "Says nothing: it ends a poll that is held, so that the upgrade can go on."
            }
        }
    }
}

/// A packet in text, borrowed from where it stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Packet<'a> {
    pub kind: PacketType,
    pub data: &'a str,
}

impl<'a> Packet<'a> {
    /// Reads one packet; `None` when the first byte is no type digit.
    pub fn parse(text: &'a str) -> Option<Self> {
        let kind = PacketType::from_digit(*text.as_bytes().first()?)?;
        Some(Self {
            kind,
            data: &text[1..],
        })
    }

    /// Whether it is one half of the question that an upgrade begins with: `2probe`, `3probe`.
    pub fn is_probe(&self) -> bool {
        matches!(self.kind, PacketType::Ping | PacketType::Pong) && self.data == "probe"
    }

    /// The session ID that an open packet gives.
    pub fn sid(&self) -> Option<String> {
        Some(self.open()?.get("sid")?.as_str()?.to_owned())
    }

    /// Whether an open packet says all that it has to.
    pub fn is_whole_open(&self) -> bool {
        self.open().is_some_and(|open| {
            let is_number = |name| open.get(name).is_some_and(Value::is_u64);
            open.get("sid").is_some_and(Value::is_string)
                && open.get("upgrades").is_some_and(Value::is_array)
                && ["pingInterval", "pingTimeout", "maxPayload"]
                    .into_iter()
                    .all(is_number)
        })
    }

    fn open(&self) -> Option<Value> {
        let is_open = self.kind == PacketType::Open;
        is_open
            .then(|| serde_json::from_str(self.data).ok())
            .flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets() {
        let probe = Packet::parse("2probe").unwrap();
        assert!(probe.is_probe());
        let open = Packet::parse(r#"0{"sid":"abc","upgrades":[]}"#).unwrap();
        assert_eq!(
            (open.kind, open.sid().as_deref()),
            (PacketType::Open, Some("abc"))
        );
        assert_eq!(Packet::parse("").map(|packet| packet.kind), None);
        assert_eq!(Packet::parse("7"), None);
        assert_eq!(Packet::parse("ü"), None);
    }
}
