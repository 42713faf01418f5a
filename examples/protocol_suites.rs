//! The server that the official test suites of Engine.IO and Socket.IO ask for, with Wireglass's tap in front.
//!
//! The suites name its paths, times and events. `cargo xtask protocol-suites FOLDER` starts it; its records are at
//! `/inspector/records`, as Wireglass's own are.

use std::{fmt, sync::Arc, time::Duration};

use axum::{Router, body::Bytes, routing::get};
use engineioxide::{
    DisconnectReason, Socket, Str, config::EngineIoConfig, handler::EngineIoHandler,
    layer::EngineIoLayer,
};
use rmpv::Value;
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{SeqAccess, Visitor},
    ser::SerializeTuple,
};
use socketioxide::{
    SocketIo,
    extract::{AckSender, Data, SocketRef},
    layer::SocketIoLayer,
};
use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use wireglass::{
    capture::Store,
    inspector::{Inspector, api},
    tap::TapListener,
};

const PING_INTERVAL: Duration = Duration::from_millis(300);
const PING_TIMEOUT: Duration = Duration::from_millis(200);
const MAX_PAYLOAD: u64 = 1_000_000;

/// How long a client may take to say CONNECT: less than a case of the suites may last.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);

/// Memory for records, enough for a run of both suites.
const CAPTURE: usize = 16 * 1024 * 1024;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let workers = tokio::runtime::Handle::current().metrics().num_workers();
    let store = Arc::new(Store::new(CAPTURE, workers));
    let (shutdown, tasks) = (CancellationToken::new(), TaskTracker::new());
    let inspector = Inspector::new(store.clone(), shutdown, tasks);
    let router = Router::new()
        .route("/inspector/records", get(api::records))
        .route("/inspector/records/{seq}", get(api::record))
        .with_state(inspector)
        .layer(engine_io())
        .layer(socket_io());
    println!("The suites' server is at http://{address}/");
    axum::serve(TapListener::new(listener, store), router).await?;
    Ok(())
}

/// Engine.IO at `/engine.io/`: an echo.
fn engine_io() -> EngineIoLayer<Echo> {
    let config = EngineIoConfig::builder()
        .ping_interval(PING_INTERVAL)
        .ping_timeout(PING_TIMEOUT)
        .max_payload(MAX_PAYLOAD)
        .build();
    EngineIoLayer::from_config(Arc::new(Echo), config)
}

#[derive(Debug, Clone)]
struct Echo;

impl EngineIoHandler for Echo {
    type Data = ();

    fn on_connect(self: Arc<Self>, _: Arc<Socket<()>>) {}

    fn on_disconnect(&self, _: Arc<Socket<()>>, _: DisconnectReason) {}

    fn on_message(self: &Arc<Self>, message: Str, socket: Arc<Socket<()>>) {
        report(socket.emit(message));
    }

    fn on_binary(self: &Arc<Self>, bytes: Bytes, socket: Arc<Socket<()>>) {
        report(socket.emit_binary(bytes));
    }
}

/// Socket.IO at `/socket.io/`, with the suite's two namespaces.
fn socket_io() -> SocketIoLayer {
    let (layer, io) = SocketIo::builder()
        .ping_interval(PING_INTERVAL)
        .ping_timeout(PING_TIMEOUT)
        .max_payload(MAX_PAYLOAD)
        .connect_timeout(CONNECT_TIMEOUT)
        .build_layer();
    for namespace in ["/", "/custom"] {
        io.ns(
            namespace,
            async |socket: SocketRef, Data(auth): Data<Value>| {
                connected(&socket, &auth);
            },
        );
    }
    layer
}

fn connected(socket: &SocketRef, auth: &Value) {
    report(socket.emit("auth", auth));
    socket.on(
        "message",
        async |socket: SocketRef, Data(arguments): Data<Arguments>| {
            report(socket.emit("message-back", &arguments));
        },
    );
    socket.on(
        "message-with-ack",
        async |Data(arguments): Data<Arguments>, ack: AckSender| report(ack.send(&arguments)),
    );
}

/// An answer that cannot be sent is a failed case, and this says why.
fn report<E: fmt::Debug>(sent: Result<(), E>) {
    if let Err(error) = sent {
        eprintln!("not sent: {error:?}");
    }
}

/// All the arguments of an event, however many. socketioxide takes a tuple for the list of arguments, and anything
/// else for the only one; so this is a tuple of any length.
struct Arguments(Vec<Value>);

impl<'de> Deserialize<'de> for Arguments {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // The format knows the length by itself.
        deserializer.deserialize_tuple(0, ArgumentsVisitor)
    }
}

struct ArgumentsVisitor;

impl<'de> Visitor<'de> for ArgumentsVisitor {
    type Value = Arguments;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("the arguments of an event")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Arguments, A::Error> {
        let mut arguments = Vec::new();
        while let Some(argument) = list.next_element()? {
            arguments.push(argument);
        }
        Ok(Arguments(arguments))
    }
}

impl Serialize for Arguments {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut tuple = serializer.serialize_tuple(self.0.len())?;
        for argument in &self.0 {
            tuple.serialize_element(argument)?;
        }
        tuple.end()
    }
}
