//! The three files that the capture can be saved as: what is in them, and how they tell what is not.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that fails panics"
)]

mod support;

use serde_json::Value;
use support::{Running, config, contains, frame, start, start_with, upgrade};
use wireglass::{
    config::{Config, Memory},
    wire::{field::hex, http1::dechunk},
};

const INTERFACE_STATISTICS: u32 = 5;
const ENHANCED_PACKET: u32 = 6;

const SECRET: &str = "Cookie: wireglass=0123456789abcdef\r\n";

/// More of the same secret.
const SECRETS: &str =
    "Referer: http://test/?token=0123456789abcdef\r\nX-Api-Key: 0123456789abcdef\r\n";

impl Running {
    async fn export(&self, target: &str) -> Vec<u8> {
        let (status, body) = self
            .request(&format!("GET /inspector/export.{target} HTTP/1.1"))
            .await;
        assert_eq!(status, 200);
        dechunk(&body)
    }

    async fn json_lines(&self, query: &str) -> Vec<Value> {
        let file = self.export(&format!("jsonl{query}")).await;
        let text = String::from_utf8(file).unwrap();
        assert!(text.ends_with('\n'));
        let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
        lines.collect()
    }

    async fn har(&self, query: &str) -> Value {
        let file = self.export(&format!("har{query}")).await;
        serde_json::from_slice::<Value>(&file).unwrap()["log"].take()
    }
}

/// Two exchanges on one connection, the first with a secret; then a WebSocket with a message in three frames.
async fn talk(server: &Running) {
    let mut client = server.connect().await;
    let get = format!("GET /healthz?a=1&b=%20 HTTP/1.1\r\nHost: test\r\n{SECRET}{SECRETS}\r\n");
    client.send(get.as_bytes()).await;
    client.read_until(|bytes| bytes.ends_with(b"ok")).await;
    let head = "POST /nowhere HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\nContent-Type: text/plain\r\n";
    let body = "5\r\nhello\r\n1;x=y\r\n!\r\n0\r\nX-Auth-Token: 0123456789abcdef\r\n\r\n";
    client
        .send(format!("{head}Connection: close\r\n\r\n{body}").as_bytes())
        .await;
    client.read_to_end().await;

    let mut socket = server.connect().await;
    socket.send(upgrade("/ws/echo", SECRET).as_bytes()).await;
    socket
        .read_until(|bytes| contains(bytes, b"\r\n\r\n"))
        .await;
    for (first, payload) in [(0x01, "a b"), (0x89, "ping"), (0x00, "é"), (0x80, "c")] {
        socket.send(&frame(first, payload.as_bytes())).await;
    }
    socket
        .read_until(|bytes| contains(bytes, "a béc".as_bytes()))
        .await;
    socket.send(&frame(0x82, &[0, 255])).await;
    socket.read_until(|bytes| bytes.ends_with(&[0, 255])).await;
    socket.send(&frame(0x88, b"\x03\xe8bye")).await;
    socket.read_to_end().await;
    server
        .records_until(|records| ends(records, "closed") == 2)
        .await;
}

fn ends(records: &[Value], kind: &str) -> usize {
    let matching = records.iter().filter(|record| record["kind"] == kind);
    matching.count()
}

#[tokio::test]
async fn json_lines_are_the_api_s_records_with_their_bytes() {
    let server = start().await;
    talk(&server).await;
    let lines = server.json_lines("").await;
    assert_eq!(lines[0]["wireglass"], 1);
    assert_eq!(lines[0]["capture"]["lost"]["records"], 0);
    assert_eq!(lines[0]["filter"], "");
    assert_eq!(lines[0]["fields"], Value::Null);
    let with_fields = server.json_lines("?fields=true").await;
    assert_eq!(with_fields[0]["fields"], true);
    // Both begin with all of the connections.
    let connections = server.get("/inspector/connections").await;
    for header in [&lines[0], &with_fields[0]] {
        assert_eq!(header["connections"], connections["connections"]);
        assert!(header["now"].as_f64() <= connections["now"].as_f64());
    }
    let records = server.records().await;
    assert_eq!(lines.len(), 1 + records.len());
    assert_eq!(with_fields.len(), lines.len());
    for (index, record) in records.iter().enumerate() {
        let (line, with_fields) = (&lines[1 + index], &with_fields[1 + index]);
        let seq = &record["seq"];
        let mut whole = server.get(&format!("/inspector/records/{seq}")).await;
        assert_eq!(*with_fields, whole);
        whole.as_object_mut().unwrap().remove("fields");
        assert_eq!(*line, whole);
        let wire = line["bytes"]["wire"].as_str().unwrap();
        assert_eq!(wire.len() as u64, line["length"].as_u64().unwrap() * 2);
    }
}

#[tokio::test]
async fn no_secret_is_in_any_file() {
    let server = start().await;
    talk(&server).await;
    let secret = b"0123456789abcdef";
    let hex = hex(secret);
    let mut socket = server.connect().await;
    socket.upgrade("/ws/echo?token=0123456789abcdef").await;
    let connections = server.get("/inspector/connections").await.to_string();
    assert!(connections.contains("/ws/echo?token=****************"));
    assert!(!connections.contains("0123456789abcdef"));
    for format in ["jsonl", "har", "pcapng"] {
        let file = server.export(format).await;
        assert!(!contains(&file, secret), "{format}");
        assert!(!contains(&file, hex.as_bytes()), "{format}");
        let stars: &[u8] = match format {
            "jsonl" => b"2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a",
            _ => b"wireglass=****************",
        };
        assert!(contains(&file, stars), "{format}");
    }
}

#[tokio::test]
async fn har_has_exchanges_messages_and_frames() {
    let server = start().await;
    talk(&server).await;
    let log = server.har("").await;
    assert_eq!(log["version"], "1.2");
    let [get, post, socket] = log["entries"].as_array().unwrap().as_slice() else {
        panic!("{log:#}");
    };

    assert_eq!(get["request"]["url"], "http://test/healthz?a=1&b=%20");
    let second = &get["request"]["queryString"][1];
    assert_eq!([&second["name"], &second["value"]], ["b", "%20"]);
    assert_eq!(get["response"]["content"]["text"], "ok");
    assert_eq!(get["response"]["content"]["size"], 2);
    assert_eq!(get["serverIPAddress"], "127.0.0.1");
    assert_eq!(get["connection"], post["connection"]);
    assert_eq!(get["timings"]["send"], -1);
    assert_eq!(get["timings"]["wait"], get["time"]);
    assert!(get["time"].as_f64() > Some(0.0));

    assert_eq!(post["request"]["postData"]["text"], "hello!");
    assert_eq!(post["request"]["bodySize"], 57);
    assert_eq!(post["response"]["status"], 404);

    assert_eq!(socket["request"]["url"], "ws://test/ws/echo");
    assert_eq!(socket["response"]["status"], 101);
    assert_eq!(socket["_resourceType"], "websocket");
    let messages = socket["_webSocketMessages"].as_array().unwrap();
    let told: Vec<_> = messages
        .iter()
        .map(|message| {
            assert!(message["time"].as_f64() > Some(1.7e9));
            format!(
                "{} {} {}",
                message["type"], message["opcode"], message["data"]
            )
        })
        .collect();
    let expected = [
        r#""send" 1 "a béc""#,
        r#""receive" 1 "a béc""#,
        r#""send" 2 "AP8=""#,
        r#""receive" 2 "AP8=""#,
    ];
    assert_eq!(told, expected);
    assert_eq!(socket["_webSocketClose"]["code"], 1000);
    assert_eq!(socket["_webSocketClose"]["reason"], "bye");
    let frames = socket["_wireglassFrames"].as_array().unwrap();
    assert_eq!(frames.len(), ends(&server.records().await, "frame"));
    assert_eq!(frames[0]["bytes"]["unmasked"], "612062");
}

#[tokio::test]
async fn a_filter_picks_records_entries_and_connections() {
    let server = start().await;
    talk(&server).await;
    server.request("GET /nobodys HTTP/1.1").await;
    server
        .records_until(|records| ends(records, "closed") == 3)
        .await;
    let mine = |format: &str| {
        format!(
            "GET /inspector/export.{format}?filter=mine HTTP/1.1\r\nCookie: wireglass=0123456789abcdef"
        )
    };
    let (_, lines) = server.request(&mine("jsonl")).await;
    let lines = String::from_utf8(dechunk(&lines)).unwrap();
    assert_eq!(lines.matches("\"mine\":false").count(), 0);
    assert!(lines.matches("\"mine\":true").count() > 10);

    let (_, har) = server.request(&mine("har")).await;
    let har: Value = serde_json::from_slice(&dechunk(&har)).unwrap();
    let entries = har["log"]["entries"].as_array().unwrap();
    // The exchange without the cookie on the connection of the one with it is nobody's.
    assert_eq!(entries.len(), 2);

    let (_, pcapng) = server.request(&mine("pcapng")).await;
    let pcapng = dechunk(&pcapng);
    assert!(contains(&pcapng, b"/nowhere"));
    assert!(!contains(&pcapng, b"/nobodys"));

    // What tells is in the records' bytes here.
    let log = server
        .har("?filter=http.status%20==%20404%20and%20not%20violation")
        .await;
    let urls = log["entries"].as_array().unwrap().iter();
    let urls: Vec<_> = urls.map(|entry| &entry["request"]["url"]).collect();
    assert_eq!(urls[0], "http://test/nowhere");
    assert!(urls[1].as_str().unwrap().ends_with("/nobodys"));
    assert_eq!(urls.len(), 2);
    let lines = server.json_lines("?filter=ws.opcode%20==%20close").await;
    assert_eq!(lines[0]["filter"], "ws.opcode == close");
    assert_eq!(lines[0]["connections"].as_array().unwrap().len(), 3);
    let lines_of_one = server.json_lines("?filter=conn%20==%201").await;
    let [connection] = lines_of_one[0]["connections"]
        .as_array()
        .unwrap()
        .as_slice()
    else {
        panic!("{}", lines_of_one[0]);
    };
    assert_eq!(connection["id"], 1);
    assert_eq!(ends(&lines[1..], "frame"), lines.len() - 1);

    let (status, error) = server
        .request("GET /inspector/export.har?filter=nonsense HTTP/1.1")
        .await;
    assert_eq!(status, 400);
    assert!(contains(&error, b"nonsense"));
}

#[tokio::test]
async fn the_file_s_name_has_the_capture_s_time() {
    let server = start().await;
    let mut client = server.connect().await;
    let request = "GET /inspector/export.har HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n";
    client.send(request.as_bytes()).await;
    let answer = String::from_utf8(client.read_to_end().await).unwrap();
    let capture = server.get("/inspector/records").await["capture"].take();
    let started = capture["started"].as_str().unwrap().replace(':', "-");
    let expected =
        format!("content-disposition: attachment; filename=\"wireglass-{started}.har\"\r\n");
    assert!(answer.contains(&expected), "{answer}");
}

/// A whole kilobyte is echoed until the first records had to go, and a frame is too long to be kept.
#[tokio::test]
async fn every_format_tells_what_was_lost() {
    let server = start_with(Config {
        capture_memory: Memory(1024 * 1024),
        ..config()
    })
    .await;
    let mut socket = server.connect().await;
    socket.upgrade("/ws/echo").await;
    let oversized = frame(0x82, &[7; 300_000]);
    for message in std::iter::repeat_n(frame(0x82, &[1; 1_000]), 500).chain([oversized]) {
        socket.send(&message).await;
        let reply = message.len() - 4;
        socket.read_until(|bytes| bytes.len() >= reply).await;
    }
    socket.send(&frame(0x88, b"\x03\xe8")).await;
    socket.read_to_end().await;
    server
        .records_until(|records| ends(records, "closed") == 1)
        .await;

    let lines = server.json_lines("").await;
    let lost = lines[0]["capture"]["lost"]["records"].as_u64().unwrap();
    assert!(lost > 100);
    let gaps = lines
        .iter()
        .filter_map(|line| line["gap"]["records"].as_u64());
    assert_eq!(gaps.sum::<u64>(), lost);
    let cut = lines.iter().find(|line| line["truncated"] == true).unwrap();
    assert!(
        cut["bytes"]["wire"].as_str().unwrap().len() as u64 / 2 < cut["length"].as_u64().unwrap()
    );

    let log = server.har("").await;
    assert_eq!(log["_wireglass"]["capture"]["lost"]["records"], lost);
    assert!(
        log["comment"]
            .as_str()
            .unwrap()
            .starts_with(&format!("{lost} records of "))
    );
    let socket = &log["entries"][0];
    assert_eq!(socket["request"]["url"], "wireglass:lost");
    assert!(
        socket["request"]["comment"]
            .as_str()
            .unwrap()
            .contains("lost")
    );
    let messages = socket["_webSocketMessages"].as_array().unwrap();
    let incomplete = messages
        .iter()
        .filter(|message| message["_incomplete"] == true);
    assert_eq!(incomplete.count(), 2);

    let blocks = blocks(&server.export("pcapng").await);
    let dropped = blocks.iter().filter(|(kind, _)| *kind == ENHANCED_PACKET);
    let dropped = dropped.filter_map(|(_, body)| drop_count(body));
    assert_eq!(dropped.sum::<u64>(), lost);
    let (kind, statistics) = blocks.last().unwrap();
    assert_eq!(*kind, INTERFACE_STATISTICS);
    assert!(contains(statistics, &lost.to_le_bytes()));
    assert!(contains(
        &blocks[0].1,
        format!("{lost} records of ").as_bytes()
    ));
    assert!(
        blocks
            .iter()
            .any(|(_, body)| contains(body, b" bytes before this are missing]"))
    );
    let kept = format!("[{} of {} bytes kept]", 256 * 1024, cut["length"]);
    assert!(
        blocks
            .iter()
            .any(|(_, body)| contains(body, kept.as_bytes()))
    );
}

/// A connection that waits before it is used is told late, with the time at which it was accepted.
#[tokio::test]
async fn packets_stand_in_the_order_of_time() {
    let server = start().await;
    let mut waiting = server.connect().await;
    server.request("GET /healthz HTTP/1.1").await;
    waiting.upgrade("/ws/echo").await;
    let records = server.records_until(|records| ends(records, "response") == 2);
    let at = |record: &Value| record["at"].as_f64().unwrap();
    assert!(!records.await.is_sorted_by_key(at));

    let blocks = blocks(&server.export("pcapng").await);
    let packets = blocks.iter().filter(|(kind, _)| *kind == ENHANCED_PACKET);
    let number = |bytes: &[u8]| u64::from(u32::from_le_bytes(bytes.try_into().unwrap()));
    let times: Vec<_> = packets
        .map(|(_, body)| number(&body[4..8]) << 32 | number(&body[8..12]))
        .collect();
    assert!(times.len() > 10);
    assert!(times.is_sorted());
}

/// The blocks of a pcapng file: their types and bodies.
fn blocks(mut file: &[u8]) -> Vec<(u32, Vec<u8>)> {
    let number = |bytes: &[u8]| u32::from_le_bytes(bytes.try_into().unwrap());
    let mut blocks = Vec::new();
    while !file.is_empty() {
        let length = number(&file[4..8]) as usize;
        assert_eq!(length % 4, 0);
        let (block, rest) = file.split_at(length);
        assert_eq!(number(&block[length - 4..]) as usize, length);
        blocks.push((number(&block[..4]), block[8..length - 4].to_vec()));
        file = rest;
    }
    blocks
}

/// The option of this name: where there is one, it stands last, before the end of the options.
fn drop_count(body: &[u8]) -> Option<u64> {
    let options = body.strip_suffix(&[0; 4]).unwrap();
    let option = options.len().checked_sub(12)?;
    let count = options[option..].strip_prefix(&[4, 0, 8, 0])?;
    Some(u64::from_le_bytes(count.try_into().unwrap()))
}
