//! The fields. Completion, type checking, evaluation and docs/filter.md all follow this table.

use super::{
    field::{Field, Seen, Type, Visit},
    value::{Number, Value, Word},
};
use crate::{
    capture::{Kind, Owner, Protocol, Record, Side, names},
    dissect::{EngineIo, SocketIo},
    wire::{
        http1::{self, Head, Header},
        violation::Violation,
        websocket::{close::CloseBody, frame::FrameHeader, message::Part, opcode::Opcode},
    },
};

const DIRECTIONS: Type = Type::Word(&[Word::new("to_server"), Word::new("to_client")]);

const LAYERS: Type = Type::Word(&[Word::new("tcp"), Word::new("http"), Word::new("websocket")]);

const KINDS: Type = Type::Word(&[
    Word::new("opened"),
    Word::new("request"),
    Word::new("response"),
    Word::new("frame"),
    Word::new("opaque"),
    Word::new("closed"),
]);

const ENDS: Type = Type::Word(&[Word::new("fin"), Word::new("reset")]);

const SIDES: Type = Type::Word(&[Word::new("client"), Word::new("server")]);

/// `reserved` stands for several numbers, so it has none.
const OPCODES: Type = Type::Word(&[
    Word::numbered("continuation", 0x0),
    Word::numbered("text", 0x1),
    Word::numbered("binary", 0x2),
    Word::numbered("close", 0x8),
    Word::numbered("ping", 0x9),
    Word::numbered("pong", 0xa),
    Word::new("reserved"),
]);

const ENGINE_IO: &[Word] = &[
    Word::numbered("open", 0),
    Word::numbered("close", 1),
    Word::numbered("ping", 2),
    Word::numbered("pong", 3),
    Word::numbered("message", 4),
    Word::numbered("upgrade", 5),
    Word::numbered("noop", 6),
];

const SOCKET_IO: &[Word] = &[
    Word::numbered("CONNECT", 0),
    Word::numbered("DISCONNECT", 1),
    Word::numbered("EVENT", 2),
    Word::numbered("ACK", 3),
    Word::numbered("CONNECT_ERROR", 4),
    Word::numbered("BINARY_EVENT", 5),
    Word::numbered("BINARY_ACK", 6),
];

const UPGRADE_STEPS: Type = Type::Word(&[
    Word::new("handshake"),
    Word::new("switched"),
    Word::new("probe"),
    Word::new("probe answer"),
    Word::new("poll ended"),
    Word::new("upgraded"),
]);

const ROLES: Type = Type::Word(&[
    Word::new("sent"),
    Word::new("acknowledged"),
    Word::new("delivered"),
]);

/// Every field, in the order in which they are shown.
pub const FIELDS: &[Field] = &[
    // Every record.
    Field::of_record("seq", Type::Number, "the record's number", |record| {
        Some(Value::number(record.seq))
    }),
    Field::of_record(
        "at",
        Type::Number,
        "seconds from the capture's start to the record's first byte",
        |record| Some(Value::Number(Number::millionths(record.at / 1_000))),
    ),
    Field::of_origin("conn", Type::Number, "the connection's number", |origin| {
        Some(Value::number(origin.connection))
    }),
    Field::of_origin(
        "mine",
        Type::Flag,
        "the record belongs to the session of whoever asks",
        |origin| Some(Value::flag(Owner::is_askers(origin.owner, origin.me))),
    ),
    Field::of_origin(
        "owner",
        Type::Text,
        "the generated name of the record's session",
        |origin| origin.owner.map(|owner| Value::Text(names::name(owner))),
    ),
    Field::of_record(
        "direction",
        DIRECTIONS,
        "which way the bytes went",
        |record| Some(Value::word(record.direction.name())),
    ),
    Field::of_record(
        "layer",
        LAYERS,
        "the lowest layer that gives the record its borders",
        |record| Some(Value::word(record.layer.name())),
    ),
    Field::of_record("kind", KINDS, "what the record is", |record| {
        Some(Value::word(record.kind.name()))
    }),
    Field::of_record("length", Type::Number, "bytes on the wire", |record| {
        Some(Value::number(record.length))
    }),
    Field::of_dissection(
        "summary",
        Type::Text,
        "the record in one line, as the list shows it",
        any,
        |seen, visit| {
            all([Value::Text(&seen.dissection.summary)], visit);
        },
    ),
    Field::of_dissection(
        "text",
        Type::Text,
        "the beginning of the text that the record carries, as the list shows it",
        any,
        |seen, visit| {
            all(seen.dissection.text.as_deref().map(Value::Text), visit);
        },
    ),
    Field::of_record(
        "truncated",
        Type::Flag,
        "the record's bytes were not all kept",
        |record| Some(Value::flag(record.is_truncated())),
    ),
    Field::of_record(
        "incomplete",
        Type::Flag,
        "the connection ended before the record was whole",
        |record| Some(Value::flag(record.incomplete)),
    ),
    Field::of_dissection(
        "context_lost",
        Type::Flag,
        "records before this one are missing, so it could not be read",
        any,
        |seen, visit| {
            all([Value::flag(seen.dissection.is_context_lost)], visit);
        },
    ),
    // TCP.
    Field::of_record("tcp.end", ENDS, "how the connection ended", |record| {
        Some(Value::word(record.end?.kind.name()))
    }),
    Field::of_record(
        "tcp.by",
        SIDES,
        "who ended the connection first",
        |record| Some(Value::word(record.end?.by.name())),
    ),
    // HTTP.
    Field::of_dissection(
        "http.method",
        Type::Text,
        "a request's method",
        is_request,
        |seen, visit| {
            all(seen.request().map(|(method, _)| Value::Text(method)), visit);
        },
    ),
    Field::of_dissection(
        "http.target",
        Type::Text,
        "a request's target, its query included",
        is_request,
        |seen, visit| {
            all(seen.request().map(|(_, target)| Value::Text(target)), visit);
        },
    ),
    Field::of_dissection(
        "http.path",
        Type::Text,
        "a request's target without its query",
        is_request,
        |seen, visit| {
            all(
                seen.request()
                    .map(|(_, target)| Value::Text(http1::path(target))),
                visit,
            );
        },
    ),
    Field::of_dissection(
        "http.status",
        Type::Number,
        "a response's status code",
        is_response,
        |seen, visit| {
            all(seen.status().map(Value::number), visit);
        },
    ),
    Field::of_dissection(
        "http.header",
        Type::Text,
        "the name of a header field, in letters of either case",
        is_http,
        |seen, visit| {
            all(
                seen.headers().map(|header| Value::Name(&header.name)),
                visit,
            );
        },
    ),
    Field::of_dissection(
        "http.header_value",
        Type::Text,
        "the value of a header field, secrets redacted",
        is_http,
        |seen, visit| {
            all(
                seen.headers().map(|header| Value::Text(&header.value)),
                visit,
            );
        },
    ),
    Field::of_dissection(
        "http.body_length",
        Type::Number,
        "bytes after the head, as framed on the wire",
        is_http,
        |seen, visit| {
            all(seen.body_length().map(Value::number), visit);
        },
    ),
    Field::of_record(
        "http.part",
        Type::Number,
        "counts the records of a response that is recorded while it lasts, from 1, which is its head",
        |record| Some(Value::number(record.part?.number)),
    ),
    Field::of_record(
        "http.exchange",
        Type::Number,
        "the number that a request and its response share",
        |record| (is_http(record) && record.exchange > 0).then(|| Value::number(record.exchange)),
    ),
    // WebSocket.
    Field::of_dissection(
        "ws.fin",
        Type::Flag,
        "FIN: the frame is the last of its message",
        is_frame,
        |seen, visit| {
            all(seen.header().map(|header| Value::flag(header.fin)), visit);
        },
    ),
    Field::of_dissection(
        "ws.rsv",
        Type::Number,
        "RSV1 to RSV3 as a number from 0 to 7; RSV1 is 4",
        is_frame,
        |seen, visit| {
            all(seen.header().map(|header| Value::number(header.rsv)), visit);
        },
    ),
    Field::of_dissection(
        "ws.opcode",
        OPCODES,
        "the opcode; from 8 on, control frames",
        is_frame,
        |seen, visit| {
            all(seen.header().map(|header| opcode(header.opcode)), visit);
        },
    ),
    Field::of_dissection(
        "ws.masked",
        Type::Flag,
        "the frame's payload is masked",
        is_frame,
        |seen, visit| {
            all(
                seen.header()
                    .map(|header| Value::flag(header.masking_key.is_some())),
                visit,
            );
        },
    ),
    Field::of_dissection(
        "ws.payload_length",
        Type::Number,
        "bytes of payload data",
        is_frame,
        |seen, visit| {
            all(
                seen.header()
                    .map(|header| Value::number(header.payload_length)),
                visit,
            );
        },
    ),
    Field::of_dissection(
        "ws.length_bits",
        Type::Number,
        "the form of the payload length: 7, 16 or 64 bits",
        is_frame,
        |seen, visit| {
            all(
                seen.header()
                    .map(|header| Value::number(header.length_bits)),
                visit,
            );
        },
    ),
    Field::of_record(
        "ws.message",
        Type::Number,
        "counts the messages of a connection and direction from 1",
        |record| (record.message > 0).then(|| Value::number(record.message)),
    ),
    Field::of_dissection(
        "ws.fragment",
        Type::Number,
        "counts the frames of a message from 1",
        is_frame,
        |seen, visit| {
            all(
                seen.part()
                    .filter(|part| part.index > 0)
                    .map(|part| Value::number(part.index)),
                visit,
            );
        },
    ),
    Field::of_dissection(
        "ws.compressed",
        Type::Flag,
        "the frame's message was compressed by permessage-deflate",
        is_frame,
        |seen, visit| {
            all(
                seen.header()
                    .map(|_| Value::flag(seen.part().is_some_and(|part| part.is_compressed))),
                visit,
            );
        },
    ),
    Field::of_dissection(
        "ws.close.code",
        Type::Number,
        "a Close frame's status code",
        is_frame,
        |seen, visit| {
            all(seen.close().map(|close| Value::number(close.code)), visit);
        },
    ),
    Field::of_dissection(
        "ws.close.reason",
        Type::Text,
        "a Close frame's reason",
        is_frame,
        |seen, visit| {
            all(seen.close().map(|close| Value::Text(&close.reason)), visit);
        },
    ),
    // Engine.IO.
    Field::of_dissection(
        "eio.type",
        Type::Word(ENGINE_IO),
        "an Engine.IO packet's type",
        is_engine_io,
        |seen, visit| {
            all(
                seen.engine_io()
                    .map(|packet| packet_type(ENGINE_IO, packet.kind.name())),
                visit,
            );
        },
    ),
    Field::of_dissection(
        "eio.sid",
        Type::Text,
        "the Engine.IO session that the record belongs to",
        is_engine_io,
        |seen, visit| {
            all(seen.dissection.sid.as_deref().map(Value::Text), visit);
        },
    ),
    Field::of_dissection(
        "eio.probe",
        Type::Flag,
        "the packet is half of the question that an upgrade begins with: 2probe, 3probe",
        is_engine_io,
        |seen, visit| {
            all(
                seen.engine_io().map(|packet| Value::flag(packet.is_probe)),
                visit,
            );
        },
    ),
    Field::of_dissection(
        "eio.binary",
        Type::Flag,
        "the packet is bytes without a type digit: an attachment",
        is_engine_io,
        |seen, visit| {
            all(
                seen.engine_io().map(|packet| Value::flag(packet.is_binary)),
                visit,
            );
        },
    ),
    // Socket.IO.
    Field::of_dissection(
        "sio.type",
        Type::Word(SOCKET_IO),
        "a Socket.IO packet's type",
        is_engine_io,
        |seen, visit| {
            all(
                seen.socket_io()
                    .map(|packet| packet_type(SOCKET_IO, packet.kind.name())),
                visit,
            );
        },
    ),
    Field::of_dissection(
        "sio.namespace",
        Type::Text,
        "the namespace that the packet belongs to",
        is_engine_io,
        |seen, visit| {
            all(
                seen.socket_io()
                    .map(|packet| Value::Text(&packet.namespace)),
                visit,
            );
        },
    ),
    Field::of_dissection(
        "sio.id",
        Type::Number,
        "the acknowledgement id",
        is_engine_io,
        |seen, visit| {
            all(
                seen.socket_io()
                    .filter_map(|packet| packet.id.map(Value::number)),
                visit,
            );
        },
    ),
    Field::of_dissection(
        "sio.event",
        Type::Text,
        "the event's name",
        is_engine_io,
        |seen, visit| {
            all(
                seen.socket_io()
                    .filter_map(|packet| packet.event.as_deref().map(Value::Text)),
                visit,
            );
        },
    ),
    Field::of_dissection(
        "sio.attachments",
        Type::Number,
        "how many binary messages follow the packet",
        is_engine_io,
        |seen, visit| {
            all(
                seen.socket_io()
                    .filter_map(|packet| packet.attachments.map(Value::number)),
                visit,
            );
        },
    ),
    // What the records around it tell, and what is wrong.
    Field::of_dissection(
        "upgrade",
        UPGRADE_STEPS,
        "which step the record is on a session's way from polling to WebSocket",
        any,
        |seen, visit| {
            all(
                seen.dissection.upgrade.map(|step| Value::word(step.name())),
                visit,
            );
        },
    ),
    Field::of_dissection(
        "chat.id",
        Type::Number,
        "the number of a chat message that the record carries or acknowledges",
        any,
        |seen, visit| {
            all(
                seen.dissection
                    .chat
                    .iter()
                    .map(|chat| Value::number(chat.id)),
                visit,
            );
        },
    ),
    Field::of_dissection(
        "chat.role",
        ROLES,
        "what the record did for a chat message",
        any,
        |seen, visit| {
            all(
                seen.dissection
                    .chat
                    .iter()
                    .map(|chat| Value::word(chat.role.name())),
                visit,
            );
        },
    ),
    Field::of_dissection(
        "violation",
        Type::Flag,
        "a rule was broken",
        any,
        |seen, visit| {
            all([Value::flag(!seen.dissection.violations.is_empty())], visit);
        },
    ),
    Field::of_dissection(
        "violation.rule",
        Type::Text,
        "the rule that was broken, as a sentence",
        any,
        |seen, visit| {
            all(
                seen.violations()
                    .map(|violation| Value::Text(violation.rule)),
                visit,
            );
        },
    ),
    Field::of_dissection(
        "violation.section",
        Type::Text,
        "where the broken rule is written: \"RFC 6455 5.1\"",
        any,
        |seen, visit| {
            all(
                seen.violations()
                    .map(|violation| Value::Text(violation.section)),
                visit,
            );
        },
    ),
    Field::of_dissection(
        "violation.by",
        SIDES,
        "who broke the rule",
        any,
        |seen, visit| {
            all(
                seen.violations().map(|violation| {
                    Value::word(Side::that_broke(violation, seen.record.direction).name())
                }),
                visit,
            );
        },
    ),
];

/// Visits every one of some values.
fn all<'a>(values: impl IntoIterator<Item = Value<'a>>, visit: &mut Visit) {
    values.into_iter().for_each(visit);
}

fn any(_: &Record) -> bool {
    true
}

fn is_http(record: &Record) -> bool {
    is_request(record) || is_response(record)
}

fn is_request(record: &Record) -> bool {
    record.kind == Kind::Request
}

fn is_response(record: &Record) -> bool {
    record.kind == Kind::Response
}

fn is_frame(record: &Record) -> bool {
    record.kind == Kind::Frame
}

fn is_engine_io(record: &Record) -> bool {
    record.protocol == Protocol::EngineIo
}

/// A reserved opcode has its number too.
fn opcode(opcode: Opcode) -> Value<'static> {
    Value::Word(Word {
        name: opcode.name(),
        number: Some(opcode.bits().into()),
    })
}

/// The word of a name, with its number.
fn packet_type(types: &'static [Word], name: &'static str) -> Value<'static> {
    let word = types.iter().find(|word| word.name == name);
    Value::Word(word.copied().unwrap_or(Word::new(name)))
}

impl<'a> Seen<'a> {
    fn head(self) -> Option<&'a Head> {
        self.dissection.http.as_ref().map(|http| &http.head)
    }

    /// A request's method and target.
    fn request(self) -> Option<(&'a str, &'a str)> {
        self.head()?.request()
    }

    fn status(self) -> Option<u16> {
        self.head()?.status()
    }

    fn body_length(self) -> Option<u64> {
        let http = self.dissection.http.as_ref();
        let later = self.record.later_part().map(|_| self.record.length);
        http.map(|http| http.body_length).or(later)
    }

    fn headers(self) -> impl Iterator<Item = &'a Header> {
        self.head().into_iter().flat_map(|head| &head.headers)
    }

    fn header(self) -> Option<&'a FrameHeader> {
        self.dissection
            .websocket
            .as_ref()
            .map(|frame| &frame.header)
    }

    fn part(self) -> Option<Part> {
        self.dissection.websocket.as_ref()?.part
    }

    fn close(self) -> Option<&'a CloseBody> {
        self.dissection.websocket.as_ref()?.close.as_ref()
    }

    fn engine_io(self) -> impl Iterator<Item = &'a EngineIo> {
        self.dissection.engineio.iter()
    }

    fn socket_io(self) -> impl Iterator<Item = &'a SocketIo> {
        self.dissection.socketio.iter()
    }

    fn violations(self) -> impl Iterator<Item = &'a Violation> {
        self.dissection.violations.iter()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{
        capture::{Direction, EndKind, Layer},
        dissect::notes::{Role, UpgradeStep},
        wire::{engineio, socketio},
    };

    fn names(kind: Type) -> Vec<&'static str> {
        kind.words().iter().map(|word| word.name).collect()
    }

    #[test]
    fn every_word_that_a_record_can_have_is_listed() {
        use Kind::{Closed, Frame, Opaque, Opened, Request, Response};
        use UpgradeStep::{Handshake, PollEnded, Probe, ProbeAnswer, Switched, Upgraded};
        let kinds = [Opened, Request, Response, Frame, Opaque, Closed];
        let steps = [Handshake, Switched, Probe, ProbeAnswer, PollEnded, Upgraded];
        let roles = [Role::Sent, Role::Acknowledged, Role::Delivered];
        let directions = [Direction::ToServer, Direction::ToClient];
        let layers = [Layer::Tcp, Layer::Http, Layer::WebSocket];
        assert_eq!(names(KINDS), kinds.map(Kind::name));
        assert_eq!(names(UPGRADE_STEPS), steps.map(UpgradeStep::name));
        assert_eq!(names(ROLES), roles.map(Role::name));
        assert_eq!(names(DIRECTIONS), directions.map(Direction::name));
        assert_eq!(names(LAYERS), layers.map(Layer::name));
        assert_eq!(
            names(ENDS),
            [EndKind::Fin, EndKind::Reset].map(EndKind::name)
        );
        assert_eq!(names(SIDES), [Side::Client, Side::Server].map(Side::name));
        for bits in 0..16 {
            let opcode = Opcode::from(bits);
            let word = OPCODES
                .words()
                .iter()
                .find(|word| word.name == opcode.name());
            let number = word.unwrap().number;
            let expected = (!matches!(opcode, Opcode::Reserved(_))).then(|| Number::from(bits));
            assert_eq!(number, expected);
        }
    }

    #[test]
    fn packet_types_have_the_numbers_of_their_digits() {
        for (digit, word) in ENGINE_IO.iter().enumerate() {
            let kind = engineio::packet::PacketType::from_digit(b'0' + digit as u8).unwrap();
            assert_eq!(*word, Word::numbered(kind.name(), digit as u8));
        }
        let packets = [
            "0",
            "1",
            r#"2["a"]"#,
            "31[]",
            "4{}",
            r#"51-["a"]"#,
            "61-1[]",
        ];
        assert_eq!(packets.len(), SOCKET_IO.len());
        for (digit, (word, packet)) in SOCKET_IO.iter().zip(packets).enumerate() {
            let kind = socketio::packet::Packet::parse(packet).unwrap().header.kind;
            assert_eq!(*word, Word::numbered(kind.name(), digit as u8));
        }
    }

    #[test]
    fn names_are_unlike_each_other_and_unlike_the_languages_words() {
        let names: BTreeSet<_> = FIELDS.iter().map(|field| field.name).collect();
        assert_eq!(names.len(), FIELDS.len());
        assert!(
            ["and", "or", "not", "in"]
                .iter()
                .all(|word| !names.contains(word))
        );
    }

    /// The page says of each field what the table says, and names no other.
    #[test]
    fn the_documentation_lists_these_fields() {
        let page = include_str!("../../docs/filter.md");
        let fields = page
            .split("\n## ")
            .find(|part| part.starts_with("Fields\n"));
        let rows: Vec<_> = fields
            .unwrap()
            .lines()
            .filter(|line| line.starts_with("| `"))
            .collect();
        let expected: Vec<_> = FIELDS
            .iter()
            .map(|field| {
                let values = match field.kind {
                    Type::Word(_) => format!(": {}", names(field.kind).join(", ")),
                    Type::Number | Type::Text | Type::Flag => String::new(),
                };
                let (name, kind) = (field.name, field.kind.name());
                format!("| `{name}` | {kind} | {}{values} |", field.description)
            })
            .collect();
        assert_eq!(rows, expected, "docs/filter.md");
    }
}
