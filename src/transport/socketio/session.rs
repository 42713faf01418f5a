//! One Engine.IO session: its place among all, and how far its client has read.

use std::{
    collections::VecDeque,
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

use axum::{
    body::{Body, HttpBody, to_bytes},
    extract::{Request, State},
    http::{Method, StatusCode},
    middleware::Next,
    response::{IntoResponse, Response},
};
use parking_lot::Mutex;
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
    wire::engineio::payload,
};

/// Most packets that wait for a client's next poll. The buffer's other room is for pings, and for the Noop with
/// which an upgrade begins: while that waits for room, polls bring nothing, so that nobody would make any. And
/// python-socketio hangs up when an answer has more than 16.
const WINDOW: usize = 12;

/// Most bytes of them, unless one alone has more: always fewer than an answer may have. What does not fit in one is
/// kept for the next by engineioxide, which forgets it when the client upgrades in between.
const WINDOW_BYTES: usize = 256 * 1024;

/// How often to look whether a client whose window is full has upgraded, while it is about to and otherwise.
const GLANCE: Duration = Duration::from_millis(20);
const LOOK: Duration = Duration::from_secs(1);

/// One Engine.IO session, from its handshake to its end. It stands in the extensions of the session's first
/// request, which engineioxide keeps for as long.
#[derive(Debug, Clone)]
pub struct Session(Arc<Progress>);

#[derive(Debug)]
struct Progress {
    _place: Place,
    /// The sizes of the packets that wait for a client that polls.
    waiting: Mutex<VecDeque<usize>>,
    /// Some of them were taken.
    taken: Notify,
    /// The client has asked for the upgrade.
    is_upgrading: AtomicBool,
    /// The buffer was full, and since then the client has not caught up.
    is_behind: AtomicBool,
}

impl Session {
    fn new(place: Place) -> Self {
        Self(Arc::new(Progress {
            _place: place,
            waiting: Mutex::default(),
            taken: Notify::new(),
            is_upgrading: AtomicBool::default(),
            is_behind: AtomicBool::default(),
        }))
    }

    /// The session of a socket.
    pub(super) fn of(socket: &Socket) -> Option<&Self> {
        socket.req_parts().extensions.get()
    }

    /// A client that polls has taken what waited first.
    fn took(&self, packets: usize) {
        let mut waiting = self.0.waiting.lock();
        let packets = packets.min(waiting.len());
        waiting.drain(..packets);
        drop(waiting);
        self.0.taken.notify_one();
    }

    /// A client that polls asks for a WebSocket.
    fn upgrades(&self) {
        self.0.is_upgrading.store(true, Relaxed);
        self.0.taken.notify_one();
    }

    /// Waits until a packet of so many bytes fits into the next answer to a client that polls. One that never asks is
    /// found by the heartbeat.
    pub(super) async fn reserve(&self, socket: &Socket, size: impl FnOnce() -> usize) {
        let is_polling = || socket.transport_type() == TransportType::Polling;
        if !is_polling() {
            return;
        }
        let size = size();
        while is_polling() && !self.put(size) {
            // Nobody tells of an upgrade that is done.
            let pause = match self.0.is_upgrading.load(Relaxed) {
                true => GLANCE,
                false => LOOK,
            };
            let _ = timeout(pause, self.0.taken.notified()).await;
        }
    }

    fn put(&self, size: usize) -> bool {
        let mut waiting = self.0.waiting.lock();
        let bytes = size + waiting.iter().sum::<usize>();
        let fits = waiting.is_empty() || (waiting.len() < WINDOW && bytes <= WINDOW_BYTES);
        if fits {
            waiting.push_back(size);
        }
        fits
    }

    /// There was no room for a packet.
    pub(super) fn is_full(&self) {
        self.0.is_behind.store(true, Relaxed);
    }

    /// Everything that was to be sent has found room.
    pub(super) fn has_caught_up(&self) {
        self.0.is_behind.store(false, Relaxed);
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

/// Gives each new session a place, and tells it what its polls take.
pub async fn attend(
    State((sessions, io)): State<(Arc<Places>, SocketIo)>,
    mut request: Request,
    next: Next,
) -> Response {
    if !request.uri().path().starts_with("/socket.io") {
        return next.run(request).await;
    }
    let query = request.uri().query().unwrap_or_default();
    let Some(sid) = value(query, "sid=") else {
        let address = Client::among(request.extensions()).visitor.address;
        return match sessions.take(address) {
            Ok(place) => {
                request.extensions_mut().insert(Session::new(place));
                next.run(request).await
            }
            Err(full) => Refused::from(full).into_response(),
        };
    };
    let socket = Sid::from_str(sid).ok().and_then(|sid| io.get_socket(sid));
    let session = socket.as_deref().and_then(Session::of).cloned();
    let is_poll = request.method() == Method::GET && value(query, "transport=") == Some("polling");
    if value(query, "transport=") == Some("websocket")
        && let Some(session) = &session
    {
        session.upgrades();
    }
    let response = next.run(request).await;
    match response.status() {
        StatusCode::OK if is_poll => took(response, session.as_ref()).await,
        status if status.is_client_error() && is_empty(&response) => {
            let error = "this is no request of Engine.IO, or its body holds none of its packets";
            refuse(status, "bad_request", error)
        }
        _ => response,
    }
}

fn value<'a>(query: &'a str, name: &str) -> Option<&'a str> {
    query.split('&').find_map(|pair| pair.strip_prefix(name))
}

fn is_empty(response: &Response) -> bool {
    response.body().size_hint().exact() == Some(0)
}

/// Tells a session what is in the answer to a poll: events and acknowledgements, but neither pings nor CONNECT.
async fn took(response: Response, session: Option<&Session>) -> Response {
    let (parts, body) = response.into_parts();
    // It stands in memory already.
    let Ok(payload) = to_bytes(body, usize::MAX).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    if let Some(session) = session {
        let packets = payload.split(|byte| *byte == payload::SEPARATOR);
        let is_ours = |packet: &&[u8]| packet.starts_with(b"42") || packet.starts_with(b"43");
        session.took(packets.filter(is_ours).count());
    }
    Response::from_parts(parts, Body::from(payload))
}
