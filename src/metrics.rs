//! What is counted, for `GET /metrics` in the text format of Prometheus (docs/operations.md lists it).

use std::{
    fmt,
    sync::{Arc, atomic::Ordering::Relaxed},
};

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric, text},
    metrics::{
        counter::{ConstCounter, Counter},
        family::Family,
        gauge::{ConstGauge, Gauge},
    },
    registry::{Registry, Unit},
};

use crate::{capture::Store, chat::House};

/// The ways in which somebody takes part in the chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    ShortPolling,
    LongPolling,
    Sse,
    WebSocket,
    SocketIoPolling,
    SocketIoWebSocket,
}

impl Transport {
    /// All of them, so that each is shown from the start.
    pub const ALL: [Self; 6] = [
        Self::ShortPolling,
        Self::LongPolling,
        Self::Sse,
        Self::WebSocket,
        Self::SocketIoPolling,
        Self::SocketIoWebSocket,
    ];

    /// Its name, the same as in docs/chat.md.
    pub fn name(self) -> &'static str {
        match self {
            Self::ShortPolling => "short-polling",
            Self::LongPolling => "long-polling",
            Self::Sse => "sse",
            Self::WebSocket => "websocket",
            Self::SocketIoPolling => "socketio-polling",
            Self::SocketIoWebSocket => "socketio-websocket",
        }
    }
}

/// Names and values of so many labels.
type Labels<const N: usize> = [(&'static str, &'static str); N];

/// What whoever has something to count holds. Clones count together.
#[derive(Debug, Clone)]
pub struct Metrics {
    registry: Arc<Registry>,
    accepted: Counter,
    open: Gauge,
    connections_refused: Family<Labels<2>, Counter>,
    answers: Family<[(&'static str, u16); 1], Counter>,
    participants: Family<Labels<1>, Gauge>,
    refusals: Family<Labels<1>, Counter>,
    let_go: Family<Labels<2>, Counter>,
}

impl Metrics {
    /// Everything at zero, and what the capture and the chat say of themselves.
    pub fn new(store: Arc<Store>, house: House) -> Self {
        let mut registry = Registry::with_prefix("wireglass");
        let mut metrics = Self {
            registry: Arc::default(),
            accepted: Counter::default(),
            open: Gauge::default(),
            connections_refused: Family::default(),
            answers: Family::default(),
            participants: Family::default(),
            refusals: Family::default(),
            let_go: Family::default(),
        };
        registry.register(
            "connections",
            "Connections that were accepted, those that were then refused too",
            metrics.accepted.clone(),
        );
        registry.register(
            "connections_open",
            "Connections that are open, without those that are being refused",
            metrics.open.clone(),
        );
        registry.register(
            "connections_refused",
            "Connections over a limit: of their address or in total, with or without an answer",
            metrics.connections_refused.clone(),
        );
        registry.register(
            "answers",
            "Answers to requests, by status; 101 are upgrades to WebSocket",
            metrics.answers.clone(),
        );
        registry.register(
            "participants",
            "Who takes part in the chat, by transport",
            metrics.participants.clone(),
        );
        registry.register(
            "refusals",
            "Refusals, by their code",
            metrics.refusals.clone(),
        );
        registry.register(
            "let_go",
            "Clients that were let go, by transport and reason",
            metrics.let_go.clone(),
        );
        registry.register_collector(Box::new(Capture(store)));
        registry.register_collector(Box::new(Chat(house)));
        for transport in Transport::ALL {
            let _ = metrics
                .participants
                .get_or_create(&[("transport", transport.name())]);
        }
        metrics.registry = Arc::new(registry);
        metrics
    }

    /// Somebody takes part in the chat, until the guard is dropped.
    pub fn enter(&self, transport: Transport) -> Counted {
        let label = [("transport", transport.name())];
        Counted::new(self.participants.get_or_create_owned(&label))
    }

    /// Something was refused with a code. Answers of [`crate::refusal`] are counted on their way out.
    pub fn refused(&self, code: &'static str) {
        self.refusals.get_or_create(&[("code", code)]).inc();
    }

    /// A client was let go; without a transport when it used none of the chat's.
    pub fn let_go(&self, transport: Option<Transport>, reason: &'static str) {
        let transport = transport.map_or("other", Transport::name);
        let labels = [("transport", transport), ("reason", reason)];
        self.let_go.get_or_create(&labels).inc();
    }

    /// A connection was accepted.
    pub fn accepted(&self) {
        self.accepted.inc();
    }

    /// A connection got a place, and has it until the guard is dropped.
    pub fn opened(&self) -> Counted {
        Counted::new(self.open.clone())
    }

    /// A connection was refused, for a limit.
    pub fn connection_refused(&self, limit: &'static str, answered: bool) {
        let answered = if answered { "yes" } else { "no" };
        let labels = [("limit", limit), ("answered", answered)];
        self.connections_refused.get_or_create(&labels).inc();
    }

    /// A request was answered.
    pub fn answered(&self, status: StatusCode) {
        let label = [("status", status.as_u16())];
        self.answers.get_or_create(&label).inc();
    }
}

/// Counted in a gauge for as long as it is held.
#[derive(Debug)]
pub struct Counted(Gauge);

impl Counted {
    fn new(gauge: Gauge) -> Self {
        gauge.inc();
        Self(gauge)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// `GET /metrics`
pub async fn show(State(metrics): State<Metrics>) -> Response {
    let mut body = String::new();
    match text::encode(&mut body, &metrics.registry) {
        Ok(()) => {
            let format = "application/openmetrics-text; version=1.0.0; charset=utf-8";
            let headers = [
                (header::CONTENT_TYPE, format),
                (header::CACHE_CONTROL, "no-store"),
            ];
            (headers, body).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "the metrics were not written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// What the capture counts itself, read when somebody asks.
#[derive(Debug)]
struct Capture(Arc<Store>);

impl Collector for Capture {
    fn encode(&self, mut encoder: DescriptorEncoder) -> fmt::Result {
        let Self(store) = self;
        let (status, totals) = (store.status(), store.totals());
        let inspector = store.inspector_bytes.load(Relaxed);
        let mut counter = |name, help, unit: Option<&Unit>, value: u64| {
            let counter = ConstCounter::new(value);
            let descriptor = encoder.encode_descriptor(name, help, unit, counter.metric_type())?;
            counter.encode(descriptor)
        };
        counter("records", "Records that were made", None, totals.records)?;
        counter(
            "records_lost",
            "Records that made room for newer ones since the capture was cleared",
            None,
            status.lost_records,
        )?;
        counter(
            "records_lost",
            "Bytes of these records on the wire",
            Some(&Unit::Bytes),
            status.lost_bytes,
        )?;
        counter(
            "received",
            "Bytes that clients sent, without the inspector's own",
            Some(&Unit::Bytes),
            totals.bytes.to_server,
        )?;
        counter(
            "sent",
            "Bytes that clients were sent, without the inspector's own",
            Some(&Unit::Bytes),
            totals.bytes.to_client,
        )?;
        counter(
            "inspector",
            "Bytes of the inspector's own traffic, both directions",
            Some(&Unit::Bytes),
            inspector,
        )?;
        let mut gauge = |name, help, value: usize| {
            let gauge = ConstGauge::new(value as u64);
            let unit = Some(&Unit::Bytes);
            let descriptor = encoder.encode_descriptor(name, help, unit, gauge.metric_type())?;
            gauge.encode(descriptor)
        };
        gauge(
            "capture_memory",
            "Memory that records take",
            status.memory_used,
        )?;
        gauge(
            "capture_memory_limit",
            "Memory that records may take (--capture-memory)",
            status.memory_limit,
        )
    }
}

/// What the chat counts itself.
#[derive(Debug)]
struct Chat(House);

impl Collector for Chat {
    fn encode(&self, mut encoder: DescriptorEncoder) -> fmt::Result {
        let counter = ConstCounter::new(self.0.written());
        let descriptor = encoder.encode_descriptor(
            "chat_messages",
            "Messages that were written into the history, retries left out",
            None,
            counter.metric_type(),
        )?;
        counter.encode(descriptor)?;
        let gauge = ConstGauge::new(self.0.waiting() as u64);
        let descriptor = encoder.encode_descriptor(
            "chat_waiting",
            "Memory of messages that wait to be written",
            Some(&Unit::Bytes),
            gauge.metric_type(),
        )?;
        gauge.encode(descriptor)
    }
}
