//! Which records somebody wants to see: a small language of typed fields, described in docs/filter.md.
//!
//! ```text
//! ws.opcode == close and ws.close.code == 1001
//! ```
//!
//! # Layout
//!
//! ```text
//! lexer       text in, tokens out
//! parser      tokens in, an expression out, its types checked
//! expression  what was asked, and whether it holds
//! table       the fields
//! field       what a field is, and how it is had
//! value       what fields have, and what they are compared with
//! ```
//!
//! Dissection costs more than all the rest. So an expression is worked out in three values, yes, no and not
//! known, from as little as there is: whatever the record alone decides is never dissected.

pub mod expression;
pub mod field;
mod lexer;
mod parser;
mod table;
pub mod value;

use std::{fmt, ops::Range, str::FromStr};

use expression::Expression;
use field::{Known, Origin};

use crate::{
    capture::{Connection, Owner, Record},
    dissect::Dissection,
};

pub use table::FIELDS;

/// Characters of the longest filter.
pub const MAX_LENGTH: usize = 2_000;

/// Most tests, and members of sets, of one filter: they are gone through while the capture is locked.
pub const MAX_TERMS: usize = 50;

/// How deep `not` and brackets may stand in each other.
pub const MAX_DEPTH: usize = 32;

/// A filter; the empty one passes everything.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter(Option<Expression>);

/// The text is no filter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct FilterError {
    /// What is wrong, and what would be right.
    pub message: String,
    /// Which characters of the text (Unicode code points, not bytes) it is about.
    pub at: Range<usize>,
}

impl FilterError {
    fn new(message: impl Into<String>, at: Range<usize>) -> Self {
        let message = message.into();
        Self { message, at }
    }
}

impl FromStr for Filter {
    type Err = FilterError;

    fn from_str(text: &str) -> Result<Self, FilterError> {
        let length = text.chars().count();
        if length > MAX_LENGTH {
            let message = format!("a filter has at most {MAX_LENGTH} characters");
            return Err(FilterError::new(message, MAX_LENGTH..length));
        }
        match text.trim() {
            "" => Ok(Self(None)),
            _ => parser::parse(text).map(|expression| Self(Some(expression))),
        }
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .as_ref()
            .map_or(Ok(()), |expression| expression.fmt(f))
    }
}

impl Filter {
    /// Whether a record passes when `me` asks. The dissection is the record's.
    pub fn passes(&self, record: &Record, dissection: &Dissection, me: Option<Owner>) -> bool {
        self.holds(&Known {
            origin: Origin::of(record, me),
            record: Some(record),
            dissection: Some(dissection),
        }) == Some(true)
    }

    /// Whether a record may pass, as far as it tells without its dissection.
    pub fn may_pass(&self, record: &Record, me: Option<Owner>) -> bool {
        self.holds(&Known {
            origin: Origin::of(record, me),
            record: Some(record),
            dissection: None,
        }) != Some(false)
    }

    /// Whether records of a connection may pass, as far as its number and its owner tell.
    pub fn may_pass_connection(&self, connection: &Connection, me: Option<Owner>) -> bool {
        let origin = Origin {
            connection: connection.id,
            owner: connection.owner.get().copied(),
            me,
        };
        self.holds(&Known {
            origin,
            record: None,
            dissection: None,
        }) != Some(false)
    }

    /// Whether `may_pass` leaves anything open.
    pub fn needs_dissection(&self) -> bool {
        self.0.as_ref().is_some_and(Expression::needs_dissection)
    }

    fn holds(&self, known: &Known) -> Option<bool> {
        match &self.0 {
            Some(expression) => expression.holds(known),
            None => Some(true),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU64;

    use proptest::prelude::*;

    use super::*;
    use crate::{
        capture::{Direction, End, EndKind, Kind, Layer, Protocol, Side, names},
        dissect::{self, Context},
        wire::violation,
    };

    const ME: Owner = Owner(NonZeroU64::MIN);

    fn filter(text: &str) -> Filter {
        text.parse()
            .unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    /// A record of a kind, and what the bytes on the wire make of it.
    fn seen(kind: Kind, direction: Direction, bytes: &[u8]) -> (Record, Dissection) {
        let record = Record {
            seq: 9,
            at: 1_500_000_999,
            kind,
            direction,
            layer: Layer::WebSocket,
            kept: bytes.len() as u32,
            ..Record::sample(7, bytes.len() as u64)
        };
        let dissection = dissect::dissect(&record, bytes, Context::default());
        (record, dissection)
    }

    #[track_caller]
    fn check((record, dissection): &(Record, Dissection), passing: &[&str], others: &[&str]) {
        for (texts, expected) in [(passing, true), (others, false)] {
            for text in texts {
                let filter = filter(text);
                let passes = filter.passes(record, dissection, Some(ME));
                assert_eq!(passes, expected, "{text}");
                // What the record alone says is never against it.
                let may_pass = filter.may_pass(record, Some(ME));
                assert!(may_pass || !passes, "{text}");
                assert!(filter.needs_dissection() || may_pass == passes, "{text}");
            }
        }
    }

    #[test]
    fn what_every_record_has() {
        let mut opaque = seen(
            Kind::Opaque,
            Direction::ToServer,
            b"Hello Welt, \xc3\x84rger",
        );
        check(
            &opaque,
            &[
                "",
                "  ",
                "seq == 9",
                "seq != 8",
                "at == 1.5",
                "at < 1.500001",
                "conn == 0x7",
                "conn in {1..7}",
                "direction == to_server",
                "direction == \"TO_SERVER\"",
                "kind in {opaque closed}",
                "length > 17",
                "text ~ \"hello\"",
                "text ~ \"ärger\"",
                "summary",
                "not owner",
                "not mine",
                "mine == false",
                "truncated == 0",
                "incomplete != true",
                "not ws.fin",
                "owner == \"\" or seq",
                "!violation",
                "not http.status == 200",
            ],
            &[
                "seq != 9",
                "at > 1.5",
                "conn == 8",
                "conn in {1..6 8}",
                "direction != to_server",
                "length <= 17",
                "text ~ \"hallo\"",
                "text == \"hello\"",
                "owner",
                "owner != \"x\"",
                "mine",
                "truncated",
                "ws.fin == false",
                "http.status != 200",
                "violation",
                "seq and mine",
                "not (seq or mine)",
            ],
        );
        opaque.0.owner = Some(ME);
        opaque.0.incomplete = true;
        let name = format!("owner == \"{}\"", names::name(ME));
        check(
            &opaque,
            &["mine", "incomplete", "owner", &name],
            &["not mine", "mine == 0"],
        );
    }

    #[test]
    fn what_an_end_has() {
        let mut closed = seen(Kind::Closed, Direction::ToClient, b"");
        closed.0.end = Some(End {
            kind: EndKind::Reset,
            by: Side::Server,
        });
        check(
            &closed,
            &[
                "tcp.end",
                "tcp.end == reset",
                "tcp.end != fin",
                "tcp.by == server",
            ],
            &["tcp.end == fin", "tcp.by != server", "ws.opcode"],
        );
    }

    #[test]
    fn what_frames_have() {
        let close = seen(Kind::Frame, Direction::ToClient, b"\x88\x05\x03\xe9bye");
        check(
            &close,
            &[
                "ws.opcode == close && ws.close.code == 1001",
                "ws.opcode == 8",
                "ws.opcode >= 0x8",
                "ws.opcode in {text..close}",
                "ws.opcode != ping",
                "ws.close.code in {1000, 1001..1003}",
                "ws.close.reason == \"bye\"",
                "ws.fin",
                "ws.fin == 1",
                "not ws.masked",
                "ws.masked == false",
                "ws.rsv == 0",
                "ws.payload_length == 5",
                "ws.length_bits == 7",
                "ws.compressed == false",
            ],
            &[
                "ws.opcode == ping",
                "ws.opcode > 8",
                "ws.opcode in {ping pong}",
                "ws.close.code == 1000",
                "ws.masked",
                "ws.compressed",
                "ws.fragment",
                "ws.message",
                "http.method",
                "violation",
                "eio.type",
            ],
        );
        let reserved = seen(Kind::Frame, Direction::ToServer, b"\x83\x00");
        check(
            &reserved,
            &[
                "ws.opcode == reserved",
                "ws.opcode == 3",
                "violation",
                "violation.by == client",
                "violation.section == \"RFC 6455 5.2\"",
                "violation.rule ~ \"MASKS every frame\"",
                "violation.section != \"RFC 7692 6.1\"",
            ],
            &[
                "ws.opcode == 0xb",
                "violation.by == server",
                "violation.section != \"RFC 6455 5.2\"",
                "ws.close.code",
            ],
        );
    }

    #[test]
    fn what_http_has() {
        let request = b"GET /a?b=c HTTP/1.1\r\nHost: x\r\nCookie: k=secret\r\n\r\n";
        let request = seen(Kind::Request, Direction::ToServer, request);
        check(
            &request,
            &[
                "http.method == \"GET\"",
                "http.target == \"/a?b=c\"",
                "http.path == \"/a\"",
                "http.header == \"host\"",
                "http.header in {\"HOST\"}",
                "http.header_value == \"k=******\"",
                "http.body_length == 0",
                "not http.status",
            ],
            &[
                "http.method == \"get\"",
                "http.header != \"HOST\"",
                "http.header_value ~ \"secret\"",
                "http.status",
                "http.exchange",
            ],
        );
        let mut response = seen(
            Kind::Response,
            Direction::ToClient,
            b"HTTP/1.1 101 Fine\r\n\r\n",
        );
        response.0.exchange = 3;
        check(
            &response,
            &[
                "http.status == 101",
                "http.status in {100..199}",
                "http.exchange == 3",
            ],
            &["http.status != 101", "http.path", "http.header"],
        );
    }

    /// A polling body has several packets: one is enough, but for `!=`.
    #[test]
    fn what_packets_have() {
        let bytes = b"POST /socket.io/?EIO=4&transport=polling&sid=abc HTTP/1.1\r\n\
            Content-Length: 23\r\n\r\n2probe\x1e420[\"message\",5]";
        let (mut record, _) = seen(Kind::Request, Direction::ToServer, bytes);
        record.protocol = Protocol::EngineIo;
        let dissection = dissect::dissect(&record, bytes, Context::default());
        let body = (record, dissection);
        check(
            &body,
            &[
                "eio.type == ping",
                "eio.type == 4",
                "eio.type == ping and eio.type == message",
                "eio.type != close",
                "eio.sid == \"abc\"",
                "eio.probe",
                "eio.probe == false",
                "sio.type == EVENT",
                "sio.type < 3",
                "sio.namespace == \"/\"",
                "sio.id == 0",
                "sio.event == \"message\"",
                "not eio.binary",
            ],
            &[
                "eio.type == noop",
                "eio.type != ping",
                "eio.binary",
                "sio.attachments",
                "sio.event == \"Message\"",
            ],
        );
    }

    #[test]
    fn what_only_the_records_around_it_tell() {
        use dissect::notes::{Chat, Role, UpgradeStep};
        let mut told = seen(Kind::Opaque, Direction::ToServer, b"");
        told.1.upgrade = Some(UpgradeStep::ProbeAnswer);
        told.1.is_context_lost = true;
        told.1.chat = vec![Chat {
            id: 5,
            role: Role::Delivered,
        }];
        told.1.violations = vec![violation::ACCEPT_WRONG];
        check(
            &told,
            &[
                "upgrade",
                "upgrade == \"probe answer\"",
                "context_lost",
                "chat.id == 5",
                "chat.role in {sent delivered}",
                "violation.by == server",
            ],
            &["upgrade == probe", "chat.id > 5", "chat.role == sent"],
        );
    }

    /// What cannot be had without dissection is left open, unless the record's kind or the rest decides.
    #[test]
    fn the_record_alone_rules_out_what_it_can() {
        let (frame, _) = seen(Kind::Frame, Direction::ToServer, b"\x81\x00");
        let texts = [
            ("ws.opcode == close", true),
            ("not ws.opcode == close", true),
            ("http.status == 101", false),
            ("not http.status == 101", true),
            ("eio.type == ping", false),
            ("mine and ws.opcode == text", false),
            ("conn == 7 and ws.opcode == close", true),
            ("violation or conn == 8", true),
            ("not (violation or conn == 7)", false),
        ];
        for (text, expected) in texts {
            assert_eq!(filter(text).may_pass(&frame, None), expected, "{text}");
        }
        assert!(filter("conn or ws.fin").needs_dissection());
        assert!(!filter("conn or ws.message > 3 and mine").needs_dissection());
        assert!(!filter("").needs_dissection());
    }

    #[test]
    fn a_connection_passes_by_its_number_and_owner() {
        let connection = Connection::new(7, "127.0.0.1:1".parse().unwrap(), 0);
        let may_pass = |text: &str| filter(text).may_pass_connection(&connection, Some(ME));
        assert!(may_pass("conn == 7 and ws.opcode == close"));
        assert!(may_pass("length > 5"));
        assert!(!may_pass("conn == 8 and length > 5"));
        assert!(!may_pass("mine"));
        connection.owner.set(ME).unwrap();
        assert!(may_pass("mine"));
        assert!(!may_pass("not mine"));
    }

    #[test]
    fn a_filter_that_is_too_long_is_refused_whatever_it_says() {
        let text = format!("mine{}", " ".repeat(MAX_LENGTH));
        let error = text.parse::<Filter>().unwrap_err();
        assert_eq!(error.at, MAX_LENGTH..MAX_LENGTH + 4);
    }

    /// A text that is nearly a filter.
    fn nearly() -> impl Strategy<Value = String> {
        let word = prop_oneof![
            (0..FIELDS.len()).prop_map(|index| FIELDS[index].name.to_owned()),
            proptest::sample::select(vec![
                "and",
                "or",
                "not",
                "in",
                "(",
                ")",
                "{",
                "}",
                "==",
                "!=",
                "<",
                ">=",
                "~",
                "..",
                ",",
                "true",
                "close",
                "7",
                "0x10",
                "1.25",
                "\"a\\u{e9}\\\"\"",
                "\"EVENT\"",
            ])
            .prop_map(str::to_owned),
        ];
        proptest::collection::vec(word, 0..12).prop_map(|words| words.join(" "))
    }

    /// A filter, made of tests that fit their fields.
    fn proper() -> impl Strategy<Value = String> {
        let test = proptest::sample::select(vec![
            "mine",
            "seq",
            "not at < 1.5",
            "ws.opcode in {ping 3 close..pong}",
            "text ~ \"\\u{0}ü'\"",
            "upgrade != \"poll ended\"",
            "http.header == \"a\\\\\"",
            "ws.fin == 0",
        ])
        .prop_map(str::to_owned);
        test.prop_recursive(5, 40, 3, |inner| {
            let joined = (
                inner.clone(),
                proptest::sample::select(vec!["and", "or"]),
                inner.clone(),
            );
            prop_oneof![
                joined.prop_map(|(left, word, right)| format!("({left}) {word} {right}")),
                inner.prop_map(|inner| format!("not ({inner})")),
            ]
        })
    }

    proptest! {
        #[test]
        fn any_text_is_a_filter_or_an_error_within_it(text in prop_oneof![nearly(), any::<String>()]) {
            match text.parse::<Filter>() {
                Ok(filter) => prop_assert_eq!(&filter.to_string().parse::<Filter>(), &Ok(filter)),
                Err(error) => {
                    prop_assert!(error.at.start <= error.at.end);
                    prop_assert!(error.at.end <= text.chars().count());
                }
            }
        }

        #[test]
        fn a_filter_that_is_written_out_reads_the_same(text in proper()) {
            let filter: Filter = text.parse().unwrap();
            prop_assert_eq!(filter.to_string().parse::<Filter>(), Ok(filter));
        }
    }
}
