//! What reading costs: framing, and the dissection, in records and bytes a second, beside `tshark -r` on the
//! same traffic. All of them take turns in the same run, and the medians are compared.
//!
//! `cargo xtask bench dissect`, or `cargo bench --bench dissect -- --rounds 9`. `WIREGLASS_TSHARK` names the
//! tshark where it is not in the PATH.

use std::{
    env, fs,
    hint::black_box,
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
    time::Instant,
};

use anyhow::{Context, ensure};
use parking_lot::Mutex;
use wireglass::{
    capture::{Connection, Direction, End, EndKind, Item, Owner, Record, Side, Store, Upgrade},
    dissect::{anatomy, reader::Reader},
    export::{Export, Source, pcapng::Pcapng},
    filter::Filter,
    tap::{
        Recorder,
        framing::{Framing, Piece, Sink},
    },
    wire::{handshake, websocket::frame},
};

/// Enough for all of the traffic and its notes: nothing is lost while it is measured.
const MEMORY: usize = 512 * 1024 * 1024;

/// Connections, and turns of talk on each.
const CONNECTIONS: usize = 100;
const TURNS: usize = 100;

/// What is measured, and what it is called.
type Contender<'a> = (&'a str, Box<dyn FnMut() -> anyhow::Result<()> + 'a>);

fn main() -> anyhow::Result<()> {
    let args: Vec<String> = env::args().collect();
    let rounds = args.iter().position(|arg| arg == "--rounds");
    let rounds = rounds.and_then(|index| args.get(index + 1));
    let rounds: usize = rounds.map_or("5", String::as_str).parse()?;
    ensure!(
        rounds >= 5,
        "a median of fewer than five rounds says little"
    );
    let traffic = traffic();
    let store = capture(&traffic);
    let file = env::temp_dir().join(format!("wireglass-bench-{}.pcapng", std::process::id()));
    export(&store, &file)?;
    let counts = framed(&traffic);
    let tshark = |arguments: &'static [&'static str]| {
        let file = &file;
        Box::new(move || tshark(file, arguments))
    };
    let mut contenders: Vec<Contender> = vec![
        (
            "framing alone, as the tap does it",
            Box::new(|| {
                black_box(framed(&traffic));
                Ok(())
            }),
        ),
        (
            "dissection: summary, packets, what belongs together, violations",
            Box::new(|| {
                read(&store);
                Ok(())
            }),
        ),
        (
            "full dissection: every field too",
            Box::new(|| {
                read_fields(&store);
                Ok(())
            }),
        ),
        ("`tshark -r FILE`: a line for each", tshark(&[])),
        ("`tshark -r FILE -V`: every field too", tshark(&["-V"])),
    ];
    let mut times = vec![Vec::new(); contenders.len()];
    for _ in 0..rounds {
        for ((_, work), times) in contenders.iter_mut().zip(&mut times) {
            let start = Instant::now();
            work()?;
            times.push(start.elapsed());
        }
    }
    fs::remove_file(&file)?;
    println!(
        "{} records, {} bytes; medians of {rounds} rounds\n\n\
         | | records a second | GB/s | times tshark's line | times tshark's fields | ms, all rounds |\n\
         |---|--:|--:|--:|--:|---|",
        counts.pieces, counts.bytes
    );
    for times in &mut times {
        times.sort();
    }
    let medians: Vec<f64> = times
        .iter()
        .map(|times| times[times.len() / 2].as_secs_f64())
        .collect();
    let [.., line, fields] = medians[..] else {
        return Ok(());
    };
    for (((name, _), times), median) in contenders.iter().zip(&times).zip(&medians) {
        let all: Vec<String> = times
            .iter()
            .map(|time| time.as_millis().to_string())
            .collect();
        println!(
            "| {name} | {:.0} | {:.4} | {:.1} | {:.1} | {} |",
            counts.pieces as f64 / median,
            counts.bytes as f64 / median / 1e9,
            line / median,
            fields / median,
            all.join(" ")
        );
    }
    Ok(())
}

/// The traffic as a file, with synthesised TCP/IP headers.
fn export(store: &Arc<Store>, file: &Path) -> anyhow::Result<()> {
    let mut reader = Reader::new(MEMORY);
    while !reader.catch_up(store) {}
    let source = Source {
        store: store.clone(),
        reader: Arc::new(Mutex::new(reader)),
        filter: Filter::default(),
        filter_text: String::new(),
        has_fields: false,
        me: None,
    };
    let bytes: Vec<u8> = Export::<Pcapng>::new(source).flatten().collect();
    Ok(fs::write(file, bytes)?)
}

fn tshark(file: &Path, arguments: &[&str]) -> anyhow::Result<()> {
    let program = env::var_os("WIREGLASS_TSHARK").unwrap_or_else(|| "tshark".into());
    let status = Command::new(program)
        .arg("-r")
        .arg(file)
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .context("tshark could not be run: install it, or name it in WIREGLASS_TSHARK")?;
    ensure!(status.success(), "tshark ended with {status}");
    Ok(())
}

/// What passed: a connection, a direction, bytes.
type Traffic = Vec<(usize, Direction, Vec<u8>)>;

/// A chat over Socket.IO as the classroom has it: each connection talks, is acknowledged, hears others, and
/// answers the heartbeat.
fn traffic() -> Traffic {
    let mut traffic = Vec::new();
    for connection in 0..CONNECTIONS {
        let mut pass = |direction, bytes: Vec<u8>| traffic.push((connection, direction, bytes));
        pass(Direction::ToServer, request(connection).into_bytes());
        pass(Direction::ToClient, response().into_bytes());
        pass(
            Direction::ToClient,
            from_server(&format!(
                r#"0{{"sid":"s{connection}","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":100000}}"#
            )),
        );
        pass(Direction::ToServer, from_client("40"));
        pass(
            Direction::ToClient,
            from_server(&format!(r#"40{{"sid":"s{connection}"}}"#)),
        );
        for turn in 0..TURNS {
            let id = connection * TURNS + turn;
            let words =
                format!(r#""handle":"student {connection}","message":"message {turn} of many""#);
            let text = format!("student {connection}: message {turn} of many");
            pass(
                Direction::ToServer,
                from_client(&format!(r#"42{turn}["send_message",{{{words}}}]"#)),
            );
            pass(
                Direction::ToClient,
                from_server(&format!(r#"43{turn}[{{"id":{id}}}]"#)),
            );
            for _ in 0..6 {
                pass(
                    Direction::ToClient,
                    from_server(&format!(
                        r#"42["message","{text}",{{"id":{id},{words},"at":1764000000000}}]"#
                    )),
                );
            }
            if turn % 20 == 0 {
                pass(Direction::ToClient, from_server("2"));
                pass(Direction::ToServer, from_client("3"));
            }
        }
        pass(Direction::ToServer, masked(0x88, b"\x03\xe8"));
        pass(Direction::ToClient, b"\x88\x02\x03\xe8".to_vec());
    }
    traffic
}

const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";

fn request(connection: usize) -> String {
    format!(
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:{connection}\r\n\
         Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: {KEY}\r\n\r\n"
    )
}

fn response() -> String {
    format!(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Accept: {}\r\n\r\n",
        handshake::accept(KEY)
    )
}

fn from_client(text: &str) -> Vec<u8> {
    masked(0x81, text.as_bytes())
}

fn from_server(text: &str) -> Vec<u8> {
    let mut frame = header(0x81, 0, text.len());
    frame.extend(text.as_bytes());
    frame
}

fn masked(first: u8, payload: &[u8]) -> Vec<u8> {
    let key = [0x37, 0xfa, 0x21, 0x3d];
    let mut frame = header(first, 0x80, payload.len());
    frame.extend(key);
    let start = frame.len();
    frame.extend(payload);
    frame::mask(&mut frame[start..], key);
    frame
}

fn header(first: u8, mask: u8, length: usize) -> Vec<u8> {
    match u8::try_from(length) {
        Ok(short @ 0..=125) => vec![first, mask | short],
        _ => {
            let mut header = vec![first, mask | 126];
            header.extend((length as u16).to_be_bytes());
            header
        }
    }
}

/// The capture of the traffic.
fn capture(traffic: &Traffic) -> Arc<Store> {
    let store = Arc::new(Store::new(MEMORY, 1));
    let recorder = |index: usize| {
        let peer = SocketAddr::from((Ipv4Addr::LOCALHOST, 10_000 + index as u16));
        Recorder::new(store.clone(), store.open(peer, 0))
    };
    let mut recorders: Vec<Recorder> = (0..CONNECTIONS).map(recorder).collect();
    for (connection, direction, bytes) in traffic {
        recorders[*connection].passed(*direction, bytes, Instant::now());
    }
    for recorder in &mut recorders {
        let end = End {
            kind: EndKind::Fin,
            by: Side::Server,
        };
        recorder.ended(end, Instant::now());
    }
    store
}

/// Reads the whole capture: what each record means with those before it in mind.
fn read(store: &Store) {
    let mut reader = Reader::new(MEMORY);
    each(store, |record, bytes, connection| {
        black_box(reader.read(record, bytes, connection));
    });
}

/// The same, and each of its bits.
fn read_fields(store: &Store) {
    let mut reader = Reader::new(MEMORY);
    each(store, |record, bytes, connection| {
        black_box(reader.read(record, bytes, connection));
        let context = reader.context(record, connection);
        black_box(anatomy(record, bytes, context));
    });
}

fn each(store: &Store, mut work: impl FnMut(&Record, &[u8], Option<&Connection>)) {
    let mut after = 0;
    loop {
        let page = store.page(after, u64::MAX, 1_000, |_| true);
        for item in &page.items {
            if let Item::Record(record, bytes) = item {
                let connection = store.connection(record.connection);
                work(record, bytes, connection.as_deref());
            }
        }
        if page.is_last {
            return;
        }
        after = page.after;
    }
}

/// Frames the traffic and counts what comes of it.
fn framed(traffic: &Traffic) -> Counts {
    let mut counts = Counts::default();
    let mut framings: Vec<Framing> = (0..CONNECTIONS).map(|_| Framing::default()).collect();
    for (connection, direction, bytes) in traffic {
        framings[*connection].feed(*direction, bytes, 0, &mut counts);
    }
    counts
}

#[derive(Debug, Default)]
struct Counts {
    pieces: u64,
    bytes: u64,
}

impl Sink for Counts {
    fn piece(&mut self, piece: &Piece, bytes: &[u8]) {
        self.pieces += 1;
        self.bytes += piece.length;
        black_box(bytes);
    }
    fn inspector(&mut self, _: u64) {}
    fn upgraded(&mut self, _: Upgrade) {}
    fn exchange(&mut self) -> u64 {
        1
    }
    fn owner(&mut self, _: &str) -> Owner {
        Owner(std::num::NonZeroU64::MIN)
    }
    fn reserve(&mut self, _: usize, _: bool) -> bool {
        true
    }
    fn release(&mut self, _: usize) {}
}
