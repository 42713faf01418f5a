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
use support::{PATIENCE, Running, frame, start, upgrade};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{WebSocketStream, client_async, tungstenite::Message};

type Socket = WebSocketStream<TcpStream>;

async fn open(server: &Running, target: &str) -> Socket {
    let stream = TcpStream::connect(server.address).await.unwrap();
    client_async(format!("ws://{}{target}", server.address), stream)
        .await
        .unwrap()
        .0
}

async fn next(socket: &mut Socket) -> Message {
    timeout(PATIENCE, socket.next())
        .await
        .expect("a message comes")
        .unwrap()
        .unwrap()
}

async fn next_json(socket: &mut Socket) -> Value {
    serde_json::from_str(next(socket).await.to_text().unwrap()).unwrap()
}

async fn say(socket: &mut Socket, message: Value) {
    socket
        .send(Message::text(message.to_string()))
        .await
        .unwrap();
}

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
        json!({"type":"send","handle":"bob","message":"again","clientOffset":"7"}),
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

#[tokio::test(flavor = "multi_thread")]
async fn violations_get_the_close_code_that_the_rfc_names() {
    let server = start().await;
    let unmasked = b"\x81\x05Hello".to_vec();
    let cases = [
        ("/ws/echo", unmasked, 1002),
        ("/ws/echo", frame(0xc1, b"rsv"), 1002),
        ("/ws/echo", frame(0x83, b"reserved"), 1002),
        ("/ws/echo", frame(0x80, b"nothing to continue"), 1002),
        ("/ws/echo", frame(0x81, b"\xff\xfe"), 1007),
        ("/ws/chat", frame(0x82, b"binary"), 1003),
        ("/ws/chat", frame(0x81, &[b'x'; 70_000]), 1009),
    ];
    for (target, bytes, code) in cases {
        let mut client = server.connect().await;
        client.upgrade(target).await;
        client.send(&bytes).await;
        let answer = client.read_until(|bytes| bytes.len() >= 4).await;
        assert_eq!(answer[0], 0x88, "{target} {bytes:02x?}");
        assert_eq!(
            u16::from_be_bytes([answer[2], answer[3]]),
            code,
            "{target} {bytes:02x?}"
        );
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
