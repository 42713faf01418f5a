//! What a refused request is told: JSON, as docs/chat.md has it.

use axum::{
    extract::{self, FromRequestParts},
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// The code of a refusal, beside its answer: for the log and the metrics.
#[derive(Debug, Clone, Copy)]
pub struct Code(pub &'static str);

/// `{"error":"…","code":"…"}`
pub fn refuse(status: StatusCode, code: &'static str, error: &str) -> Response {
    refuse_with(json!({ "error": error }), status, code)
}

/// The same, with more than an `error` to be said. The line ends, so that a terminal shows it well.
pub fn refuse_with(mut words: Value, status: StatusCode, code: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    words["code"] = code.into();
    let body = format!("{words}\n");
    let mut response = (status, headers, body).into_response();
    response.extensions_mut().insert(Code(code));
    response
}

/// The same, with the number of seconds after which another try makes sense.
pub fn refuse_for(seconds: u64, status: StatusCode, code: &'static str, error: &str) -> Response {
    let mut response = refuse(status, code, error);
    let headers = response.headers_mut();
    headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    response
}

/// What the query of an address asks for, or a refusal.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        match extract::Query::try_from_uri(&parts.uri) {
            Ok(extract::Query(query)) => Ok(Self(query)),
            Err(error) => Err(refuse(
                StatusCode::BAD_REQUEST,
                "bad_request",
                &error.body_text(),
            )),
        }
    }
}
