//! How a refusal is said: the same JSON on every transport, and a status over HTTP.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;

use crate::{
    chat::Refusal,
    places::{self, Full},
    refusal::{refuse, refuse_for},
};

/// Why a request is not served: the chat refuses it, or it was not understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error(transparent)]
    Chat(#[from] Refusal),
    #[error(transparent)]
    Full(#[from] Full),
    #[error("{0}")]
    BadRequest(String),
    #[error("the message is too large: at most {0} bytes")]
    BodyTooLarge(usize),
    #[error("`after` is a message's id: a whole number")]
    BadAfter,
    #[error(
        "`recent` is a number of messages: 0 to {}",
        crate::chat::subscription::MAX_RECENT
    )]
    BadRecent,
    #[error("`wait` is a number of seconds: 0 to {}", super::polling::MAX_WAIT)]
    BadWait,
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
            Self::Full(_) => "too_many_connections",
            Self::BadRequest(_) => "bad_request",
            Self::BodyTooLarge(_) => "body_too_large",
            Self::BadAfter => "bad_after",
            Self::BadRecent => "bad_recent",
            Self::BadWait => "bad_wait",
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
            Self::Chat(Refusal::Busy | Refusal::TooManyRooms | Refusal::HistoryFailed) => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::Full(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Chat(Refusal::UnknownPerson) => StatusCode::NOT_FOUND,
            Self::BodyTooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            _ => StatusCode::BAD_REQUEST,
        }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let (status, code, text) = (self.status(), self.code(), self.to_string());
        match self {
            Self::Chat(Refusal::RateLimited { retry_after }) => {
                refuse_for(retry_after.as_secs() + 1, status, code, &text)
            }
            Self::Chat(Refusal::Busy) => refuse_for(1, status, code, &text),
            Self::Full(_) => refuse_for(places::RETRY_AFTER, status, code, &text),
            _ => refuse(status, code, &text),
        }
    }
}
