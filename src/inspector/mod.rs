//! The inspector: records over HTTP, and live over a WebSocket. docs/api.md describes both.

pub mod api;
pub mod export;
pub mod feed;
pub mod search;

use std::sync::Arc;

use axum::http::HeaderMap;
use parking_lot::Mutex;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    capture::{Owner, Store},
    dissect::reader::Reader,
    view::Viewer,
    web::session,
};

/// What the inspector's handlers share.
#[derive(Debug, Clone)]
pub struct Inspector {
    pub store: Arc<Store>,
    /// What is remembered from record to record; all viewers share it.
    pub reader: Arc<Mutex<Reader>>,
    /// Cancelled when the server goes away.
    pub shutdown: CancellationToken,
    /// The feeds that are open, to be waited for.
    pub tasks: TaskTracker,
}

/// The reader's notes may take this part of the capture's memory, beside it.
const NOTES: usize = 4;

impl Inspector {
    /// An inspector of a capture, until `shutdown` is cancelled.
    pub fn new(store: Arc<Store>, shutdown: CancellationToken, tasks: TaskTracker) -> Self {
        let reader = Reader::new(store.memory() / NOTES);
        Self {
            store,
            reader: Arc::new(Mutex::new(reader)),
            shutdown,
            tasks,
        }
    }

    /// Who asks, by the session cookie.
    fn asker(&self, headers: &HeaderMap) -> Option<Owner> {
        session::cookie(headers).map(|cookie| self.store.owner(cookie))
    }

    /// Looks at records with the reader's notes at hand.
    fn look<T>(&self, me: Option<Owner>, look: impl FnOnce(&Viewer) -> T) -> T {
        look(&Viewer {
            store: &self.store,
            reader: &self.reader.lock(),
            me,
        })
    }

    /// Reads what is new in the capture, a step at a time so that others can work in between.
    async fn catch_up(&self) {
        while !self.reader.lock().catch_up(&self.store) {
            tokio::task::yield_now().await;
        }
    }
}
