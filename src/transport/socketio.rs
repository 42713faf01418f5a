//! The chat over Socket.IO: the events of the source document.
//!
//! # Layout
//!
//! ```text
//! session   one Engine.IO session: its place, and how far its client has read
//! event     what an event brings besides its content: its size, and whether it wants an answer
//! ```

mod event;
pub mod session;

use std::{
    future::ready,
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use futures_util::{FutureExt, StreamExt, future::BoxFuture, stream::FuturesOrdered};
use parking_lot::Mutex;
use serde::Deserialize;
use serde_json::json;
use socketioxide::{
    ParserError, SendError, SocketError, SocketIo, TransportType,
    extract::{SocketRef, TryData},
    handler::ConnectHandler,
    layer::SocketIoLayer,
    socket::{DisconnectReason, Socket},
};
use tokio::{
    sync::mpsc,
    task::yield_now,
    time::{self, sleep},
};
use tokio_util::sync::CancellationToken;

use self::{
    event::{Ack, Size},
    session::Session,
};
use super::{
    SLACK, Transports,
    client::Client,
    largest_payload,
    refused::Refused,
    words::{CaughtUp, Heard, Object, Presence, Send, Typing, enter},
};
use crate::{
    chat::{
        Attendance, Event, Hearing, House, Message, Pending, Refusal, Start, Told,
        subscription::MAX_RECENT,
    },
    metrics::{Counted, Metrics, Transport},
};

/// Most packets that wait for one client, each with a message's text twice.
const BUFFER: usize = 32;

/// How long a session may be without CONNECT.
const CONNECTING: Duration = Duration::from_secs(10);

/// How often a full buffer is tried again at once.
const YIELDS: u32 = 16;

/// How long to wait at first, and at most, before a full buffer is tried again.
const SHORTEST_PAUSE: Duration = Duration::from_millis(1);
const LONGEST_PAUSE: Duration = Duration::from_millis(100);

/// Most messages of one client whose answers are waited for at the same time.
const MAX_UNANSWERED: usize = 64;

/// Most acknowledgements of one client that wait for their turn.
const MAX_ANSWERS: usize = 4_096;

/// Why a client is let go that does not take what it is sent.
const TOO_SLOW: &str = "reads too slowly";

/// How often to look whether a client has upgraded.
const LOOKING: Duration = Duration::from_millis(500);

/// What a client says of itself in CONNECT.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Auth {
    /// The id of the last message that it knows.
    server_offset: Option<u64>,
    /// How many of the newest messages it wants to begin with.
    recent: Option<usize>,
    room: Option<String>,
    handle: Option<String>,
}

impl Auth {
    /// Clients may say nothing of themselves, or things that are meant for others.
    fn read(auth: Result<serde_json::Value, ParserError>) -> Result<Self, Refused> {
        match auth {
            Ok(auth @ serde_json::Value::Object(_)) => {
                serde_json::from_value(auth).map_err(|error| {
                    let expected =
                        "auth takes {serverOffset, recent, room, handle}, each of them optional";
                    Refused::BadRequest(format!("{expected}: {error}"))
                })
            }
            _ => Ok(Self::default()),
        }
    }

    fn start(&self) -> Start {
        match (self.server_offset, self.recent) {
            (Some(offset), _) => Start::After(offset),
            (None, Some(count)) => Start::Recent(count),
            (None, None) => Start::Now,
        }
    }
}

/// A Socket.IO server at `/socket.io/` for the chat.
pub fn layer(transports: Transports) -> (SocketIoLayer, SocketIo) {
    let (layer, io) = SocketIo::builder()
        .ping_interval(transports.heartbeat.interval)
        .ping_timeout(transports.heartbeat.timeout)
        .max_payload(largest_payload(transports.max_body) as u64)
        .ws_max_message_size(transports.max_body + SLACK)
        .ws_max_frame_size(transports.max_body + SLACK)
        .max_buffer_size(BUFFER)
        .connect_timeout(CONNECTING)
        .build_layer();
    let (house, metrics) = (transports.house.clone(), transports.metrics.clone());
    let check = async move |socket: SocketRef, TryData(auth): TryData<serde_json::Value>| {
        let admitted = admit(&house, &socket, auth);
        admitted.map_err(|refused| {
            metrics.refused(refused.code());
            // CONNECT_ERROR has room for a text alone.
            format!("{refused} ({})", refused.code())
        })
    };
    let connected = move |socket: SocketRef, TryData(auth): TryData<serde_json::Value>| {
        // What is wrong with it was found by the check.
        let auth = Auth::read(auth).unwrap_or_default();
        connected(&transports, &socket, &auth);
        ready(())
    };
    io.ns("/", connected.with(check));
    (layer, io)
}

/// Judges what a client says of itself in CONNECT, and gives it its seat; socketioxide answers an error with
/// CONNECT_ERROR.
fn admit(
    house: &House,
    socket: &Socket,
    auth: Result<serde_json::Value, ParserError>,
) -> Result<(), Refused> {
    let auth = Auth::read(auth)?;
    let room = enter(house, auth.room.as_deref())?;
    if auth.recent.is_some_and(|count| count > MAX_RECENT) {
        return Err(Refused::BadRecent);
    }
    let visitor = Client::of(socket.req_parts()).visitor;
    let (name, handle) = (transport(socket).name(), auth.handle.as_deref());
    let attendance = Attendance::new(room, visitor, name, handle)?;
    socket
        .extensions
        .insert::<Seat>(Arc::new(Mutex::new(Some(attendance))));
    Ok(())
}

/// An acknowledgement on its way: to whom, and what it says.
type Answer = BoxFuture<'static, (Ack, serde_json::Value)>;

/// A client's place in its room; empty once it is gone.
type Seat = Arc<Mutex<Option<Attendance>>>;

/// The closures do their work themselves and return a future that is ready: socketioxide calls them in the
/// order of arrival, but runs the futures that they return as tasks of their own, in any order.
fn connected(transports: &Transports, socket: &SocketRef, auth: &Auth) {
    let connection = Client::of(socket.req_parts()).connection;
    tracing::debug!(connection, sid = %socket.id, "Socket.IO connected");
    // Both were given before, or there is neither session nor CONNECT.
    let session = Session::of(socket).cloned();
    let Some((session, seat)) = session.zip(socket.extensions.get::<Seat>()) else {
        return;
    };
    let (start, is_announced) = (auth.start(), auth.handle.is_some());
    let hear = |attendance: &Attendance| Hearing::new(attendance, start, is_announced);
    let Some(hearing) = seat.lock().as_ref().map(hear) else {
        return;
    };
    let door = Door {
        connection,
        metrics: transports.metrics.clone(),
        is_shut: Arc::default(),
    };
    let (gone, max_body) = (CancellationToken::new(), transports.max_body);
    let (answers, unsent) = mpsc::channel(MAX_ANSWERS);

    let (on_gone, at_exit, left) = (gone.clone(), door.clone(), seat.clone());
    let progress = session.clone();
    socket.on_disconnect(move |socket: SocketRef, reason: DisconnectReason| {
        if reason == DisconnectReason::HeartbeatTimeout {
            at_exit.note(&socket, progress.why_no_pong());
        }
        tracing::debug!(connection, sid = %socket.id, %reason, "Socket.IO disconnected");
        left.lock().take();
        on_gone.cancel();
        ready(())
    });

    let (on_send, at_send, to_send) = (seat.clone(), door.clone(), answers.clone());
    socket.on(
        "send_message",
        move |socket: SocketRef, size: Size, TryData(send): TryData<Object<Send>>, ack: Ack| {
            let is_asked = ack.is_asked();
            let send = size.checked(
                max_body,
                send,
                "send_message takes {handle, message}, both strings",
            );
            let answer = match send.and_then(|send| say(&on_send, send)) {
                Ok(pending) => {
                    let door = at_send.clone();
                    let answer = pending.map(move |answer| (ack, door.answered(answer)));
                    answer.boxed()
                }
                Err(refused) => ready((ack, at_send.refuse(&refused))).boxed(),
            };
            at_send.queue(&to_send, answer, is_asked, socket);
            ready(())
        },
    );

    let (on_rename, at_rename) = (seat.clone(), door.clone());
    socket.on(
        "rename",
        move |socket: SocketRef, size: Size, TryData(rename): TryData<Object<Rename>>, ack: Ack| {
            let rename = size.checked(max_body, rename, "rename takes {handle}, a string");
            let answer = match rename.and_then(|rename| rename_to(&on_rename, &rename)) {
                Ok(()) => json!({}),
                Err(refused) => at_rename.refuse(&refused),
            };
            let is_asked = ack.is_asked();
            at_rename.queue(&answers, ready((ack, answer)).boxed(), is_asked, socket);
            ready(())
        },
    );

    let on_typing = seat.clone();
    socket.on("typing", move || {
        if let Some(attendance) = &*on_typing.lock() {
            attendance.types(Instant::now());
        }
        ready(())
    });

    let transport = transport(socket);
    let talk = Talk {
        outlet: Outlet {
            socket: socket.clone(),
            session,
            patience: transports.patience,
        },
        counted: (transport, door.metrics.enter(transport)),
        door,
        seat,
        hearing,
        unsent,
        answers: FuturesOrdered::new(),
    };
    tokio::spawn(gone.run_until_cancelled_owned(talk.run()));
}

/// What `rename` takes.
#[derive(Debug, Deserialize)]
struct Rename {
    handle: String,
}

fn say(seat: &Seat, send: Send) -> Result<Pending, Refused> {
    let mut seat = seat.lock();
    let attendance = seat.as_mut().ok_or(Refusal::Busy)?;
    let pending = attendance.room().post(attendance.visitor(), send.into())?;
    attendance.spoke(pending.sender.clone());
    Ok(pending)
}

fn rename_to(seat: &Seat, rename: &Rename) -> Result<(), Refused> {
    if let Some(attendance) = &mut *seat.lock() {
        attendance.rename(&rename.handle)?;
    }
    Ok(())
}

fn transport(socket: &Socket) -> Transport {
    match socket.transport_type() {
        TransportType::Polling => Transport::SocketIoPolling,
        TransportType::Websocket => Transport::SocketIoWebSocket,
    }
}

/// How a conversation ends.
#[derive(Debug)]
enum Over {
    /// The client has gone by itself.
    Left,
    HasToGo(&'static str),
}

/// One client's conversation with the chat.
struct Talk {
    outlet: Outlet,
    door: Door,
    counted: (Transport, Counted),
    seat: Seat,
    hearing: Hearing,
    /// Acknowledgements, in the order of what they answer.
    unsent: mpsc::Receiver<Answer>,
    answers: FuturesOrdered<Answer>,
}

impl Talk {
    /// Sends a client its acknowledgements and everybody's messages, until it is gone or has to go.
    async fn run(mut self) {
        loop {
            match self.step().await {
                Ok(()) if self.hearing.is_behind() => {}
                Ok(()) => self.outlet.session.has_caught_up(),
                Err(Over::Left) => return,
                Err(Over::HasToGo(reason)) => {
                    return self.door.let_go(self.outlet.socket, reason);
                }
            }
        }
    }

    async fn step(&mut self) -> Result<(), Over> {
        self.follow_name();
        let is_polling = self.outlet.socket.transport_type() == TransportType::Polling;
        tokio::select! {
            biased;
            Some((ack, answer)) = self.answers.next() => match ack.tells(&answer) {
                true => {
                    let size = || json_length(&answer);
                    self.outlet.send(size, |_| ack.send(&answer)).await
                }
                false => Ok(()),
            },
            Some(answer) = self.unsent.recv(), if self.answers.len() < MAX_UNANSWERED => {
                self.answers.push_back(answer);
                Ok(())
            }
            told = self.hearing.next() => match told {
                Ok(told) => self.tell(told).await,
                Err(_) => Err(Over::HasToGo("the history cannot be read")),
            },
            () = sleep(LOOKING), if is_polling => Ok(()),
        }
    }

    async fn tell(&mut self, told: Told) -> Result<(), Over> {
        match told {
            Told::Event(Event::Messages(page)) => self.outlet.deliver(&page).await,
            Told::Event(Event::CaughtUp { newest, replayed }) if self.hearing.is_announced() => {
                let caught_up = CaughtUp { newest, replayed };
                self.outlet.emit("caught_up", &caught_up).await
            }
            Told::Event(Event::CaughtUp { .. }) => Ok(()),
            Told::News(news) => {
                if let Some(here) = &news.here {
                    self.outlet.emit("presence", &Presence::from(here)).await?;
                }
                if let Some(typing) = &news.typing {
                    self.outlet.emit("typing", &Typing::from(typing)).await?;
                }
                Ok(())
            }
        }
    }

    /// A guest under another name is another person; and whoever upgraded is here by another transport.
    fn follow_name(&mut self) {
        let Some(attendance) = &mut *self.seat.lock() else {
            return;
        };
        let transport = transport(&self.outlet.socket);
        attendance.move_to(transport.name());
        if transport != self.counted.0 {
            self.counted = (transport, self.door.metrics.enter(transport));
        }
        self.hearing.follow(attendance);
    }
}

/// The way to one client.
struct Outlet {
    socket: SocketRef,
    session: Session,
    /// How long a client whose buffer is full may take before it is let go.
    patience: Duration,
}

impl Outlet {
    async fn deliver(&mut self, page: &[Arc<Message>]) -> Result<(), Over> {
        for message in page {
            let text = format!("{}: {}", message.sender.handle, message.message);
            self.emit("message", &(text, Heard::from(&**message)))
                .await?;
        }
        Ok(())
    }

    async fn emit(
        &mut self,
        event: &'static str,
        arguments: &impl serde::Serialize,
    ) -> Result<(), Over> {
        let size = || event.len() + json_length(arguments);
        self.send(size, |socket| socket.emit(event, arguments))
            .await
    }

    /// Sends one packet, as soon as there is room for it.
    async fn send(
        &mut self,
        size: impl FnOnce() -> usize,
        send: impl Fn(&SocketRef) -> Result<(), SendError>,
    ) -> Result<(), Over> {
        self.session.reserve(&self.socket, size).await;
        let start = time::Instant::now();
        let (mut yields, mut pause) = (0, SHORTEST_PAUSE);
        loop {
            match send(&self.socket) {
                Ok(()) => return Ok(()),
                Err(SendError::Socket(SocketError::InternalChannelFull)) => {
                    self.session.is_full();
                    if start.elapsed() >= self.patience {
                        return Err(Over::HasToGo(TOO_SLOW));
                    }
                    // Most often the connection is just about to make room.
                    if yields < YIELDS {
                        yields += 1;
                        yield_now().await;
                        continue;
                    }
                    sleep(pause).await;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
                Err(SendError::Socket(SocketError::Closed)) => return Err(Over::Left),
                Err(SendError::Serialize(_)) => {
                    return Err(Over::HasToGo("a message could not be encoded"));
                }
            }
        }
    }
}

fn json_length(value: &impl serde::Serialize) -> usize {
    let mut length = Length(0);
    // Neither can fail: these types hold nothing that JSON cannot.
    let _ = serde_json::to_writer(&mut length, value);
    length.0
}

/// Counts what is written, and keeps nothing of it.
struct Length(usize);

impl io::Write for Length {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Where one client comes in, and is shown out.
#[derive(Debug, Clone)]
struct Door {
    connection: u32,
    metrics: Metrics,
    /// The client was let go.
    is_shut: Arc<AtomicBool>,
}

impl Door {
    fn refuse(&self, refused: &Refused) -> serde_json::Value {
        self.metrics.refused(refused.code());
        json!(refused.words(None))
    }

    fn answered(&self, answer: Result<u64, Refusal>) -> serde_json::Value {
        match answer {
            Ok(id) => json!({ "id": id }),
            Err(refusal) => self.refuse(&Refused::Chat(refusal)),
        }
    }

    /// Who sends without asking for acknowledgements is not waited for: their refusals may be dropped.
    fn queue(
        &self,
        answers: &mpsc::Sender<Answer>,
        answer: Answer,
        is_asked: bool,
        socket: SocketRef,
    ) {
        if answers.try_send(answer).is_err() && is_asked {
            self.let_go(socket, "sends faster than it can be answered");
        }
    }

    /// Says once that a client is let go, and whether that was now.
    fn note(&self, socket: &Socket, reason: &'static str) -> bool {
        if self.is_shut.swap(true, Relaxed) {
            return false;
        }
        let connection = self.connection;
        tracing::info!(connection, sid = %socket.id, reason, "Socket.IO client let go");
        self.metrics.let_go(Some(transport(socket)), reason);
        true
    }

    /// Disconnects a client as soon as its buffer has room for the packet that says so. If it never has, the engine
    /// closes the session when it finds no room for its next ping.
    fn let_go(&self, socket: SocketRef, reason: &'static str) {
        if !self.note(&socket, reason) {
            return;
        }
        tokio::spawn(async move {
            while let Err(SocketError::InternalChannelFull) = socket.clone().disconnect() {
                sleep(LONGEST_PAUSE).await;
            }
        });
    }
}
