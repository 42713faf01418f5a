//! Bodies of requests are read whole before a handler sees them, within a size and a time.

use std::time::Duration;

use axum::{
    body::{Body, HttpBody},
    extract::{Request, State},
    http::StatusCode,
    middleware::Next,
    response::Response,
};
use futures_util::StreamExt;
use tokio::time::timeout;

use crate::{
    refusal::refuse,
    transport::{SLACK, largest_payload},
};

/// What is read beyond the largest body, and dropped: the answer reaches a client that has sent everything,
/// while TCP resets the connection of one that is cut off.
const MAX_DROPPED: usize = SLACK;

/// How long a body may take.
const BODY_TIME: Duration = Duration::from_secs(10);

/// Why a body is not taken.
#[derive(Debug)]
enum Failure {
    TooLarge,
    Broken(axum::Error),
}

/// Reads the request's body before anything else does; it may have so many bytes.
pub async fn gather(State(limit): State<usize>, request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    // Socket.IO's messages are told in their own words that they are too long.
    let limit = match request.uri().path().starts_with("/socket.io") {
        true => largest_payload(limit),
        false => limit,
    };
    let (parts, body) = request.into_parts();
    match timeout(BODY_TIME, read(body, limit)).await {
        Ok(Ok(bytes)) => {
            let request = Request::from_parts(parts, Body::from(bytes));
            next.run(request).await
        }
        Ok(Err(Failure::TooLarge)) => refuse(
            StatusCode::PAYLOAD_TOO_LARGE,
            "body_too_large",
            &format!("the body is too large: at most {limit} bytes"),
        ),
        Ok(Err(Failure::Broken(error))) => refuse(
            StatusCode::BAD_REQUEST,
            "bad_request",
            &format!("the body could not be read: {error}"),
        ),
        Err(_) => refuse(
            StatusCode::REQUEST_TIMEOUT,
            "body_timeout",
            &format!("the body was not whole within {} s", BODY_TIME.as_secs()),
        ),
    }
}

async fn read(body: Body, limit: usize) -> Result<Vec<u8>, Failure> {
    // Not even begun: whoever waits for a 100 (Continue) need not send it.
    if body.size_hint().lower() > (limit + MAX_DROPPED) as u64 {
        return Err(Failure::TooLarge);
    }
    let mut bytes = Vec::new();
    let mut length = 0;
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(Failure::Broken)?;
        length += chunk.len();
        if length > limit + MAX_DROPPED {
            return Err(Failure::TooLarge);
        }
        if length <= limit {
            bytes.extend_from_slice(&chunk);
        }
    }
    match length <= limit {
        true => Ok(bytes),
        false => Err(Failure::TooLarge),
    }
}
