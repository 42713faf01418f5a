//! Raw WebSocket: the chat in JSON text frames, and an echo.

use std::{sync::Arc, time::Duration};

use axum::{
    body::Body,
    extract::{Query, Request, State},
    http::{HeaderValue, Method, StatusCode, Version, header, request::Parts},
    response::{IntoResponse, Response},
};
use futures_util::{SinkExt, StreamExt};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use serde::{Deserialize, Serialize};
use tokio::{io::AsyncWriteExt, time::timeout};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Error, Message,
        error::CapacityError,
        protocol::{CloseFrame, Role, WebSocketConfig, frame::coding::CloseCode},
    },
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::Instrument;

use super::words::{Heard, Send};
use crate::{chat::Room, wire::handshake};

/// Largest message to the chat, in bytes.
const MAX_CHAT_MESSAGE: usize = 64 * 1024;

/// Largest message to the echo, in bytes.
const MAX_ECHO_MESSAGE: usize = 16 * 1024 * 1024;

/// How long the other side may take to answer a Close frame and to end its direction.
const CLOSING: Duration = Duration::from_secs(1);

/// How long a client may take to read one message before it is let go.
const PATIENCE: Duration = Duration::from_secs(30);

/// A connection after its handshake.
pub type Socket = WebSocketStream<TokioIo<Upgraded>>;

/// What the handlers share.
#[derive(Debug, Clone)]
pub struct WebSockets {
    pub room: Arc<Room>,
    /// Cancelled when the server goes away.
    pub shutdown: CancellationToken,
    /// The connections that are open, to be waited for.
    pub tasks: TaskTracker,
}

/// `GET /ws/chat?after=ID`
pub async fn chat(
    State(sockets): State<WebSockets>,
    Query(query): Query<ChatQuery>,
    request: Request,
) -> Response {
    let WebSockets {
        room,
        shutdown,
        tasks,
    } = sockets;
    open(request, MAX_CHAT_MESSAGE, &tasks, move |socket| {
        talk(socket, room, query.after, shutdown)
    })
}

/// `GET /ws/echo`
pub async fn echo(State(sockets): State<WebSockets>, request: Request) -> Response {
    let WebSockets {
        shutdown, tasks, ..
    } = sockets;
    open(request, MAX_ECHO_MESSAGE, &tasks, move |socket| {
        repeat(socket, shutdown)
    })
}

/// Parameters of the chat's address.
#[derive(Debug, Deserialize)]
pub struct ChatQuery {
    /// Replays what came after this message; without it, only what comes from now on.
    after: Option<u64>,
}

/// Why a request is no opening handshake (RFC 6455 4.2.1); the text helps who sent it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HandshakeError {
    #[error(
        "this is a WebSocket endpoint: a handshake is a GET of HTTP/1.1 with `Upgrade: websocket` and `Connection: Upgrade` (RFC 6455 4.1)"
    )]
    NotWebSocket,
    #[error(
        "this server speaks WebSocket version 13: send `Sec-WebSocket-Version: 13` (RFC 6455 4.4)"
    )]
    Version,
    #[error("`Sec-WebSocket-Key` has to be the base64 of 16 bytes (RFC 6455 4.1)")]
    Key,
}

impl IntoResponse for HandshakeError {
    fn into_response(self) -> Response {
        let status = match self {
            Self::NotWebSocket | Self::Version => StatusCode::UPGRADE_REQUIRED,
            Self::Key => StatusCode::BAD_REQUEST,
        };
        let headers = [
            (header::UPGRADE, "websocket"),
            (header::CONNECTION, "Upgrade"),
            (header::SEC_WEBSOCKET_VERSION, handshake::VERSION),
        ];
        (status, headers, format!("{self}\n")).into_response()
    }
}

/// Judges a request as an opening handshake, and gives the value of `Sec-WebSocket-Accept`.
pub fn judge(request: &Parts) -> Result<String, HandshakeError> {
    let has_token = |name, token: &str| {
        let values = request.headers.get_all(name).into_iter();
        values
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .any(|item| item.trim().eq_ignore_ascii_case(token))
    };
    if request.method != Method::GET
        || request.version != Version::HTTP_11
        || !has_token(header::UPGRADE, "websocket")
        || !has_token(header::CONNECTION, "upgrade")
    {
        return Err(HandshakeError::NotWebSocket);
    }
    let value = |name| {
        request
            .headers
            .get(name)
            .and_then(|value| value.to_str().ok())
    };
    if value(header::SEC_WEBSOCKET_VERSION) != Some(handshake::VERSION) {
        return Err(HandshakeError::Version);
    }
    value(header::SEC_WEBSOCKET_KEY)
        .filter(|key| handshake::is_key(key))
        .map(handshake::accept)
        .ok_or(HandshakeError::Key)
}

/// Answers a handshake, and runs `serve` on the connection that comes of it.
pub fn open<F>(
    request: Request,
    max_message: usize,
    tasks: &TaskTracker,
    serve: impl FnOnce(Socket) -> F + std::marker::Send + 'static,
) -> Response
where
    F: Future<Output = ()> + std::marker::Send + 'static,
{
    let (mut parts, _) = request.into_parts();
    let accept = match judge(&parts) {
        Ok(accept) => accept,
        Err(error) => return error.into_response(),
    };
    let Some(upgrade) = parts.extensions.remove::<OnUpgrade>() else {
        return HandshakeError::NotWebSocket.into_response();
    };
    let config = WebSocketConfig::default()
        .max_message_size(Some(max_message))
        .max_frame_size(Some(max_message));
    let serving = async move {
        match upgrade.await {
            Ok(io) => {
                let io = TokioIo::new(io);
                serve(WebSocketStream::from_raw_socket(io, Role::Server, Some(config)).await).await;
            }
            Err(error) => tracing::debug!(%error, "the connection was not upgraded"),
        }
    };
    // The log goes on to name the connection.
    tasks.spawn(serving.in_current_span());
    switching_protocols(&accept)
}

fn switching_protocols(accept: &str) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(header::CONNECTION, HeaderValue::from_static("Upgrade"));
    if let Ok(accept) = HeaderValue::from_str(accept) {
        headers.insert(header::SEC_WEBSOCKET_ACCEPT, accept);
    }
    response
}

/// What a client sends to the chat.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Incoming {
    Send(Send),
}

/// What the chat sends to a client.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Outgoing<'a> {
    Message(Heard<'a>),
    Ack {
        #[serde(rename = "clientOffset")]
        client_offset: Option<&'a str>,
        id: u64,
    },
    Error {
        error: String,
    },
}

impl Outgoing<'_> {
    fn frame(&self) -> Message {
        // These types hold nothing that JSON cannot.
        Message::text(serde_json::to_string(self).unwrap_or_default())
    }
}

async fn talk(
    mut socket: Socket,
    room: Arc<Room>,
    after: Option<u64>,
    shutdown: CancellationToken,
) {
    let mut subscription = room.subscribe(after);
    loop {
        let replies = tokio::select! {
            biased;
            () = shutdown.cancelled() => return going_away(socket).await,
            received = socket.next() => match received {
                Some(Ok(Message::Text(text))) => vec![answer(&room, &text)],
                Some(Ok(Message::Binary(_))) => {
                    return close(socket, CloseCode::Unsupported, "the chat takes text").await;
                }
                Some(Ok(_)) => continue,
                Some(Err(error)) => return fail(socket, &error).await,
                None => return hang_up(socket).await,
            },
            page = subscription.next() => {
                page.iter().map(|message| Outgoing::Message(Heard::from(&**message)).frame()).collect()
            }
        };
        match timeout(PATIENCE, send_all(&mut socket, replies)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => return fail(socket, &error).await,
            Err(_) => return tracing::info!("WebSocket client let go: reads too slowly"),
        }
    }
}

async fn send_all(socket: &mut Socket, messages: Vec<Message>) -> Result<(), Error> {
    for message in messages {
        socket.feed(message).await?;
    }
    socket.flush().await
}

fn answer(room: &Room, text: &str) -> Message {
    let send = match serde_json::from_str(text) {
        Ok(Incoming::Send(send)) => send,
        Err(error) => {
            let expected = r#"{"type":"send","handle":"…","message":"…"}"#;
            return Outgoing::Error {
                error: format!("expected {expected}: {error}"),
            }
            .frame();
        }
    };
    let client_offset = send.client_offset().map(str::to_owned);
    match room.post(send.into()) {
        Ok(id) => Outgoing::Ack {
            client_offset: client_offset.as_deref(),
            id,
        }
        .frame(),
        Err(refusal) => Outgoing::Error {
            error: refusal.to_string(),
        }
        .frame(),
    }
}

async fn repeat(mut socket: Socket, shutdown: CancellationToken) {
    loop {
        let message = tokio::select! {
            biased;
            () = shutdown.cancelled() => return going_away(socket).await,
            received = socket.next() => match received {
                Some(Ok(message @ (Message::Text(_) | Message::Binary(_)))) => message,
                Some(Ok(_)) => continue,
                Some(Err(error)) => return fail(socket, &error).await,
                None => return hang_up(socket).await,
            },
        };
        if let Err(error) = socket.send(message).await {
            return fail(socket, &error).await;
        }
    }
}

/// The server ends: "going away" (RFC 6455 7.4.1).
pub async fn going_away(socket: Socket) {
    close(socket, CloseCode::Away, "the server goes down").await;
}

/// Sends a Close frame, waits for the answer, and ends the connection.
async fn close(mut socket: Socket, code: CloseCode, reason: &'static str) {
    let closing = async {
        socket.close(Some(close_frame(code, reason))).await?;
        while let Some(Ok(_)) = socket.next().await {}
        drain(&mut socket).await
    };
    soon(closing).await;
}

/// The closing handshake is done: ends the connection, the server first (RFC 6455 7.1.1).
pub async fn hang_up(mut socket: Socket) {
    soon(drain(&mut socket)).await;
}

/// Reading failed: names the violation in a Close frame where the connection still stands, and ends it
/// (RFC 6455 7.1.7).
pub async fn fail(mut socket: Socket, error: &Error) {
    tracing::debug!(%error, "WebSocket failed");
    let (code, reason) = match error {
        Error::Protocol(_) => (CloseCode::Protocol, "protocol error"),
        Error::Utf8(_) => (CloseCode::Invalid, "text that is not UTF-8"),
        // A length's most significant bit is 0 (RFC 6455 5.2): this frame is wrong, not big.
        Error::Capacity(CapacityError::MessageTooLong { size, .. }) if *size > usize::MAX / 2 => {
            (CloseCode::Protocol, "a length with its top bit set")
        }
        Error::Capacity(_) => (CloseCode::Size, "message too big"),
        _ => return,
    };
    let failing = async {
        socket.close(Some(close_frame(code, reason))).await?;
        drain(&mut socket).await
    };
    soon(failing).await;
}

fn close_frame(code: CloseCode, reason: &'static str) -> CloseFrame {
    CloseFrame {
        code,
        reason: reason.into(),
    }
}

/// Ends the server's direction, and drops what is still on its way from the client: TCP answers unread bytes
/// with a reset, which would take the Close frame with it (RFC 6455 7.1.1).
async fn drain(socket: &mut Socket) -> Result<(), Error> {
    let stream = socket.get_mut();
    stream.shutdown().await?;
    tokio::io::copy(stream, &mut tokio::io::sink()).await?;
    Ok(())
}

/// Waits for the end of a connection, but not for long.
async fn soon(ending: impl Future<Output = Result<(), Error>>) {
    match timeout(CLOSING, ending).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::debug!(%error, "the connection ended early"),
        Err(_) => tracing::debug!("the client did not end the connection in time"),
    }
}
