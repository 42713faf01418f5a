//! The inspector over HTTP.

use std::sync::atomic::Ordering::Relaxed;

use axum::{
    Json,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::json;

use super::Inspector;
use crate::{
    capture::Item,
    filter::Filter,
    view::{CaptureView, RecordView, Viewer},
};

/// Records of one answer, when nothing is said.
const DEFAULT_LIMIT: usize = 200;

/// Most records of one answer.
const MAX_LIMIT: usize = 1_000;

/// Parameters of `GET /inspector/records`.
#[derive(Debug, Deserialize)]
pub struct RecordsQuery {
    #[serde(default)]
    filter: String,
    #[serde(default)]
    after: u64,
    limit: Option<usize>,
}

/// `GET /inspector/records?filter=&after=&limit=`
pub async fn records(
    State(inspector): State<Inspector>,
    Query(query): Query<RecordsQuery>,
    headers: HeaderMap,
) -> Response {
    let filter: Filter = match query.filter.parse() {
        Ok(filter) => filter,
        Err(error) => return refuse(StatusCode::BAD_REQUEST, &error.to_string()),
    };
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        return refuse(
            StatusCode::BAD_REQUEST,
            &format!("limit is a number from 1 to {MAX_LIMIT}"),
        );
    }
    inspector.catch_up().await;
    let viewer = Viewer {
        store: &inspector.store,
        reader: &inspector.reader.lock(),
        me: inspector.asker(&headers),
    };
    let records = collect(&viewer, filter, query.after, limit);
    answer(json!({ "capture": CaptureView::new(&inspector.store), "records": records }))
}

fn collect(viewer: &Viewer, filter: Filter, mut after: u64, limit: usize) -> Vec<RecordView> {
    let mut records = Vec::new();
    let mut left = limit;
    loop {
        let page = viewer
            .store
            .page(after, viewer.reader.position(), left, |record| {
                filter.passes(record, viewer.me)
            });
        left -= page
            .items
            .iter()
            .filter(|item| matches!(item, Item::Record(..)))
            .count();
        records.extend(page.items.iter().map(|item| viewer.item(item)));
        if page.is_last || left == 0 {
            return records;
        }
        after = page.after;
    }
}

/// `GET /inspector/records/{seq}`
pub async fn record(
    State(inspector): State<Inspector>,
    Path(seq): Path<u64>,
    headers: HeaderMap,
) -> Response {
    inspector.catch_up().await;
    let viewer = Viewer {
        store: &inspector.store,
        reader: &inspector.reader.lock(),
        me: inspector.asker(&headers),
    };
    match inspector.store.get(seq) {
        Some((record, bytes)) => answer(viewer.whole(&record, &bytes)),
        None => refuse(
            StatusCode::NOT_FOUND,
            &format!(
                "record {seq} is not in the capture: it made room for newer ones, was cleared, or never was"
            ),
        ),
    }
}

/// `DELETE /inspector/records`
pub async fn clear(State(inspector): State<Inspector>) -> StatusCode {
    inspector.store.clear();
    tracing::info!("the capture was cleared");
    StatusCode::NO_CONTENT
}

/// `GET /inspector/connections`
pub async fn connections(State(inspector): State<Inspector>, headers: HeaderMap) -> Response {
    let viewer = Viewer {
        store: &inspector.store,
        reader: &inspector.reader.lock(),
        me: inspector.asker(&headers),
    };
    let (connections, forgotten) = inspector.store.connections();
    let shown: Vec<_> = connections
        .iter()
        .filter(|connection| !connection.is_inspectors())
        .map(|connection| viewer.connection(connection))
        .collect();
    answer(json!({
        "capture": CaptureView::new(&inspector.store),
        "connections": shown,
        "forgotten": forgotten,
        "inspector_bytes": inspector.store.inspector_bytes.load(Relaxed),
    }))
}

fn answer(body: serde_json::Value) -> Response {
    (
        [
            (header::CACHE_CONTROL, "no-store"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        ],
        Json(body),
    )
        .into_response()
}

pub(super) fn refuse(status: StatusCode, error: &str) -> Response {
    (
        status,
        [(header::CACHE_CONTROL, "no-store")],
        Json(json!({ "error": error })),
    )
        .into_response()
}
