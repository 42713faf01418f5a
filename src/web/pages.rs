//! The pages, by askama.

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{Html, IntoResponse, Response},
};

use super::{assets::IMPORT_MAP, security, session};
use crate::refusal::refuse;

/// What the chat takes, for the page to tell before it is refused.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Most characters of a handle, and of a message, as people count them.
    pub handle: usize,
    pub message: usize,
}

/// What each page needs on which the app runs.
#[derive(Debug, Clone, Copy)]
struct App {
    import_map: &'static str,
    version: &'static str,
    limits: Limits,
}

impl App {
    fn new(limits: Limits) -> Self {
        Self {
            import_map: IMPORT_MAP,
            version: env!("CARGO_PKG_VERSION"),
            limits,
        }
    }
}

/// `/`: the chat with the inspector beside it.
#[derive(Debug, Template)]
#[template(path = "index.html")]
struct IndexPage {
    app: App,
}

/// `/inspect`: the inspector alone.
#[derive(Debug, Template)]
#[template(path = "inspect.html")]
struct InspectPage {
    app: App,
}

/// A path that leads nowhere.
#[derive(Debug, Template)]
#[template(path = "not-found.html")]
struct NotFoundPage<'a> {
    path: &'a str,
}

/// `GET /`
pub async fn index(State(limits): State<Limits>, headers: HeaderMap) -> Response {
    let app = App::new(limits);
    welcome(&IndexPage { app }, &headers)
}

/// `GET /inspect`
pub async fn inspect(State(limits): State<Limits>, headers: HeaderMap) -> Response {
    let app = App::new(limits);
    welcome(&InspectPage { app }, &headers)
}

/// A path that is asked in a way that it does not answer.
pub async fn not_so(method: Method, uri: Uri) -> Response {
    let error = format!("{} does not answer {method}", uri.path());
    refuse(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", &error)
}

/// Any path that leads nowhere: a page for whoever asks for one, and JSON for programs.
pub async fn nothing_here(uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path();
    let accept = headers.get(header::ACCEPT).map(HeaderValue::as_bytes);
    let wants_page = accept.is_some_and(|accept| accept.windows(9).any(|it| it == b"text/html"));
    match wants_page {
        true => show(StatusCode::NOT_FOUND, &NotFoundPage { path }),
        false => {
            let error = format!("there is nothing at {path}; the chat is at /");
            refuse(StatusCode::NOT_FOUND, "not_found", &error)
        }
    }
}

/// A page, with a session for a browser that has none yet.
fn welcome(page: &impl Template, request: &HeaderMap) -> Response {
    let mut response = show(StatusCode::OK, page);
    let cookie = match session::cookie(request) {
        Some(_) => None,
        None => session::fresh(),
    };
    if let Some(cookie) = cookie {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

fn show(status: StatusCode, page: &impl Template) -> Response {
    match page.render() {
        Ok(html) => (status, security::page_headers(), Html(html)).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page was not rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
