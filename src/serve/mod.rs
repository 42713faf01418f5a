//! The accept loop: connections with limits in number, size and time, each served as HTTP/1.1.
//!
//! axum's own loop has none of these limits; this one stands in its place, on the same hyper.

mod body;
mod patience;

use std::{convert::Infallible, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::ConnectInfo,
    http::{HeaderValue, Request, StatusCode, Uri, header},
    response::Response,
    serve::Listener,
};
use hyper::{
    body::Incoming,
    server::conn::http1,
    service::{HttpService, service_fn},
};
use hyper_util::rt::{TokioIo, TokioTimer};
use parking_lot::Mutex;
use tokio::{sync::Semaphore, time::timeout};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower_service::Service;

pub use body::gather;
use patience::{Accepted, Patience};

use crate::{
    metrics::{Metrics, Transport},
    places::{self, Full, Limits, Places},
    refusal::{self, refuse_for},
    tap::{Peer, TapListener},
    transport::going_away::GoingAwayListener,
    web::security,
};

/// How long a connection may be idle until its next request's head is whole.
const IDLE_TIME: Duration = Duration::from_secs(75);

/// Longest head, in bytes; the tap frames longer ones.
const MAX_HEAD: usize = 32 * 1024;

/// What hyper reads ahead of a handler, or holds of an answer that the client does not take, in bytes.
const MAX_BUFFER: usize = 64 * 1024;

/// Connections over a limit that are told so at the same time; others are closed without a word.
const MAX_REFUSALS: usize = 32;

/// How long it may take to tell one.
const REFUSAL_TIME: Duration = Duration::from_secs(5);

/// What a connection is served by, and within which limits.
#[derive(Debug)]
pub struct Serving {
    pub router: Router,
    pub limits: Limits,
    /// How long a client may take nothing of what is written to it.
    pub patience: Duration,
    pub metrics: Metrics,
    pub shutdown: CancellationToken,
}

impl Serving {
    /// Serves what the listener accepts until the server goes down and all requests are answered.
    pub async fn run(self, mut listener: GoingAwayListener<TapListener>) {
        let places = Places::new(self.limits);
        let refusals = Arc::new(Semaphore::new(MAX_REFUSALS));
        let connections = TaskTracker::new();
        let accepting = async {
            loop {
                let (stream, address) = listener.accept().await;
                self.metrics.accepted();
                let link = self.link(&stream, address);
                match places.take(address.ip()) {
                    Ok(place) => {
                        let place = (place, self.metrics.opened());
                        let stream = Patience::new(stream, link.clone(), Some(place));
                        let service = answer(self.router.clone(), link.clone());
                        connections.spawn(attend(stream, service, link, self.shutdown.clone()));
                    }
                    Err(full) => self.refuse(stream, link, full, &refusals, &connections),
                }
            }
        };
        self.shutdown.run_until_cancelled(accepting).await;
        connections.close();
        connections.wait().await;
    }

    /// Tells a connection why it has no place, unless there are too many to be told.
    fn refuse(
        &self,
        stream: Accepted,
        link: Arc<Link>,
        full: Full,
        refusals: &Arc<Semaphore>,
        connections: &TaskTracker,
    ) {
        let connection = link.peer.connection;
        let permit = refusals.clone().try_acquire_owned();
        (self.metrics).connection_refused(full.name(), permit.is_ok());
        let Ok(permit) = permit else {
            return tracing::debug!(connection, %full, "refused without an answer");
        };
        tracing::info!(connection, %full, "refused");
        let stream = Patience::new(stream, link.clone(), None);
        let service = turn_away(full, link.clone());
        let refusing = attend(stream, service, link, self.shutdown.clone());
        connections.spawn(async move {
            let _ = timeout(REFUSAL_TIME, refusing).await;
            drop(permit);
        });
    }

    fn link(&self, stream: &Accepted, address: SocketAddr) -> Arc<Link> {
        Arc::new(Link {
            peer: Peer {
                connection: stream.stream.connection(),
                address,
            },
            patience: self.patience,
            metrics: self.metrics.clone(),
            transport: Mutex::default(),
        })
    }
}

/// What is known of a connection, for whoever serves it.
#[derive(Debug)]
struct Link {
    peer: Peer,
    patience: Duration,
    metrics: Metrics,
    /// What its last request was for.
    transport: Mutex<Option<Transport>>,
}

impl Link {
    fn transport(&self) -> Option<Transport> {
        *self.transport.lock()
    }

    /// Counts an answer on its way out.
    fn answered(&self, response: &Response) {
        self.metrics.answered(response.status());
        if let Some(refusal::Code(code)) = response.extensions().get() {
            self.metrics.refused(code);
        }
        if response.status() == StatusCode::SWITCHING_PROTOCOLS {
            tracing::debug!(connection = self.peer.connection, "upgraded to WebSocket");
        }
    }
}

/// Which of the chat's transports a request belongs to.
fn transport(uri: &Uri) -> Option<Transport> {
    let asks_for = |words| uri.query().is_some_and(|query| query.contains(words));
    match uri.path() {
        "/ws/chat" => Some(Transport::WebSocket),
        "/chat/stream" => Some(Transport::Sse),
        "/socket.io" | "/socket.io/" if asks_for("transport=websocket") => {
            Some(Transport::SocketIoWebSocket)
        }
        "/socket.io" | "/socket.io/" => Some(Transport::SocketIoPolling),
        "/chat/messages" if asks_for("wait=") => Some(Transport::LongPolling),
        path if path.starts_with("/chat/") => Some(Transport::ShortPolling),
        _ => None,
    }
}

/// Answers by the router, which learns who asks.
fn answer(
    router: Router,
    link: Arc<Link>,
) -> impl HttpService<Incoming, ResBody = Body, Error = Infallible, Future: Send> {
    service_fn(move |mut request: Request<Incoming>| {
        *link.transport.lock() = transport(request.uri());
        request.extensions_mut().insert(ConnectInfo(link.peer));
        let answering = router.clone().call(request);
        let link = link.clone();
        async move {
            let response = answering.await?;
            link.answered(&response);
            Ok(response)
        }
    })
}

/// Answers the first request of a connection that has no place, and has it closed. The body is read first:
/// TCP answers unread bytes with a reset, which would take the answer with it.
fn turn_away(
    full: Full,
    link: Arc<Link>,
) -> impl HttpService<Incoming, ResBody = Body, Error = Infallible, Future: Send> {
    service_fn(move |request: Request<Incoming>| {
        let link = link.clone();
        async move {
            let _ = to_bytes(Body::new(request.into_body()), MAX_BUFFER).await;
            let (status, code) = (StatusCode::SERVICE_UNAVAILABLE, "too_many_connections");
            let mut response = refuse_for(places::RETRY_AFTER, status, code, &full.to_string());
            let close = HeaderValue::from_static("close");
            response.headers_mut().insert(header::CONNECTION, close);
            let response = security::protect(response).await;
            link.answered(&response);
            Ok(response)
        }
    })
}

/// Serves one connection to its end; when the server goes down, no further than the request under way. HTTP/2
/// is refused: hyper closes when it finds its preface.
async fn attend<S>(stream: Patience, service: S, link: Arc<Link>, shutdown: CancellationToken)
where
    S: HttpService<Incoming, ResBody = Body, Error = Infallible, Future: Send>,
{
    let serving = http1::Builder::new()
        .timer(TokioTimer::new())
        // The time between two requests is in it; that for the head alone is `Patience`'s.
        .header_read_timeout(IDLE_TIME)
        .max_header_size(MAX_HEAD)
        .max_buf_size(MAX_BUFFER)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut serving = pin!(serving);
    let ended = tokio::select! {
        ended = serving.as_mut() => ended,
        () = shutdown.cancelled() => {
            serving.as_mut().graceful_shutdown();
            serving.await
        }
    };
    if let Err(error) = ended {
        let connection = link.peer.connection;
        tracing::debug!(connection, ?error, "HTTP ended early");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_belong_to_transports() {
        for (target, expected) in [
            ("/ws/chat?after=1", Some("websocket")),
            ("/chat/stream", Some("sse")),
            ("/chat/messages?after=1", Some("short-polling")),
            ("/chat/messages?after=1&wait=9", Some("long-polling")),
            ("/chat/typing", Some("short-polling")),
            (
                "/socket.io/?EIO=4&transport=polling",
                Some("socketio-polling"),
            ),
            (
                "/socket.io/?EIO=4&transport=websocket",
                Some("socketio-websocket"),
            ),
            ("/socket.io/socket.io.js", None),
            ("/ws/echo", None),
            ("/", None),
        ] {
            let found = transport(&target.parse().unwrap());
            assert_eq!(found.map(Transport::name), expected, "{target}");
        }
    }
}
