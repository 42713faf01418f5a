//! How a refusal is said: the same JSON on every transport, and a status over HTTP.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use crate::chat::Refusal;

/// Why a request is not served: the chat refuses it, or it was not understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error(transparent)]
    Chat(#[from] Refusal),
    #[error("{0}")]
    BadRequest(String),
    #[error("`after` is a message's id: a whole number")]
    BadAfter,
    #[error(
        "`recent` is a number of messages: 0 to {}",
        crate::chat::subscription::MAX_RECENT
    )]
    BadRecent,
    #[error("`wait` is a number of seconds: 0 to {}", super::polling::MAX_WAIT)]
    BadWait,
    #[error("the body is too large: at most {0} bytes")]
    BodyTooLarge(usize),
}

/// `{"error","code"}`, and the name that the sender gave the message where there is one.
#[derive(Debug, Serialize)]
pub struct Words {
    error: String,
    code: &'static str,
    #[serde(rename = "clientOffset", skip_serializing_if = "Option::is_none")]
    client_offset: Option<String>,
}

impl Refused {
    /// Its name for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Chat(refusal) => refusal.code(),
            Self::BadRequest(_) => "bad_request",
            Self::BadAfter => "bad_after",
            Self::BadRecent => "bad_recent",
            Self::BadWait => "bad_wait",
            Self::BodyTooLarge(_) => "body_too_large",
        }
    }

    /// As it is said to somebody.
    pub fn words(&self, client_offset: Option<String>) -> Words {
        Words {
            error: self.to_string(),
            code: self.code(),
            client_offset,
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::Chat(Refusal::RateLimited { .. }) => StatusCode::TOO_MANY_REQUESTS,
            Self::Chat(Refusal::Busy | Refusal::HistoryFailed) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Chat(Refusal::UnknownPerson) => StatusCode::NOT_FOUND,
            Self::BodyTooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            _ => StatusCode::BAD_REQUEST,
        }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let mut response = (self.status(), Json(self.words(None))).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        let retry_after = match self {
            Self::Chat(Refusal::RateLimited { retry_after }) => {
                Some(retry_after.as_secs_f64().ceil() as u64)
            }
            Self::Chat(Refusal::Busy) => Some(1),
            _ => None,
        };
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, seconds.max(1).into());
        }
        response
    }
}
