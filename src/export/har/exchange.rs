//! A request and its response.

use std::borrow::Cow;

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use super::{Entry, PAGE, UNKNOWN, parts::Parts};
use crate::{
    dissect::{self, Http},
    export::{Found, Source},
    time,
    wire::http1::{Head, Header, StartLine},
};

/// Chrome's word for a resource that is a WebSocket.
pub(super) const WEBSOCKET: &str = "websocket";

/// The URL of a request that is not in the capture any more.
const LOST: &str = "wireglass:lost";

/// What Chrome writes for a type that was not said.
const UNKNOWN_TYPE: &str = "x-unknown";

/// A whole entry, but for a WebSocket's messages and frames.
pub(super) fn json(
    entry: &Entry,
    request: Option<&Found>,
    response: Option<&Found>,
    parts: &Parts,
    source: &Source,
) -> Value {
    let started = source.store.time(entry.started);
    let milliseconds = |from: &Found, to: u64| {
        let nanoseconds = to.checked_sub(from.record.at)?;
        Some(nanoseconds as f64 / 1e6)
    };
    // Only first bytes have a time, so sending and receiving cannot be told apart from waiting; but where a
    // response lasted, its parts have times of their own.
    let wait = request
        .zip(response)
        .and_then(|(request, response)| milliseconds(request, response.record.at));
    let receive = response
        .zip(parts.ended)
        .and_then(|(response, ended)| milliseconds(response, ended));
    let connection = source.store.connection(entry.connection);
    let is_over = connection
        .as_ref()
        .is_none_or(|connection| connection.closed.get().is_some());
    let response = Message::new(response, source).with(parts, is_over);
    let is_websocket = !entry.frames.is_empty() || response.status() == Some(101);
    let mut json = json!({
        "pageref": PAGE,
        "startedDateTime": time::rfc3339(started),
        "time": wait.unwrap_or_default() + receive.unwrap_or_default(),
        "request": Message::new(request, source).request(entry, is_websocket, source),
        "response": response.response(),
        "cache": {},
        "timings": { "send": UNKNOWN, "wait": or_unknown(wait), "receive": or_unknown(receive) },
        "connection": entry.connection.to_string(),
        "_wireglassRecords": { "request": entry.request, "response": entry.response },
    });
    if is_websocket {
        json["_resourceType"] = WEBSOCKET.into();
    }
    if !entry.parts.is_empty() {
        json["_wireglassRecords"]["parts"] = entry.parts.clone().into();
    }
    if let Some(local) = connection.and_then(|connection| connection.local.get().copied()) {
        json["serverIPAddress"] = local.ip().to_string().into();
    }
    json
}

/// A time that may not be known. Whole numbers are written without a point.
fn or_unknown(milliseconds: Option<f64>) -> Value {
    milliseconds.map_or(UNKNOWN.into(), Value::from)
}

/// One half of an exchange, as far as it is there.
struct Message<'a> {
    found: Option<&'a Found>,
    http: Option<Box<Http>>,
    /// What was kept of the body, without its transfer coding.
    body: Vec<u8>,
    /// What the parts of a response that lasted lack.
    lacks: Option<&'static str>,
    is_body_missing: bool,
}

impl<'a> Message<'a> {
    fn new(found: Option<&'a Found>, source: &Source) -> Self {
        let http = found.and_then(|found| source.dissect(found).http);
        let body = match (found, &http) {
            (Some(found), Some(http)) => dissect::http::body(&http.head, &found.wire).into_owned(),
            _ => Vec::new(),
        };
        Self {
            found,
            http,
            body,
            lacks: None,
            is_body_missing: false,
        }
    }

    /// The same with the parts that follow its head.
    fn with(mut self, parts: &Parts, is_over: bool) -> Self {
        self.body.extend_from_slice(&parts.content);
        self.is_body_missing = parts.is_missing();
        if let (Some(http), Some(found)) = (&mut self.http, self.found) {
            http.body_length += parts.length;
            let is_stream = found.record.part.is_some();
            self.lacks = (is_stream.then(|| parts.comment(&http.head, is_over))).flatten();
        }
        self
    }

    fn head(&self) -> Option<&Head> {
        self.http.as_ref().map(|http| &http.head)
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.head().and_then(|head| head.header(name))
    }

    fn status(&self) -> Option<u16> {
        self.head()?.status()
    }

    fn request(&self, entry: &Entry, is_websocket: bool, source: &Source) -> Value {
        let (method, target) = self.head().and_then(Head::request).unwrap_or_default();
        let url = match self.head() {
            Some(_) => self.url(target, is_websocket, entry, source),
            None => LOST.to_owned(),
        };
        let mut request = self.shared("cookie");
        request["method"] = method.into();
        request["url"] = url.into();
        request["queryString"] = query(target);
        if !self.body.is_empty() {
            let mut data = self.text();
            data["mimeType"] = self.header("content-type").unwrap_or_default().into();
            request["postData"] = data;
        }
        request
    }

    fn response(&self) -> Value {
        let reason = match self.head().map(|head| &head.start) {
            Some(StartLine::Response { reason, .. }) => reason.as_str(),
            _ => "",
        };
        let mut content = match self.body.is_empty() {
            true => json!({}),
            false => self.text(),
        };
        content["size"] = size(self.body_size());
        let kind = self.header("content-type").unwrap_or(UNKNOWN_TYPE);
        content["mimeType"] = kind.into();
        let mut response = self.shared("set-cookie");
        response["status"] = self.status().unwrap_or_default().into();
        response["statusText"] = reason.into();
        response["content"] = content;
        response["redirectURL"] = self.header("location").unwrap_or_default().into();
        response
    }

    /// What requests and responses have in common; each has a field of its own for cookies.
    fn shared(&self, cookies: &str) -> Value {
        let headers = self.head().map_or(&[][..], |head| &head.headers);
        let pair = |header: &Header| json!({ "name": header.name, "value": header.value });
        let cookies = headers
            .iter()
            .filter(|header| header.name.eq_ignore_ascii_case(cookies));
        let version = self
            .head()
            .map(|head| format!("HTTP/1.{}", head.minor_version));
        let sizes = self.http.as_ref();
        let mut shared = json!({
            "httpVersion": version.unwrap_or_default(),
            "headers": headers.iter().map(pair).collect::<Vec<_>>(),
            "cookies": cookies.flat_map(cookie_pairs).collect::<Vec<_>>(),
            "headersSize": size(sizes.map(|http| http.head.length as u64)),
            "bodySize": size(sizes.map(|http| http.body_length).filter(|_| !self.is_body_missing)),
        });
        if let Some(comment) = self.comment() {
            shared["comment"] = comment.into();
        }
        shared
    }

    /// What is missing.
    fn comment(&self) -> Option<String> {
        let Some(found) = self.found else {
            return Some("not in the capture: lost, or not made yet".to_owned());
        };
        let record = &found.record;
        match (&self.http, record.is_truncated(), record.incomplete) {
            (None, ..) => Some("its head was not kept".to_owned()),
            (_, true, _) => Some(format!(
                "{} of its {} bytes were kept",
                record.kept, record.length
            )),
            (_, _, true) => Some("the connection ended before it was whole".to_owned()),
            _ => self.lacks.map(str::to_owned),
        }
    }

    /// The body's length without its transfer coding, as far as it is known.
    fn body_size(&self) -> Option<u64> {
        let http = self.http.as_ref()?;
        let is_whole = !self.found?.record.is_truncated() && !self.is_body_missing;
        let is_plain = http.head.header("transfer-encoding").is_none();
        match is_whole {
            true => Some(self.body.len() as u64),
            false => (is_plain && !self.is_body_missing).then_some(http.body_length),
        }
    }

    /// Text as text, and bytes as base64.
    fn text(&self) -> Value {
        match std::str::from_utf8(&self.body) {
            Ok(text) => json!({ "text": text }),
            Err(_) => json!({ "text": BASE64_STANDARD.encode(&self.body), "encoding": "base64" }),
        }
    }

    fn url(&self, target: &str, is_websocket: bool, entry: &Entry, source: &Source) -> String {
        if !target.starts_with('/') {
            return target.to_owned();
        }
        let scheme = if is_websocket { "ws" } else { "http" };
        let host = self.header("host").map(Cow::Borrowed).or_else(|| {
            let connection = source.store.connection(entry.connection)?;
            Some(Cow::Owned(connection.local.get()?.to_string()))
        });
        let host = host.unwrap_or("unknown.invalid".into());
        format!("{scheme}://{host}{target}")
    }
}

fn size(bytes: Option<u64>) -> Value {
    bytes.map_or(UNKNOWN.into(), Value::from)
}

/// The parameters of a target, as they stood there: nothing is decoded, as in Chrome's.
fn query(target: &str) -> Value {
    let query = target.split_once('?').map_or("", |(_, query)| query);
    let parameters = query.split('&').filter(|pair| !pair.is_empty());
    parameters
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| json!({ "name": name, "value": value }))
        .collect()
}

/// The cookies of a field: all of a request's; a response sets one, and says more of it after a semicolon.
fn cookie_pairs(header: &Header) -> Vec<Value> {
    let count = match header.name.eq_ignore_ascii_case("set-cookie") {
        true => 1,
        false => usize::MAX,
    };
    let pairs = header.value.split(';').take(count);
    pairs
        .filter_map(|pair| pair.trim().split_once('='))
        .map(|(name, value)| json!({ "name": name, "value": value }))
        .collect()
}
