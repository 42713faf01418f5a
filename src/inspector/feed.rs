//! Live records over a WebSocket. A viewer reads the capture at its own pace: one that is too slow finds
//! gaps, and nobody waits for it.

use std::{sync::atomic::Ordering::Relaxed, time::Duration};

use axum::{
    extract::{Request, State},
    response::Response,
};
use futures_util::{SinkExt, StreamExt};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::{
    task::yield_now,
    time::{Instant, interval, timeout},
};
use tokio_tungstenite::tungstenite::{Error, Message};

use super::{Inspector, search};
use crate::{
    capture::{Direction, Owner, Store, names},
    filter::Filter,
    transport::websocket::{Socket, fail, going_away, hang_up, open},
    view::{self, CaptureView},
};

/// Records that a newcomer is shown at first.
const BACKLOG: usize = 2_000;

/// Most records of one message.
const BATCH: usize = 500;

/// Most pages that are looked through for one message.
const PAGES: usize = 8;

/// How often a viewer gets what is new.
const TICK: Duration = Duration::from_millis(50);

/// How often a viewer gets the totals, if they changed.
const TOTALS: Duration = Duration::from_secs(1);

/// How long a viewer may take to read one message before it is let go.
const PATIENCE: Duration = Duration::from_secs(10);

/// Largest message from a viewer, in bytes.
const MAX_MESSAGE: usize = 16 * 1024;

/// `GET /inspector/feed`
pub async fn feed(State(inspector): State<Inspector>, request: Request) -> Response {
    let me = inspector.asker(request.headers());
    let tasks = inspector.tasks.clone();
    open(request, MAX_MESSAGE, &tasks, move |socket| {
        serve(socket, inspector, me)
    })
}

/// What a viewer may say.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Incoming {
    Watch {
        #[serde(default)]
        filter: String,
        after: Option<u64>,
    },
}

/// What a viewer watches, and how far it has come.
#[derive(Debug)]
struct Watch {
    filter: Filter,
    after: u64,
    /// Matching records that are kept and were passed over at the start; told once.
    earlier: Option<u64>,
    totals: Value,
    next_totals: Instant,
}

async fn serve(mut socket: Socket, inspector: Inspector, me: Option<Owner>) {
    let store = &*inspector.store;
    let hello =
        json!({ "type": "hello", "you": me.map(names::name), "capture": CaptureView::new(store) });
    if send(&mut socket, &hello).await.is_err() {
        return;
    }
    let mut cleared = store.status().cleared;
    let mut watch: Option<Watch> = None;
    let mut ticks = interval(TICK);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        let messages = tokio::select! {
            biased;
            () = inspector.shutdown.cancelled() => return going_away(socket).await,
            received = socket.next() => match received {
                Some(Ok(Message::Text(text))) => match start(&inspector, me, &text).await {
                    Ok(started) => {
                        watch = Some(started);
                        Vec::new()
                    }
                    Err(error) => vec![error],
                },
                Some(Ok(_)) => continue,
                Some(Err(error)) => return fail(socket, &error).await,
                None => return hang_up(socket).await,
            },
            _ = ticks.tick() => {
                let mut messages = cleared_message(store, &mut cleared);
                if let Some(watch) = &mut watch {
                    inspector.catch_up().await;
                    messages.extend(news(&inspector, me, watch).await);
                    messages.extend(new_totals(store, me, watch));
                }
                messages
            }
        };
        for message in &messages {
            if send(&mut socket, message).await.is_err() {
                return;
            }
        }
    }
}

async fn send(socket: &mut Socket, message: &Value) -> Result<(), Error> {
    let sending = socket.send(Message::text(message.to_string()));
    timeout(PATIENCE, sending)
        .await
        .unwrap_or(Err(Error::ConnectionClosed))
}

/// Begins to watch; what is wrong with the message is an answer to it.
async fn start(inspector: &Inspector, me: Option<Owner>, text: &str) -> Result<Watch, Value> {
    let Incoming::Watch { filter, after } = serde_json::from_str(text).map_err(|error| {
        let error = format!(r#"expected {{"type":"watch","filter":"mine"}}: {error}"#);
        json!({ "type": "error", "error": error })
    })?;
    let filter: Filter = filter.parse().map_err(|error| {
        let mut message = view::error(&error);
        message["type"] = "error".into();
        message
    })?;
    let (after, earlier) = match after {
        Some(after) => (after, 0),
        None => search::tail(inspector, &filter, me, u64::MAX, BACKLOG).await,
    };
    Ok(Watch {
        filter,
        after,
        earlier: Some(earlier),
        totals: Value::Null,
        next_totals: Instant::now(),
    })
}

fn cleared_message(store: &Store, cleared: &mut u64) -> Vec<Value> {
    let now = store.status().cleared;
    if now == *cleared {
        return Vec::new();
    }
    *cleared = now;
    vec![json!({ "type": "cleared", "capture": CaptureView::new(store) })]
}

/// Records that are new for a viewer. A filter that lets little pass goes through several pages at a tick.
async fn news(inspector: &Inspector, me: Option<Owner>, watch: &mut Watch) -> Option<Value> {
    let mut items = Vec::new();
    for _ in 0..PAGES {
        let found = inspector.look(me, |viewer| {
            viewer.find(&watch.filter, watch.after, u64::MAX, BATCH)
        });
        watch.after = found.after;
        items = found.items;
        if found.is_last || !items.is_empty() {
            break;
        }
        yield_now().await;
    }
    let earlier = watch.earlier.take();
    if items.is_empty() && earlier.is_none() {
        return None;
    }
    let capture = CaptureView::new(&inspector.store);
    let mut message = json!({ "type": "records", "capture": capture, "records": items });
    if let Some(earlier) = earlier {
        message["earlier"] = earlier.into();
    }
    Some(message)
}

/// The totals, from time to time and when they changed.
fn new_totals(store: &Store, me: Option<Owner>, watch: &mut Watch) -> Option<Value> {
    if Instant::now() < watch.next_totals {
        return None;
    }
    watch.next_totals = Instant::now() + TOTALS;
    let totals = totals(store, me, &watch.filter);
    (totals != watch.totals).then(|| {
        watch.totals = totals.clone();
        totals
    })
}

/// What the connections that may pass have carried, as far as they are remembered.
fn totals(store: &Store, me: Option<Owner>, filter: &Filter) -> Value {
    let (connections, forgotten) = store.connections();
    let (mut count, mut open, mut to_server, mut to_client) = (0, 0, 0, 0);
    for connection in view::shown_connections(&connections, filter, me) {
        count += 1;
        open += u64::from(connection.closed.get().is_none());
        to_server += connection.counters(Direction::ToServer).bytes.load(Relaxed);
        to_client += connection.counters(Direction::ToClient).bytes.load(Relaxed);
    }
    json!({
        "type": "totals",
        "connections": count,
        "open": open,
        "to_server": to_server,
        "to_client": to_client,
        "forgotten": forgotten,
        "inspector_bytes": store.inspector_bytes.load(Relaxed),
    })
}
