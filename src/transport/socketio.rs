//! The chat over Socket.IO: the events of the source document.

use std::{future::ready, sync::Arc, time::Duration};

use serde::Deserialize;
use serde_json::json;
use socketioxide::{
    SendError, SocketError, SocketIo,
    extract::{AckSender, SocketRef, TryData},
    layer::SocketIoLayer,
};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::words::{Heard, Send};
use crate::chat::{Message, Room};

/// How long a client whose buffer is full may take before it is let go.
const PATIENCE: Duration = Duration::from_secs(30);

/// Largest Socket.IO message over WebSocket, in bytes; over polling it is the engine's `maxPayload`.
const MAX_MESSAGE: usize = 100_000;

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
            connected(&room, socket, auth.unwrap_or_default());
            ready(())
        },
    );
    (layer, io)
}

/// The closures do their work themselves and return a future that is ready: socketioxide calls them in the
/// order of arrival, but runs the futures that they return as tasks of their own, in any order.
fn connected(room: &Arc<Room>, socket: SocketRef, auth: Auth) {
    tracing::debug!(sid = %socket.id, ?auth, "Socket.IO connected");
    let gone = CancellationToken::new();
    let mut subscription = room.subscribe(auth.server_offset);

    let on_gone = gone.clone();
    socket.on_disconnect(move |socket: SocketRef| {
        tracing::debug!(sid = %socket.id, "Socket.IO disconnected");
        on_gone.cancel();
        ready(())
    });

    let on_send = room.clone();
    socket.on("send_message", move |TryData(send): TryData<Send>, ack: AckSender| {
        let answer = match send {
            Ok(send) => match on_send.post(send.into()) {
                Ok(id) => json!({ "id": id }),
                Err(refusal) => json!({ "error": refusal.to_string() }),
            },
            Err(error) => json!({
                "error": format!("send_message takes {{handle, message}}, both strings: {error}")
            }),
        };
        if let Err(error) = ack.send(&answer) {
            tracing::debug!(%error, "an acknowledgement was not sent");
        }
        ready(())
    });

    tokio::spawn(gone.run_until_cancelled_owned(async move {
        loop {
            for message in subscription.next().await {
                if let Err(reason) = deliver(&socket, &message).await {
                    tracing::info!(sid = %socket.id, reason, "Socket.IO client let go");
                    let _ = socket.disconnect();
                    return;
                }
            }
        }
    }));
}

/// Emits one message, as soon as the socket's buffer of 128 packets has room for it.
async fn deliver(socket: &SocketRef, message: &Message) -> Result<(), &'static str> {
    let text = format!("{}: {}", message.handle, message.message);
    let arguments = (text, Heard::from(message));
    let start = Instant::now();
    let mut pause = Duration::from_millis(2);
    loop {
        match socket.emit("message", &arguments) {
            Ok(()) => return Ok(()),
            Err(SendError::Socket(SocketError::InternalChannelFull))
                if start.elapsed() < PATIENCE =>
            {
                sleep(pause).await;
                pause = (pause * 2).min(Duration::from_millis(100));
            }
            Err(SendError::Socket(SocketError::InternalChannelFull)) => {
                return Err("reads too slowly");
            }
            Err(SendError::Socket(SocketError::Closed)) => return Err("closed"),
            Err(SendError::Serialize(_)) => return Err("a message could not be encoded"),
        }
    }
}
