//! The opening handshake (RFC 6455 4).

use std::collections::{BTreeSet, HashSet};

use base64::{Engine, engine::general_purpose::STANDARD};
use sha1::{Digest, Sha1};

use super::{
    http1::Head,
    violation::{self, Violation},
    websocket::deflate::{self, Parameters},
};

/// What every server appends to the key (RFC 6455 1.3).
pub const GUID: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// The only version there is (RFC 6455 4.1).
pub const VERSION: &str = "13";

/// The value of `Sec-WebSocket-Accept`: base64(SHA-1(key + GUID)) (RFC 6455 4.2.2).
pub fn accept(key: &str) -> String {
    STANDARD.encode(digest(key))
}

/// SHA-1 of key and GUID: the step before base64.
pub fn digest(key: &str) -> [u8; 20] {
    Sha1::new()
        .chain_update(key)
        .chain_update(GUID)
        .finalize()
        .into()
}

/// Whether a key is base64 of 16 bytes (RFC 6455 4.1).
pub fn is_key(key: &str) -> bool {
    key_bytes(key).is_some()
}

/// The 16 bytes that a key stands for.
pub fn key_bytes(key: &str) -> Option<[u8; 16]> {
    STANDARD.decode(key).ok()?.try_into().ok()
}

/// What a client's handshake said, for whoever reads the answer and the frames.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Offer {
    pub key: String,
    /// Subprotocols and extensions, as the field lines say them.
    pub protocols: String,
    pub extensions: String,
}

/// What the server chose among what was offered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    pub protocol: Option<String>,
    pub extensions: String,
}

impl Offer {
    /// What a request offers.
    pub fn of(request: &Head) -> Self {
        Self {
            key: request
                .header("sec-websocket-key")
                .unwrap_or_default()
                .to_owned(),
            protocols: request.list("sec-websocket-protocol"),
            extensions: request.list("sec-websocket-extensions"),
        }
    }
}

impl Choice {
    /// What a response chooses.
    pub fn of(response: &Head) -> Self {
        Self {
            protocol: response.header("sec-websocket-protocol").map(str::to_owned),
            extensions: response.list("sec-websocket-extensions"),
        }
    }

    /// The permessage-deflate that both sides speak from here on, if any.
    pub fn deflate(&self) -> Option<Parameters> {
        let accepted = extensions(&self.extensions)?;
        let deflate = accepted
            .iter()
            .find(|extension| extension.name == deflate::NAME)?;
        Parameters::of_answer(deflate)
    }

    /// Whether an extension is spoken that is not known here: what it does to frames cannot be judged.
    pub fn has_unknown_extension(&self) -> bool {
        let is_unknown = |extension: &Extension| extension.name != deflate::NAME;
        extensions(&self.extensions).is_none_or(|accepted| accepted.iter().any(is_unknown))
    }
}

/// An extension and its parameters (RFC 6455 9.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extension {
    pub name: String,
    pub parameters: Vec<(String, Option<String>)>,
}

/// Reads a list of extensions; `None` when it breaks the grammar.
///
/// ```text
/// extension-list  = 1#extension              extension-param = token [ "=" ( token | quoted-string ) ]
/// extension       = token *( ";" extension-param )                                        RFC 6455 9.1
/// ```
pub fn extensions(value: &str) -> Option<Vec<Extension>> {
    items(value).map(extension).collect()
}

fn extension(text: &str) -> Option<Extension> {
    let mut parts = text.split(';').map(str::trim);
    let name = token(parts.next()?)?;
    let parameters = parts.map(|part| match part.split_once('=') {
        None => Some((token(part)?, None)),
        Some((name, value)) => Some((token(name.trim())?, Some(token(unquoted(value.trim()))?))),
    });
    Some(Extension {
        name,
        parameters: parameters.collect::<Option<_>>()?,
    })
}

/// A quoted value has to be a token once its quotes are off (RFC 6455 9.1).
fn unquoted(value: &str) -> &str {
    value
        .strip_prefix('"')
        .and_then(|value| value.strip_suffix('"'))
        .unwrap_or(value)
}

/// A token of HTTP (RFC 9110 5.6.2).
fn token(text: &str) -> Option<String> {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    (!text.is_empty() && text.bytes().all(is_token)).then(|| text.to_owned())
}

/// Whether the items of a list are tokens, and none stands there twice.
fn are_tokens(list: &str) -> bool {
    let mut seen = HashSet::new();
    items(list).all(|item| token(item).is_some() && seen.insert(item))
}

/// The items of a comma-separated list; empty ones do not count (RFC 9110 5.6.1.2).
pub fn items(list: &str) -> impl Iterator<Item = &str> {
    list.split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty())
}

/// Whether a request is an opening handshake, well made or not.
pub fn is_tried(request: &Head) -> bool {
    request.asks_for_websocket() || request.count("sec-websocket-key") > 0
}

/// The rules that a request for a WebSocket breaks (RFC 6455 4.1, 4.2.1).
pub fn judge_request(request: &Head) -> Vec<Violation> {
    let Some((method, _)) = request.request() else {
        return Vec::new();
    };
    let has_one_key = request.count("sec-websocket-key") == 1;
    let offered = extensions(&request.list("sec-websocket-extensions"));
    let deflates = offered
        .iter()
        .flatten()
        .filter(|extension| extension.name == deflate::NAME);
    let rules = [
        (
            violation::METHOD_NOT_GET,
            method != "GET" || request.minor_version < 1,
        ),
        (violation::HOST_MISSING, request.header("host").is_none()),
        (
            violation::KEY_INVALID,
            !(has_one_key && request.header("sec-websocket-key").is_some_and(is_key)),
        ),
        (
            violation::VERSION_WRONG,
            request.header("sec-websocket-version") != Some(VERSION)
                || request.count("sec-websocket-version") > 1,
        ),
        (
            violation::SUBPROTOCOLS_INVALID,
            !are_tokens(&request.list("sec-websocket-protocol")),
        ),
        (violation::OFFER_UNREADABLE, offered.is_none()),
        (
            violation::DEFLATE_OFFER_INVALID,
            deflates
                .clone()
                .any(|offer| Parameters::of_offer(offer).is_none()),
        ),
    ];
    violation::broken(rules)
}

/// The rules that a 101 response breaks, after such an offer (RFC 6455 4.1, 4.2.2; RFC 7692 7.1).
pub fn judge_response(response: &Head, offer: &Offer) -> Vec<Violation> {
    let accepted = response.header("sec-websocket-accept");
    let choice = Choice::of(response);
    let offered = extensions(&offer.extensions);
    let chosen = extensions(&choice.extensions);
    // What cannot be read may have offered anything.
    let names: Option<BTreeSet<&str>> = offered.as_ref().map(|offered| {
        let names = offered.iter().map(|extension| extension.name.as_str());
        names.collect()
    });
    let is_offered = |chosen: &Extension| {
        let names = names.as_ref();
        names.is_none_or(|names| names.contains(chosen.name.as_str()))
    };
    let offered = offered.as_deref().unwrap_or_default();
    let protocol_fits = |chosen: &str| {
        let is_offered = offer
            .protocols
            .split(',')
            .any(|offered| offered.trim() == chosen);
        is_offered && response.count("sec-websocket-protocol") == 1
    };
    let rules = [
        (
            violation::UPGRADE_MISSING,
            !response.has_token("upgrade", "websocket"),
        ),
        (
            violation::CONNECTION_MISSING,
            !response.has_token("connection", "upgrade"),
        ),
        (violation::ACCEPT_MISSING, accepted.is_none()),
        (
            violation::ACCEPT_REPEATED,
            response.count("sec-websocket-accept") > 1,
        ),
        (
            violation::EXTENSIONS_REPEATED,
            response.count("sec-websocket-extensions") > 1,
        ),
        (
            violation::ACCEPT_WRONG,
            accepted.is_some_and(|accepted| accepted != accept(&offer.key)),
        ),
        (
            violation::SUBPROTOCOL_NOT_OFFERED,
            choice
                .protocol
                .as_deref()
                .is_some_and(|chosen| !protocol_fits(chosen)),
        ),
        (
            violation::EXTENSION_NOT_OFFERED,
            chosen
                .as_ref()
                .is_none_or(|chosen| !chosen.iter().all(is_offered)),
        ),
        (
            violation::DEFLATE_ANSWER_INVALID,
            chosen.is_some_and(|chosen| !deflate_fits(&chosen, offered)),
        ),
    ];
    violation::broken(rules)
}

/// Whether an answer's permessage-deflate, if there is one, fits one that was offered.
fn deflate_fits(chosen: &[Extension], offered: &[Extension]) -> bool {
    let mut deflates = chosen
        .iter()
        .filter(|extension| extension.name == deflate::NAME);
    let Some(answer) = deflates.next() else {
        return true;
    };
    let offers = offered
        .iter()
        .filter(|extension| extension.name == deflate::NAME);
    let mut offers = offers.filter_map(Parameters::of_offer).peekable();
    // An answer to what was never offered breaks another rule.
    let fits =
        |answer: Parameters| offers.peek().is_none() || offers.any(|offer| answer.fits(&offer));
    deflates.next().is_none() && Parameters::of_answer(answer).is_some_and(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_rfc() {
        assert_eq!(
            accept("dGhlIHNhbXBsZSBub25jZQ=="),
            "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
        );
    }

    #[test]
    fn keys() {
        assert!(is_key("dGhlIHNhbXBsZSBub25jZQ=="));
        assert!(!is_key("dGhlIHNhbXBsZQ=="));
        assert!(!is_key("not base64"));
    }

    const REQUEST: &str = "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\
        Sec-WebSocket-Protocol: a, b\r\nSec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n";
    const RESPONSE: &str = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
        Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: b\r\n\
        Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=12\r\n\r\n";

    fn request(from: &str, to: &str) -> Vec<Violation> {
        let head = crate::wire::http1::parse_request(REQUEST.replace(from, to).as_bytes());
        judge_request(&head.unwrap().unwrap())
    }

    fn response(from: &str, to: &str) -> Vec<Violation> {
        let offer = crate::wire::http1::parse_request(REQUEST.as_bytes());
        let offer = Offer::of(&offer.unwrap().unwrap());
        let head = crate::wire::http1::parse_response(RESPONSE.replace(from, to).as_bytes());
        judge_response(&head.unwrap().unwrap(), &offer)
    }

    #[test]
    fn requests_are_judged() {
        assert_eq!(request("", ""), []);
        assert_eq!(request("GET", "POST"), [violation::METHOD_NOT_GET]);
        assert_eq!(request("Host: x\r\n", ""), [violation::HOST_MISSING]);
        assert_eq!(request("bXBsZSBub25jZQ", "bX"), [violation::KEY_INVALID]);
        assert_eq!(
            request("Version: 13", "Version: 8"),
            [violation::VERSION_WRONG]
        );
        assert_eq!(
            request("permessage-deflate;", "permessage deflate;"),
            [violation::OFFER_UNREADABLE]
        );
        assert_eq!(
            request("client_max_window_bits", "x=1"),
            [violation::DEFLATE_OFFER_INVALID]
        );
    }

    #[test]
    fn responses_are_judged() {
        assert_eq!(response("", ""), []);
        assert_eq!(
            response("Upgrade: websocket\r\n", ""),
            [violation::UPGRADE_MISSING]
        );
        assert_eq!(
            response("Connection: Upgrade\r\n", ""),
            [violation::CONNECTION_MISSING]
        );
        assert_eq!(response("s3pPL", "t3pPL"), [violation::ACCEPT_WRONG]);
        assert_eq!(response("Accept:", "Other:"), [violation::ACCEPT_MISSING]);
        assert_eq!(
            response("Protocol: b", "Protocol: c"),
            [violation::SUBPROTOCOL_NOT_OFFERED]
        );
        assert_eq!(
            response("permessage-deflate; client_max_window_bits=12", "x"),
            [violation::EXTENSION_NOT_OFFERED]
        );
        assert_eq!(
            response("bits=12", "bits=16"),
            [violation::DEFLATE_ANSWER_INVALID]
        );
    }
}
