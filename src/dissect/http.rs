//! Requests and responses: line by line, the handshake judged, Engine.IO's polling bodies read.

use std::{borrow::Cow, ops::Range, sync::Arc};

use super::{Anatomy, Context, Dissection, Http, chat, layers::Layers, packets, preview, summary};
use crate::{
    capture::{Connection, Direction, Protocol, Record, Upgrade},
    wire::{
        field::{Buffer, Field, Value, hex},
        handshake::{self, Extension},
        http1::{self, BodyFraming, ChunkPart, ChunkPartKind, Head, StartLine},
        layer::Layer,
        violation::{self, Violation},
        websocket::deflate::Compression,
    },
};

pub(super) fn dissect(record: &Record, bytes: &[u8], context: Context) -> Dissection {
    let Some(head) = parse(record, bytes) else {
        return Dissection {
            layers: Layers::of(Layer::Http, record.length),
            ..summary(format!(
                "{} bytes of HTTP whose head was not kept",
                record.length
            ))
        };
    };
    let body = body(&head, bytes);
    let mut dissection = Dissection {
        violations: violations(&head, record, context),
        layers: layers(record, &head, bytes, &body),
        ..Dissection::default()
    };
    let is_engine_io = record.protocol == Protocol::EngineIo;
    if is_engine_io {
        dissection.sid = session(&head, context);
    }
    let carried = match is_engine_io && !record.is_truncated() {
        true => engine_io(&head, &body, &mut dissection),
        false => None,
    };
    if is_chat(&head, context) {
        dissection.said = match head.status() {
            None => chat::in_request(&body),
            Some(200..300) => chat::in_response(&body),
            Some(_) => Vec::new(),
        };
    }
    let line = match &head.start {
        StartLine::Request { method, target } => request_line(method, target, record.protocol),
        StartLine::Response { status, reason } => {
            format!("{status} {reason}").trim_end().to_owned()
        }
    };
    dissection.summary = match carried {
        Some(carried) => format!("{line} · {carried}"),
        None if record.part.is_some() => format!("{line} · an event stream begins"),
        None => line,
    };
    if record.incomplete {
        dissection.summary += " (ended before it was whole)";
    }
    dissection.text = preview(&body);
    let body_length = record.length.saturating_sub(head.length as u64);
    dissection.http = Some(Box::new(Http { head, body_length }));
    dissection
}

/// Head and chunk framing are HTTP's; the content is whose its packets are.
fn layers(record: &Record, head: &Head, bytes: &[u8], content: &[u8]) -> Layers {
    let mut layers = Layers::of(Layer::Http, (bytes.len() - content.len()) as u64);
    match has_packets(record, head, content) {
        true => layers.add_payload(content),
        false => layers.add(content_layer(record), content.len() as u64),
    }
    layers.add(Layer::Application, record.length - bytes.len() as u64);
    layers
}

/// Where the chat's messages are sent and fetched.
pub(super) const CHAT_MESSAGES: &str = "/chat/messages";

/// Where they come as server-sent events.
const CHAT_STREAM: &str = "/chat/stream";

/// Whether a request, or the request that a response answers, is one for the chat's messages.
fn is_chat(head: &Head, context: Context) -> bool {
    let asked = || Some(context.notes?.request.as_ref()?.target.as_str());
    let target = head.request().map(|(_, target)| target).or_else(asked);
    target.is_some_and(|target| http1::path(target) == CHAT_MESSAGES)
}

/// Whether a response is the chat's event stream.
pub(super) fn is_chat_stream(context: Context) -> bool {
    let request = context.notes.and_then(|notes| notes.request.as_ref());
    request.is_some_and(|request| http1::path(&request.target) == CHAT_STREAM)
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
    let old = match http1::query_parameter(target, "EIO") {
        Some("4") => String::new(),
        Some(version) => format!(" · revision {version} of Engine.IO, which this server refuses"),
        None => " · without its revision".to_owned(),
    };
    format!("{method} {path} · {transport} · {session}{old}")
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

/// The session that a request names, or that the request of a response named.
fn session(head: &Head, context: Context) -> Option<Arc<str>> {
    match head.request() {
        Some((_, target)) => http1::query_parameter(target, "sid").map(Arc::from),
        None => context.notes?.sid.clone(),
    }
}

/// What a polling body says: packets, or the server's `ok` or error.
fn engine_io(head: &Head, body: &[u8], into: &mut Dissection) -> Option<String> {
    if head.status().is_some_and(|status| status != 200) {
        return engine_io_error(body);
    }
    match body {
        b"" => None,
        b"ok" => Some("ok".to_owned()),
        _ => Some(packets::payload(body, into)),
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

/// The rules that a head shows to be broken: of the opening handshake, and of Engine.IO's requests.
fn violations(head: &Head, record: &Record, context: Context) -> Vec<Violation> {
    let mut violations = match (head.status(), upgrade(context.connection)) {
        (None, _) if head.asks_for_websocket() => handshake::judge_request(head),
        (None, _) if head.count("sec-websocket-key") > 0 => vec![violation::UPGRADE_NOT_ASKED],
        (Some(101), Some(upgrade)) => handshake::judge_response(head, &upgrade.offer),
        _ => Vec::new(),
    };
    let request = context.notes.and_then(|notes| notes.request.as_ref());
    match (head.status(), request) {
        (Some(101), Some(request))
            if !request.is_handshake && head.has_token("upgrade", "websocket") =>
        {
            violations.push(violation::SWITCHED_WITHOUT_KEY);
        }
        (Some(426), Some(request))
            if request.has_wrong_version && head.count("sec-websocket-version") == 0 =>
        {
            violations.push(violation::VERSION_NOT_TOLD);
        }
        _ => {}
    }
    if let Some((_, target)) = head.request()
        && record.protocol == Protocol::EngineIo
        && http1::query_parameter(target, "EIO") != Some("4")
    {
        violations.push(violation::ENGINEIO_VERSION);
    }
    violations
}

/// The handshake that the connection was upgraded by.
fn upgrade(connection: Option<&Connection>) -> Option<&Upgrade> {
    connection?.upgrade.get()
}

/// The fields of a request or response: every byte of it.
pub(super) fn anatomy<'a>(record: &Record, bytes: &[u8], context: Context) -> Anatomy<'a> {
    let Some(head) = parse(record, bytes) else {
        let whole = Field::bytes("HTTP", 0..bytes.len(), format!("{} bytes", bytes.len()));
        let meaning = "The head was not kept whole, so these bytes cannot be told apart.";
        return Anatomy {
            fields: vec![
                whole
                    .meaning(meaning)
                    .section("RFC 9112 2.1")
                    .layer(Layer::Http),
            ],
            ..Anatomy::default()
        };
    };
    let mut fields = head_fields(&head, bytes, context.connection);
    let body = bytes.get(head.length..).unwrap_or_default();
    let mut dechunked = None;
    if is_chunked(&head) && !body.is_empty() {
        fields.push(chunked_field(head.length, body));
        let whole = http1::dechunk(body);
        let inner = content_fields(record, &head, &whole);
        fields.extend(
            inner
                .into_iter()
                .map(|field| field.moved(Buffer::Message, 0)),
        );
        dechunked = Some(whole);
    } else if !body.is_empty() {
        let start = head.length;
        let inner = content_fields(record, &head, body);
        let whole = Field::bytes("Body", start..bytes.len(), format!("{} bytes", body.len()));
        let inner = inner
            .into_iter()
            .map(|field| field.moved(Buffer::Wire, start));
        fields.push(
            whole
                .meaning("The content, as it is.")
                .section("RFC 9112 6")
                .children(inner.collect()),
        );
    }
    Anatomy {
        fields,
        message: dechunked,
        ..Anatomy::default()
    }
}

/// Parts of a chunked body that are shown one by one.
const MAX_CHUNK_PARTS: usize = 1_000;

/// A chunked body that begins at `start`.
fn chunked_field(start: usize, body: &[u8]) -> Field {
    let parts = http1::chunk_parts(body, MAX_CHUNK_PARTS);
    let parts = parts
        .iter()
        .map(|part| chunk_part_field(part, body).moved(Buffer::Wire, start));
    let value = format!("{} bytes", body.len());
    Field::bytes("Chunked body", start..start + body.len(), value)
        .meaning("The content in chunks, because its length was not known when it began.")
        .section("RFC 9112 7.1")
        .children(parts.collect())
}

/// A part of a chunked body, as if that began at 0.
pub(super) fn chunk_part_field(part: &ChunkPart, body: &[u8]) -> Field {
    let text = String::from_utf8_lossy(&body[part.range.clone()]);
    let length = format!("{} bytes", part.range.len());
    let (name, value, meaning) = match part.kind {
        ChunkPartKind::Size => (
            "Chunk size",
            text.trim_end().to_owned(),
            "How many bytes follow, in hexadecimal; 0 says that this is the end.",
        ),
        ChunkPartKind::Data => ("Chunk data", length, "A piece of the content."),
        ChunkPartKind::DataEnd => ("Chunk end", "CR LF".to_owned(), "Ends the chunk."),
        ChunkPartKind::Trailer => (
            "Trailer field",
            text.trim_end().to_owned(),
            "A field line that comes after the content.",
        ),
        ChunkPartKind::End => (
            "End of the body",
            "CR LF".to_owned(),
            "Ends the chunked body.",
        ),
        ChunkPartKind::Rest => (
            "More chunks",
            length,
            "There are more parts than are told apart here.",
        ),
    };
    let field = Field::bytes(name, part.range.clone(), value)
        .meaning(meaning)
        .section("RFC 9112 7.1");
    match part.kind {
        ChunkPartKind::Data | ChunkPartKind::Rest => field,
        _ => field.layer(Layer::Http),
    }
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
        fields.push(header_field(header, head, at..end, bytes, connection));
        at = end;
    }
    let empty = Field::bytes("Empty line", at..head.length, "CR LF");
    fields.push(empty.meaning("Ends the head.").section("RFC 9112 2.1"));
    let fields = fields.into_iter();
    fields.map(|field| field.layer(Layer::Http)).collect()
}

/// Where the line that holds a position ends, its line feed included.
fn line_end(bytes: &[u8], from: usize) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    rest.iter()
        .position(|byte| *byte == b'\n')
        .map_or(bytes.len(), |feed| from + feed + 1)
}

/// The request line or status line: three parts with a space between.
fn start_line(head: &Head, bytes: &[u8], line: Range<usize>) -> Field {
    let (name, meaning, section, parts) = match &head.start {
        StartLine::Request { method, .. } => (
            "Request line",
            format!(
                "What the client asks for: {method} is the method, then the target and the version."
            ),
            "RFC 9112 3",
            [
                ("Method", "What is to be done.", "RFC 9112 3.1"),
                (
                    "Request target",
                    "With what it is to be done.",
                    "RFC 9112 3.2",
                ),
                ("HTTP version", VERSION, "RFC 9112 2.3"),
            ],
        ),
        StartLine::Response { status, .. } => (
            "Status line",
            status_meaning(*status),
            "RFC 9112 4",
            [
                ("HTTP version", VERSION, "RFC 9112 2.3"),
                ("Status code", "How it went, as a number.", "RFC 9110 15"),
                (
                    "Reason phrase",
                    "How it went, in words; a program does not read them.",
                    "RFC 9112 4",
                ),
            ],
        ),
    };
    let content = line.start..line.start + bytes[line.clone()].trim_ascii_end().len();
    let text = String::from_utf8_lossy(&bytes[content.clone()]).into_owned();
    let mut children = Vec::with_capacity(2 * parts.len());
    let mut at = content.start;
    for (index, (name, meaning, section)) in parts.into_iter().enumerate() {
        let is_last = index == 2;
        let space = bytes[at..content.end].iter().position(|byte| *byte == b' ');
        let end = space
            .filter(|_| !is_last)
            .map_or(content.end, |space| at + space);
        let after = if is_last {
            end
        } else {
            (end + 1).min(content.end)
        };
        children.push(
            Field::bytes(name, at..end, Value::Text)
                .meaning(meaning)
                .section(section),
        );
        children.push(
            Field::bytes("Space", end..after, Value::Hex)
                .meaning("Stands between two parts.")
                .section("RFC 9112 3"),
        );
        at = after;
    }
    children.push(end_of_line(bytes, content.end..line.end));
    children.retain(|child| !child.bits.is_empty());
    Field::bytes(name, line, text)
        .meaning(meaning)
        .section(section)
        .children(children)
}

/// What the version of a message stands for.
const VERSION: &str = "Which version of HTTP the sender speaks.";

/// The end of a line: CR LF, or the LF alone that a recipient may take for it.
fn end_of_line(bytes: &[u8], range: Range<usize>) -> Field {
    let value = match &bytes[range.clone()] {
        b"\r\n" => Value::from("CR LF"),
        b"\n" => Value::from("LF"),
        _ => Value::Hex,
    };
    Field::bytes("Line end", range, value)
        .meaning("Ends the line.")
        .section("RFC 9112 2.2")
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
    head: &Head,
    lines: Range<usize>,
    bytes: &[u8],
    connection: Option<&Connection>,
) -> Field {
    let Range { start, end } = lines;
    let (mut meaning, section) = explain(&header.name, &header.value, connection);
    if let Some(verdict) = verdict(header, head, connection).filter(|_| is_handshake(head)) {
        meaning = format!("{meaning} {verdict}");
    }
    let names = header.name_range.clone();
    let values = header.value_range.clone();
    let value_end = values.end.max(names.end + 1).min(end);
    let value_start = values.start.clamp(names.end + 1, value_end);
    let part = |name, range, meaning, section| {
        Field::bytes(name, range, Value::Text)
            .meaning(meaning)
            .section(section)
    };
    let mut children = vec![
        part(
            "Field name",
            start..names.end,
            "The field's name; small and capital letters are the same.",
            "RFC 9110 5.1",
        ),
        part(
            "Colon",
            names.end..value_start,
            "Stands between name and value, with white space that means nothing.",
            "RFC 9112 5",
        ),
        part(
            "Field value",
            value_start..value_end,
            "What the field says.",
            "RFC 9110 5.5",
        ),
        end_of_line(bytes, value_end..end),
    ];
    children.retain(|child| !child.bits.is_empty());
    Field::bytes(header.name.clone(), start..end, header.value.clone())
        .meaning(meaning)
        .section(section)
        .children(children)
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
        "proxy-authorization" => (
            "Who the client is, for a proxy. The value is redacted here: its length is shown.",
            "RFC 9110 11.7.1",
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

/// What a line of the opening handshake comes to, judged by RFC 6455 4.1 and 4.2.
fn verdict(header: &http1::Header, head: &Head, connection: Option<&Connection>) -> Option<String> {
    let value = header.value.as_str();
    let right = |is_right: bool, wrong: &str| match is_right {
        true => "It is right.".to_owned(),
        false => format!("It is wrong: {wrong}"),
    };
    Some(match header.name.to_ascii_lowercase().as_str() {
        "host" => "A handshake needs it.".to_owned(),
        "upgrade" => right(
            head.has_token("upgrade", "websocket"),
            "it has to name websocket.",
        ),
        "connection" => right(
            head.has_token("connection", "upgrade"),
            "it has to name Upgrade.",
        ),
        "sec-websocket-key" => match handshake::key_bytes(value) {
            Some(bytes) => format!("The 16 bytes are {}.", hex(&bytes)),
            None => "It is wrong: it is not the base64 of 16 bytes.".to_owned(),
        },
        "sec-websocket-version" => right(value == handshake::VERSION, "RFC 6455 is version 13."),
        "sec-websocket-extensions" => extensions_verdict(value, connection?),
        "sec-websocket-protocol" => {
            let upgrade = upgrade(connection)?;
            let chosen = upgrade.choice.protocol.as_deref().unwrap_or("none");
            format!(
                "Offered: {}. Chosen: {chosen}.",
                or_none(&upgrade.offer.protocols)
            )
        }
        _ => return None,
    })
}

/// Whether a head is one half of an opening handshake.
fn is_handshake(head: &Head) -> bool {
    head.status() == Some(101) || head.count("sec-websocket-key") > 0
}

/// What was offered, what was accepted, and what that means for the frames.
fn extensions_verdict(value: &str, connection: &Connection) -> String {
    let Some(upgrade) = connection.upgrade.get() else {
        return match handshake::extensions(value) {
            Some(offered) => format!("Offered: {}.", names(&offered)),
            None => "It is wrong: it breaks the grammar of a list of extensions.".to_owned(),
        };
    };
    let (offered, accepted) = (&upgrade.offer.extensions, &upgrade.choice.extensions);
    let verdict = format!(
        "Offered: {}. Accepted: {}.",
        or_none(offered),
        or_none(accepted)
    );
    let Some(deflate) = upgrade.choice.deflate() else {
        return verdict;
    };
    let side = |name, compression: Compression| {
        let context = match compression.has_context_takeover {
            true => "its context goes on from message to message",
            false => "each message stands alone",
        };
        format!(
            "the {name} compresses with a window of 2^{} bytes and {context}",
            compression.window_bits
        )
    };
    let (client, server) = (deflate.client(), deflate.server());
    format!(
        "{verdict} So {}; {}.",
        side("client", client),
        side("server", server)
    )
}

fn names(extensions: &[Extension]) -> String {
    let names: Vec<&str> = extensions
        .iter()
        .map(|extension| extension.name.as_str())
        .collect();
    names.join(", ")
}

fn or_none(value: &str) -> &str {
    if value.is_empty() { "none" } else { value }
}

/// The Accept value worked out before the reader's eyes.
fn accept_meaning(value: &str, connection: Option<&Connection>) -> String {
    let Some(key) = upgrade(connection).map(|upgrade| upgrade.offer.key.as_str()) else {
        return "base64(SHA-1(key + GUID)); the key is not known here.".to_owned();
    };
    let digest = hex(&handshake::digest(key));
    let expected = handshake::accept(key);
    let verdict = if value == expected { "right" } else { "wrong" };
    format!(
        "Key {key} + GUID {} → SHA-1 {digest} → base64 {expected}: the value is {verdict}.",
        handshake::GUID
    )
}

/// Whether the content is Engine.IO packets.
fn has_packets(record: &Record, head: &Head, content: &[u8]) -> bool {
    let is_ok = head.status().is_none_or(|status| status == 200);
    record.protocol == Protocol::EngineIo && !record.is_truncated() && is_ok && content != b"ok"
}

/// Whose the content is where it is no packets: Engine.IO answers with `ok`, or with an error.
fn content_layer(record: &Record) -> Layer {
    match record.protocol {
        Protocol::EngineIo if !record.is_truncated() => Layer::EngineIo,
        _ => Layer::Application,
    }
}

/// Fields of the content, as if it began at 0.
fn content_fields(record: &Record, head: &Head, content: &[u8]) -> Vec<Field> {
    if has_packets(record, head, content) {
        return packets::payload_fields(content, 0);
    }
    let value = preview(content).unwrap_or_else(|| format!("{} bytes", content.len()));
    let field = Field::bytes("Content", 0..content.len(), value);
    let field = field
        .meaning("What the message carries.")
        .section("RFC 9110 6.4")
        .layer(content_layer(record));
    if content.is_empty() {
        Vec::new()
    } else {
        vec![field]
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
