//! The pages, by askama.

use askama::Template;
use axum::{
    http::{HeaderMap, Method, StatusCode, Uri, header},
    response::{Html, IntoResponse, Response},
};

use super::{assets::IMPORT_MAP, security, session};
use crate::refusal::refuse;

/// `/`: the chat with the inspector beside it.
#[derive(Debug, Template)]
#[template(path = "index.html")]
struct IndexPage {
    import_map: &'static str,
    version: &'static str,
}

/// `GET /`
pub async fn index(headers: HeaderMap) -> Response {
    let page = IndexPage {
        import_map: IMPORT_MAP,
        version: env!("CARGO_PKG_VERSION"),
    };
    let html = match page.render() {
        Ok(html) => html,
        Err(error) => {
            tracing::error!(%error, "a page was not rendered");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    let mut response = (security::page_headers(), Html(html)).into_response();
    let cookie = match session::cookie(&headers) {
        Some(_) => None,
        None => session::fresh(),
    };
    if let Some(cookie) = cookie {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

/// A path that is asked in a way that it does not answer.
pub async fn not_so(method: Method, uri: Uri) -> Response {
    let error = format!("{} does not answer {method}", uri.path());
    refuse(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", &error)
}

/// Any path that leads nowhere: in JSON where JSON is spoken.
pub async fn nothing_here(uri: Uri) -> Response {
    let path = uri.path();
    match path.starts_with("/chat/") || path.starts_with("/inspector/") {
        true => {
            let error = format!("there is nothing at {path}");
            refuse(StatusCode::NOT_FOUND, "not_found", &error)
        }
        false => {
            let text = "there is nothing at this path; the chat is at /\n";
            (StatusCode::NOT_FOUND, text).into_response()
        }
    }
}
