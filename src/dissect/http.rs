//! Requests and responses: line by line, the handshake judged, Engine.IO's polling bodies read.

use std::{borrow::Cow, ops::Range};

use super::{Context, Dissection, Http, packets, preview, summary};
use crate::{
    capture::{Connection, Direction, Protocol, Record},
    wire::{
        field::Field,
        handshake,
        http1::{self, BodyFraming, Head, StartLine},
        violation::{self, Violation},
    },
};

pub(super) fn dissect(record: &Record, bytes: &[u8], context: Context) -> Dissection {
    let connection = context.connection;
    let Some(head) = parse(record, bytes) else {
        return summary(format!(
            "{} bytes of HTTP whose head was not kept",
            record.length
        ));
    };
    let body = body(&head, bytes);
    let mut dissection = Dissection {
        violations: handshake_violations(&head, connection),
        ..Dissection::default()
    };
    let carried = match record.protocol {
        Protocol::EngineIo if !record.is_truncated() => engine_io(&head, &body, &mut dissection),
        _ => None,
    };
    let line = match &head.start {
        StartLine::Request { method, target } => request_line(method, target, record.protocol),
        StartLine::Response { status, reason } => {
            format!("{status} {reason}").trim_end().to_owned()
        }
    };
    dissection.summary = match carried {
        Some(carried) => format!("{line} · {carried}"),
        None => line,
    };
    if record.incomplete {
        dissection.summary += " (ended before it was whole)";
    }
    dissection.text = preview(&body);
    let body_length = record.length.saturating_sub(head.length as u64);
    dissection.http = Some(Http { head, body_length });
    dissection
}

/// Method and target; of Engine.IO's long targets, what tells one from another.
fn request_line(method: &str, target: &str, protocol: Protocol) -> String {
    let transport = http1::query_parameter(target, "transport");
    let (Protocol::EngineIo, Some(transport)) = (protocol, transport) else {
        return format!("{method} {target}");
    };
    let path = http1::path(target);
    let sid = http1::query_parameter(target, "sid");
    let session = sid.map_or("new session".to_owned(), |sid| format!("sid {sid}"));
    format!("{method} {path} · {transport} · {session}")
}

fn parse(record: &Record, bytes: &[u8]) -> Option<Head> {
    match record.direction {
        Direction::ToServer => http1::parse_request(bytes),
        Direction::ToClient => http1::parse_response(bytes),
    }
    .ok()
    .flatten()
}

/// The body without its transfer coding.
pub fn body<'a>(head: &Head, bytes: &'a [u8]) -> Cow<'a, [u8]> {
    let body = bytes.get(head.length..).unwrap_or_default();
    match is_chunked(head) {
        true => Cow::Owned(http1::dechunk(body)),
        false => Cow::Borrowed(body),
    }
}

fn is_chunked(head: &Head) -> bool {
    let framing = match head.start {
        StartLine::Request { .. } => http1::request_body(head),
        StartLine::Response { .. } => http1::response_body(head, None),
    };
    framing == Some(BodyFraming::Chunked)
}

/// What a polling body says: packets, or the server's `ok` or error.
fn engine_io(head: &Head, body: &[u8], into: &mut Dissection) -> Option<String> {
    let sid = match &head.start {
        StartLine::Request { target, .. } => http1::query_parameter(target, "sid"),
        StartLine::Response { status: 200, .. } => None,
        StartLine::Response { .. } => return engine_io_error(body),
    };
    match body {
        b"" => None,
        b"ok" => Some("ok".to_owned()),
        _ => Some(packets::payload(body, sid, into)),
    }
}

fn engine_io_error(body: &[u8]) -> Option<String> {
    let error: serde_json::Value = serde_json::from_slice(body).ok()?;
    let message = error.get("message")?.as_str()?;
    let code = error.get("code")?.to_string();
    Some(format!(
        "Engine.IO error {}: {message}",
        code.trim_matches('"')
    ))
}

/// The rules of the handshake that one head shows to be broken.
fn handshake_violations(head: &Head, connection: Option<&Connection>) -> Vec<Violation> {
    let mut violations = Vec::new();
    match head.start {
        StartLine::Request { .. } if head.asks_for_websocket() => {
            if !head
                .header("sec-websocket-key")
                .is_some_and(handshake::is_key)
            {
                violations.push(violation::KEY_INVALID);
            }
            if head.header("sec-websocket-version") != Some(handshake::VERSION) {
                violations.push(violation::VERSION_WRONG);
            }
        }
        StartLine::Response { status: 101, .. } => {
            match (head.header("sec-websocket-accept"), key(connection)) {
                (None, _) => violations.push(violation::ACCEPT_MISSING),
                (Some(accept), Some(key)) if accept != handshake::accept(key) => {
                    violations.push(violation::ACCEPT_WRONG);
                }
                _ => {}
            }
        }
        _ => {}
    }
    violations
}

/// The key that the connection's handshake was made with.
fn key(connection: Option<&Connection>) -> Option<&str> {
    Some(connection?.upgrade.get()?.key.as_str())
}

/// The fields of a request or response: every byte of it.
pub(super) fn fields(record: &Record, bytes: &[u8], context: Context) -> Vec<Field> {
    let connection = context.connection;
    let Some(head) = parse(record, bytes) else {
        let whole = Field::bytes("HTTP", 0..bytes.len(), format!("{} bytes", bytes.len()));
        return vec![
            whole.meaning("The head was not kept whole, so these bytes cannot be told apart."),
        ];
    };
    let mut fields = head_fields(&head, bytes, connection);
    let body = bytes.get(head.length..).unwrap_or_default();
    if !body.is_empty() {
        fields.push(body_field(record, &head, body));
    }
    fields
}

fn head_fields(head: &Head, bytes: &[u8], connection: Option<&Connection>) -> Vec<Field> {
    let start = bytes
        .iter()
        .position(|byte| !matches!(byte, b'\r' | b'\n'))
        .unwrap_or(0);
    let mut fields = Vec::new();
    if start > 0 {
        let empty = Field::bytes("Empty lines", 0..start, "");
        fields.push(
            empty
                .meaning("Passed over in front of a start-line.")
                .section("RFC 9112 2.2"),
        );
    }
    let line_end = line_end(bytes, start);
    fields.push(start_line(head, bytes, start..line_end));
    let mut at = line_end;
    for header in &head.headers {
        let end = self::line_end(bytes, header.value_range.end.max(header.name_range.end))
            .min(head.length);
        fields.push(header_field(header, at, end, bytes, connection));
        at = end;
    }
    let empty = Field::bytes("Empty line", at..head.length, "CR LF");
    fields.push(empty.meaning("Ends the head.").section("RFC 9112 2.1"));
    fields
}

/// Where the line that holds a position ends, its line feed included.
fn line_end(bytes: &[u8], from: usize) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    rest.iter()
        .position(|byte| *byte == b'\n')
        .map_or(bytes.len(), |feed| from + feed + 1)
}

fn start_line(head: &Head, bytes: &[u8], line: Range<usize>) -> Field {
    let text = String::from_utf8_lossy(&bytes[line.clone()])
        .trim_end()
        .to_owned();
    let (name, meaning, section) = match &head.start {
        StartLine::Request { method, .. } => (
            "Request line",
            format!(
                "What the client asks for: {method} is the method, then the target and the version."
            ),
            "RFC 9112 3",
        ),
        StartLine::Response { status, .. } => {
            ("Status line", status_meaning(*status), "RFC 9112 4")
        }
    };
    Field::bytes(name, line, text)
        .meaning(meaning)
        .section(section)
}

fn status_meaning(status: u16) -> String {
    let meaning = match status {
        101 => {
            "The server agrees: after this head the connection speaks the protocol that Upgrade names."
        }
        100..200 => "An interim answer: the final one is still to come.",
        304 => "Not modified: the client's copy is still good, so no body is sent.",
        426 => "Upgrade required: this address answers only in another protocol.",
        200..300 => "The request was received, understood and accepted.",
        300..400 => "The client has to look elsewhere.",
        400..500 => "The server holds the request for wrong.",
        _ => "The server failed.",
    };
    meaning.to_owned()
}

fn header_field(
    header: &http1::Header,
    start: usize,
    end: usize,
    bytes: &[u8],
    connection: Option<&Connection>,
) -> Field {
    let (meaning, section) = explain(&header.name, &header.value, connection);
    let names = header.name_range.clone();
    let values = header.value_range.clone();
    let value_end = values.end.max(names.end + 1).min(end);
    let value_start = values.start.clamp(names.end + 1, value_end);
    let parts = [
        ("Field name", start..names.end),
        ("Colon", names.end..value_start),
        ("Field value", value_start..value_end),
        ("Line end", value_end..end),
    ];
    let children = parts
        .into_iter()
        .filter(|(_, range)| !range.is_empty())
        .map(|(name, range)| {
            let value = match name {
                "Line end" => "CR LF".to_owned(),
                _ => String::from_utf8_lossy(&bytes[range.clone()]).into_owned(),
            };
            Field::bytes(name, range, value)
        });
    Field::bytes(header.name.clone(), start..end, header.value.clone())
        .meaning(meaning)
        .section(section)
        .children(children.collect())
}

/// What a field line is for, and where that is written.
fn explain(name: &str, value: &str, connection: Option<&Connection>) -> (String, &'static str) {
    let (meaning, section) = match name.to_ascii_lowercase().as_str() {
        "host" => (
            "The name of the server that the client wants to reach.",
            "RFC 9110 7.2",
        ),
        "upgrade" => (
            "The protocol to go over to on this same connection.",
            "RFC 9110 7.8",
        ),
        "connection" => (
            "What concerns this connection alone; “Upgrade” goes with the Upgrade field.",
            "RFC 9110 7.6.1",
        ),
        "origin" => (
            "The page that the request comes from; the server refuses those that it does not know.",
            "RFC 6455 10.2",
        ),
        "sec-websocket-key" => (
            "16 random bytes in base64. The answer has to be made from it, which shows that the server understands WebSocket.",
            "RFC 6455 4.1",
        ),
        "sec-websocket-version" => (
            "The version of the protocol: 13 is the only one.",
            "RFC 6455 4.1",
        ),
        "sec-websocket-extensions" => (
            "Extensions that the client offers, or those that the server accepts.",
            "RFC 6455 9.1",
        ),
        "sec-websocket-protocol" => (
            "Subprotocols that the client offers, or the one that the server chooses.",
            "RFC 6455 1.9",
        ),
        "sec-websocket-accept" => return (accept_meaning(value, connection), "RFC 6455 4.2.2"),
        "content-length" => ("How many bytes of body follow the head.", "RFC 9112 6.2"),
        "transfer-encoding" => (
            "The body comes in chunks, each with its own length.",
            "RFC 9112 6.1",
        ),
        "content-type" => ("What kind of data the body is.", "RFC 9110 8.3"),
        "cookie" => (
            "Kept by the browser for this server. Its values are redacted here: their length is shown.",
            "RFC 6265 4.2",
        ),
        "set-cookie" => (
            "The browser is to keep this. The value is redacted here: its length is shown.",
            "RFC 6265 4.1",
        ),
        "authorization" => (
            "Who the client is. The value is redacted here: its length is shown.",
            "RFC 9110 11.6.2",
        ),
        "user-agent" => ("Which program the client is.", "RFC 9110 10.1.5"),
        "date" => ("When the answer was made.", "RFC 9110 6.6.1"),
        "etag" => ("Names this version of the resource.", "RFC 9110 8.8.3"),
        "if-none-match" => (
            "The version that the client has: if it is still good, 304 is enough.",
            "RFC 9110 13.1.2",
        ),
        "cache-control" => ("How long, and whether, copies may be kept.", "RFC 9111 5.2"),
        "accept" => ("Which kinds of data the client can use.", "RFC 9110 12.5.1"),
        "accept-encoding" => ("Which compressions the client can undo.", "RFC 9110 12.5.3"),
        "accept-language" => ("Which languages the reader prefers.", "RFC 9110 12.5.4"),
        "referer" => ("The page that led here.", "RFC 9110 10.1.3"),
        _ => (
            "A field line: it travels with every request or response that needs it.",
            "RFC 9110 5.1",
        ),
    };
    (meaning.to_owned(), section)
}

/// The Accept value worked out before the reader's eyes.
fn accept_meaning(value: &str, connection: Option<&Connection>) -> String {
    let Some(key) = key(connection) else {
        return "base64(SHA-1(key + GUID)); the key is not known here.".to_owned();
    };
    let digest: String = handshake::digest(key)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let expected = handshake::accept(key);
    let verdict = if value == expected { "right" } else { "wrong" };
    format!(
        "Key {key} + GUID {} → SHA-1 {digest} → base64 {expected}: the value is {verdict}.",
        handshake::GUID
    )
}

fn body_field(record: &Record, head: &Head, body: &[u8]) -> Field {
    let start = head.length;
    let field = Field::bytes(
        "Body",
        start..start + body.len(),
        format!("{} bytes", body.len()),
    )
    .section("RFC 9112 6");
    let has_packets =
        record.protocol == Protocol::EngineIo && !is_chunked(head) && !record.is_truncated();
    let is_ok = matches!(
        head.start,
        StartLine::Request { .. } | StartLine::Response { status: 200, .. }
    );
    match has_packets && is_ok && body != b"ok" {
        true => field
            .meaning("Engine.IO packets.")
            .children(packets::payload_fields(body, start)),
        false => field.meaning("What the message carries."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_engine_io_are_named() {
        let named = engine_io_error(br#"{"code":"1","message":"Session ID unknown"}"#);
        assert_eq!(
            named.as_deref(),
            Some("Engine.IO error 1: Session ID unknown")
        );
        assert_eq!(engine_io_error(b"not json"), None);
    }
}
