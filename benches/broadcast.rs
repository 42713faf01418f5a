//! What the tap costs: a Socket.IO broadcast to 200 and to 1,000 WebSocket clients, with the tap and
//! without, in short turns. Measured is the server's CPU time for each delivered message, by the kernel's own
//! account of its threads (`/proc/PID/task/*/schedstat`, Linux).
//!
//! `cargo xtask bench`, or `cargo bench --bench broadcast -- --rounds 15`.

mod support;

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};

use anyhow::{Context, ensure};
use futures_util::{SinkExt, StreamExt};
use support::{Process, cpu, value};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Notify,
};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Message, Utf8Bytes},
};
use wireglass::{Server, config::Config};

/// Deliveries of one measurement, whatever the number of clients.
const DELIVERIES: usize = 20_000;

/// How often each of the two servers of a round is measured.
const TURNS: u32 = 6;

/// Deliveries before the first measurement: enough that the default capture is full, so that what is
/// measured is the steady state, in which each record takes the place of an older one.
const WARM_UP: usize = 300_000;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    rlimit::increase_nofile_limit(8_192)?;
    let args: Vec<String> = std::env::args().collect();
    if let Some(mode) = value(&args, "--serve") {
        return serve(mode == "tap").await;
    }
    let rounds: usize = value(&args, "--rounds").unwrap_or("9").parse()?;
    ensure!(
        rounds >= 5,
        "a median of fewer than five rounds says little"
    );
    println!(
        "| Clients | CPU µs a delivery, no tap | with tap | Ratio, median of {rounds} rounds | All rounds |"
    );
    println!("|--:|--:|--:|--:|---|");
    for clients in [200, 1_000] {
        let (mut without, mut with, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..rounds {
            let (plain, tap) = round(clients).await?;
            without.push(plain);
            with.push(tap);
            ratios.push(tap / plain);
        }
        ratios.sort_by(f64::total_cmp);
        let all: Vec<String> = ratios.iter().map(|ratio| format!("{ratio:.3}")).collect();
        println!(
            "| {clients} | {:.2} | {:.2} | **{:.3}** | {} |",
            median(&without),
            median(&with),
            median(&ratios),
            all.join(" ")
        );
    }
    Ok(())
}

/// CPU microseconds a delivery, without the tap and with it. Each round has servers of its own, because
/// where a process happens to lie in memory is worth some percent; and the two take turns, so that what
/// else the machine does meets both.
async fn round(clients: usize) -> anyhow::Result<(f64, f64)> {
    let mut plain = Room::open("plain", clients).await?;
    let mut tap = Room::open("tap", clients).await?;
    let (mut without, mut with) = (0.0, 0.0);
    for turn in 0..TURNS {
        if turn % 2 == 0 {
            without += plain.measure(DELIVERIES).await?;
            with += tap.measure(DELIVERIES).await?;
        } else {
            with += tap.measure(DELIVERIES).await?;
            without += plain.measure(DELIVERIES).await?;
        }
    }
    Ok((without / f64::from(TURNS), with / f64::from(TURNS)))
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

/// The server's side: says its address, and serves until it is killed.
async fn serve(tap: bool) -> anyhow::Result<()> {
    use axum::serve::ListenerExt;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    let server = Server::new(&Config {
        database: Some(":memory:".into()),
        rate_limit: 0.0,
        ..Config::default()
    })?;
    if tap {
        server.serve(listener).await;
        return Ok(());
    }
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    Ok(axum::serve(listener, server.into_router()).await?)
}

/// A server, the clients that listen to it, and one that speaks.
struct Room {
    server: Process,
    clients: usize,
    sender: WebSocketStream<TcpStream>,
    /// Told each time that all the listening clients have got a message.
    all: Arc<Notify>,
}

impl Room {
    /// Starts a server with so many clients, and warms it up.
    async fn open(mode: &str, clients: usize) -> anyhow::Result<Self> {
        let server = Process::start(&std::env::current_exe()?, &["--serve", mode])?;
        let address = server.address;
        let delivered = Arc::new(AtomicUsize::new(0));
        let all = Arc::new(Notify::new());
        for _ in 0..clients {
            let socket = connect(address).await?;
            tokio::spawn(listen(socket, clients, delivered.clone(), all.clone()));
        }
        let sender = connect(address).await?;
        let mut room = Self {
            server,
            clients,
            sender,
            all,
        };
        room.measure(WARM_UP).await?;
        Ok(room)
    }

    /// CPU microseconds of the server for each delivered message.
    async fn measure(&mut self, deliveries: usize) -> anyhow::Result<f64> {
        let broadcasts = deliveries / self.clients;
        let before = cpu(self.server.id())?;
        for _ in 0..broadcasts {
            self.broadcast().await?;
        }
        let used = cpu(self.server.id())? - before;
        Ok(used as f64 / 1_000.0 / (broadcasts * (self.clients + 1)) as f64)
    }

    /// Says one thing, and waits until everybody has heard it, the sender too.
    async fn broadcast(&mut self) -> anyhow::Result<()> {
        let event = r#"42["send_message",{"handle":"bench","message":"forty-five bytes of words for everybody"}]"#;
        self.sender.send(Message::text(event)).await?;
        self.all.notified().await;
        while !hear(&mut self.sender).await?.starts_with("42") {}
        Ok(())
    }
}

async fn listen(
    mut socket: WebSocketStream<TcpStream>,
    clients: usize,
    delivered: Arc<AtomicUsize>,
    all: Arc<Notify>,
) {
    while let Ok(text) = hear(&mut socket).await {
        let is_event = text.starts_with("42[\"message\"");
        if is_event && (delivered.fetch_add(1, SeqCst) + 1).is_multiple_of(clients) {
            all.notify_one();
        }
    }
}

/// The next packet; Engine.IO's heartbeat is answered on the way.
async fn hear(socket: &mut WebSocketStream<TcpStream>) -> anyhow::Result<Utf8Bytes> {
    loop {
        match socket
            .next()
            .await
            .context("the server closed the connection")??
        {
            Message::Text(text) if text == "2" => socket.send(Message::text("3")).await?,
            Message::Text(text) => return Ok(text),
            _ => {}
        }
    }
}

async fn connect(address: SocketAddr) -> anyhow::Result<WebSocketStream<TcpStream>> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let url = format!("ws://{address}/socket.io/?EIO=4&transport=websocket");
    let mut socket = client_async(url, stream).await?.0;
    socket.send(Message::text("40")).await?;
    while !hear(&mut socket).await?.starts_with("40") {}
    Ok(socket)
}
