//! What the tap costs: a Socket.IO broadcast to 200 and to 1,000 WebSocket clients, with the tap and
//! without, in turns. Measured is the server's CPU time for each delivered message, by the kernel's own
//! account of its threads (`/proc/PID/task/*/schedstat`, Linux).
//!
//! `cargo xtask bench`, or `cargo bench --bench broadcast -- --pairs 9`.

use std::{
    fs,
    net::SocketAddr,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};

use anyhow::{Context, ensure};
use futures_util::{SinkExt, StreamExt};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Notify,
};
use tokio_tungstenite::{WebSocketStream, client_async, tungstenite::Message};
use wireglass::{Server, config::Config};

/// Deliveries of one run, whatever the number of clients.
const DELIVERIES: usize = 100_000;

/// Deliveries before the measurement begins: enough that the default capture is full, so that what is
/// measured is the steady state, in which each record takes the place of an older one.
const WARM_UP: usize = 300_000;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    rlimit::increase_nofile_limit(8_192)?;
    let args: Vec<String> = std::env::args().collect();
    if let Some(mode) = value(&args, "--serve") {
        return serve(mode == "tap").await;
    }
    let pairs: usize = value(&args, "--pairs").unwrap_or("7").parse()?;
    ensure!(pairs >= 5, "a median of fewer than five pairs says little");
    println!(
        "| Clients | CPU µs a delivery, no tap | with tap | Ratio (median of {pairs} pairs) | Ratios |"
    );
    println!("|--:|--:|--:|--:|---|");
    for clients in [200, 1_000] {
        let (mut plain, mut tap, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
        for pair in 0..pairs {
            // Who goes first changes from pair to pair, so that a drift of the machine favours neither.
            let (without, with) = if pair % 2 == 0 {
                let without = measure("plain", clients).await?;
                (without, measure("tap", clients).await?)
            } else {
                let with = measure("tap", clients).await?;
                (measure("plain", clients).await?, with)
            };
            plain.push(without);
            tap.push(with);
            ratios.push(with / without);
        }
        let spread: Vec<String> = ratios.iter().map(|ratio| format!("{ratio:.3}")).collect();
        println!(
            "| {clients} | {:.2} | {:.2} | **{:.3}** | {} |",
            median(&plain),
            median(&tap),
            median(&ratios),
            spread.join(" ")
        );
    }
    Ok(())
}

fn value<'a>(args: &'a [String], name: &str) -> Option<&'a str> {
    let at = args.iter().position(|arg| arg == name)?;
    args.get(at + 1).map(String::as_str)
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
    let server = Server::new(&Config::default());
    if tap {
        return Ok(server.serve(listener).await?);
    }
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    Ok(axum::serve(listener, server.into_router()).await?)
}

/// A server in a process of its own, ended with this value.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// CPU microseconds of the server for each delivered message.
async fn measure(mode: &str, clients: usize) -> anyhow::Result<f64> {
    let mut command = Command::new(std::env::current_exe()?);
    let mut server = Process(
        command
            .args(["--serve", mode])
            .stdout(Stdio::piped())
            .spawn()?,
    );
    let address = read_address(&mut server.0)?;

    let delivered = Arc::new(AtomicUsize::new(0));
    let all = Arc::new(Notify::new());
    for _ in 0..clients {
        let mut socket = connect(address).await?;
        let (delivered, all) = (delivered.clone(), all.clone());
        tokio::spawn(async move {
            while let Some(Ok(message)) = socket.next().await {
                let is_event =
                    matches!(&message, Message::Text(text) if text.starts_with("42[\"message\""));
                if is_event && (delivered.fetch_add(1, SeqCst) + 1).is_multiple_of(clients) {
                    all.notify_one();
                }
            }
        });
    }
    let mut sender = connect(address).await?;
    let event = r#"42["send_message",{"handle":"bench","message":"forty-five bytes of words for everybody"}]"#;
    let mut before = 0;
    let (warm_up, broadcasts) = (WARM_UP / clients, DELIVERIES / clients);
    for index in 0..warm_up + broadcasts {
        if index == warm_up {
            before = cpu(server.0.id())?;
        }
        sender.send(Message::text(event)).await?;
        all.notified().await;
        // The sender hears it too.
        while !sender
            .next()
            .await
            .context("the sender was closed")??
            .to_text()?
            .starts_with("42")
        {}
    }
    let used = cpu(server.0.id())? - before;
    Ok(used as f64 / 1_000.0 / (broadcasts * (clients + 1)) as f64)
}

fn read_address(server: &mut Child) -> anyhow::Result<SocketAddr> {
    use std::io::BufRead;
    let stdout = server.stdout.take().context("the server has an output")?;
    let mut line = String::new();
    std::io::BufReader::new(stdout).read_line(&mut line)?;
    line.trim().parse().context("the server says its address")
}

async fn connect(address: SocketAddr) -> anyhow::Result<WebSocketStream<TcpStream>> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let url = format!("ws://{address}/socket.io/?EIO=4&transport=websocket");
    let mut socket = client_async(url, stream).await?.0;
    socket.send(Message::text("40")).await?;
    while !socket
        .next()
        .await
        .context("closed")??
        .to_text()?
        .starts_with("40")
    {}
    Ok(socket)
}

/// Nanoseconds on a CPU of all threads of a process.
fn cpu(process: u32) -> anyhow::Result<u64> {
    let mut total = 0;
    for task in fs::read_dir(format!("/proc/{process}/task"))? {
        let schedstat = fs::read_to_string(task?.path().join("schedstat"))?;
        total += schedstat
            .split(' ')
            .next()
            .context("schedstat has numbers")?
            .parse::<u64>()?;
    }
    Ok(total)
}
