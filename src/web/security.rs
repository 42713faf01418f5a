//! What keeps other sites out, and text from becoming code.

use std::sync::{Arc, LazyLock};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, StatusCode, Uri, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

use super::assets::IMPORT_MAP;
use crate::transport::websocket;

/// Headers of a page. The import map is the only inline script, and is allowed by its hash.
pub fn page_headers() -> [(HeaderName, String); 4] {
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
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (header::REFERRER_POLICY, "no-referrer".to_owned()),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ]
}

/// Origins besides the server's own whose pages may connect.
#[derive(Debug, Clone, Default)]
pub struct AllowedOrigins(pub Arc<[String]>);

/// Refuses WebSocket and Socket.IO requests, and changes to the capture, that a page of another site
/// sends (RFC 6455 10.2). Programs that are no browsers send no Origin, and pass.
pub async fn check_origin(
    State(allowed): State<AllowedOrigins>,
    request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path();
    let is_guarded = path.starts_with("/socket.io")
        || path.starts_with("/ws/")
        || path.starts_with("/inspector/")
        || path.starts_with("/chat/");
    if is_guarded && !is_allowed(request.headers(), &allowed) {
        let origin = request.headers().get(header::ORIGIN);
        tracing::info!(?origin, path, "refused: foreign Origin");
        let text = "this Origin may not connect here; --allow-origin lets it\n";
        return (StatusCode::FORBIDDEN, text).into_response();
    }
    next.run(request).await
}

fn is_allowed(headers: &HeaderMap, allowed: &AllowedOrigins) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else {
        return true;
    };
    let Ok(origin) = origin.to_str() else {
        return false;
    };
    if allowed
        .0
        .iter()
        .any(|allowed| allowed.eq_ignore_ascii_case(origin))
    {
        return true;
    }
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let authority = origin
        .parse::<Uri>()
        .ok()
        .and_then(|uri| uri.into_parts().authority);
    matches!((authority, host), (Some(authority), Some(host)) if authority.as_str().eq_ignore_ascii_case(host))
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

    fn allows(origin: Option<&str>, host: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().unwrap());
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, origin.parse().unwrap());
        }
        is_allowed(
            &headers,
            &AllowedOrigins(["http://friend.test".to_owned()].into()),
        )
    }

    #[test]
    fn only_the_own_and_the_allowed_origins_pass() {
        assert!(allows(None, "127.0.0.1:3000"));
        assert!(allows(Some("http://127.0.0.1:3000"), "127.0.0.1:3000"));
        assert!(allows(Some("http://friend.test"), "127.0.0.1:3000"));
        assert!(!allows(Some("http://127.0.0.1:3001"), "127.0.0.1:3000"));
        assert!(!allows(Some("http://evil.test"), "127.0.0.1:3000"));
        assert!(!allows(Some("null"), "127.0.0.1:3000"));
        assert!(!allows(
            Some("http://127.0.0.1:3000.evil.test"),
            "127.0.0.1:3000"
        ));
    }
}
