//! One packet of text.
//!
//! ```text
//! <packet type>[<# of binary attachments>-][<namespace>,][<acknowledgment id>][JSON]
//! 2["hello",1]     51-/admin,456["file",{"_placeholder":true,"num":0}]
//! ```

use std::ops::Range;

use serde::de::{DeserializeOwned, IgnoredAny};

/// The digit in front of a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PacketType {
    Connect,
    Disconnect,
    Event,
    Ack,
    ConnectError,
    BinaryEvent,
    BinaryAck,
}

impl PacketType {
    fn from_digit(digit: u8) -> Option<Self> {
        Some(match digit {
            b'0' => Self::Connect,
            b'1' => Self::Disconnect,
            b'2' => Self::Event,
            b'3' => Self::Ack,
            b'4' => Self::ConnectError,
            b'5' => Self::BinaryEvent,
            b'6' => Self::BinaryAck,
            _ => return None,
        })
    }

    /// The name that the specification uses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Connect => "CONNECT",
            Self::Disconnect => "DISCONNECT",
            Self::Event => "EVENT",
            Self::Ack => "ACK",
            Self::ConnectError => "CONNECT_ERROR",
            Self::BinaryEvent => "BINARY_EVENT",
            Self::BinaryAck => "BINARY_ACK",
        }
    }

    /// What such a packet is for, in one sentence.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Connect => "Joins a namespace, or confirms that it was joined.",
            Self::Disconnect => "Leaves a namespace.",
            Self::Event => "A named event with its arguments: what `emit` sends.",
            Self::Ack => "Answers the event that carried the same id.",
            Self::ConnectError => "Refuses a namespace.",
            Self::BinaryEvent => "An event whose attachments follow as binary messages.",
            Self::BinaryAck => "An acknowledgement whose attachments follow as binary messages.",
        }
    }
}

/// What stands in front of a packet's JSON, and where in the text each part of the packet stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header<'a> {
    pub kind: PacketType,
    /// How many binary attachments follow.
    pub attachments: Option<u32>,
    /// `/` when the text names none.
    pub namespace: &'a str,
    pub id: Option<u64>,
    pub places: Places,
}

/// A packet whose JSON fits its type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packet<'a> {
    pub header: Header<'a>,
    /// An event's name.
    pub event: Option<String>,
    /// What follows the header: JSON, or nothing.
    pub data: &'a str,
}

/// Byte ranges in the packet's text; an absent part is an empty range.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places {
    pub attachments: Range<usize>,
    pub namespace: Range<usize>,
    pub id: Range<usize>,
    pub data: Range<usize>,
}

/// The text is not a packet of this protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PacketError {
    #[error("the first character is no packet type (0 to 6)")]
    Type,
    #[error("a binary packet says how many attachments follow: digits and a hyphen")]
    Attachments,
    #[error("the acknowledgement id is too large")]
    Id,
    #[error("the data is not JSON")]
    Json,
    #[error("the data does not fit the packet's type")]
    Shape,
}

impl<'a> Header<'a> {
    /// Reads what stands in front of the JSON, and does not look at that.
    pub fn parse(text: &'a str) -> Result<Self, PacketError> {
        let bytes = text.as_bytes();
        let kind = bytes
            .first()
            .and_then(|digit| PacketType::from_digit(*digit))
            .ok_or(PacketError::Type)?;
        let mut at = 1;
        let mut places = Places::default();

        let mut attachments = None;
        if matches!(kind, PacketType::BinaryEvent | PacketType::BinaryAck) {
            let digits = digits(&bytes[at..]);
            if digits == 0 || bytes.get(at + digits) != Some(&b'-') {
                return Err(PacketError::Attachments);
            }
            let count = text[at..at + digits].parse();
            attachments = Some(count.map_err(|_| PacketError::Attachments)?);
            places.attachments = at..at + digits + 1;
            at = places.attachments.end;
        }

        let mut namespace = "/";
        if bytes.get(at) == Some(&b'/') {
            let name = text[at..].find(',').unwrap_or(text.len() - at);
            namespace = &text[at..at + name];
            places.namespace = at..(at + name + 1).min(text.len());
            at = places.namespace.end;
        }

        let mut id = None;
        let digits = digits(&bytes[at..]);
        if digits > 0 {
            id = Some(text[at..at + digits].parse().map_err(|_| PacketError::Id)?);
            places.id = at..at + digits;
            at = places.id.end;
        }

        places.data = at..text.len();
        Ok(Self {
            kind,
            attachments,
            namespace,
            id,
            places,
        })
    }
}

impl<'a> Packet<'a> {
    /// Reads one packet.
    pub fn parse(text: &'a str) -> Result<Self, PacketError> {
        let header = Header::parse(text)?;
        let data = text[header.places.data.clone()].trim_ascii();
        if !data.is_empty() {
            serde_json::from_str::<IgnoredAny>(data).map_err(|_| PacketError::Json)?;
        }
        let event = match header.kind {
            PacketType::Event | PacketType::BinaryEvent => {
                Some(event(data).ok_or(PacketError::Shape)?)
            }
            _ => None,
        };
        if !fits(header.kind, header.id, data) {
            return Err(PacketError::Shape);
        }
        Ok(Self {
            header,
            event,
            data,
        })
    }
}

/// Whether JSON fits the packet's type. EVENT and ACK: an array; CONNECT: an object or nothing.
fn fits(kind: PacketType, id: Option<u64>, json: &str) -> bool {
    match (kind, json.bytes().next()) {
        (PacketType::Event | PacketType::BinaryEvent, first) => first == Some(b'['),
        (PacketType::Ack | PacketType::BinaryAck, first) => id.is_some() && first == Some(b'['),
        (PacketType::Connect, first) => matches!(first, None | Some(b'{' | b'n')),
        (PacketType::Disconnect, first) => matches!(first, None | Some(b'n')),
        (PacketType::ConnectError, first) => matches!(first, Some(b'{' | b'"')),
    }
}

/// Events that each side makes for itself, so that none of them can be sent.
const RESERVED: [&str; 6] = [
    "connect",
    "connect_error",
    "disconnect",
    "disconnecting",
    "newListener",
    "removeListener",
];

/// An event's name: the first item of its array, which is text, or a number as the official parser allows.
fn event(json: &str) -> Option<String> {
    let items = json.strip_prefix('[')?;
    if items.trim_ascii_start().starts_with('"') {
        let name: String = first(items)?;
        return (!RESERVED.contains(&name.as_str())).then_some(name);
    }
    first::<serde_json::Number>(items).map(|number| number.to_string())
}

/// The JSON that a text begins with.
fn first<T: DeserializeOwned>(text: &str) -> Option<T> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter();
    values.next()?.ok()
}

fn digits(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ack_id_zero_is_not_type_twenty() {
        let packet = Packet::parse(r#"20["message","hi"]"#).unwrap();
        assert_eq!(
            (
                packet.header.kind,
                packet.header.id,
                packet.event.as_deref()
            ),
            (PacketType::Event, Some(0), Some("message"))
        );
    }

    #[test]
    fn every_part_has_its_place() {
        let text = r#"51-/admin,456["e",{"_placeholder":true,"num":0}]"#;
        let packet = Packet::parse(text).unwrap();
        assert_eq!(packet.header.attachments, Some(1));
        assert_eq!(packet.header.namespace, "/admin");
        assert_eq!(packet.header.id, Some(456));
        let Places {
            attachments,
            namespace,
            id,
            data,
        } = packet.header.places;
        assert_eq!(
            (&text[attachments], &text[namespace], &text[id]),
            ("1-", "/admin,", "456")
        );
        assert!(text[data].starts_with("[\"e\""));
    }

    #[test]
    fn connect_and_disconnect() {
        assert_eq!(Packet::parse("0").unwrap().header.namespace, "/");
        assert_eq!(
            Packet::parse("0/admin,").unwrap().header.namespace,
            "/admin"
        );
        assert_eq!(Packet::parse("1/admin").unwrap().header.namespace, "/admin");
        assert_eq!(
            Packet::parse(r#"4/nope,{"message":"Invalid namespace"}"#)
                .unwrap()
                .header
                .namespace,
            "/nope"
        );
    }

    #[test]
    fn what_is_no_packet() {
        assert_eq!(Packet::parse(""), Err(PacketError::Type));
        assert_eq!(Packet::parse("9"), Err(PacketError::Type));
        assert_eq!(Packet::parse("5[]"), Err(PacketError::Attachments));
        assert_eq!(Packet::parse("2[]"), Err(PacketError::Shape));
        assert_eq!(Packet::parse("2[null]"), Err(PacketError::Shape));
        assert_eq!(Packet::parse("2[\"connect\"]"), Err(PacketError::Shape));
        assert_eq!(Packet::parse("3[]"), Err(PacketError::Shape));
        assert_eq!(Packet::parse("2[\"a\""), Err(PacketError::Json));
        assert_eq!(
            Packet::parse("299999999999999999999[\"a\"]"),
            Err(PacketError::Id)
        );
    }
}
