//! Wireshark's own dissectors as the judge: what they find in the pcapng export, and in a capture of the same
//! traffic by tshark itself, is what our records say.
//!
//! Ignored unless asked for, because it needs tshark: `cargo xtask test --only wireshark` finds or installs it.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that fails panics"
)]

#[path = "support/capture_file.rs"]
mod capture_file;
#[path = "support/replay.rs"]
mod replay;
mod support;

use std::{
    collections::BTreeMap,
    env,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use capture_file::Capture;
use futures_util::{SinkExt, StreamExt};
use replay::Replay;
use serde_json::Value;
use support::{Client, PATIENCE, Running, contains, frame, start, upgrade};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    time::{sleep, timeout},
};
use tokio_tungstenite::tungstenite::Message;
use wireglass::{
    export::pcapng::Pcapng,
    wire::{
        field::hex,
        http1::{self, BodyFraming},
        websocket::frame::FrameHeader,
    },
};

/// Set where capturing is not permitted: the test says that it was left out.
const SKIP_LIVE: &str = "WIREGLASS_SKIP_LIVE_CAPTURE";

/// The server's port where none is known: a golden capture has no addresses.
const PLACEHOLDER: u16 = 80;

/// Golden captures of which tshark makes something else, and what.
const TSHARK_READS_OTHERWISE: &[(&str, &str)] = &[
    (
        "http-framing-lost",
        "requests in bytes that the server could not frame",
    ),
    (
        "http-secrets-without-framing",
        "a request in bytes that the server could not frame",
    ),
    ("http-odd-heads", "no request behind an empty line"),
    ("not-http", "nothing, as we do"),
    ("nothing-at-all", "nothing, as we do"),
];

/// What tshark complains of: something lost, sent again or malformed, or a checksum that is wrong. A capture on
/// the loopback interface has none that is right, because no network card filled them in.
const COMPLAINTS: &[&str] = &[
    "-o",
    "tcp.check_checksum:TRUE",
    "-o",
    "ip.check_checksum:TRUE",
    "-Y",
    "tcp.analysis.flags || _ws.malformed || tcp.checksum.status != 1 || ip.checksum.status != 1",
];

/// What one direction of a connection carried, by the client's port and the direction.
type Story = BTreeMap<(u64, &'static str), Vec<Event>>;

#[derive(Debug, PartialEq)]
enum Event {
    Request {
        method: String,
        target: String,
        body: String,
    },
    Response {
        status: u64,
        body: String,
    },
    Frame {
        fin: bool,
        rsv: u64,
        opcode: u64,
        key: Option<String>,
        length: u64,
        /// Hexadecimal, without the mask.
        payload: String,
    },
}

#[tokio::test]
#[ignore = "needs tshark"]
async fn tshark_finds_our_records_in_the_export() {
    let server = start().await;
    talk(&server).await;
    let records = all_closed(&server).await;
    let file = save(&server, "export").await;

    assert_agree(
        &story_of_tshark(server.address.port(), &file).await,
        &story(&records),
    );
    assert_eq!(tshark(server.address.port(), &file, COMPLAINTS).await, "");
    let comments = tshark(
        server.address.port(),
        &file,
        &["-T", "fields", "-e", "frame.comment"],
    )
    .await;
    for record in &records {
        let comment = format!("#{} {}", record["seq"], record["summary"].as_str().unwrap());
        assert!(comments.contains(&comment), "{comment}");
    }
}

#[tokio::test]
#[ignore = "needs tshark"]
async fn what_was_not_kept_is_a_lost_segment_and_nothing_else_is() {
    let server = start().await;
    let mut socket = server.connect().await;
    socket.upgrade("/ws/echo").await;
    echo(&mut socket, 0x81, b"before").await;
    echo(&mut socket, 0x82, &[3; 300_000]).await;
    echo(&mut socket, 0x81, b"after").await;
    socket.send(&frame(0x88, b"\x03\xe8")).await;
    socket.read_to_end().await;
    let records = all_closed(&server).await;
    let file = save(&server, "lost").await;

    let kept: Vec<_> = records
        .into_iter()
        .filter(|record| record["truncated"] == false)
        .collect();
    assert_agree(
        &story_of_tshark(server.address.port(), &file).await,
        &story(&kept),
    );
    let lost = [
        "-Y",
        "tcp.analysis.lost_segment",
        "-T",
        "fields",
        "-e",
        "websocket.payload.text",
    ];
    assert_eq!(
        tshark(server.address.port(), &file, &lost).await,
        "after\nafter\n"
    );
    // What comes after acknowledges what is missing, too; nothing else is wrong.
    let others = "(tcp.analysis.flags && !tcp.analysis.lost_segment && !tcp.analysis.ack_lost_segment) || _ws.malformed";
    assert_eq!(
        tshark(server.address.port(), &file, &["-Y", others]).await,
        ""
    );
}

/// What was recorded elsewhere, compression among it. Only tshark's view of what breaks no rule is asked for:
/// it names hardly any.
#[tokio::test]
#[ignore = "needs tshark"]
async fn tshark_finds_the_golden_captures() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/captures/ok");
    let captures = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut captures: Vec<_> = captures
        .filter(|path| path.extension().is_some_and(|kind| kind == "capture"))
        .collect();
    captures.sort();
    assert!(!captures.is_empty());
    for path in captures {
        let name = path.file_stem().unwrap().to_str().unwrap();
        if TSHARK_READS_OTHERWISE
            .iter()
            .any(|(other, _)| *other == name)
        {
            continue;
        }
        println!("{name}");
        let capture: Capture = std::fs::read_to_string(&path).unwrap().parse().unwrap();
        let replay = || Replay::new(&capture);
        let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("golden.pcapng");
        std::fs::write(&file, replay().export::<Pcapng>()).unwrap();
        let records: Vec<_> = replay()
            .records()
            .into_iter()
            .map(|(_, whole)| whole)
            .collect();
        assert_agree(&story_of_tshark(PLACEHOLDER, &file).await, &story(&records));
    }
}

#[tokio::test]
#[ignore = "needs tshark, and the right to capture"]
async fn tshark_saw_what_we_saw() {
    if env::var_os(SKIP_LIVE).is_some() {
        println!(
            "NOT TESTED: {SKIP_LIVE} is set, so nothing is captured on the loopback interface"
        );
        return;
    }
    let server = start().await;
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("live.pcapng");
    let capture = capture(&server, &file).await;
    talk(&server).await;
    let records = all_closed(&server).await;
    stop(capture).await;

    let ours = story(&records);
    let mut theirs = story_of_tshark(server.address.port(), &file).await;
    // The inspector's own connections are in their capture, and not in ours.
    theirs.retain(|end, _| ours.contains_key(end));
    assert_agree(&theirs, &ours);
}

/// Whatever the server speaks: HTTP with keep-alive, chunks and pipelining, Engine.IO with an upgrade, frames
/// of every kind and length form; by raw sockets and by a client library.
async fn talk(server: &Running) {
    http(server).await;
    engine_io(server).await;
    frames(server).await;
    library(server).await;
}

async fn http(server: &Running) {
    let mut client = server.connect().await;
    let get = "GET /healthz HTTP/1.1\r\nHost: test\r\n\r\n";
    client.send(get.as_bytes()).await;
    client.read_until(|bytes| bytes.ends_with(b"ok")).await;
    client.send(get.repeat(2).as_bytes()).await;
    let twice = |bytes: &[u8]| bytes.windows(4).filter(|end| end == b"\r\n\r\n").count() == 2;
    client
        .read_until(|bytes| twice(bytes) && bytes.ends_with(b"ok"))
        .await;
    let post = "POST /nowhere?a=b HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n";
    client
        .send(format!("{post}5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n").as_bytes())
        .await;
    client.read_until(|bytes| contains(bytes, b"404")).await;
}

async fn engine_io(server: &Running) {
    let mut polling = server.connect().await;
    let path = "/socket.io/?EIO=4&transport=";
    let open = request(&mut polling, "GET", &format!("{path}polling"), "").await;
    let sid = open.split("\"sid\":\"").nth(1).unwrap();
    let sid = sid.split('"').next().unwrap().to_owned();
    let session = format!("{path}polling&sid={sid}");
    // A body that comes in chunks, each in a segment of its own.
    let post =
        format!("POST {session} HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n");
    for part in [post.as_str(), "1\r\n4\r\n", "1\r\n0\r\n", "0\r\n\r\n"] {
        polling.send(part.as_bytes()).await;
        sleep(Duration::from_millis(5)).await;
    }
    polling.read_until(|bytes| bytes.ends_with(b"ok")).await;
    request(&mut polling, "GET", &session, "").await;

    let mut socket = server.connect().await;
    socket.upgrade(&format!("{path}websocket&sid={sid}")).await;
    socket.send(&frame(0x81, b"2probe")).await;
    socket.read_until(|bytes| contains(bytes, b"3probe")).await;
    // The poll that waits is ended with a noop, if there is one.
    let waiting = request(&mut polling, "GET", &session, "");
    let upgrading = async {
        sleep(Duration::from_millis(20)).await;
        socket.send(&frame(0x81, b"5")).await;
    };
    tokio::join!(waiting, upgrading);
    let event = br#"42["send_message",{"handle":"ann","message":"hi"}]"#;
    socket.send(&frame(0x81, event)).await;
    socket.read_until(|bytes| contains(bytes, b"ann: hi")).await;
    socket.send(&frame(0x88, b"\x03\xe8")).await;
    socket.read_to_end().await;
}

/// One request on a connection that stays, with the answer's text.
async fn request(client: &mut Client, method: &str, target: &str, body: &str) -> String {
    let length = body.len();
    let request = format!(
        "{method} {target} HTTP/1.1\r\nHost: test\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    client.send(request.as_bytes()).await;
    let is_whole = |bytes: &[u8]| {
        http1::parse_response(bytes).unwrap().is_some_and(|head| {
            let length = head.header("content-length").unwrap().parse::<usize>();
            bytes.len() == head.length + length.unwrap()
        })
    };
    String::from_utf8(client.read_until(is_whole).await).unwrap()
}

async fn frames(server: &Running) {
    let mut socket = server.connect().await;
    // A subprotocol, so that heads differ.
    let handshake = upgrade("/ws/echo", "X-Test: frames\r\n");
    socket.send(handshake.as_bytes()).await;
    socket
        .read_until(|bytes| contains(bytes, b"\r\n\r\n"))
        .await;
    let random: Vec<u8> = (0..200_000_u32)
        .map(|byte| (byte * 7 % 251) as u8)
        .collect();
    for length in [0, 1, 125, 126, 65_535, 65_536, 200_000] {
        echo(&mut socket, 0x82, &random[..length]).await;
    }
    echo(&mut socket, 0x81, "grün".as_bytes()).await;
    echo(&mut socket, 0x89, b"ping").await;
    socket.send(&frame(0x8a, b"nobody asked")).await;
    // Fragments, one of which cuts a character in half, with a ping in between; in one segment.
    let parts: [(u8, &[u8]); 5] = [
        (0x01, b"gr\xc3"),
        (0x89, b""),
        (0x00, b"\xbcn"),
        (0x00, b""),
        (0x80, b"!"),
    ];
    let parts: Vec<u8> = parts
        .iter()
        .flat_map(|(first, part)| frame(*first, part))
        .collect();
    socket.send(&parts).await;
    socket
        .read_until(|bytes| contains(bytes, "grün!".as_bytes()))
        .await;
    socket.send(&frame(0x88, b"\x0f\xa0bye")).await;
    socket.read_to_end().await;
}

/// Sends a frame, and waits for as many bytes as its echo has.
async fn echo(socket: &mut Client, first: u8, payload: &[u8]) {
    let frame = frame(first, payload);
    socket.send(&frame).await;
    let echo = frame.len() - 4;
    socket.read_until(|bytes| bytes.len() >= echo).await;
}

async fn library(server: &Running) {
    let url = format!("ws://{}/ws/echo", server.address);
    let (mut socket, _) = tokio_tungstenite::client_async(url, server.connect().await.stream)
        .await
        .unwrap();
    for message in [
        Message::text("masked at random"),
        Message::binary(vec![9; 70_000]),
    ] {
        socket.send(message.clone()).await.unwrap();
        let echo = timeout(PATIENCE, socket.next()).await.unwrap();
        assert_eq!(echo.unwrap().unwrap(), message);
    }
    socket.close(None).await.unwrap();
    while let Ok(Some(Ok(_))) = timeout(PATIENCE, socket.next()).await {}
}

/// Every record with its bytes, once no connection is open.
async fn all_closed(server: &Running) -> Vec<Value> {
    let count = |records: &[Value], kind: &str| {
        records
            .iter()
            .filter(|record| record["kind"] == kind)
            .count()
    };
    let records = server
        .records_until(|records| count(records, "opened") == count(records, "closed"))
        .await;
    let mut whole = Vec::new();
    for record in records {
        whole.push(
            server
                .get(&format!("/inspector/records/{}", record["seq"]))
                .await,
        );
    }
    whole
}

/// What our records say.
fn story(records: &[Value]) -> Story {
    let mut ports = BTreeMap::new();
    let mut story = Story::new();
    let mut streams = BTreeMap::new();
    for record in records {
        let connection = record["connection"].as_u64().unwrap();
        if record["kind"] == "opened" {
            let (_, port) = record["tcp"]["peer"]
                .as_str()
                .unwrap()
                .rsplit_once(':')
                .unwrap();
            ports.insert(connection, port.parse().unwrap());
        }
        let direction = match record["direction"].as_str() {
            Some("to_server") => "to server",
            _ => "to client",
        };
        // What never became whole is not shown by tshark, or as another thing.
        let is_whole = record["incomplete"].is_null();
        let end = || (ports[&connection], direction);
        match record["http"]["part"].as_u64() {
            Some(2..) if is_whole => {
                let stream: &mut Stream = streams.get_mut(&end()).unwrap();
                stream.goes_on(record, story.get_mut(&end()).unwrap());
                continue;
            }
            Some(1) => {
                streams.insert(end(), Stream::new(record));
            }
            _ => {}
        }
        if let Some(event) = our_event(record).filter(|_| is_whole) {
            story.entry(end()).or_default().push(event);
        }
    }
    for (end, _) in streams.iter().filter(|(_, stream)| !stream.is_whole) {
        story.get_mut(end).unwrap().pop();
    }
    story.retain(|_, events| !events.is_empty());
    story
}

/// A response that was recorded while it lasted: tshark shows it when it is whole.
struct Stream {
    head: http1::Head,
    is_whole: bool,
}

impl Stream {
    fn new(record: &Value) -> Self {
        let wire = bytes(record["bytes"]["wire"].as_str().unwrap());
        let head = http1::parse_response(&wire).unwrap().unwrap();
        let framing = http1::response_body(&head, None);
        Self {
            head,
            is_whole: framing == Some(BodyFraming::UntilClose),
        }
    }

    fn goes_on(&mut self, record: &Value, events: &mut [Event]) {
        let Some(Event::Response { body, .. }) = events.last_mut() else {
            panic!("a part without its response: {record}");
        };
        let wire = bytes(record["bytes"]["wire"].as_str().unwrap());
        match http1::response_body(&self.head, None) {
            Some(BodyFraming::Chunked) => {
                body.push_str(&hex(&http1::dechunk(&wire)));
                self.is_whole = http1::is_last_chunk(&wire);
            }
            framing => {
                body.push_str(&hex(&wire));
                let length = BodyFraming::Length(body.len() as u64 / 2);
                self.is_whole |= framing == Some(length);
            }
        }
    }
}

fn our_event(record: &Value) -> Option<Event> {
    let wire = bytes(record["bytes"]["wire"].as_str()?);
    match record["kind"].as_str()? {
        "frame" => {
            let header = FrameHeader::parse(&wire).unwrap().unwrap();
            let frame = &record["websocket"];
            let unmasked = record["bytes"]["unmasked"].as_str();
            Some(Event::Frame {
                fin: frame["fin"].as_bool()?,
                rsv: frame["rsv"].as_u64()?,
                opcode: frame["opcode"].as_u64()?,
                key: frame["masking_key"].as_str().map(str::to_owned),
                length: frame["payload_length"].as_u64()?,
                payload: unmasked.map_or_else(|| hex(&wire[header.length()..]), str::to_owned),
            })
        }
        "request" => {
            let head = http1::parse_request(&wire).unwrap().unwrap();
            Some(Event::Request {
                method: record["http"]["method"].as_str()?.to_owned(),
                target: record["http"]["target"].as_str()?.to_owned(),
                body: body(&head, &wire),
            })
        }
        // Its later parts have no head.
        "response" if record["http"]["status"].is_u64() => {
            let head = http1::parse_response(&wire).unwrap().unwrap();
            Some(Event::Response {
                status: record["http"]["status"].as_u64()?,
                body: body(&head, &wire),
            })
        }
        _ => None,
    }
}

fn body(head: &http1::Head, wire: &[u8]) -> String {
    let body = &wire[head.length..];
    match head.header("transfer-encoding") {
        Some(_) => hex(&http1::dechunk(body)),
        None => hex(body),
    }
}

/// What tshark says of a file.
async fn story_of_tshark(server_port: u16, file: &Path) -> Story {
    let arguments = [
        "-T",
        "json",
        "-x",
        "--no-duplicate-keys",
        "-J",
        "tcp http websocket",
    ];
    let packets: Vec<Value> =
        serde_json::from_str(&tshark(server_port, file, &arguments).await).unwrap();
    let mut story = Story::new();
    for packet in &packets {
        let layers = &packet["_source"]["layers"];
        let port = |key: &str| layers["tcp"][key].as_str().unwrap().parse::<u64>().unwrap();
        let (from, to) = (port("tcp.srcport"), port("tcp.dstport"));
        let end = match to == u64::from(server_port) {
            true => (from, "to server"),
            false => (to, "to client"),
        };
        let http = each(&layers["http"]).map(tsharks_message);
        let frames = each(&layers["websocket"]).map(tsharks_frame);
        let events: Vec<_> = http.chain(frames).collect();
        if !events.is_empty() {
            story.entry(end).or_default().extend(events);
        }
    }
    story
}

/// A layer that is there once, several times, or not at all.
fn each(layer: &Value) -> impl Iterator<Item = &Value> {
    match layer {
        Value::Array(layers) => layers.iter(),
        Value::Null => [].iter(),
        one => std::slice::from_ref(one).iter(),
    }
}

fn tsharks_message(http: &Value) -> Event {
    let text = |key| {
        find(http, key)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let body = find(http, "http.file_data_raw").map_or(String::new(), raw);
    match text("http.request.method").as_str() {
        "" => Event::Response {
            status: text("http.response.code").parse().unwrap(),
            body,
        },
        method => Event::Request {
            method: method.to_owned(),
            target: text("http.request.uri"),
            body,
        },
    }
}

fn tsharks_frame(frame: &Value) -> Event {
    let text = |key: &str| frame[key].as_str().unwrap_or_default();
    let lengths = ["_ext_64", "_ext_16", ""].map(|form| format!("websocket.payload_length{form}"));
    let length = lengths.iter().find_map(|key| frame[key].as_str()).unwrap();
    Event::Frame {
        fin: text("websocket.fin") == "1",
        rsv: u64::from_str_radix(text("websocket.rsv").trim_start_matches("0x"), 16).unwrap(),
        opcode: text("websocket.opcode").parse().unwrap(),
        key: (text("websocket.mask") == "1").then(|| raw(&frame["websocket.masking_key_raw"])),
        length: length.parse().unwrap(),
        payload: match &frame["websocket.payload_raw"] {
            Value::Null => String::new(),
            payload => raw(payload),
        },
    }
}

/// A field anywhere in a layer.
fn find<'a>(layer: &'a Value, key: &str) -> Option<&'a Value> {
    let fields = layer.as_object()?;
    fields
        .get(key)
        .or_else(|| fields.values().find_map(|field| find(field, key)))
}

/// The bytes of a field, in hexadecimal: the first of what `-x` says about it.
fn raw(field: &Value) -> String {
    field[0].as_str().unwrap().to_owned()
}

fn assert_agree(theirs: &Story, ours: &Story) {
    let frames = ours.values().flatten().count();
    assert!(frames > 0);
    let ends: Vec<_> = ours.keys().collect();
    assert_eq!(theirs.keys().collect::<Vec<_>>(), ends);
    for (end, ours) in ours {
        let theirs = &theirs[end];
        for (index, (theirs, ours)) in theirs.iter().zip(ours).enumerate() {
            assert_eq!(theirs, ours, "{end:?}, {index}");
        }
        assert_eq!(theirs.len(), ours.len(), "{end:?}");
    }
}

/// Exports into a file, of this name for the test.
async fn save(server: &Running, name: &str) -> PathBuf {
    let (status, body) = server
        .request("GET /inspector/export.pcapng HTTP/1.1")
        .await;
    assert_eq!(status, 200);
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.pcapng"));
    std::fs::write(&file, http1::dechunk(&body)).unwrap();
    file
}

fn program() -> Command {
    Command::new(env::var_os("WIREGLASS_TSHARK").unwrap_or("tshark".into()))
}

/// What tshark prints about a file, the server's port read as HTTP.
async fn tshark(server_port: u16, file: &Path, arguments: &[&str]) -> String {
    let output = program()
        .arg("-r")
        .arg(file)
        .args(["-d", &format!("tcp.port=={server_port},http")])
        .args(arguments)
        .output();
    let output = timeout(PATIENCE, output)
        .await
        .expect("tshark ends")
        .expect("tshark runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

/// Starts to capture what passes on the loopback interface from and to the server.
async fn capture(server: &Running, file: &Path) -> Child {
    let mut capture = program()
        .args([
            "-i",
            "lo",
            "-B",
            "32",
            "-f",
            &format!("tcp port {}", server.address.port()),
            "-w",
        ])
        .arg(file)
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("tshark runs");
    let mut lines = BufReader::new(capture.stderr.take().unwrap()).lines();
    let mut said = String::new();
    let started = async {
        while let Some(line) = lines.next_line().await.unwrap() {
            said += &line;
            if line.contains("Capturing on") {
                return true;
            }
        }
        false
    };
    let is_started = timeout(PATIENCE, started).await.unwrap_or(false);
    assert!(
        is_started,
        "tshark may not capture on lo: {said}. Run as root, or set {SKIP_LIVE} to leave this test out."
    );
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    // It says so a moment before it is true.
    sleep(Duration::from_secs(1)).await;
    capture
}

/// Lets tshark take what is still in its buffers, and end as by Ctrl-C.
async fn stop(mut capture: Child) {
    sleep(Duration::from_secs(1)).await;
    let id = capture.id().unwrap().to_string();
    let status = Command::new("kill")
        .args(["-INT", &id])
        .status()
        .await
        .unwrap();
    assert!(status.success());
    timeout(PATIENCE, capture.wait())
        .await
        .expect("tshark ends")
        .unwrap();
}

fn bytes(hex: &str) -> Vec<u8> {
    let pairs = (0..hex.len()).step_by(2);
    pairs
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
        .collect()
}
