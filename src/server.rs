//! Puts the parts together: one router, one capture, one room.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use axum::{
    Router,
    extract::{ConnectInfo, Request},
    middleware,
    response::Response,
    routing::{get, post},
};
use socketioxide::SocketIo;
use tokio::{net::TcpListener, time::sleep};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower_http::trace::TraceLayer;
use tracing::Span;

use crate::{
    capture::Store,
    chat::{
        self, House, PersonId, Visitor,
        house::{self, HouseError},
    },
    config::Config,
    export::{har::Har, jsonl::JsonLines, pcapng::Pcapng},
    inspector::{Inspector, api, export, feed},
    metrics::{self, Metrics},
    places::{self, Places},
    refusal::Code,
    serve::{self, Serving},
    tap::{Peer, TapListener},
    transport::{
        Heartbeat, Transports, client::Client, going_away::GoingAwayListener, polling, posts,
        socketio, sse, websocket,
    },
    web::{
        assets, pages,
        security::{self, AllowedOrigins},
        session,
    },
};

/// How long open connections may take to close when the server goes down.
const GRACE: Duration = Duration::from_millis(1_500);

/// Wireglass, ready to be served.
#[derive(Debug)]
pub struct Server {
    router: Router,
    store: Arc<Store>,
    io: SocketIo,
    shutdown: CancellationToken,
    tasks: TaskTracker,
    metrics: Metrics,
    limits: places::Limits,
    patience: Duration,
}

impl Server {
    /// Builds the server, and opens the chat's history.
    pub fn new(config: &Config) -> Result<Self, HouseError> {
        let workers = tokio::runtime::Handle::current().metrics().num_workers();
        let store = Arc::new(Store::new(config.capture_memory.0, workers));
        let max_body = config.max_body.0;
        let limits = chat::Limits {
            handle: config.max_handle,
            message: config.max_message,
            message_bytes: max_body,
            rate: config.rate_limit,
            burst: config.rate_burst,
        };
        let capacity = config.history_size.0 as u64;
        let house = House::open(&config.database(), capacity, limits)?;
        let metrics = Metrics::new(store.clone(), house.clone());
        let shutdown = CancellationToken::new();
        let tasks = TaskTracker::new();
        let places = places::Limits {
            total: config.max_connections,
            per_address: config.max_connections_per_address,
        };
        let sessions = Places::new(places);
        let transports = Transports {
            house: house.clone(),
            max_body,
            patience: Duration::from_secs(config.patience),
            metrics: metrics.clone(),
            heartbeat: Heartbeat::every(Duration::from_secs(config.heartbeat)),
            shutdown: shutdown.clone(),
            tasks: tasks.clone(),
        };
        let (socket_io, io) = socketio::layer(transports.clone());
        let inspector = Inspector::new(store.clone(), shutdown.clone(), tasks.clone());
        let origins = AllowedOrigins(config.allow_origin.clone().into());

        let router = Router::new()
            // socketioxide passes on what is not its own.
            .fallback(pages::nothing_here)
            .layer(socket_io)
            .layer(middleware::from_fn_with_state(
                (sessions, io.clone()),
                socketio::session::attend,
            ))
            .layer(middleware::from_fn(security::check_handshake))
            .route("/", get(pages::index))
            .route("/inspect", get(pages::inspect))
            .with_state(pages::Limits {
                handle: limits.handle,
                message: limits.message,
            })
            .route("/healthz", get(async || "ok"))
            .route("/ws/chat", get(websocket::chat))
            .route("/ws/echo", get(websocket::echo))
            .route("/chat/messages", get(polling::messages).post(posts::send))
            .route("/chat/stream", get(sse::stream))
            .route("/chat/typing", post(posts::typing))
            .route("/chat/rename", post(posts::rename))
            .route("/chat/leave", post(posts::leave))
            .with_state(transports)
            .route("/inspector/records", get(api::records).delete(api::clear))
            .route("/inspector/records/{seq}", get(api::record))
            .route("/inspector/filter", get(api::filter))
            .route("/inspector/connections", get(api::connections))
            .route("/inspector/feed", get(feed::feed))
            .route("/inspector/export.jsonl", get(export::export::<JsonLines>))
            .route("/inspector/export.har", get(export::export::<Har>))
            .route("/inspector/export.pcapng", get(export::export::<Pcapng>))
            .with_state(inspector)
            .route("/socket.io/{file}", get(assets::socket_io_client))
            .route("/inspector/assets/{*path}", get(assets::asset))
            .route("/metrics", get(metrics::show))
            .method_not_allowed_fallback(pages::not_so)
            .with_state(metrics.clone())
            .layer(middleware::from_fn_with_state(max_body, serve::gather));
        let router = match origins.0.is_empty() {
            true => router,
            false => router.layer(security::allow_cross_origin(&origins)),
        };
        let router = router
            .layer(middleware::from_fn_with_state(
                origins,
                security::check_origin,
            ))
            .layer(middleware::map_response(security::protect))
            .layer(middleware::map_request(introduce))
            .layer(
                TraceLayer::new_for_http()
                    .make_span_with(request_span)
                    .on_request(log_request)
                    .on_response(log_response)
                    // A 503 is a refusal like others.
                    .on_failure(()),
            );
        tokio::spawn(shutdown.clone().run_until_cancelled_owned(sweep(house)));
        Ok(Self {
            router,
            store,
            io,
            shutdown,
            tasks,
            metrics,
            limits: places,
            patience: Duration::from_secs(config.patience),
        })
    }

    /// Cancelling this ends the server: WebSockets close with 1001.
    pub fn shutdown(&self) -> CancellationToken {
        self.shutdown.clone()
    }

    /// Everything that was captured.
    pub fn store(&self) -> Arc<Store> {
        self.store.clone()
    }

    /// Serves what the listener accepts, through the tap, until the server is told to end.
    pub async fn serve(self, listener: TcpListener) {
        let listener = GoingAwayListener {
            listener: TapListener::new(listener, self.store.clone()),
            shutdown: self.shutdown.clone(),
        };
        let serving = Serving {
            router: self.router,
            limits: self.limits,
            patience: self.patience,
            metrics: self.metrics,
            shutdown: self.shutdown.clone(),
        };
        // For hyper a connection is done once it is upgraded: serving ends before the WebSockets do.
        let closing = async {
            self.shutdown.cancelled().await;
            self.io.close().await;
            self.tasks.close();
            self.tasks.wait().await;
        };
        let too_late = async {
            self.shutdown.cancelled().await;
            sleep(GRACE).await;
        };
        tokio::select! {
            ((), ()) = async { tokio::join!(serving.run(listener), closing) } => {}
            // What is still open is dropped with the runtime.
            () = too_late => {}
        }
    }

    /// The router alone, to be served without a tap.
    pub fn into_router(self) -> Router {
        self.router
    }
}

/// Says of each request who asks.
async fn introduce(mut request: Request) -> Request {
    let peer = request.extensions().get::<ConnectInfo<Peer>>();
    if let Some(ConnectInfo(peer)) = peer.copied() {
        let session = session::cookie(request.headers());
        let visitor = Visitor {
            session: session.map(PersonId::of_session),
            address: peer.address.ip(),
        };
        request.extensions_mut().insert(Client {
            visitor,
            connection: peer.connection,
        });
    }
    request
}

/// Sees to what ends with time in the chat.
async fn sweep(house: House) {
    loop {
        sleep(house::SWEEPING).await;
        house.sweep(Instant::now());
    }
}

/// Each request's span in the log: its own number, and its connection's as the inspector shows it.
fn request_span(request: &Request) -> Span {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let peer = request.extensions().get::<ConnectInfo<Peer>>();
    tracing::info_span!(
        "request",
        id = NEXT.fetch_add(1, Relaxed),
        connection = peer.map(|peer| peer.0.connection),
        method = %request.method(),
        path = request.uri().path(),
    )
}

fn log_request(_: &Request, _: &Span) {
    tracing::debug!("asked");
}

/// What was refused is of interest without a debug log too.
fn log_response(response: &Response, latency: Duration, _: &Span) {
    let status = response.status().as_u16();
    match response.extensions().get() {
        // A flood would fill the log; it is counted all the same.
        Some(Code(code @ "rate_limited")) => tracing::debug!(status, code, ?latency, "refused"),
        Some(Code(code)) => tracing::info!(status, code, ?latency, "refused"),
        None => tracing::debug!(status, ?latency, "answered"),
    }
}
