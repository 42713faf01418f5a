//! The inspector: records over HTTP, and live over a WebSocket. docs/api.md describes both.

pub mod api;
pub mod feed;
pub mod names;
pub mod view;

use std::sync::Arc;

use axum::http::HeaderMap;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    capture::{Owner, Store},
    web::session,
};

/// What the inspector's handlers share.
#[derive(Debug, Clone)]
pub struct Inspector {
    pub store: Arc<Store>,
    /// Cancelled when the server goes away.
    pub shutdown: CancellationToken,
    /// The feeds that are open, to be waited for.
    pub tasks: TaskTracker,
}

impl Inspector {
    /// Who asks, by the session cookie.
    fn asker(&self, headers: &HeaderMap) -> Option<Owner> {
        session::cookie(headers).map(|cookie| self.store.owner(cookie))
    }
}
