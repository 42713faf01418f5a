//! What keeps other sites out, and text from becoming code.

use std::{
    net::IpAddr,
    sync::{Arc, LazyLock},
};

use axum::{
    extract::{Request, State},
    http::{
        HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Version, header, uri::Authority,
    },
    middleware::Next,
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::assets::IMPORT_MAP;
use crate::{refusal::refuse, transport::websocket};

/// Headers of a page. The import map is the only inline script, and is allowed by its hash.
pub fn page_headers() -> [(HeaderName, String); 3] {
    static POLICY: LazyLock<String> = LazyLock::new(|| {
        let hash = STANDARD.encode(Sha256::digest(IMPORT_MAP));
        format!(
            "default-src 'none'; script-src 'self' 'sha256-{hash}'; style-src 'self'; \
             img-src 'self' data:; connect-src 'self'; font-src 'self'; \
             base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
        )
    });
    [
        (header::CONTENT_SECURITY_POLICY, POLICY.clone()),
        (CROSS_ORIGIN_OPENER_POLICY, "same-origin".to_owned()),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ]
}

/// A page of another site that opens this one, or is opened by it, gets no hold of it.
const CROSS_ORIGIN_OPENER_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-opener-policy");

/// Other sites' pages may embed the answer, or not.
pub const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-resource-policy");

/// The headers of every answer. An answer that says itself who may embed it is left to it.
pub async fn protect(mut response: Response) -> Response {
    let headers = response.headers_mut();
    let set = HeaderValue::from_static;
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, set("nosniff"));
    headers.insert(header::REFERRER_POLICY, set("no-referrer"));
    headers
        .entry(CROSS_ORIGIN_RESOURCE_POLICY)
        .or_insert(set("same-origin"));
    response
}

/// Origins besides the server's own whose pages may connect.
#[derive(Debug, Clone, Default)]
pub struct AllowedOrigins(pub Arc<[String]>);

/// Lets pages of the allowed origins read what they ask for (CORS, in the Fetch standard): by polling, too.
pub fn allow_cross_origin(allowed: &AllowedOrigins) -> CorsLayer {
    let origins = allowed.0.iter().filter_map(|origin| origin.parse().ok());
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_methods([Method::GET, Method::POST, Method::DELETE])
        .allow_headers([header::CONTENT_TYPE, header::IF_NONE_MATCH])
        .expose_headers([header::ETAG, header::RETRY_AFTER])
}

/// Refuses what pages of other sites ask for (RFC 6455 10.2), and what a page asks for under a name that was
/// made to lead here. Programs that are no browsers send no Origin, and pass.
pub async fn check_origin(
    State(allowed): State<AllowedOrigins>,
    request: Request,
    next: Next,
) -> Response {
    let hosts = request.headers().get_all(header::HOST).into_iter().count();
    if request.version() == Version::HTTP_11 && hosts != 1 {
        let error = "a request names one Host (RFC 9112 3.2)";
        return refuse(StatusCode::BAD_REQUEST, "bad_request", error);
    }
    // Whoever looks whether the server lives may do so by any name.
    let has_secrets = request.uri().path() != "/healthz";
    match allowed.judge(request.headers(), has_secrets) {
        Ok(()) => next.run(request).await,
        Err(foreign) => {
            let headers = request.headers();
            let (origin, host) = (headers.get(header::ORIGIN), headers.get(header::HOST));
            tracing::info!(?origin, ?host, "a foreign page, or a foreign name");
            refuse(
                StatusCode::FORBIDDEN,
                "foreign_origin",
                &foreign.to_string(),
            )
        }
    }
}

/// Why a request is not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
enum Foreign {
    #[error("this Origin may not connect here; --allow-origin lets it")]
    Origin,
    #[error(
        "this Host is no name of a local network; --allow-origin with the page's origin lets it"
    )]
    Host,
}

impl AllowedOrigins {
    /// A browser tells the Origin of a page with everything but plain GETs of its own site; for those, where
    /// there is something to be read, Host has to do.
    fn judge(&self, headers: &HeaderMap, has_secrets: bool) -> Result<(), Foreign> {
        let host = headers.get(header::HOST).map(HeaderValue::as_bytes);
        let Some(origin) = headers.get(header::ORIGIN) else {
            return match host {
                Some(host) if has_secrets && !self.has_host(host) => Err(Foreign::Host),
                _ => Ok(()),
            };
        };
        let is_allowed = (self.0.iter())
            .any(|allowed| origin.as_bytes().eq_ignore_ascii_case(allowed.as_bytes()));
        let is_own = || {
            let own = authority(origin.as_bytes()).zip(host);
            own.is_some_and(|(origin, host)| origin.eq_ignore_ascii_case(host) && is_local(host))
        };
        match is_allowed || is_own() {
            true => Ok(()),
            false => Err(Foreign::Origin),
        }
    }

    fn has_host(&self, host: &[u8]) -> bool {
        let mut allowed = self.0.iter();
        is_local(host)
            || allowed.any(|allowed| {
                authority(allowed.as_bytes())
                    .is_some_and(|allowed| allowed.eq_ignore_ascii_case(host))
            })
    }
}

/// Host and port of an origin.
fn authority(origin: &[u8]) -> Option<&[u8]> {
    let scheme = origin.windows(3).position(|window| window == b"://")?;
    Some(&origin[scheme + 3..])
}

/// Whether a Host can only be of this machine or a local network. Anybody can make a name of the public DNS
/// lead here, and so make his page look as if it were ours (DNS rebinding), but not one of these.
fn is_local(host: &[u8]) -> bool {
    const SUFFIXES: [&str; 5] = [".localhost", ".local", ".lan", ".internal", ".home.arpa"];
    let Some(authority) = str::from_utf8(host)
        .ok()
        .and_then(|host| host.parse::<Authority>().ok())
    else {
        return false;
    };
    let name = authority.host().to_ascii_lowercase();
    let address = name.trim_start_matches('[').trim_end_matches(']');
    let name = name.strip_suffix('.').unwrap_or(&name);
    address.parse::<IpAddr>().is_ok()
        || !name.contains(['.', '[', ':'])
        || SUFFIXES.iter().any(|suffix| name.ends_with(suffix))
}

/// socketioxide takes any handshake that has a key; this judges it as RFC 6455 4.2.1 says.
pub async fn check_handshake(request: Request, next: Next) -> Response {
    let is_handshake = request.uri().path().starts_with("/socket.io")
        && request
            .uri()
            .query()
            .is_some_and(|query| query.contains("transport=websocket"));
    if !is_handshake {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    match websocket::judge(&parts) {
        Ok(_) => next.run(Request::from_parts(parts, body)).await,
        Err(error) => error.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(origin: Option<&str>, host: &str, has_secrets: bool) -> Result<(), Foreign> {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().unwrap());
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, origin.parse().unwrap());
        }
        AllowedOrigins(["http://friend.test".to_owned()].into()).judge(&headers, has_secrets)
    }

    #[test]
    fn only_the_own_and_the_allowed_origins_pass() {
        let own = "127.0.0.1:3000";
        for (origin, host) in [
            ("http://127.0.0.1:3000", own),
            ("http://friend.test", own),
            ("http://CLASS.local:3000", "class.local:3000"),
            ("http://[::1]:3000", "[::1]:3000"),
        ] {
            assert_eq!(judge(Some(origin), host, true), Ok(()), "{origin} {host}");
        }
        for (origin, host) in [
            ("http://127.0.0.1:3001", own),
            ("http://evil.test", own),
            ("null", own),
            ("", own),
            ("http://127.0.0.1:3000.evil.test", own),
            // The name of another site that leads here: Origin and Host are the same.
            ("http://evil.test:3000", "evil.test:3000"),
        ] {
            let expected = Err(Foreign::Origin);
            assert_eq!(
                judge(Some(origin), host, false),
                expected,
                "{origin} {host}"
            );
        }
    }

    #[test]
    fn without_an_origin_secrets_need_a_local_host() {
        assert_eq!(judge(None, "127.0.0.1:3000", true), Ok(()));
        assert_eq!(judge(None, "friend.test", true), Ok(()));
        assert_eq!(judge(None, "evil.test", true), Err(Foreign::Host));
        assert_eq!(judge(None, "evil.test", false), Ok(()));
    }

    #[test]
    fn local_names() {
        for host in [
            "127.0.0.1",
            "192.168.1.7:3000",
            "[fe80::1]:3000",
            "[::1]",
            "localhost",
            "LOCALHOST:3000",
            "a.localhost",
            "teacher",
            "teacher:3000",
            "teacher.local",
            "teacher.local.",
            "a.b.lan",
            "host.docker.internal",
            "pi.home.arpa",
        ] {
            assert!(is_local(host.as_bytes()), "{host}");
        }
        for host in [
            "evil.test",
            "127.0.0.1.evil.test",
            "localhost.evil.test",
            "evil.test:127",
            "local.evil.com",
            "notlocal.com",
            "evil.test.",
            "",
            "a@b.test",
            "[evil.test]",
            "1.2.3",
            "a b",
        ] {
            assert!(!is_local(host.as_bytes()), "{host}");
        }
    }
}
