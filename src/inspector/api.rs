//! The inspector over HTTP.

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::task::yield_now;

use super::{Inspector, search::tail};
use crate::{
    capture::Owner,
    filter::{FIELDS, Filter, FilterError},
    refusal::{Query, refuse, refuse_with},
    view::{self, CONNECTIONS, CaptureView, ConnectionsView, RecordView},
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
    after: Option<u64>,
    before: Option<u64>,
    limit: Option<usize>,
}

/// What `GET /inspector/records` answers.
#[derive(Debug, Serialize)]
struct Answer {
    capture: CaptureView,
    /// Records that pass and stand before these, where the newest before a number were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    earlier: Option<u64>,
    records: Vec<RecordView>,
}

/// `GET /inspector/records?filter=&after=&before=&limit=`
pub async fn records(
    State(inspector): State<Inspector>,
    Query(query): Query<RecordsQuery>,
    headers: HeaderMap,
) -> Response {
    let filter: Filter = match query.filter.parse() {
        Ok(filter) => filter,
        Err(error) => return bad_filter(&error),
    };
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        let error = format!("limit is a number from 1 to {MAX_LIMIT}");
        return refuse(StatusCode::BAD_REQUEST, "bad_request", &error);
    }
    if query.after.is_some() && query.before.is_some() {
        let error = "the records after a number or those before one can be asked for, not both";
        return refuse(StatusCode::BAD_REQUEST, "bad_request", error);
    }
    inspector.catch_up().await;
    let me = inspector.asker(&headers);
    let (earlier, records) = match query.before {
        None => {
            let after = query.after.unwrap_or_default();
            let records = collect(&inspector, &filter, me, after, u64::MAX, limit).await;
            (None, records)
        }
        Some(before) => {
            // What is not read yet is not before anything that was shown.
            let before = before.min(inspector.reader.lock().position() + 1);
            let (after, earlier) = tail(&inspector, &filter, me, before, limit).await;
            // There are no more than `limit` of them, but there may be a gap behind the last.
            let records = collect(&inspector, &filter, me, after, before, usize::MAX).await;
            (Some(earlier), records)
        }
    };
    answer(Answer {
        capture: CaptureView::new(&inspector.store),
        earlier,
        records,
    })
}

async fn collect(
    inspector: &Inspector,
    filter: &Filter,
    me: Option<Owner>,
    mut after: u64,
    before: u64,
    limit: usize,
) -> Vec<RecordView> {
    let mut items = Vec::new();
    let mut left = limit;
    loop {
        let found = inspector.look(me, |viewer| viewer.find(filter, after, before, left));
        items.extend(found.items);
        left -= found.records;
        if found.is_last || left == 0 {
            return items;
        }
        after = found.after;
        yield_now().await;
    }
}

/// `GET /inspector/filter`
pub async fn filter() -> Response {
    let fields: Vec<_> = FIELDS.iter().map(view::filter_field).collect();
    answer(json!({ "fields": fields }))
}

/// `GET /inspector/records/{seq}`
pub async fn record(
    State(inspector): State<Inspector>,
    Path(seq): Path<String>,
    headers: HeaderMap,
) -> Response {
    inspector.catch_up().await;
    let found = seq.parse().ok().and_then(|seq| inspector.store.get(seq));
    match found {
        Some((record, bytes)) => {
            let me = inspector.asker(&headers);
            answer(inspector.look(me, |viewer| viewer.whole(&record, &bytes)))
        }
        None => {
            let status = inspector.store.status();
            let newest = status.newest.max(status.cleared);
            let error = match seq.parse::<u64>() {
                Err(_) | Ok(0) => "records are numbered from 1".to_owned(),
                Ok(number) if number > newest => {
                    format!("no record has the number {seq} yet: the newest is {newest}")
                }
                Ok(_) => format!(
                    "record {seq} is no longer in the capture: it made room for newer ones, or was cleared"
                ),
            };
            refuse(StatusCode::NOT_FOUND, "not_found", &error)
        }
    }
}

/// `DELETE /inspector/records`
pub async fn clear(State(inspector): State<Inspector>) -> StatusCode {
    inspector.store.clear();
    tracing::info!("the capture was cleared");
    StatusCode::NO_CONTENT
}

/// Parameters of `GET /inspector/connections`.
#[derive(Debug, Deserialize)]
pub struct ConnectionsQuery {
    #[serde(default)]
    filter: String,
}

/// What `GET /inspector/connections` answers.
#[derive(Debug, Serialize)]
struct Connections {
    capture: CaptureView,
    #[serde(flatten)]
    connections: ConnectionsView,
}

/// `GET /inspector/connections?filter=`
pub async fn connections(
    State(inspector): State<Inspector>,
    Query(query): Query<ConnectionsQuery>,
    headers: HeaderMap,
) -> Response {
    let filter: Filter = match query.filter.parse() {
        Ok(filter) => filter,
        Err(error) => return bad_filter(&error),
    };
    inspector.catch_up().await;
    let me = inspector.asker(&headers);
    let (connections, forgotten) = inspector.store.connections();
    let mut shown = Vec::new();
    for some in connections.chunks(CONNECTIONS) {
        shown.extend(inspector.look(me, |viewer| viewer.connections(some, &filter)));
        yield_now().await;
    }
    answer(Connections {
        capture: CaptureView::new(&inspector.store),
        connections: ConnectionsView::new(&inspector.store, shown, forgotten),
    })
}

fn answer(body: impl Serialize) -> Response {
    (
        [
            (header::CACHE_CONTROL, "no-store"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        ],
        Json(body),
    )
        .into_response()
}

pub(super) fn bad_filter(error: &FilterError) -> Response {
    refuse_with(view::error(error), StatusCode::BAD_REQUEST, "bad_filter")
}
