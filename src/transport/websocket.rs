//! Raw WebSocket: the chat in JSON text frames, and an echo.

use std::{
    future::ready,
    time::{Duration, Instant},
};

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode, Version, header, request::Parts},
    response::{IntoResponse, Response},
};
use futures_util::{FutureExt, SinkExt, StreamExt, future::BoxFuture, stream::FuturesOrdered};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use serde::{Deserialize, Serialize};
use tokio::{
    io::AsyncWriteExt,
    time::{self, sleep_until, timeout},
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Bytes, Error, Message,
        error::CapacityError,
        protocol::{CloseFrame, Role, WebSocketConfig, frame::coding::CloseCode},
    },
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::Instrument;

use super::{
    Heartbeat, Transports,
    client::Client,
    refused::{self, Refused},
    words::{CaughtUp, Entrance, Heard, Object, Presence, Send, Typing},
};
use crate::{
    chat::{Attendance, Event, Hearing, News, Refusal, Start, Told},
    metrics::{Counted, Metrics, Transport},
    refusal::{Query, refuse},
    wire::handshake,
};

/// Largest message to the echo, in bytes.
const MAX_ECHO_MESSAGE: usize = 16 * 1024 * 1024;

/// How long the other side may take to answer a Close frame and to end its direction.
const CLOSING: Duration = Duration::from_secs(1);

/// Most messages of one client that wait to be written: until then, no more are read.
const MAX_UNANSWERED: usize = 64;

/// A connection after its handshake.
pub type Socket = WebSocketStream<TokioIo<Upgraded>>;

/// `GET /ws/chat`
pub async fn chat(
    State(transports): State<Transports>,
    client: Client,
    Query(entrance): Query<Entrance>,
    request: Request,
) -> Result<Response, Refused> {
    let room = entrance.room(&transports.house)?;
    let start = entrance.start()?.unwrap_or(Start::Now);
    let handle = entrance.handle.as_deref();
    let attendance = Attendance::new(room, client.visitor, Transport::WebSocket.name(), handle)?;
    let talk = Talk {
        hearing: Hearing::new(&attendance, start, handle.is_some()),
        attendance,
        unanswered: FuturesOrdered::new(),
        life: Life::new(transports.heartbeat),
        connection: client.connection,
        _counted: transports.metrics.enter(Transport::WebSocket),
        metrics: transports.metrics,
        shutdown: transports.shutdown,
    };
    Ok(open(
        request,
        transports.max_body,
        &transports.tasks,
        |socket| talk.run(socket),
    ))
}

/// `GET /ws/echo`
pub async fn echo(State(transports): State<Transports>, request: Request) -> Response {
    let Transports {
        heartbeat,
        shutdown,
        ..
    } = transports;
    open(
        request,
        MAX_ECHO_MESSAGE,
        &transports.tasks,
        move |socket| repeat(socket, heartbeat, shutdown),
    )
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
        let refusal = refuse(status, "bad_handshake", &self.to_string());
        (headers, refusal).into_response()
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
    Typing,
    Rename { handle: String },
}

/// What the chat sends to a client.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Outgoing<'a> {
    Message(Heard<'a>),
    Ack {
        #[serde(rename = "clientOffset")]
        client_offset: Option<String>,
        id: u64,
    },
    Error(refused::Words),
    Renamed {
        handle: String,
    },
    Presence(Presence<'a>),
    Typing(Typing<'a>),
    CaughtUp(CaughtUp),
}

impl Outgoing<'_> {
    fn frame(&self) -> Message {
        // These types hold nothing that JSON cannot.
        Message::text(serde_json::to_string(self).unwrap_or_default())
    }
}

/// A message that is being written, by its sender's name for it.
type Unanswered = BoxFuture<'static, (Option<String>, Result<u64, Refusal>)>;

/// One client's conversation with the chat.
struct Talk {
    attendance: Attendance,
    hearing: Hearing,
    unanswered: FuturesOrdered<Unanswered>,
    life: Life,
    connection: u32,
    metrics: Metrics,
    _counted: Counted,
    shutdown: CancellationToken,
}

/// How a conversation ends.
enum End {
    GoingAway,
    HungUp,
    Failed(Error),
    Closed(CloseCode, &'static str),
}

impl Talk {
    async fn run(mut self, mut socket: Socket) {
        let (connection, metrics) = (self.connection, self.metrics.clone());
        tracing::debug!(connection, "WebSocket chat began");
        let end = loop {
            let frames = match self.next(&mut socket).await {
                Ok(frames) => frames,
                Err(end) => break end,
            };
            if let Err(error) = send_all(&mut socket, frames).await {
                break End::Failed(error);
            }
        };
        // Who has ended the connection is no longer here, however long the closing takes.
        drop(self);
        match end {
            End::GoingAway => going_away(socket).await,
            End::HungUp => hang_up(socket).await,
            End::Failed(error) => fail(socket, &error).await,
            End::Closed(code, reason) => {
                tracing::info!(connection, reason, "WebSocket client let go");
                metrics.let_go(Some(Transport::WebSocket), reason);
                close(socket, code, reason).await;
            }
        }
        tracing::debug!(connection, "WebSocket chat ended");
    }

    /// What is to be sent next.
    async fn next(&mut self, socket: &mut Socket) -> Result<Vec<Message>, End> {
        tokio::select! {
            biased;
            () = self.shutdown.cancelled() => Err(End::GoingAway),
            Some((client_offset, answer)) = self.unanswered.next() => {
                if let Err(refusal) = answer {
                    self.metrics.refused(refusal.code());
                }
                Ok(vec![answered(client_offset, answer).frame()])
            }
            received = socket.next(), if self.unanswered.len() < MAX_UNANSWERED => {
                self.life.show();
                match received {
                    Some(Ok(Message::Text(text))) => Ok(self.hear(&text)),
                    Some(Ok(Message::Binary(_))) => {
                        Err(End::Closed(CloseCode::Unsupported, "the chat takes text"))
                    }
                    Some(Ok(_)) => Ok(Vec::new()),
                    Some(Err(error)) => Err(End::Failed(error)),
                    None => Err(End::HungUp),
                }
            }
            told = self.hearing.next() => match told {
                Ok(Told::Event(event)) => Ok(self.tell(&event)),
                Ok(Told::News(news)) => Ok(learn(&news)),
                Err(_) => Err(End::Closed(CloseCode::Error, "the history cannot be read")),
            },
            is_alive = self.life.check() => match is_alive {
                true => Ok(vec![ping()]),
                false => Err(End::Closed(CloseCode::Away, NO_PONG)),
            },
        }
    }

    /// Does what a client asks for; what is to be answered at once is given.
    fn hear(&mut self, text: &str) -> Vec<Message> {
        let refused = match serde_json::from_str(text) {
            Ok(Object(Incoming::Send(send))) => {
                self.say(send);
                return Vec::new();
            }
            Ok(Object(Incoming::Typing)) => {
                self.attendance.types(Instant::now());
                return Vec::new();
            }
            Ok(Object(Incoming::Rename { handle })) => match self.attendance.rename(&handle) {
                Ok(handle) => {
                    self.hearing.follow(&self.attendance);
                    return vec![Outgoing::Renamed { handle }.frame()];
                }
                Err(refusal) => Refused::Chat(refusal),
            },
            Err(error) => {
                let expected = r#"{"type":"send","handle":"…","message":"…"}"#;
                Refused::BadRequest(format!("expected {expected}, or typing or rename: {error}"))
            }
        };
        self.metrics.refused(refused.code());
        vec![Outgoing::Error(refused.words(client_offset(text))).frame()]
    }

    /// What is refused at once is answered in its turn, too.
    fn say(&mut self, send: Send) {
        let client_offset = send.client_offset().map(str::to_owned);
        let room = self.attendance.room().clone();
        match room.post(self.attendance.visitor(), send.into()) {
            Ok(pending) => {
                self.attendance.spoke(pending.sender.clone());
                self.hearing.follow(&self.attendance);
                let answer = pending.map(|answer| (client_offset, answer));
                self.unanswered.push_back(answer.boxed());
            }
            Err(refusal) => {
                let answer = ready((client_offset, Err(refusal)));
                self.unanswered.push_back(answer.boxed());
            }
        }
    }

    fn tell(&self, event: &Event) -> Vec<Message> {
        match event {
            Event::Messages(messages) => messages
                .iter()
                .map(|message| Outgoing::Message(Heard::from(&**message)).frame())
                .collect(),
            Event::CaughtUp { newest, replayed } if self.hearing.is_announced() => {
                let (newest, replayed) = (*newest, *replayed);
                vec![Outgoing::CaughtUp(CaughtUp { newest, replayed }).frame()]
            }
            Event::CaughtUp { .. } => Vec::new(),
        }
    }
}

fn answered(client_offset: Option<String>, answer: Result<u64, Refusal>) -> Outgoing<'static> {
    match answer {
        Ok(id) => Outgoing::Ack { client_offset, id },
        Err(refusal) => Outgoing::Error(Refused::Chat(refusal).words(client_offset)),
    }
}

/// The name that a message gives itself, however wrong the rest of it is.
fn client_offset(text: &str) -> Option<String> {
    let message: serde_json::Value = serde_json::from_str(text).ok()?;
    Some(message.get("clientOffset")?.as_str()?.to_owned())
}

fn learn(news: &News) -> Vec<Message> {
    let here = news.here.as_ref();
    let typing = news.typing.as_ref();
    let here = here.map(|here| Outgoing::Presence(here.into()).frame());
    let typing = typing.map(|typing| Outgoing::Typing(typing.into()).frame());
    here.into_iter().chain(typing).collect()
}

async fn send_all(socket: &mut Socket, messages: Vec<Message>) -> Result<(), Error> {
    for message in messages {
        socket.feed(message).await?;
    }
    socket.flush().await
}

async fn repeat(mut socket: Socket, heartbeat: Heartbeat, shutdown: CancellationToken) {
    let mut life = Life::new(heartbeat);
    loop {
        let message = tokio::select! {
            biased;
            () = shutdown.cancelled() => return going_away(socket).await,
            received = socket.next() => {
                life.show();
                match received {
                    Some(Ok(message @ (Message::Text(_) | Message::Binary(_)))) => message,
                    Some(Ok(_)) => continue,
                    Some(Err(error)) => return fail(socket, &error).await,
                    None => return hang_up(socket).await,
                }
            }
            is_alive = life.check() => match is_alive {
                true => ping(),
                false => return close(socket, CloseCode::Away, NO_PONG).await,
            },
        };
        if let Err(error) = socket.send(message).await {
            return fail(socket, &error).await;
        }
    }
}

/// Why a silent client is let go.
const NO_PONG: &str = "no pong";

fn ping() -> Message {
    Message::Ping(Bytes::new())
}

/// Whether the other side still lives: TCP does not say when a cable was pulled (RFC 6455 5.5.2).
struct Life {
    heartbeat: Heartbeat,
    /// When to ask, or, once asked, until when to wait.
    until: time::Instant,
    is_asked: bool,
}

impl Life {
    fn new(heartbeat: Heartbeat) -> Self {
        Self {
            heartbeat,
            until: time::Instant::now() + heartbeat.interval,
            is_asked: false,
        }
    }

    /// Something came.
    fn show(&mut self) {
        *self = Self::new(self.heartbeat);
    }

    /// After a long silence: true when it is time to ask, false when nothing came of that.
    async fn check(&mut self) -> bool {
        sleep_until(self.until).await;
        let is_first = !self.is_asked;
        self.until = time::Instant::now() + self.heartbeat.timeout;
        self.is_asked = true;
        is_first
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
