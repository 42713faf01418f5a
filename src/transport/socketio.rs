//! The chat over Socket.IO: the events of the source document.

use std::{convert::Infallible, future::ready, sync::Arc, time::Duration};

use serde::Deserialize;
use serde_json::json;
use socketioxide::{
    ParserError, SendError, SocketError, SocketIo, TransportType,
    adapter::LocalAdapter,
    extract::{AckSender, SocketRef, TryData},
    handler::{FromMessageParts, Value},
    layer::SocketIoLayer,
    socket::Socket,
};
use tokio::{
    sync::mpsc,
    time::{Instant, sleep},
};
use tokio_util::sync::CancellationToken;

use super::words::{Heard, Send};
use crate::chat::{Message, Room, Subscription};

/// How long a client whose buffer is full may take before it is let go.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long to wait at most before a full buffer is tried again.
const LONGEST_PAUSE: Duration = Duration::from_millis(100);

/// Packets that a client gets at once, half of its buffer, before it has settled on a transport.
const BEFORE_SETTLED: usize = 64;

/// How long after CONNECT an upgrade to WebSocket may begin.
const SETTLING: Duration = Duration::from_secs(1);

/// Largest Socket.IO message over WebSocket, in bytes; over polling it is the engine's `maxPayload`.
const MAX_MESSAGE: usize = 100_000;

/// Most acknowledgements that wait for room in a socket's buffer: more than one polling request can ask for.
const MAX_ANSWERS: usize = 4_096;

/// What a client says of itself in CONNECT.
#[derive(Debug, Default, Deserialize)]
struct Auth {
    /// The id of the last message that it knows.
    #[serde(rename = "serverOffset")]
    server_offset: Option<u64>,
}

/// A Socket.IO server at `/socket.io/` for a room.
pub fn layer(room: Arc<Room>) -> (SocketIoLayer, SocketIo) {
    let (layer, io) = SocketIo::builder()
        .ws_max_message_size(MAX_MESSAGE)
        .ws_max_frame_size(MAX_MESSAGE)
        .build_layer();
    io.ns(
        "/",
        move |socket: SocketRef, TryData(auth): TryData<Auth>| {
            connected(&room, socket, auth.unwrap_or_default().server_offset);
            ready(())
        },
    );
    (layer, io)
}

/// The closures do their work themselves and return a future that is ready: socketioxide calls them in the
/// order of arrival, but runs the futures that they return as tasks of their own, in any order.
fn connected(room: &Arc<Room>, socket: SocketRef, server_offset: Option<u64>) {
    tracing::debug!(sid = %socket.id, ?server_offset, "Socket.IO connected");
    let gone = CancellationToken::new();
    let subscription = room.subscribe(server_offset);
    let (answers, unsent) = mpsc::channel(MAX_ANSWERS);

    let on_gone = gone.clone();
    socket.on_disconnect(move |socket: SocketRef| {
        tracing::debug!(sid = %socket.id, "Socket.IO disconnected");
        on_gone.cancel();
        ready(())
    });

    let on_send = room.clone();
    socket.on(
        "send_message",
        move |socket: SocketRef, TryData(send): TryData<Send>, ack: Ack| {
            let answer = answer(&on_send, send);
            if answers.try_send((ack, answer)).is_err() {
                let_go(socket, "sends without reading its acknowledgements");
            }
            ready(())
        },
    );

    tokio::spawn(gone.run_until_cancelled_owned(talk(socket, subscription, unsent)));
}

fn answer(room: &Room, send: Result<Send, ParserError>) -> serde_json::Value {
    let send = match send {
        Ok(send) => send,
        Err(error) => {
            let expected = "send_message takes {handle, message}, both strings";
            return json!({ "error": format!("{expected}: {error}") });
        }
    };
    match room.post(send.into()) {
        Ok(id) => json!({ "id": id }),
        Err(refusal) => json!({ "error": refusal.to_string() }),
    }
}

/// Sends a client its acknowledgements and everybody's messages, until it is gone or has to go.
async fn talk(
    socket: SocketRef,
    mut subscription: Subscription,
    mut unsent: mpsc::Receiver<(Ack, serde_json::Value)>,
) {
    let mut outlet = Outlet {
        socket,
        connected: Instant::now(),
        sent: 0,
    };
    loop {
        let sent = tokio::select! {
            biased;
            Some((ack, answer)) = unsent.recv() => outlet.send(|_| ack.send(&answer)).await,
            page = subscription.next() => deliver(&mut outlet, &page).await,
        };
        if let Err(reason) = sent {
            return let_go(outlet.socket, reason);
        }
    }
}

async fn deliver(outlet: &mut Outlet, page: &[Arc<Message>]) -> Result<(), &'static str> {
    for message in page {
        let text = format!("{}: {}", message.handle, message.message);
        let arguments = (text, Heard::from(&**message));
        outlet
            .send(|socket| socket.emit("message", &arguments))
            .await?;
    }
    Ok(())
}

/// The way to one client.
struct Outlet {
    socket: SocketRef,
    connected: Instant,
    /// Packets so far.
    sent: usize,
}

impl Outlet {
    /// Sends one packet, as soon as the socket's buffer of 128 packets has room for it.
    async fn send(
        &mut self,
        send: impl Fn(&SocketRef) -> Result<(), SendError>,
    ) -> Result<(), &'static str> {
        if self.sent == BEFORE_SETTLED {
            self.settled().await;
        }
        self.sent += 1;
        let start = Instant::now();
        let mut pause = Duration::from_millis(2);
        loop {
            match send(&self.socket) {
                Ok(()) => return Ok(()),
                Err(SendError::Socket(SocketError::InternalChannelFull))
                    if start.elapsed() < PATIENCE =>
                {
                    sleep(pause).await;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
                Err(SendError::Socket(SocketError::InternalChannelFull)) => {
                    return Err("reads too slowly");
                }
                Err(SendError::Socket(SocketError::Closed)) => return Err("closed"),
                Err(SendError::Serialize(_)) => return Err("a message could not be encoded"),
            }
        }
    }

    /// Waits until the client has upgraded, or seems to stay with polling. An upgrade that begins while
    /// the buffer is full fails: engineioxide waits for room in it before it answers the probe, and
    /// answers polls with nothing meanwhile, so that nobody makes room.
    async fn settled(&self) {
        while self.socket.transport_type() == TransportType::Polling
            && self.connected.elapsed() < SETTLING
        {
            sleep(Duration::from_millis(10)).await;
        }
    }
}

/// Disconnects a client, as soon as its buffer has room for the packet that says so. If it never has, the
/// engine closes the session when it finds no room for its next ping.
fn let_go(socket: SocketRef, reason: &str) {
    tracing::info!(sid = %socket.id, reason, "Socket.IO client let go");
    tokio::spawn(async move {
        while let Err(SocketError::InternalChannelFull) = socket.clone().disconnect() {
            sleep(LONGEST_PAUSE).await;
        }
    });
}

/// An acknowledgement that can be tried again: socketioxide's own is used up by the first try.
struct Ack {
    socket: Arc<Socket>,
    id: Option<i64>,
}

impl FromMessageParts<LocalAdapter> for Ack {
    type Error = Infallible;

    fn from_message_parts(
        socket: &Arc<Socket>,
        _: &mut Value,
        id: &Option<i64>,
    ) -> Result<Self, Infallible> {
        Ok(Self {
            socket: socket.clone(),
            id: *id,
        })
    }
}

impl Ack {
    /// Sends nothing when the client asked for no acknowledgement.
    fn send(&self, answer: &serde_json::Value) -> Result<(), SendError> {
        let mut unused = Value::Bytes(Vec::new().into());
        let Ok(ack) = AckSender::from_message_parts(&self.socket, &mut unused, &self.id);
        ack.send(answer)
    }
}
