//! Exports as downloads.

use std::convert::Infallible;

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use futures_util::stream;
use serde::Deserialize;

use super::{Inspector, api::bad_filter};
use crate::{
    export::{Export, Format, Source},
    refusal::Query,
    time,
};

/// Parameters of `GET /inspector/export.*`.
#[derive(Debug, Deserialize)]
pub struct ExportQuery {
    #[serde(default)]
    filter: String,
    /// Of JSON Lines: each record comes with its fields.
    #[serde(default)]
    fields: bool,
}

/// `GET /inspector/export.jsonl`, `.har` and `.pcapng`
pub async fn export<F: Format>(
    State(inspector): State<Inspector>,
    Query(query): Query<ExportQuery>,
    headers: HeaderMap,
) -> Response {
    let filter = match query.filter.parse() {
        Ok(filter) => filter,
        Err(error) => return bad_filter(&error),
    };
    inspector.catch_up().await;
    let name = file_name::<F>(&inspector);
    let export = Export::<F>::new(Source {
        filter,
        filter_text: query.filter,
        has_fields: query.fields,
        me: inspector.asker(&headers),
        store: inspector.store,
        reader: inspector.reader,
    });
    // The steps are short, and between them it is others' turn.
    let chunks = stream::unfold(export, async |mut export| {
        tokio::task::yield_now().await;
        let chunk = export.next()?;
        Some((Ok::<_, Infallible>(chunk), export))
    });
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static(F::MEDIA_TYPE),
        ),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ),
    ];
    (headers, Body::from_stream(chunks)).into_response()
}

/// The capture's start is in the name; colons are not, because some file systems refuse them.
fn file_name<F: Format>(inspector: &Inspector) -> HeaderValue {
    let started = time::rfc3339(inspector.store.started_at).replace(':', "-");
    let name = format!(
        "attachment; filename=\"wireglass-{started}.{}\"",
        F::EXTENSION
    );
    HeaderValue::try_from(name).unwrap_or(HeaderValue::from_static("attachment"))
}
