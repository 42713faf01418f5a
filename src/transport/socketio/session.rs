//! One Engine.IO session: its place among all, and how far its client has read.

use std::{
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use axum::{
    body::HttpBody,
    extract::{Request, State},
    http::Method,
    middleware::Next,
    response::{IntoResponse, Response},
};
use socketioxide::{
    SocketIo, TransportType,
    socket::{Sid, Socket},
};
use tokio::{sync::Notify, time::timeout};

use super::TOO_SLOW;
use crate::{
    places::{Place, Places},
    refusal::refuse,
    transport::{client::Client, refused::Refused},
};

/// Most packets that wait for a client's next poll. The buffer's other room is for pings, and for the Noop with which an
/// upgrade begins: while that waits for room, polls bring nothing, so that nobody would make any.
const WINDOW: usize = 12;

/// How often to look whether a client whose window is full has upgraded.
const GLANCE: Duration = Duration::from_millis(20);

/// One Engine.IO session, from its handshake to its end. It stands in the extensions of the session's first
/// request, which engineioxide keeps for as long.
#[derive(Debug, Clone)]
pub struct Session(Arc<Progress>);

#[derive(Debug)]
struct Progress {
    _place: Place,
    /// Packets that were sent since a client that polls was last answered.
    waiting: AtomicUsize,
    answered: Notify,
    /// The buffer was full, and since then the client has not caught up.
    is_behind: AtomicBool,
}

impl Session {
    fn new(place: Place) -> Self {
        Self(Arc::new(Progress {
            _place: place,
            waiting: AtomicUsize::new(0),
            answered: Notify::new(),
            is_behind: AtomicBool::default(),
        }))
    }

    /// The session of a socket.
    pub(super) fn of(socket: &Socket) -> Option<&Self> {
        socket.req_parts().extensions.get()
    }

    /// A poll took what waited.
    fn answered(&self) {
        self.0.waiting.store(0, Relaxed);
        self.0.answered.notify_one();
    }

    /// One more packet was sent.
    pub(super) fn sent(&self) {
        self.0.waiting.fetch_add(1, Relaxed);
    }

    /// There was no room for a packet.
    pub(super) fn is_full(&self) {
        self.0.is_behind.store(true, Relaxed);
    }

    /// Everything that was to be sent has found room.
    pub(super) fn has_caught_up(&self) {
        self.0.is_behind.store(false, Relaxed);
    }

    /// Waits until a client that polls has taken what waits for it; one that never does is found by the heartbeat.
    pub(super) async fn window(&self, socket: &Socket) {
        let Progress {
            waiting, answered, ..
        } = &*self.0;
        while waiting.load(Relaxed) >= WINDOW && socket.transport_type() == TransportType::Polling {
            // Nobody tells of an upgrade.
            let _ = timeout(GLANCE, answered.notified()).await;
        }
    }

    /// Why its client was silent: without room for it, no ping was sent; and one that is sent comes behind all that
    /// was not read yet.
    pub(super) fn why_no_pong(&self) -> &'static str {
        match self.0.is_behind.load(Relaxed) {
            true => TOO_SLOW,
            false => "no pong",
        }
    }
}

/// Gives each new session a place, and tells it when its polls are answered.
pub async fn attend(
    State((sessions, io)): State<(Arc<Places>, SocketIo)>,
    mut request: Request,
    next: Next,
) -> Response {
    if !request.uri().path().starts_with("/socket.io") {
        return next.run(request).await;
    }
    let query = request.uri().query().unwrap_or_default();
    let sid = query.split('&').find_map(|pair| pair.strip_prefix("sid="));
    let Some(sid) = sid.map(Sid::from_str) else {
        let address = Client::among(request.extensions()).visitor.address;
        return match sessions.take(address) {
            Ok(place) => {
                request.extensions_mut().insert(Session::new(place));
                next.run(request).await
            }
            Err(full) => Refused::from(full).into_response(),
        };
    };
    let is_poll = request.method() == Method::GET;
    let response = next.run(request).await;
    if response.status().is_client_error() && response.body().size_hint().exact() == Some(0) {
        let error = "this is no request of Engine.IO, or its body holds none of its packets";
        return refuse(response.status(), "bad_request", error);
    }
    if is_poll
        && let Some(socket) = sid.ok().and_then(|sid| io.get_socket(sid))
        && let Some(session) = Session::of(&socket)
    {
        session.answered();
    }
    response
}
