//! What a refused request is told: JSON, as docs/chat.md has it.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

/// The code of a refusal, beside its answer: for the log and the metrics.
#[derive(Debug, Clone, Copy)]
pub struct Code(pub &'static str);

/// `{"error":"…","code":"…"}`; the line ends, so that a terminal shows it well.
pub fn refuse(status: StatusCode, code: &'static str, error: &str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    let body = format!("{}\n", json!({ "error": error, "code": code }));
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
