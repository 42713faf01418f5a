//! The raw WebSocket endpoints, the feed, and the server's end, over real sockets.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that fails panics"
)]

mod support;

use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use support::{
    PATIENCE, Running, frame, start, upgrade,
    websocket::{next, next_json, open, say},
};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

#[tokio::test(flavor = "multi_thread")]
async fn the_chat_in_json() {
    let server = start().await;
    let mut ann = open(&server, "/ws/chat").await;
    let mut bob = open(&server, "/ws/chat?after=0").await;
    for index in 0..200 {
        let message = format!("{index}");
        say(
            &mut ann,
            json!({"type":"send","handle":"ann","message":message,"clientOffset":message}),
        )
        .await;
    }
    for socket in [&mut ann, &mut bob] {
        let mut heard = Vec::new();
        while heard.len() < 200 {
            let message = next_json(socket).await;
            if message["type"] == "message" {
                heard.push(message);
            }
        }
        for (index, message) in heard.iter().enumerate() {
            assert_eq!(message["message"], index.to_string());
            assert_eq!(message["id"], index as u64 + 1);
            assert_eq!(message["handle"], "ann");
            assert!(message["at"].is_string());
        }
    }
    say(&mut bob, json!({"type":"send","handle":"","message":"x"})).await;
    assert!(
        next_json(&mut bob).await["error"]
            .as_str()
            .unwrap()
            .contains("handle")
    );
    say(&mut bob, json!({"type":"shout"})).await;
    assert_eq!(next_json(&mut bob).await["type"], "error");
    say(
        &mut bob,
        json!({"type":"send","handle":"ann","message":"again","clientOffset":"7"}),
    )
    .await;
    assert_eq!(
        next_json(&mut bob).await,
        json!({"type":"ack","clientOffset":"7","id":8})
    );
    let mut late = open(&server, "/ws/chat?after=199").await;
    assert_eq!(next_json(&mut late).await["message"], "199");
}

#[tokio::test(flavor = "multi_thread")]
async fn handshakes_that_are_refused_say_why() {
    let server = start().await;
    let version = upgrade("/ws/echo", "").replace("Version: 13", "Version: 8");
    let key = upgrade("/ws/echo", "").replace("dGhlIHNhbXBsZSBub25jZQ==", "short");
    let foreign = upgrade("/ws/echo", "Origin: http://evil.test\r\n");
    let socket_io = "/socket.io/?EIO=4&transport=websocket";
    let cases = [
        (version, "426", "sec-websocket-version: 13"),
        (key, "400", "base64 of 16 bytes"),
        (foreign, "403", "Origin"),
        (
            "GET /ws/chat HTTP/1.1\r\nHost: test\r\n\r\n".to_owned(),
            "426",
            "WebSocket endpoint",
        ),
        (
            upgrade(socket_io, "").replace("Version: 13", "Version: 8"),
            "426",
            "sec-websocket-version: 13",
        ),
        (
            upgrade(socket_io, "Origin: http://evil.test\r\n"),
            "403",
            "Origin",
        ),
    ];
    for (request, status, words) in cases {
        let mut client = server.connect().await;
        client.send(request.as_bytes()).await;
        let answer = client
            .read_until(|bytes| bytes.ends_with(b"\n") && !bytes.ends_with(b"\r\n"))
            .await;
        let answer = String::from_utf8(answer).unwrap();
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{answer}"
        );
        assert!(answer.contains(words), "{answer}");
    }
}

/// A masked Close frame.
fn close(code: u16, reason: &[u8]) -> Vec<u8> {
    frame(0x88, &[&code.to_be_bytes(), reason].concat())
}

/// A masked frame that announces a length in the 64-bit form, and brings nothing of it.
fn announced(length: u64) -> Vec<u8> {
    let length = length.to_be_bytes();
    [&[0x82, 0xff], &length[..], &[1, 2, 3, 4]].concat()
}

/// What a client must not send, and the close code that RFC 6455 names for it (7.4.1, 8.1).
fn violations() -> Vec<(&'static str, Vec<u8>, u16)> {
    let euro = "\u{20ac}".as_bytes();
    let text = frame(0x01, b"begun");
    vec![
        ("no mask", b"\x81\x05Hello".to_vec(), 1002),
        ("no mask on a ping", b"\x89\x00".to_vec(), 1002),
        ("RSV1", frame(0xc1, b"rsv"), 1002),
        ("RSV2", frame(0xa1, b"rsv"), 1002),
        ("RSV3", frame(0x91, b"rsv"), 1002),
        ("RSV1 on a ping", frame(0xc9, b"rsv"), 1002),
        ("opcode 3", frame(0x83, b"reserved"), 1002),
        ("opcode 7", frame(0x87, b""), 1002),
        ("opcode B", frame(0x8b, b"reserved"), 1002),
        ("opcode F", frame(0x8f, b""), 1002),
        ("fragmented ping", frame(0x09, b"ping"), 1002),
        ("fragmented close", frame(0x08, &[0x03, 0xe8]), 1002),
        ("ping of 126 bytes", frame(0x89, &[0; 126]), 1002),
        ("close of 126 bytes", close(1000, &[b'x'; 124]), 1002),
        ("nothing to continue", frame(0x80, b"more"), 1002),
        (
            "message inside a message",
            [&text[..], &frame(0x81, b"other")].concat(),
            1002,
        ),
        (
            "binary inside a text",
            [&text[..], &frame(0x02, b"other")].concat(),
            1002,
        ),
        ("no UTF-8", frame(0x81, b"\xff\xfe"), 1007),
        ("UTF-8 cut short", frame(0x81, &euro[..2]), 1007),
        ("a surrogate", frame(0x81, b"\xed\xa0\x80"), 1007),
        (
            "no UTF-8 across fragments",
            [&frame(0x01, &euro[..2])[..], &frame(0x80, b"x")].concat(),
            1007,
        ),
        (
            "UTF-8 cut short across fragments",
            [&frame(0x01, &euro[..1])[..], &frame(0x80, &euro[1..2])].concat(),
            1007,
        ),
        ("no UTF-8 in a reason", close(1000, b"\xff"), 1007),
        ("close of one byte", frame(0x88, &[0x03]), 1002),
        ("close code 0", close(0, b""), 1002),
        ("close code 999", close(999, b""), 1002),
        ("close code 1004", close(1004, b""), 1002),
        ("close code 1005", close(1005, b""), 1002),
        ("close code 1006", close(1006, b""), 1002),
        ("close code 1015", close(1015, b""), 1002),
        ("close code 1016", close(1016, b""), 1002),
        ("close code 2999", close(2999, b""), 1002),
        ("close code 5000", close(5000, b""), 1002),
        ("top bit of the length", announced(1 << 63), 1002),
        ("all bits of the length", announced(u64::MAX), 1002),
        ("a message of 17 MB", announced(17_000_000), 1009),
    ]
}

/// Sends the bytes after a handshake, and gives the code of the Close frame that is the whole answer. The
/// client neither sends a Close nor ends TCP: the answer is whole because the server ended it, without a reset.
async fn close_code(server: &Running, target: &str, bytes: &[u8]) -> Result<u16, String> {
    let mut client = server.connect().await;
    client.upgrade(target).await;
    client.send(bytes).await;
    let answer = client.read_to_end().await;
    match *answer {
        [0x88, length, high, low, ..] if answer.len() == 2 + usize::from(length) => {
            Ok(u16::from_be_bytes([high, low]))
        }
        _ => Err(format!("{answer:02x?}")),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn violations_get_the_close_code_that_the_rfc_names() {
    let server = start().await;
    for target in ["/ws/echo", "/ws/chat"] {
        for (name, bytes, code) in violations() {
            let found = close_code(&server, target, &bytes).await;
            assert_eq!(found, Ok(code), "{target}: {name}");
        }
    }
    let records = server.records().await;
    let rules: Vec<_> = records
        .iter()
        .flat_map(|record| record["violations"].as_array().into_iter().flatten())
        .map(|violation| violation["rule"].as_str().unwrap())
        .collect();
    for word in [
        "masks every frame",
        "RSV bits",
        "Opcodes 3 to 7",
        "text message is UTF-8",
    ] {
        assert!(
            rules.iter().any(|rule| rule.contains(word)),
            "{word} in {rules:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_chat_does_not_take_gets_its_close_code() {
    let server = start().await;
    let half = [b'x'; 40_000];
    let fragments = [&frame(0x01, &half)[..], &frame(0x80, &half)].concat();
    let cases = [
        (
            "binary",
            [&frame(0x82, b"binary")[..], &close(1000, b"")].concat(),
            1003,
        ),
        ("a message of 70 KB", frame(0x81, &[b'x'; 70_000]), 1009),
        ("two fragments of 40 KB", fragments, 1009),
    ];
    for (name, bytes, code) in cases {
        assert_eq!(
            close_code(&server, "/ws/chat", &bytes).await,
            Ok(code),
            "{name}"
        );
    }
}

/// RFC 6455 7.1.1: the Close frame arrives, whatever the client goes on to send.
#[tokio::test(flavor = "multi_thread")]
async fn bytes_after_the_end_do_not_cost_the_close_frame() {
    let server = start().await;
    let more = frame(0x82, &[0; 300_000]);
    for target in ["/ws/echo", "/ws/chat"] {
        for (name, first, code) in [
            ("after a Close", close(1000, b"bye"), 1000),
            ("after a violation", frame(0x83, b""), 1002),
        ] {
            let bytes = [&first[..], &more].concat();
            assert_eq!(
                close_code(&server, target, &bytes).await,
                Ok(code),
                "{target}: {name}"
            );
        }
    }
}

/// RFC 6455 5.2 forbids it and does not say what a server does about it. tungstenite takes it; the inspector tells.
#[tokio::test(flavor = "multi_thread")]
async fn a_length_that_is_not_minimal_is_taken_and_named() {
    let server = start().await;
    let mut client = server.connect().await;
    client.upgrade("/ws/echo").await;
    client.send(b"\x82\xfe\x00\x02\x00\x00\x00\x00hi").await;
    let answer = client.read_until(|bytes| bytes.len() >= 4).await;
    assert_eq!(answer, b"\x82\x02hi");
    let records = server.records().await;
    let frame = records
        .iter()
        .find(|record| record["direction"] == "to_server" && record["kind"] == "frame");
    let rule = frame.unwrap()["violations"][0]["rule"].as_str().unwrap();
    assert!(rule.contains("shortest form"), "{rule}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_feed_names_a_violation_too() {
    let server = start().await;
    let mut client = server.connect().await;
    client.upgrade("/inspector/feed").await;
    client.send(&frame(0x83, b"")).await;
    let answer = client.read_to_end().await;
    assert!(
        answer.ends_with(b"\x88\x10\x03\xeaprotocol error"),
        "{answer:02x?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_feed_tells_what_happens() {
    let server = start().await;
    let mut feed = open(&server, "/inspector/feed").await;
    assert_eq!(next_json(&mut feed).await["type"], "hello");
    say(&mut feed, json!({"type":"watch","filter":"nonsense"})).await;
    assert_eq!(next_json(&mut feed).await["type"], "error");
    say(&mut feed, json!({"type":"watch","filter":""})).await;
    assert_eq!(next_json(&mut feed).await["earlier"], 0);

    let mut echo = open(&server, "/ws/echo").await;
    echo.send(Message::text("hello")).await.unwrap();
    let mut seen = Vec::new();
    let mut totals = Value::Null;
    while seen.len() < 5 || totals["open"] != 1 {
        let message = next_json(&mut feed).await;
        match message["type"].as_str().unwrap() {
            "records" => seen.extend(message["records"].as_array().unwrap().clone()),
            "totals" => totals = message,
            other => panic!("{other}"),
        }
    }
    let numbers: Vec<_> = seen
        .iter()
        .map(|record| record["seq"].as_u64().unwrap())
        .collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5]);
    assert_eq!(seen[4]["text"], "hello");
    assert_eq!(totals["connections"], 1);
    assert!(totals["inspector_bytes"].as_u64() > Some(0));

    server.request("DELETE /inspector/records HTTP/1.1").await;
    while next_json(&mut feed).await["type"] != "cleared" {}
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_says_going_away_to_everybody() {
    let server = start().await;
    let mut sockets = Vec::new();
    for target in [
        "/ws/echo",
        "/ws/chat",
        "/inspector/feed",
        "/socket.io/?EIO=4&transport=websocket",
    ] {
        sockets.push((target, open(&server, target).await));
    }
    let (_, socket_io) = sockets.last_mut().unwrap();
    next(socket_io).await;
    socket_io.send(Message::text("40")).await.unwrap();
    while !next(socket_io).await.to_text().unwrap().starts_with("40") {}

    let start = Instant::now();
    server.shutdown.cancel();
    for (target, socket) in &mut sockets {
        let code = loop {
            if let Message::Close(frame) = next(socket).await {
                break frame.map(|frame| u16::from(frame.code));
            }
        };
        assert_eq!(code, Some(1001), "{target}");
        while let Ok(Some(Ok(_))) = timeout(PATIENCE, socket.next()).await {}
    }
    timeout(PATIENCE, server.serving)
        .await
        .unwrap()
        .unwrap()
        .unwrap();
    assert!(start.elapsed() < Duration::from_secs(2));
}
