//! The pages, by askama.

use askama::Template;
use axum::{
    http::{HeaderMap, StatusCode, header},
    response::{Html, IntoResponse, Response},
};

use super::{assets::IMPORT_MAP, security, session};

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
