//! The chat under load: 1,000 people listen over WebSocket while ten messages a second are said, and in every
//! other window of time 200 people poll and crowds come, catch up and leave. Whoever misses a message, or hears one
//! twice or out of its sender's order, fails the run. Measured is the time from saying to hearing, by one clock.
//!
//! `cargo xtask bench chat`, or smaller: `cargo xtask bench chat --seconds 3 --clients 50` (Linux).

mod support;

use std::{
    collections::HashMap,
    env, fs,
    net::SocketAddr,
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, bail, ensure};
use futures_util::{SinkExt, StreamExt, future::try_join_all};
use serde::Deserialize;
use support::{Process, cpu, memory, value};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::watch,
    task::JoinHandle,
    time::{MissedTickBehavior, interval, sleep, timeout},
};
use tokio_tungstenite::{WebSocketStream, client_async, tungstenite::Message};

/// Who speaks, each at its share of the rate.
const SENDERS: u64 = 5;

/// Messages a second, of all senders together.
const RATE: u64 = 10;

/// How often short polling asks.
const POLLING: Duration = Duration::from_secs(1);

/// How long long polling waits, in seconds.
const WAIT: u64 = 5;

/// How long it is calm, and then how long it storms.
const WINDOW: Duration = Duration::from_secs(3);

/// The pause between two crowds.
const PAUSE: Duration = Duration::from_millis(500);

/// How long what was said may take to reach everybody before it counts as lost.
const PATIENCE: Duration = Duration::from_secs(30);

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    rlimit::increase_nofile_limit(8_192)?;
    let args: Vec<String> = env::args().collect();
    let clients: usize = value(&args, "--clients").unwrap_or("1000").parse()?;
    let seconds: u64 = value(&args, "--seconds").unwrap_or("30").parse()?;
    ensure!(clients > 0, "nobody listens");

    let folder = env::temp_dir().join(format!("wireglass-bench-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let measured = measure(clients, Duration::from_secs(seconds), &folder).await;
    fs::remove_dir_all(&folder)?;
    measured
}

async fn measure(clients: usize, time: Duration, folder: &std::path::Path) -> anyhow::Result<()> {
    let database = folder.join("chat.db");
    let database = database.to_str().context("the folder's name is text")?;
    let program = env!("CARGO_BIN_EXE_wireglass").as_ref();
    let listen = ["--listen", "127.0.0.1:0", "--rate-limit", "0"];
    let options = [&listen[..], &["--database", database, "--log", "warn"]].concat();
    let server = Process::start(program, &options)?;
    let at_start = memory(server.id(), "VmRSS")?;

    let house = House {
        address: server.address,
        clock: Instant::now(),
        newest: Arc::default(),
        weather: watch::Sender::new(Weather::Calm),
    };
    let mut listeners = Vec::new();
    for _ in 0..clients {
        listeners.push(house.listen_by_web_socket().await?);
    }
    for number in 0..clients / 10 {
        let late = POLLING * number as u32 / (clients / 10) as u32;
        listeners.push(house.listen_by_polling(Transport::ShortPolling, late));
        listeners.push(house.listen_by_polling(Transport::LongPolling, late));
    }
    let with_all = memory(server.id(), "VmRSS")?;
    let before = cpu(server.id())?;
    let began = Instant::now();
    let senders: Vec<_> = (0..SENDERS).map(|sender| house.speak(sender)).collect();
    let guests = house.weather(clients / 2, time).await?;
    house.weather.send_replace(Weather::Still);
    let said = try_join_all(senders.into_iter().map(joined)).await?;
    let said: u64 = said.iter().sum();
    house.weather.send_replace(Weather::Over);
    let took = began.elapsed();
    let used = Duration::from_nanos(cpu(server.id())? - before);

    let mut heard = Vec::new();
    for listener in listeners {
        let ear = timeout(PATIENCE, joined(listener)).await;
        let ear = ear.context("somebody did not hear everything in time")??;
        ensure!(ear.count == said, "{} of {said} messages", ear.count);
        heard.push(ear);
    }

    println!(
        "{clients} clients over WebSocket, 2 x {} that poll, {guests} guests in crowds of {};",
        clients / 10,
        clients / 2
    );
    println!(
        "{said} messages in {:.1} s; nothing was lost, repeated or out of order.\n",
        took.as_secs_f32()
    );
    println!(
        "| Heard over | when it | messages heard | p50 | p95 | p99 | most |\n|---|---|--:|--:|--:|--:|--:|"
    );
    let mut tails = Vec::new();
    for (transport, weather) in [
        (Transport::WebSocket, Weather::Calm),
        (Transport::WebSocket, Weather::Storm),
        (Transport::LongPolling, Weather::Storm),
        (Transport::ShortPolling, Weather::Storm),
    ] {
        let of = heard.iter().filter(|ear| ear.transport == transport);
        let mut latencies: Vec<Duration> = of
            .flat_map(|ear| &ear.latencies)
            .filter(|(in_weather, _)| *in_weather == weather)
            .map(|(_, latency)| *latency)
            .collect();
        latencies.sort_unstable();
        let Some(most) = latencies.last() else {
            continue;
        };
        let at = |part: f64| latencies[((latencies.len() - 1) as f64 * part) as usize];
        println!(
            "| {transport:?} | is {weather:?} | {} | {:.1?} | {:.1?} | {:.1?} | {most:.1?} |",
            latencies.len(),
            at(0.5),
            at(0.95),
            at(0.99),
        );
        if transport == Transport::WebSocket {
            tails.push(at(0.99).as_secs_f64());
        }
    }
    if let [calm, storm] = tails[..] {
        println!(
            "\nWebSocket's p99 in the storm, times that in the calm: {:.2}",
            storm / calm
        );
    }
    let peak = memory(server.id(), "VmHWM")?;
    println!(
        "The server's memory: {at_start} at the start, {with_all} with all clients, {peak} at most."
    );
    let share = used.as_secs_f64() / took.as_secs_f64() * 100.0;
    println!("The server's CPU time: {used:.1?} in {took:.1?}, {share:.0} % of one core.");
    Ok(())
}

/// What goes on besides the talk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Weather {
    /// Nothing.
    Calm,
    /// Some poll, and crowds come and go.
    Storm,
    /// Nobody speaks any more.
    Still,
    /// Everything was said: whoever has heard it goes.
    Over,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Transport {
    WebSocket,
    LongPolling,
    ShortPolling,
}

/// A message as the chat tells it.
#[derive(Debug, Deserialize)]
struct Heard<'a> {
    id: u64,
    message: &'a str,
}

/// The answer to a poll.
#[derive(Debug, Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    messages: Vec<Heard<'a>>,
    newest: u64,
    #[serde(default)]
    more: bool,
}

/// What one listener heard.
struct Ear {
    transport: Transport,
    clock: Instant,
    newest: u64,
    /// The number that each sender has to say next.
    next: HashMap<u64, u64>,
    count: u64,
    /// When it began to listen: what was said before says nothing about the way.
    since: Instant,
    latencies: Vec<(Weather, Duration)>,
}

impl Ear {
    fn new(transport: Transport, clock: Instant) -> Self {
        let (newest, count, since) = (0, 0, clock);
        let (next, latencies) = (HashMap::new(), Vec::new());
        Self {
            transport,
            clock,
            newest,
            next,
            count,
            since,
            latencies,
        }
    }

    /// Hears a message: `SENDER NUMBER NANOSECONDS WEATHER`. Numbers without a gap, under rising ids, are nothing
    /// lost, nothing twice, and nothing out of order.
    fn hear(&mut self, heard: &Heard) -> anyhow::Result<()> {
        ensure!(heard.id > self.newest, "{} after {}", heard.id, self.newest);
        self.newest = heard.id;
        self.count += 1;
        let mut words = heard.message.split(' ');
        let mut word = || words.next().context("a message of another form");
        let (sender, number) = (word()?.parse()?, word()?.parse()?);
        let said = self.clock + Duration::from_nanos(word()?.parse()?);
        let weather = match word()? {
            "calm" => Weather::Calm,
            _ => Weather::Storm,
        };
        let next = self.next.entry(sender).or_insert(number);
        ensure!(
            *next == number,
            "sender {sender}: {number} in place of {next}"
        );
        *next += 1;
        if said >= self.since {
            self.latencies.push((weather, said.elapsed()));
        }
        Ok(())
    }
}

/// What the clients share.
#[derive(Clone)]
struct House {
    address: SocketAddr,
    clock: Instant,
    /// The newest id that was acknowledged.
    newest: Arc<AtomicU64>,
    weather: watch::Sender<Weather>,
}

impl House {
    /// Calm and storm in turns; gives the number of guests that came and went.
    async fn weather(&self, crowd: usize, time: Duration) -> anyhow::Result<usize> {
        let began = Instant::now();
        let window = WINDOW.min(time / 2);
        let mut guests = 0;
        while began.elapsed() < time {
            self.weather.send_replace(Weather::Calm);
            sleep(window).await;
            self.weather.send_replace(Weather::Storm);
            let storm = Instant::now();
            while storm.elapsed() < window {
                let visits = (0..crowd).map(|_| tokio::spawn(self.clone().visit()));
                let visits: Vec<_> = visits.collect();
                guests += visits.len();
                try_join_all(visits.into_iter().map(joined)).await?;
                sleep(PAUSE).await;
            }
        }
        Ok(guests)
    }

    /// Says its share until it is over; gives how much that was.
    fn speak(&self, sender: u64) -> JoinHandle<anyhow::Result<u64>> {
        let house = self.clone();
        tokio::spawn(async move {
            let mut socket = house.connect("").await?;
            let mut ticks = interval(Duration::from_secs(1) * SENDERS as u32 / RATE as u32);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            // Not all at once.
            sleep(Duration::from_secs(1) * sender as u32 / RATE as u32).await;
            for number in 0.. {
                ticks.tick().await;
                let weather = match *house.weather.borrow() {
                    Weather::Calm => "calm",
                    Weather::Storm => "storm",
                    Weather::Still | Weather::Over => return Ok(number),
                };
                let now = house.clock.elapsed().as_nanos();
                let words = format!(
                    r#"{{"type":"send","handle":"sender {sender}","message":"{sender} {number} {now} {weather}","clientOffset":"{number}"}}"#
                );
                socket.send(Message::text(words)).await?;
                let id = acknowledged(&mut socket).await?;
                house.newest.fetch_max(id, SeqCst);
            }
            Ok(0)
        })
    }

    /// Listens from the beginning until it is over and everything was heard.
    async fn listen_by_web_socket(&self) -> anyhow::Result<JoinHandle<anyhow::Result<Ear>>> {
        let mut socket = self.connect("?after=0").await?;
        let mut ear = Ear::new(Transport::WebSocket, self.clock);
        let house = self.clone();
        let mut weather = self.weather.subscribe();
        Ok(tokio::spawn(async move {
            let mut is_over = false;
            loop {
                if is_over && ear.newest >= house.newest.load(SeqCst) {
                    return Ok(ear);
                }
                tokio::select! {
                    text = hear(&mut socket) => ear.hear(&serde_json::from_str(&text?)?)?,
                    result = weather.wait_for(|weather| *weather == Weather::Over), if !is_over => {
                        result?;
                        is_over = true;
                    }
                }
            }
        }))
    }

    /// Polls whenever it storms, and to the end when it is over.
    fn listen_by_polling(
        &self,
        transport: Transport,
        late: Duration,
    ) -> JoinHandle<anyhow::Result<Ear>> {
        let house = self.clone();
        let mut weather = self.weather.subscribe();
        tokio::spawn(async move {
            let mut ear = Ear::new(transport, house.clock);
            let mut line = TcpStream::connect(house.address).await?;
            line.set_nodelay(true)?;
            let mut after = 0;
            loop {
                let now = *weather
                    .wait_for(|weather| *weather != Weather::Calm)
                    .await?;
                ear.since = Instant::now();
                if transport == Transport::ShortPolling && now == Weather::Storm {
                    sleep(late).await;
                }
                // What it missed in the calm first, and then as long as the storm lasts.
                let mut wait = None;
                loop {
                    let body = poll(&mut line, after, wait).await?;
                    let answer: Answer = serde_json::from_slice(&body)?;
                    for heard in &answer.messages {
                        ear.hear(heard)?;
                    }
                    after = answer.newest;
                    if answer.more {
                        continue;
                    }
                    match *weather.borrow() {
                        Weather::Over if after >= house.newest.load(SeqCst) => return Ok(ear),
                        Weather::Calm => break,
                        _ => {}
                    }
                    match transport {
                        Transport::LongPolling => wait = Some(WAIT),
                        _ => sleep(POLLING).await,
                    }
                }
            }
        })
    }

    /// Comes, catches up with the last hundred ids, and leaves.
    async fn visit(self) -> anyhow::Result<()> {
        let until = self.newest.load(SeqCst);
        let after = until.saturating_sub(100);
        let mut ear = Ear::new(Transport::WebSocket, self.clock);
        let visiting = async {
            let mut socket = self.connect(&format!("?after={after}")).await?;
            while ear.newest < until {
                let text = hear(&mut socket).await?;
                ear.hear(&serde_json::from_str(&text)?)?;
            }
            // No other room is in use, so that ids have no gaps.
            let expected = after + 1..ear.newest + 1;
            ensure!(
                ear.count == length(&expected),
                "{} of {expected:?}",
                ear.count
            );
            socket.close(None).await?;
            anyhow::Ok(())
        };
        timeout(PATIENCE, visiting)
            .await
            .context("a guest did not catch up in time")?
    }

    async fn connect(&self, query: &str) -> anyhow::Result<WebSocketStream<TcpStream>> {
        let stream = TcpStream::connect(self.address).await?;
        stream.set_nodelay(true)?;
        let url = format!("ws://{}/ws/chat{query}", self.address);
        Ok(client_async(url, stream).await?.0)
    }
}

fn length(range: &Range<u64>) -> u64 {
    range.end - range.start
}

async fn joined<T>(task: JoinHandle<anyhow::Result<T>>) -> anyhow::Result<T> {
    task.await?
}

/// The next message of the chat, as JSON.
async fn hear(socket: &mut WebSocketStream<TcpStream>) -> anyhow::Result<String> {
    loop {
        match socket
            .next()
            .await
            .context("the server closed the connection")??
        {
            Message::Text(text) if text.starts_with(r#"{"type":"message""#) => {
                return Ok(text.to_string());
            }
            Message::Text(text) if text.starts_with(r#"{"type":"error""#) => bail!("{text}"),
            _ => {}
        }
    }
}

/// The id of the next acknowledgement.
async fn acknowledged(socket: &mut WebSocketStream<TcpStream>) -> anyhow::Result<u64> {
    #[derive(Deserialize)]
    struct Ack {
        id: u64,
    }
    loop {
        match socket
            .next()
            .await
            .context("the server closed the connection")??
        {
            Message::Text(text) if text.starts_with(r#"{"type":"ack""#) => {
                let ack: Ack = serde_json::from_str(&text)?;
                return Ok(ack.id);
            }
            Message::Text(text) if text.starts_with(r#"{"type":"error""#) => bail!("{text}"),
            _ => {}
        }
    }
}

/// The body of an answer to a poll, over a connection that is used again.
async fn poll(line: &mut TcpStream, after: u64, wait: Option<u64>) -> anyhow::Result<Vec<u8>> {
    let wait = wait.map(|wait| format!("&wait={wait}")).unwrap_or_default();
    let request =
        format!("GET /chat/messages?after={after}{wait} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    line.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    loop {
        if let Some(head) = wireglass::wire::http1::parse_response(&answer)? {
            ensure!(
                head.status() == Some(200),
                "{}",
                String::from_utf8_lossy(&answer)
            );
            let length = content_length(&answer[..head.length])?;
            if answer.len() >= head.length + length {
                return Ok(answer.split_off(head.length));
            }
        }
        ensure!(
            line.read_buf(&mut answer).await? > 0,
            "the server closed the connection"
        );
    }
}

fn content_length(head: &[u8]) -> anyhow::Result<usize> {
    let head = str::from_utf8(head)?.to_ascii_lowercase();
    let length = head
        .split_once("content-length: ")
        .context("an answer without a length")?
        .1;
    let end = length.find('\r').context("a head that ends")?;
    Ok(length[..end].parse()?)
}
