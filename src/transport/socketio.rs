//! The chat over Socket.IO: the events of the source document.

use std::{
    convert::Infallible,
    future::ready,
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::{FutureExt, StreamExt, future::BoxFuture, stream::FuturesOrdered};
use parking_lot::Mutex;
use serde::Deserialize;
use serde_json::json;
use socketioxide::{
    ParserError, SendError, SocketError, SocketIo, TransportType,
    adapter::LocalAdapter,
    extract::{AckSender, SocketRef, TryData},
    handler::{ConnectHandler, FromMessageParts, Value},
    layer::SocketIoLayer,
    socket::{DisconnectReason, Socket},
};
use tokio::{
    sync::mpsc,
    time::{self, sleep},
};
use tokio_util::sync::CancellationToken;

use super::{
    SLACK, Transports,
    client::Client,
    refused::Refused,
    words::{CaughtUp, Heard, Presence, Send, Typing, enter},
};
use crate::{
    chat::{
        Attendance, Company, Event, House, Message, Pending, Refusal, Start, Subscription,
        company::news_of, subscription::MAX_RECENT,
    },
    metrics::{Counted, Metrics, Transport},
    places::{Place, Places},
};

/// How long to wait at most before a full buffer is tried again.
const LONGEST_PAUSE: Duration = Duration::from_millis(100);

/// Packets that a client gets at once, half of its buffer, before it has settled on a transport.
const BEFORE_SETTLED: usize = 64;

/// How long after CONNECT an upgrade to WebSocket may begin.
const SETTLING: Duration = Duration::from_secs(1);

/// Most messages of one client whose answers are waited for at the same time.
const MAX_UNANSWERED: usize = 64;

/// Most acknowledgements that wait for room in a socket's buffer: more than one polling request can ask for.
const MAX_ANSWERS: usize = 4_096;

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
        .max_payload((transports.max_body + SLACK) as u64)
        .ws_max_message_size(transports.max_body + SLACK)
        .ws_max_frame_size(transports.max_body + SLACK)
        .build_layer();
    let (house, sessions) = (transports.house.clone(), transports.sessions.clone());
    let metrics = transports.metrics.clone();
    let check = async move |socket: SocketRef, TryData(auth): TryData<serde_json::Value>| {
        let admitted = admit(&house, &sessions, &socket, auth);
        admitted.map_err(|refused| {
            metrics.refused(refused.code());
            // CONNECT_ERROR has room for a text alone.
            format!("{refused} ({})", refused.code())
        })
    };
    let connected = move |socket: SocketRef, TryData(auth): TryData<serde_json::Value>| {
        // What is wrong with it was found by the check.
        let auth = Auth::read(auth).unwrap_or_default();
        if let Err(refused) = connected(&transports, &socket, &auth) {
            tracing::warn!(sid = %socket.id, %refused, "nobody was let in");
            let _ = socket.disconnect();
        }
        ready(())
    };
    io.ns("/", connected.with(check));
    (layer, io)
}

/// Judges what a client says of itself in CONNECT, and keeps a place for it; socketioxide answers an error with
/// CONNECT_ERROR.
fn admit(
    house: &House,
    sessions: &Arc<Places>,
    socket: &Socket,
    auth: Result<serde_json::Value, ParserError>,
) -> Result<(), Refused> {
    let auth = Auth::read(auth)?;
    let room = enter(house, auth.room.as_deref())?;
    if let Some(handle) = &auth.handle {
        room.check_handle(handle)?;
    }
    if auth.recent.is_some_and(|count| count > MAX_RECENT) {
        return Err(Refused::BadRecent);
    }
    let place = sessions.take(Client::of(socket.req_parts()).visitor.address)?;
    socket.extensions.insert(Arc::new(place));
    Ok(())
}

/// An acknowledgement on its way: to whom, and what it says.
type Answer = BoxFuture<'static, (Ack, serde_json::Value)>;

/// A client's place in its room; empty once it is gone.
type Seat = Arc<Mutex<Option<Attendance>>>;

/// The closures do their work themselves and return a future that is ready: socketioxide calls them in the
/// order of arrival, but runs the futures that they return as tasks of their own, in any order.
fn connected(transports: &Transports, socket: &SocketRef, auth: &Auth) -> Result<(), Refused> {
    let Client {
        visitor,
        connection,
    } = Client::of(socket.req_parts());
    tracing::debug!(connection, sid = %socket.id, "Socket.IO connected");
    let room = enter(&transports.house, auth.room.as_deref())?;
    let handle = auth.handle.as_deref();
    let transport = transport(socket);
    let attendance = Attendance::new(room.clone(), visitor, transport.name(), handle)?;
    let listener = handle.and_then(|_| attendance.id());
    let subscription = room.subscribe(auth.start(), attendance.id());
    let company = listener.map(|id| Company::new(room, id));
    let seat: Seat = Arc::new(Mutex::new(Some(attendance)));
    let door = Door {
        connection,
        metrics: transports.metrics.clone(),
    };
    let gone = CancellationToken::new();
    let (answers, unsent) = mpsc::channel(MAX_ANSWERS);

    let (on_gone, at_exit, left) = (gone.clone(), door.clone(), seat.clone());
    socket.on_disconnect(move |socket: SocketRef, reason: DisconnectReason| {
        if reason == DisconnectReason::HeartbeatTimeout {
            at_exit.note(&socket, "no pong");
        }
        tracing::debug!(connection, sid = %socket.id, %reason, "Socket.IO disconnected");
        left.lock().take();
        socket.extensions.remove::<Arc<Place>>();
        on_gone.cancel();
        ready(())
    });

    let (on_send, at_send, to_send) = (seat.clone(), door.clone(), answers.clone());
    socket.on(
        "send_message",
        move |socket: SocketRef, TryData(send): TryData<Send>, ack: Ack| {
            let answer = match say(&on_send, send) {
                Ok(pending) => {
                    let door = at_send.clone();
                    let answer = pending.map(move |answer| (ack, door.answered(answer)));
                    answer.boxed()
                }
                Err(refused) => ready((ack, at_send.refuse(&refused))).boxed(),
            };
            at_send.queue(&to_send, answer, socket);
            ready(())
        },
    );

    let (on_rename, at_rename) = (seat.clone(), door.clone());
    socket.on(
        "rename",
        move |socket: SocketRef, TryData(rename): TryData<Rename>, ack: Ack| {
            let answer = match rename_to(&on_rename, rename) {
                Ok(()) => json!({}),
                Err(refused) => at_rename.refuse(&refused),
            };
            at_rename.queue(&answers, ready((ack, answer)).boxed(), socket);
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

    let talk = Talk {
        outlet: Outlet {
            socket: socket.clone(),
            patience: transports.patience,
            connected: time::Instant::now(),
            sent: 0,
        },
        counted: (transport, door.metrics.enter(transport)),
        door,
        seat,
        subscription,
        company,
        unsent,
        answers: FuturesOrdered::new(),
    };
    tokio::spawn(gone.run_until_cancelled_owned(talk.run()));
    Ok(())
}

/// What `rename` takes.
#[derive(Debug, Deserialize)]
struct Rename {
    handle: String,
}

fn say(seat: &Seat, send: Result<Send, ParserError>) -> Result<Pending, Refused> {
    let send = send.map_err(|error| {
        let expected = "send_message takes {handle, message}, both strings";
        Refused::BadRequest(format!("{expected}: {error}"))
    })?;
    let mut seat = seat.lock();
    let attendance = seat.as_mut().ok_or(Refusal::Busy)?;
    let pending = attendance.room().post(attendance.visitor(), send.into())?;
    attendance.spoke(pending.sender.clone());
    Ok(pending)
}

fn rename_to(seat: &Seat, rename: Result<Rename, ParserError>) -> Result<(), Refused> {
    let rename = rename.map_err(|error| {
        Refused::BadRequest(format!("rename takes {{handle}}, a string: {error}"))
    })?;
    match &mut *seat.lock() {
        Some(attendance) => Ok(attendance.rename(&rename.handle)?),
        None => Ok(()),
    }
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
    subscription: Subscription,
    /// Of a client that is announced.
    company: Option<Company>,
    /// Acknowledgements, in the order of what they answer.
    unsent: mpsc::Receiver<Answer>,
    answers: FuturesOrdered<Answer>,
}

impl Talk {
    /// Sends a client its acknowledgements and everybody's messages, until it is gone or has to go.
    async fn run(mut self) {
        loop {
            match self.step().await {
                Ok(()) => {}
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
            Some((ack, answer)) = self.answers.next() => {
                self.outlet.send(|_| ack.send(&answer)).await
            }
            Some(answer) = self.unsent.recv(), if self.answers.len() < MAX_UNANSWERED => {
                self.answers.push_back(answer);
                Ok(())
            }
            event = self.subscription.next() => match event {
                Ok(Event::Messages(page)) => self.outlet.deliver(&page).await,
                Ok(Event::CaughtUp { newest, replayed }) if self.company.is_some() => {
                    self.outlet.emit("caught_up", &CaughtUp { newest, replayed }).await
                }
                Ok(Event::CaughtUp { .. }) => Ok(()),
                Err(_) => Err(Over::HasToGo("the history cannot be read")),
            },
            news = news_of(&mut self.company) => {
                if let Some(here) = &news.here {
                    self.outlet.emit("presence", &Presence::from(here)).await?;
                }
                if let Some(typing) = &news.typing {
                    self.outlet.emit("typing", &Typing::from(typing)).await?;
                }
                Ok(())
            }
            () = sleep(LOOKING), if is_polling => Ok(()),
        }
    }

    /// A guest under another name is another person; and whoever upgraded is here by another transport.
    fn follow_name(&mut self) {
        let Some(attendance) = &mut *self.seat.lock() else {
            return;
        };
        let transport = transport(&self.outlet.socket);
        if transport != self.counted.0 {
            attendance.move_to(transport.name());
            self.counted = (transport, self.door.metrics.enter(transport));
        }
        if let Some(id) = attendance.id() {
            if let Some(company) = &mut self.company {
                company.set_you(id.clone());
            }
            self.subscription.set_viewer(id);
        }
    }
}

/// The way to one client.
struct Outlet {
    socket: SocketRef,
    /// How long a client whose buffer is full may take before it is let go.
    patience: Duration,
    connected: time::Instant,
    /// Packets so far.
    sent: usize,
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
        self.send(|socket| socket.emit(event, arguments)).await
    }

    /// Sends one packet, as soon as the socket's buffer of 128 packets has room for it.
    async fn send(
        &mut self,
        send: impl Fn(&SocketRef) -> Result<(), SendError>,
    ) -> Result<(), Over> {
        if self.sent == BEFORE_SETTLED {
            self.settled().await;
        }
        self.sent += 1;
        let start = time::Instant::now();
        let mut pause = Duration::from_millis(2);
        loop {
            match send(&self.socket) {
                Ok(()) => return Ok(()),
                Err(SendError::Socket(SocketError::InternalChannelFull))
                    if start.elapsed() < self.patience =>
                {
                    sleep(pause).await;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
                Err(SendError::Socket(SocketError::InternalChannelFull)) => {
                    return Err(Over::HasToGo("reads too slowly"));
                }
                Err(SendError::Socket(SocketError::Closed)) => return Err(Over::Left),
                Err(SendError::Serialize(_)) => {
                    return Err(Over::HasToGo("a message could not be encoded"));
                }
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

/// Where one client comes in, and is shown out.
#[derive(Debug, Clone)]
struct Door {
    connection: u32,
    metrics: Metrics,
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

    fn queue(&self, answers: &mpsc::Sender<Answer>, answer: Answer, socket: SocketRef) {
        if answers.try_send(answer).is_err() {
            self.let_go(socket, "sends without reading its acknowledgements");
        }
    }

    fn note(&self, socket: &Socket, reason: &'static str) {
        let connection = self.connection;
        tracing::info!(connection, sid = %socket.id, reason, "Socket.IO client let go");
        self.metrics.let_go(Some(transport(socket)), reason);
    }

    /// Disconnects a client, as soon as its buffer has room for the packet that says so. If it never has,
    /// the engine closes the session when it finds no room for its next ping.
    fn let_go(&self, socket: SocketRef, reason: &'static str) {
        self.note(&socket, reason);
        tokio::spawn(async move {
            while let Err(SocketError::InternalChannelFull) = socket.clone().disconnect() {
                sleep(LONGEST_PAUSE).await;
            }
        });
    }
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
    /// Who asked for no acknowledgement is told nothing but what was refused.
    fn send(&self, answer: &serde_json::Value) -> Result<(), SendError> {
        if self.id.is_none() {
            return match answer.get("error") {
                Some(_) => self.socket.emit("error", answer),
                None => Ok(()),
            };
        }
        let mut unused = Value::Bytes(Vec::new().into());
        let Ok(ack) = AckSender::from_message_parts(&self.socket, &mut unused, &self.id);
        ack.send(answer)
    }
}
