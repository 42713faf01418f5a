//! HTTP/1.1 messages: where a head ends, what frames its body, and where that body ends.
//!
//! ```text
//! start-line CRLF *( field-line CRLF ) CRLF [ message-body ]           RFC 9112 2.1
//! ```

use std::ops::Range;

/// Longest head that is framed; a longer one makes its direction opaque.
pub const MAX_HEAD: usize = 64 * 1024;

/// Most field lines of one head.
pub const MAX_HEADERS: usize = 128;

/// Finds the empty line that ends a head, in bytes that come piece by piece.
///
/// As RFC 9112 2.2 allows a recipient to, it takes a bare LF for a line's end and passes over empty lines
/// in front of the start-line.
#[derive(Debug, Default, Clone)]
pub struct HeadScanner {
    started: bool,
    line_is_empty: bool,
}

impl HeadScanner {
    /// How many of `bytes` belong to the head, once its end is among them.
    pub fn find_end(&mut self, bytes: &[u8]) -> Option<usize> {
        for (index, byte) in bytes.iter().enumerate() {
            match byte {
                b'\n' if self.started && self.line_is_empty => return Some(index + 1),
                b'\n' => self.line_is_empty = true,
                b'\r' => {}
                _ => {
                    self.started = true;
                    self.line_is_empty = false;
                }
            }
        }
        None
    }
}

/// One field line: its name and value as they stood on the wire, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    pub name: String,
    pub value: String,
    /// The name's bytes in the message.
    pub name_range: Range<usize>,
    /// The value's bytes in the message, without the white space around it.
    pub value_range: Range<usize>,
}

/// What the first line of a head says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StartLine {
    Request { method: String, target: String },
    Response { status: u16, reason: String },
}

/// A head: start-line and field lines, their case and order kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    pub start: StartLine,
    /// The minor version: 1 of HTTP/1.1.
    pub minor_version: u8,
    pub headers: Vec<Header>,
    /// The head's bytes, its empty line included.
    pub length: usize,
}

impl Head {
    /// A request's method and target; a response has none.
    pub fn request(&self) -> Option<(&str, &str)> {
        match &self.start {
            StartLine::Request { method, target } => Some((method, target)),
            StartLine::Response { .. } => None,
        }
    }

    /// A response's status code; a request has none.
    pub fn status(&self) -> Option<u16> {
        match self.start {
            StartLine::Response { status, .. } => Some(status),
            StartLine::Request { .. } => None,
        }
    }

    /// The values of a field's lines, its name compared without case (RFC 9110 5.1).
    pub fn values(&self, name: &str) -> impl DoubleEndedIterator<Item = &str> {
        self.headers
            .iter()
            .filter(move |header| header.name.eq_ignore_ascii_case(name))
            .map(|header| header.value.as_str())
    }

    /// The first value of a field.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.values(name).next()
    }

    /// How many lines a field has.
    pub fn count(&self, name: &str) -> usize {
        self.values(name).count()
    }

    /// The values of all lines of a list field, joined as RFC 9110 5.3 allows.
    pub fn list(&self, name: &str) -> String {
        self.values(name).collect::<Vec<_>>().join(", ")
    }

    /// Whether a comma-separated list field holds a token, without case.
    pub fn has_token(&self, name: &str, token: &str) -> bool {
        self.values(name)
            .flat_map(|value| value.split(','))
            .any(|item| item.trim().eq_ignore_ascii_case(token))
    }

    /// A cookie's value, from the `Cookie` fields (RFC 6265 4.2).
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.values("cookie")
            .flat_map(|value| value.split(';'))
            .find_map(|pair| {
                let (key, value) = pair.trim().split_once('=')?;
                (key == name).then_some(value)
            })
    }

    /// Whether a request asks to go over to WebSocket (RFC 6455 4.1).
    pub fn asks_for_websocket(&self) -> bool {
        self.has_token("upgrade", "websocket") && self.has_token("connection", "upgrade")
    }
}

/// The bytes are not the head of an HTTP/1.x message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an HTTP/1.x head: {0}")]
pub struct HeadError(#[from] httparse::Error);

/// Reads a request's head; `None` while it is not whole.
pub fn parse_request(bytes: &[u8]) -> Result<Option<Head>, HeadError> {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut request = httparse::Request::new(&mut headers);
    let httparse::Status::Complete(length) = request.parse(bytes)? else {
        return Ok(None);
    };
    Ok(Some(Head {
        start: StartLine::Request {
            method: request.method.unwrap_or_default().to_owned(),
            target: request.path.unwrap_or_default().to_owned(),
        },
        minor_version: request.version.unwrap_or(1),
        headers: own(request.headers, bytes),
        length,
    }))
}

/// Reads a response's head; `None` while it is not whole.
pub fn parse_response(bytes: &[u8]) -> Result<Option<Head>, HeadError> {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut response = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(length) = response.parse(bytes)? else {
        return Ok(None);
    };
    Ok(Some(Head {
        start: StartLine::Response {
            status: response.code.unwrap_or_default(),
            reason: response.reason.unwrap_or_default().to_owned(),
        },
        minor_version: response.version.unwrap_or(1),
        headers: own(response.headers, bytes),
        length,
    }))
}

fn own(headers: &[httparse::Header], bytes: &[u8]) -> Vec<Header> {
    let range = |part: &[u8]| {
        let start = part.as_ptr() as usize - bytes.as_ptr() as usize;
        start..start + part.len()
    };
    headers
        .iter()
        .map(|header| Header {
            name: header.name.to_owned(),
            value: String::from_utf8_lossy(header.value).into_owned(),
            name_range: range(header.name.as_bytes()),
            value_range: range(header.value),
        })
        .collect()
}

/// What tells a body's end (RFC 9112 6.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyFraming {
    /// There is no body.
    Empty,
    /// `Content-Length` octets.
    Length(u64),
    /// The chunked transfer coding.
    Chunked,
    /// Everything until the connection closes.
    UntilClose,
}

/// Which framing a request's body has; `None` when its fields contradict each other.
pub fn request_body(head: &Head) -> Option<BodyFraming> {
    match (transfer_coded(head), content_length(head)) {
        // A transfer coding overrides Content-Length.
        (Some(true), _) => Some(BodyFraming::Chunked),
        (None, Ok(Some(0) | None)) => Some(BodyFraming::Empty),
        (None, Ok(Some(length))) => Some(BodyFraming::Length(length)),
        _ => None,
    }
}

/// Which framing the body of a response to `method` has; `None` when its fields contradict each other.
pub fn response_body(head: &Head, method: Option<&str>) -> Option<BodyFraming> {
    let status = head.status()?;
    if method == Some("HEAD") || (100..200).contains(&status) || status == 204 || status == 304 {
        return Some(BodyFraming::Empty);
    }
    match (transfer_coded(head), content_length(head)) {
        (Some(true), _) => Some(BodyFraming::Chunked),
        (Some(false), _) | (None, Ok(None)) => Some(BodyFraming::UntilClose),
        (None, Ok(Some(0))) => Some(BodyFraming::Empty),
        (None, Ok(Some(length))) => Some(BodyFraming::Length(length)),
        (None, Err(())) => None,
    }
}

/// Whether a transfer coding applies, and whether `chunked` is the last.
fn transfer_coded(head: &Head) -> Option<bool> {
    let value = head.values("transfer-encoding").next_back()?;
    let last = value.rsplit(',').next().unwrap_or_default();
    Some(last.trim().eq_ignore_ascii_case("chunked"))
}

/// The one length that all `Content-Length` fields agree on.
fn content_length(head: &Head) -> Result<Option<u64>, ()> {
    let mut length = None;
    let items = head
        .values("content-length")
        .flat_map(|value| value.split(','));
    for item in items.map(str::trim) {
        if item.is_empty() || !item.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(());
        }
        let value: u64 = item.parse().map_err(|_| ())?;
        if length.is_some_and(|length| length != value) {
            return Err(());
        }
        length = Some(value);
    }
    Ok(length)
}

/// Whether a response's body is an event stream as it stands: neither compressed nor otherwise encoded.
pub fn is_event_stream(head: &Head) -> bool {
    let media_type = head.header("content-type").unwrap_or_default();
    let media_type = media_type.split(';').next().unwrap_or_default().trim();
    let is_plain = |name, coding: &str| {
        head.values(name)
            .all(|value| value.trim().eq_ignore_ascii_case(coding))
    };
    head.status().is_some()
        && media_type.eq_ignore_ascii_case("text/event-stream")
        && is_plain("content-encoding", "identity")
        && is_plain("transfer-encoding", "chunked")
}

/// A chunked body broke its grammar (RFC 9112 7.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a chunk's size line is not hexadecimal digits, or a chunk does not end with CRLF")]
pub struct ChunkError {
    /// Bytes that were well formed before it.
    pub used: usize,
}

/// Finds a body's end, in bytes that come piece by piece.
#[derive(Debug, Clone)]
pub enum BodyScanner {
    Length(u64),
    Chunked(ChunkScanner),
    UntilClose,
}

impl BodyScanner {
    /// A scanner for a body; `None` when there is none.
    pub fn new(framing: BodyFraming) -> Option<Self> {
        match framing {
            BodyFraming::Empty => None,
            BodyFraming::Length(length) => Some(Self::Length(length)),
            BodyFraming::Chunked => Some(Self::Chunked(ChunkScanner::default())),
            BodyFraming::UntilClose => Some(Self::UntilClose),
        }
    }

    /// How many of `bytes` belong to the body, and whether it ends with them.
    pub fn advance(&mut self, bytes: &[u8]) -> Result<(usize, bool), ChunkError> {
        match self {
            Self::Length(left) => {
                let taken =
                    usize::try_from(*left).map_or(bytes.len(), |left| left.min(bytes.len()));
                *left -= taken as u64;
                Ok((taken, *left == 0))
            }
            Self::Chunked(scanner) => scanner.advance(bytes, |_| ()),
            Self::UntilClose => Ok((bytes.len(), false)),
        }
    }
}

/// How far into a chunked body some bytes go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChunkEnd {
    /// They end inside a chunk.
    None,
    /// A chunk ends with them, and more are to come.
    Chunk,
    /// The body ends with them.
    Body,
}

/// Where in a chunked body the next byte stands.
///
/// ```text
/// chunk = chunk-size [ chunk-ext ] CRLF chunk-data CRLF                RFC 9112 7.1
/// ```
#[derive(Debug, Clone, Default)]
enum ChunkState {
    #[default]
    Size,
    Extension,
    Data,
    DataEnd,
    TrailerStart,
    TrailerLine,
}

/// Walks a chunked body.
#[derive(Debug, Clone, Default)]
pub struct ChunkScanner {
    state: ChunkState,
    size: u64,
    digits: u8,
}

impl ChunkScanner {
    /// How many of `bytes` belong to the body, and whether it ends with them; each piece of data goes to `data`.
    fn advance(
        &mut self,
        bytes: &[u8],
        mut data: impl FnMut(&[u8]),
    ) -> Result<(usize, bool), ChunkError> {
        let mut used = 0;
        loop {
            let step = self.advance_chunk(&bytes[used..], &mut data);
            let (more, end) = step.map_err(|error| ChunkError {
                used: used + error.used,
            })?;
            used += more;
            if end != ChunkEnd::Chunk {
                return Ok((used, end == ChunkEnd::Body));
            }
        }
    }

    /// The same up to the end of one chunk.
    pub fn advance_chunk(
        &mut self,
        bytes: &[u8],
        mut data: impl FnMut(&[u8]),
    ) -> Result<(usize, ChunkEnd), ChunkError> {
        let mut index = 0;
        while index < bytes.len() {
            let byte = bytes[index];
            match self.state {
                ChunkState::Data => {
                    let rest = bytes.len() - index;
                    let taken = usize::try_from(self.size).map_or(rest, |left| left.min(rest));
                    data(&bytes[index..index + taken]);
                    self.size -= taken as u64;
                    index += taken;
                    if self.size == 0 {
                        self.state = ChunkState::DataEnd;
                    }
                    continue;
                }
                ChunkState::Size => {
                    if !self.size_byte(byte) {
                        return Err(ChunkError { used: index });
                    }
                }
                ChunkState::Extension if byte == b'\n' => self.size_line_ended(),
                ChunkState::Extension => {}
                ChunkState::DataEnd => match byte {
                    b'\r' => {}
                    b'\n' => {
                        *self = Self::default();
                        return Ok((index + 1, ChunkEnd::Chunk));
                    }
                    _ => return Err(ChunkError { used: index }),
                },
                ChunkState::TrailerStart => match byte {
                    b'\r' => {}
                    b'\n' => return Ok((index + 1, ChunkEnd::Body)),
                    _ => self.state = ChunkState::TrailerLine,
                },
                ChunkState::TrailerLine if byte == b'\n' => self.state = ChunkState::TrailerStart,
                ChunkState::TrailerLine => {}
            }
            index += 1;
        }
        Ok((index, ChunkEnd::None))
    }

    /// Takes a byte of a size line; false when it does not belong there.
    fn size_byte(&mut self, byte: u8) -> bool {
        match (byte as char).to_digit(16) {
            Some(digit) if self.digits < 16 => {
                self.digits += 1;
                self.size = self.size << 4 | u64::from(digit);
                true
            }
            None if self.digits > 0 && matches!(byte, b'\r' | b';' | b' ' | b'\t') => {
                self.state = ChunkState::Extension;
                true
            }
            None if self.digits > 0 && byte == b'\n' => {
                self.size_line_ended();
                true
            }
            _ => false,
        }
    }

    fn size_line_ended(&mut self) {
        self.state = match self.size {
            0 => ChunkState::TrailerStart,
            _ => ChunkState::Data,
        };
    }
}

/// The data of a chunked body, as much of it as is there and well formed.
pub fn dechunk(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    let _ = ChunkScanner::default().advance(body, |data| out.extend_from_slice(data));
    out
}

/// A part of a chunked body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChunkPart {
    pub kind: ChunkPartKind,
    /// Where it stands in the body.
    pub range: Range<usize>,
}

/// What a part of a chunked body is (RFC 9112 7.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChunkPartKind {
    /// The size in hexadecimal digits, extensions, CRLF.
    Size,
    Data,
    /// CRLF after the data.
    DataEnd,
    /// A field line after the last chunk.
    Trailer,
    /// The empty line at the end.
    End,
    /// What is not looked at any further.
    Rest,
}

/// Takes a chunked body apart: every byte of it, in at most about `limit` parts.
pub fn chunk_parts(body: &[u8], limit: usize) -> Vec<ChunkPart> {
    let mut parts: Vec<ChunkPart> = Vec::new();
    let (mut at, mut left, mut is_last) = (0, 0, false);
    while at < body.len() {
        let line_end = body[at..].iter().position(|byte| *byte == b'\n');
        let line_end = line_end.map_or(body.len(), |feed| at + feed + 1);
        let before = parts.last().map(|part| part.kind);
        let is_empty = body[at..line_end].trim_ascii().is_empty();
        let (kind, end) = match before {
            _ if parts.len() >= limit => (ChunkPartKind::Rest, body.len()),
            Some(ChunkPartKind::Size) if !is_last => {
                let rest = body.len() - at;
                let taken = usize::try_from(left).map_or(rest, |left| rest.min(left));
                (ChunkPartKind::Data, at + taken)
            }
            Some(ChunkPartKind::Data) => (ChunkPartKind::DataEnd, line_end),
            Some(ChunkPartKind::End) => (ChunkPartKind::Rest, body.len()),
            _ if is_last && is_empty => (ChunkPartKind::End, line_end),
            _ if is_last => (ChunkPartKind::Trailer, line_end),
            _ => {
                left = chunk_size(&body[at..line_end]);
                is_last = left == 0;
                (ChunkPartKind::Size, line_end)
            }
        };
        parts.push(ChunkPart {
            kind,
            range: at..end,
        });
        at = end;
    }
    parts
}

/// Whether bytes begin with the last chunk, whose size is 0.
pub fn is_last_chunk(bytes: &[u8]) -> bool {
    let line = bytes.split_inclusive(|byte| *byte == b'\n').next();
    line.is_some_and(|line| line.ends_with(b"\n") && chunk_size(line) == 0)
}

fn chunk_size(line: &[u8]) -> u64 {
    let digits = line
        .iter()
        .take(16)
        .map_while(|byte| (*byte as char).to_digit(16));
    digits.fold(0, |size, digit| size << 4 | u64::from(digit))
}

/// The path of a request target, in origin-form or absolute-form (RFC 9112 3.2), without its query.
pub fn path(target: &str) -> &str {
    let origin = match target.find("://") {
        Some(scheme) if !target.starts_with('/') => {
            let authority = &target[scheme + 3..];
            let path = authority.find(['/', '?', '#']).map(|end| &authority[end..]);
            path.filter(|path| path.starts_with('/')).unwrap_or("/")
        }
        _ => target,
    };
    origin.split(['?', '#']).next().unwrap_or(origin)
}

/// A parameter of a request target's query, as it stands.
pub fn query_parameter<'a>(target: &'a str, name: &str) -> Option<&'a str> {
    let (_, query) = target.split_once('?')?;
    query.split('&').find_map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        (key == name).then_some(value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const REQUEST: &[u8] = b"POST /a?b=1&c HTTP/1.1\r\nHost: x\r\nCookie: a=1; wireglass=zz\r\nContent-Length: 5\r\n\r\nhello";

    #[test]
    fn a_head_ends_at_its_empty_line_however_it_is_split() {
        let end = REQUEST.len() - 5;
        for split in 0..end {
            let mut scanner = HeadScanner::default();
            let first = scanner.find_end(&REQUEST[..split]);
            assert_eq!(first, None);
            assert_eq!(scanner.find_end(&REQUEST[split..]), Some(end - split));
        }
    }

    #[test]
    fn every_byte_of_a_chunked_body_has_its_part() {
        use ChunkPartKind::{Data, DataEnd, End, Size, Trailer};
        let body = b"3;x=1\r\nabc\r\n0\r\nA: b\r\n\r\n";
        let parts = chunk_parts(body, 100);
        let kinds: Vec<_> = parts.iter().map(|part| part.kind).collect();
        assert_eq!(kinds, [Size, Data, DataEnd, Size, Trailer, End]);
        for length in 0..body.len() {
            let parts = chunk_parts(&body[..length], 4);
            let ends: Vec<_> = parts.iter().map(|part| part.range.end).collect();
            let starts = parts.iter().map(|part| part.range.start).skip(1);
            assert!(starts.eq(ends.iter().copied().take(ends.len().saturating_sub(1))));
            assert_eq!(ends.last().copied().unwrap_or(0), length);
        }
    }

    #[test]
    fn a_request_keeps_case_and_order() {
        let head = parse_request(REQUEST).unwrap().unwrap();
        assert_eq!(head.headers[0].name, "Host");
        assert_eq!(head.cookie("wireglass"), Some("zz"));
        assert_eq!(request_body(&head), Some(BodyFraming::Length(5)));
        assert_eq!(&REQUEST[head.headers[0].value_range.clone()], b"x");
        assert_eq!(head.length, REQUEST.len() - 5);
    }

    #[test]
    fn a_response_to_head_and_a_304_have_no_body() {
        let head = parse_response(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n")
            .unwrap()
            .unwrap();
        assert_eq!(response_body(&head, Some("HEAD")), Some(BodyFraming::Empty));
        assert_eq!(
            response_body(&head, Some("GET")),
            Some(BodyFraming::Length(9))
        );
        let head = parse_response(b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n")
            .unwrap()
            .unwrap();
        assert_eq!(response_body(&head, Some("GET")), Some(BodyFraming::Empty));
    }

    #[test]
    fn a_transfer_coding_overrides_a_length() {
        let request = b"POST / HTTP/1.1\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n";
        let head = parse_request(request).unwrap().unwrap();
        assert_eq!(request_body(&head), Some(BodyFraming::Chunked));
    }

    #[test]
    fn contradicting_lengths_have_no_framing() {
        let head =
            parse_request(b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n")
                .unwrap()
                .unwrap();
        assert_eq!(request_body(&head), None);
    }

    #[test]
    fn a_chunked_body_ends_after_its_trailers_however_it_is_split() {
        let body: &[u8] = b"4;x=y\r\nWiki\r\n5\r\npedia\r\n0\r\nTrailer: z\r\n\r\nGET";
        let end = body.len() - 3;
        for split in 0..end {
            let mut scanner = ChunkScanner::default();
            let (first, done) = scanner.advance(&body[..split], |_| ()).unwrap();
            assert_eq!((first, done), (split, false));
            assert_eq!(
                scanner.advance(&body[split..], |_| ()),
                Ok((end - split, true))
            );
        }
        assert_eq!(dechunk(body), b"Wikipedia");
    }

    #[test]
    fn only_a_plain_response_is_an_event_stream() {
        let is_event_stream = |fields: &str| {
            let head = format!("HTTP/1.1 200 OK\r\nContent-Type: {fields}\r\n\r\n");
            is_event_stream(&parse_response(head.as_bytes()).unwrap().unwrap())
        };
        assert!(is_event_stream("text/event-stream"));
        assert!(is_event_stream(
            "Text/Event-Stream; charset=utf-8\r\nTransfer-Encoding: chunked"
        ));
        assert!(!is_event_stream("text/html"));
        assert!(!is_event_stream(
            "text/event-stream\r\nContent-Encoding: gzip"
        ));
        assert!(!is_event_stream(
            "text/event-stream\r\nTransfer-Encoding: gzip, chunked"
        ));
    }

    #[test]
    fn a_bad_chunk_size_is_an_error() {
        assert_eq!(
            ChunkScanner::default().advance(b"zz\r\n", |_| ()),
            Err(ChunkError { used: 0 })
        );
        let digits = b"11111111111111111\r\n";
        assert_eq!(
            ChunkScanner::default().advance(digits, |_| ()),
            Err(ChunkError { used: 16 })
        );
    }

    #[test]
    fn targets_have_paths_and_parameters() {
        assert_eq!(path("/socket.io/?EIO=4"), "/socket.io/");
        assert_eq!(path("http://h:1/inspector/feed?x"), "/inspector/feed");
        assert_eq!(path("http://h"), "/");
        assert_eq!(path("http://h?/inspector/"), "/");
        assert_eq!(query_parameter("/s?a=1&sid=xy", "sid"), Some("xy"));
        assert_eq!(query_parameter("/s", "sid"), None);
    }
}
