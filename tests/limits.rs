//! Limits in number, size and time, and what keeps other sites out, over raw sockets.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that fails panics"
)]

mod support;

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use serde_json::Value;
use support::{Client, PATIENCE, Running, contains, frame, start, start_with, upgrade};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpSocket,
    time::{interval, sleep, timeout},
};
use wireglass::config::Config;

/// An answer: its status line and fields, and its body.
#[derive(Debug)]
struct Answer {
    head: String,
    body: String,
}

impl Answer {
    fn parse(bytes: &[u8]) -> Self {
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let (head, body) = text
            .split_once("\r\n\r\n")
            .unwrap_or_else(|| panic!("no answer: {text:?}"));
        Self {
            head: head.to_ascii_lowercase(),
            body: body.to_owned(),
        }
    }

    fn status(&self) -> u16 {
        self.head[9..12].parse().unwrap()
    }

    fn field(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().skip(1);
        lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    fn code(&self) -> String {
        let body: Value = serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("{self:?}"));
        assert!(body["error"].is_string(), "{body}");
        body["code"].as_str().unwrap().to_owned()
    }
}

/// Sends a request on a connection of its own, and reads until the server closes.
async fn ask(server: &Running, request: &str) -> Answer {
    let mut client = from(server, "127.0.0.1").await;
    client.send(request.as_bytes()).await;
    Answer::parse(&client.read_to_end().await)
}

/// A request that has the connection closed; `more` are further field lines.
fn request(line: &str, host: &str, more: &str) -> String {
    format!("{line} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{more}\r\n")
}

/// Connects from an address. The send buffer is small: whoever sends much notices when the server closes.
async fn from(server: &Running, address: &str) -> Client {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_send_buffer_size(16 * 1024).unwrap();
    socket
        .bind(SocketAddr::new(address.parse().unwrap(), 0))
        .unwrap();
    Client {
        stream: socket.connect(server.address).await.unwrap(),
        sent: 0,
        received: Vec::new(),
    }
}

/// What a sample of the metrics says, unless the one who asks is refused.
async fn try_metric(server: &Running, sample: &str) -> Option<u64> {
    let (status, body) = server.request("GET /metrics HTTP/1.1").await;
    if status == 503 {
        return None;
    }
    let text = String::from_utf8(body).unwrap();
    let mut lines = text.lines();
    let value = lines.find_map(|line| line.strip_prefix(sample)?.strip_prefix(' '));
    let value = value.unwrap_or_else(|| panic!("no {sample} in {text}"));
    Some(value.parse().unwrap())
}

async fn metric(server: &Running, sample: &str) -> u64 {
    try_metric(server, sample).await.expect("there is a place")
}

/// Waits until a sample has a value.
async fn becomes(server: &Running, sample: &str, value: u64) {
    let waiting = async {
        while try_metric(server, sample).await != Some(value) {
            sleep(Duration::from_millis(10)).await;
        }
    };
    let waited = timeout(PATIENCE, waiting).await;
    waited.unwrap_or_else(|_| panic!("{sample} is never {value}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_comes_byte_by_byte_is_not_waited_for() {
    let server = start().await;
    let mut client = server.connect().await;
    let mut ticks = interval(Duration::from_millis(500));
    let begin = Instant::now();
    let dripping = async {
        for byte in b"GET /healthz HTTP/1.1\r\nX-Slow: "
            .iter()
            .chain([&b'x'; 100])
        {
            ticks.tick().await;
            if client.stream.write_all(&[*byte]).await.is_err() {
                return;
            }
        }
    };
    timeout(PATIENCE, dripping)
        .await
        .expect("the server closes");
    let lasted = begin.elapsed().as_secs_f64();
    assert!((9.5..12.5).contains(&lasted), "{lasted} s");
    let sample = r#"wireglass_let_go_total{transport="other",reason="sends a head too slowly"}"#;
    assert_eq!(metric(&server, sample).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_connection_may_stay_longer_than_a_head_may_take() {
    let server = start().await;
    let mut client = server.connect().await;
    let request = b"GET /healthz HTTP/1.1\r\nHost: test\r\n\r\n";
    for pause in [0, 12] {
        sleep(Duration::from_secs(pause)).await;
        client.send(request).await;
        client.read_until(|bytes| bytes.ends_with(b"ok")).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_head_has_its_own_time() {
    let server = start().await;
    let mut client = server.connect().await;
    // Each write ends one head and begins the next: the client is always in the middle of one.
    client.send(b"GET /healthz HTTP/1.1\r\n").await;
    for _ in 0..14 {
        sleep(Duration::from_secs(1)).await;
        let rest = b"Host: test\r\n\r\nGET /healthz HTTP/1.1\r\n";
        client.send(rest).await;
        client.read_until(|bytes| bytes.ends_with(b"ok")).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let server = start().await;
    let wait = async |path: &str| {
        let begin = Instant::now();
        let more = "Content-Length: 100\r\n";
        let answer = ask(&server, &request(&format!("POST {path}"), "test", more)).await;
        assert_eq!((answer.status(), &*answer.code()), (408, "body_timeout"));
        let lasted = begin.elapsed().as_secs_f64();
        assert!((9.5..12.5).contains(&lasted), "{path}: {lasted} s");
    };
    tokio::join!(
        wait("/chat/messages"),
        wait("/socket.io/?EIO=4&transport=polling")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_may_be_long_but_not_longer() {
    let server = start().await;
    let long = |length| {
        let field = format!("X-Long: {}\r\n", "x".repeat(length));
        request("GET /healthz", "test", &field)
    };
    assert_eq!(ask(&server, &long(30_000)).await.status(), 200);
    assert_eq!(ask(&server, &long(33_000)).await.status(), 431);
    // One that never ends is not read any further.
    let mut client = server.connect().await;
    let piece = [b'x'; 64 * 1024];
    client.send(b"GET / HTTP/1.1\r\nX-Long: ").await;
    let mut taken = 0;
    let sending = async {
        while client.stream.write_all(&piece).await.is_ok() {
            taken += piece.len();
        }
    };
    timeout(PATIENCE, sending).await.expect("the server closes");
    assert!(taken < 32 << 20, "{taken}");
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_are_bounded_and_the_answer_arrives() {
    let server = start().await;
    let post = |path: &str, length: usize| {
        let more = format!("Content-Length: {length}\r\n");
        request(&format!("POST {path}"), "test", &more) + &"x".repeat(length)
    };
    let socket_io = "/socket.io/?EIO=4&transport=polling&sid=none";
    for (path, limit) in [
        ("/chat/messages", 65_536),
        (socket_io, 2 * 65_536 + (1 << 20)),
    ] {
        let fits = ask(&server, &post(path, limit)).await;
        assert_ne!(fits.status(), 413, "{fits:?}");
        for length in [limit + 1, limit + (1 << 19)] {
            let answer = ask(&server, &post(path, length)).await;
            assert_eq!((answer.status(), &*answer.code()), (413, "body_too_large"));
        }
    }
    // In chunks nobody knows beforehand.
    let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
    let more = "Transfer-Encoding: chunked\r\n";
    let chunked = request("POST /chat/messages", "test", more) + &chunk + &chunk + "0\r\n\r\n";
    assert_eq!(ask(&server, &chunked).await.code(), "body_too_large");
    // Whoever asks first need not send it.
    let more = "Content-Length: 2000000\r\nExpect: 100-continue\r\n";
    let answer = ask(&server, &request("POST /chat/messages", "test", more)).await;
    assert_eq!(answer.code(), "body_too_large");
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_are_limited_by_address_and_in_total() {
    let server = start_with(Config {
        max_connections: 3,
        max_connections_per_address: 2,
        ..Config::default()
    })
    .await;
    let ask_from = async |address: &str, request: &str| {
        let mut client = from(&server, address).await;
        client.send(request.as_bytes()).await;
        Answer::parse(&client.read_to_end().await)
    };
    let health = request("GET /healthz", "test", "");
    let mut anns = Vec::new();
    for _ in 0..2 {
        let mut client = from(&server, "127.0.0.2").await;
        client.upgrade("/ws/echo").await;
        anns.push(client);
    }
    let body = "Content-Length: 60000\r\n";
    for request in [
        health.clone(),
        upgrade("/ws/echo", ""),
        upgrade("/socket.io/?EIO=4&transport=websocket", ""),
        request("GET /socket.io/?EIO=4&transport=polling", "test", ""),
        request("POST /chat/messages", "test", body) + &"x".repeat(60_000),
    ] {
        let answer = ask_from("127.0.0.2", &request).await;
        assert_eq!(answer.status(), 503, "{answer:?}");
        assert_eq!(answer.code(), "too_many_connections");
        assert!(answer.body.contains("of this address"), "{answer:?}");
        assert_eq!(answer.field("retry-after"), Some("5"));
        assert_eq!(answer.field("connection"), Some("close"));
        assert_eq!(answer.field("x-content-type-options"), Some("nosniff"));
    }
    // Another address has places of its own, as long as there are any.
    let mut bob = from(&server, "127.0.0.3").await;
    bob.upgrade("/ws/echo").await;
    let answer = ask_from("127.0.0.4", &health).await;
    assert_eq!(answer.status(), 503);
    assert!(answer.body.contains("--max-connections\""), "{answer:?}");
    // Who has a place keeps it.
    anns[0].send(&frame(0x81, b"still here")).await;
    anns[0]
        .read_until(|bytes| bytes.ends_with(b"still here"))
        .await;
    // A place that is given back can be taken again.
    drop(anns.pop());
    let again = async {
        while ask_from("127.0.0.2", &health).await.status() != 200 {
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(PATIENCE, again).await.expect("the place is free");
    drop(bob);
    drop(anns);
    let sample = r#"wireglass_connections_refused_total{limit="address",answered="yes"}"#;
    becomes(&server, "wireglass_connections_open", 1).await;
    assert!(metric(&server, sample).await >= 5);
    let sample = r#"wireglass_connections_refused_total{limit="total",answered="yes"}"#;
    assert_eq!(metric(&server, sample).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn refusing_is_bounded_too() {
    let server = start_with(Config {
        max_connections: 1,
        ..Config::default()
    })
    .await;
    let mut client = server.connect().await;
    client.upgrade("/ws/echo").await;
    let begin = Instant::now();
    let mut silent = Vec::new();
    for _ in 0..100 {
        silent.push(server.connect().await);
    }
    let (mut at_once, mut later) = (0, 0);
    for client in &mut silent {
        let ended = timeout(PATIENCE, client.stream.read(&mut [0])).await;
        ended.expect("the server closes").unwrap_or(0);
        match begin.elapsed().as_secs_f64() {
            0.0..4.5 => at_once += 1,
            4.5..8.0 => later += 1,
            lasted => panic!("{lasted} s"),
        }
    }
    // They are read in the order in which they came: those that came first are held.
    assert_eq!((at_once, later), (0, 100));
    drop(client);
    let unanswered = r#"wireglass_connections_refused_total{limit="total",answered="no"}"#;
    becomes(&server, unanswered, 68).await;
}

/// Sends without reading until the server takes no more, and waits until it closes.
async fn stall(client: &mut Client, bytes: &[u8]) -> Duration {
    let flood = async { while client.stream.write_all(bytes).await.is_ok() {} };
    let begin = Instant::now();
    timeout(PATIENCE, flood).await.expect("the server closes");
    begin.elapsed()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_stops_reading_is_let_go_and_nobody_else_waits() {
    let server = start_with(Config {
        patience: 1,
        ..Config::default()
    })
    .await;
    let mut stalled = server.connect().await;
    stalled.upgrade("/ws/echo").await;
    let mut brisk = server.connect().await;
    brisk.upgrade("/ws/echo").await;
    let slowest = async {
        let mut slowest = Duration::ZERO;
        for _ in 0..200 {
            let begin = Instant::now();
            brisk.send(&frame(0x81, b"hello")).await;
            brisk.read_until(|bytes| bytes == b"\x81\x05hello").await;
            slowest = slowest.max(begin.elapsed());
            sleep(Duration::from_millis(10)).await;
        }
        slowest
    };
    let flood = frame(0x82, &[b'x'; 1_000_000]);
    let (lasted, slowest) = tokio::join!(stall(&mut stalled, &flood), slowest);
    assert!(lasted < Duration::from_secs(10), "{lasted:?}");
    assert!(lasted > Duration::from_secs(1), "{lasted:?}");
    assert!(slowest < Duration::from_millis(500), "{slowest:?}");
    let sample = r#"wireglass_let_go_total{transport="other",reason="reads too slowly"}"#;
    assert_eq!(metric(&server, sample).await, 1);
    brisk.send(&frame(0x81, b"and on")).await;
    brisk.read_until(|bytes| bytes.ends_with(b"and on")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn long_answers_wait_for_nobody() {
    let server = start_with(Config {
        patience: 1,
        ..Config::default()
    })
    .await;
    let mut client = server.connect().await;
    let request = b"GET /socket.io/socket.io.js HTTP/1.1\r\nHost: test\r\n\r\n";
    let lasted = stall(&mut client, &request.repeat(100)).await;
    assert!(lasted < Duration::from_secs(10), "{lasted:?}");
    let sample = r#"wireglass_let_go_total{transport="other",reason="reads too slowly"}"#;
    assert_eq!(metric(&server, sample).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_reader_that_goes_on_reading_stays() {
    let server = start_with(Config {
        patience: 1,
        ..Config::default()
    })
    .await;
    let mut client = server.connect().await;
    client.upgrade("/ws/echo").await;
    let (mut reader, mut writer) = client.stream.into_split();
    let message = frame(0x82, &[b'x'; 1_000_000]);
    let sending = tokio::spawn(async move {
        for _ in 0..30 {
            writer.write_all(&message).await.unwrap();
        }
        writer
    });
    // 30 MB at 10 MB/s: three times as long as it may take nothing.
    let mut left = 30 * 1_000_010;
    let mut buffer = vec![0; 1_000_000];
    while left > 0 {
        sleep(Duration::from_millis(100)).await;
        let most = buffer.len().min(left);
        let read = reader.read_exact(&mut buffer[..most]).await.unwrap();
        left -= read;
    }
    sending.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn http_2_is_refused() {
    let server = start().await;
    let mut client = server.connect().await;
    let settings = [0, 0, 0, 4, 0, 0, 0, 0, 0];
    client.send(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await;
    client.send(&settings).await;
    let mut answer = Vec::new();
    // Whether by a FIN or by a reset.
    let _ = timeout(PATIENCE, client.stream.read_to_end(&mut answer))
        .await
        .unwrap();
    assert!(!contains(&answer, &settings[3..]), "{answer:?}");
    assert!(
        answer.is_empty() || answer.starts_with(b"HTTP/1.1 "),
        "{answer:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn foreign_pages_and_foreign_names_get_nothing() {
    let server = start_with(Config {
        allow_origin: vec!["http://friend.test:8080".to_owned()],
        ..Config::default()
    })
    .await;
    let own = server.address.to_string();
    let cases = [
        // Of another site, whatever the path.
        (
            "POST /chat/messages",
            &*own,
            "Origin: http://evil.test\r\n",
            false,
        ),
        ("POST /nowhere", &own, "Origin: http://evil.test\r\n", false),
        ("DELETE /inspector/records", &own, "Origin: null\r\n", false),
        (
            "OPTIONS /chat/messages",
            &own,
            "Origin: http://evil.test\r\n",
            false,
        ),
        (
            "GET /socket.io/?EIO=4&transport=polling",
            &own,
            "Origin: http://evil.test\r\n",
            false,
        ),
        (
            "POST /nowhere",
            &own,
            "Origin: http://friend.test:8080\r\n",
            true,
        ),
        // Of a name that was made to lead here.
        (
            "POST /chat/messages",
            "evil.test",
            "Origin: http://evil.test\r\n",
            false,
        ),
        (
            "GET /ws/echo",
            "evil.test",
            "Origin: http://evil.test\r\n",
            false,
        ),
        ("GET /inspector/records", "evil.test", "", false),
        ("GET /chat/messages", "evil.test:3000", "", false),
        ("GET /inspector/records", &own, "", true),
        ("GET /inspector/records", "localhost:3000", "", true),
        ("GET /inspector/records", "teacher.local", "", true),
        ("GET /inspector/records", "friend.test:8080", "", true),
        // What tells nothing, and who is no browser.
        ("GET /healthz", "server.example.com", "", true),
        ("GET /metrics", "server.example.com", "", false),
        ("GET /ws/echo", "server.example.com", "", false),
        (
            "GET /socket.io/?EIO=4&transport=polling",
            "server.example.com",
            "",
            false,
        ),
    ];
    for (line, host, more, passes) in cases {
        let answer = ask(&server, &request(line, host, more)).await;
        assert_eq!(
            answer.status() != 403,
            passes,
            "{line} {host} {more}: {answer:?}"
        );
        if !passes {
            assert_eq!(answer.code(), "foreign_origin");
        }
    }
    let refused = r#"wireglass_refusals_total{code="foreign_origin"}"#;
    assert_eq!(metric(&server, refused).await, 12);
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_protect_themselves() {
    let server = start().await;
    let client = "GET /socket.io/socket.io.js";
    for line in [
        "GET /",
        "GET /healthz",
        "GET /metrics",
        "GET /inspector/records",
        "GET /nowhere",
        "GET /chat/nowhere",
        "GET /inspector/assets/main.js",
        "GET /ws/echo",
        "POST /healthz",
        "GET /socket.io/?EIO=4&transport=polling",
        "GET /socket.io/?EIO=3",
        client,
    ] {
        let answer = ask(&server, &request(line, "test", "")).await;
        assert_eq!(
            answer.field("x-content-type-options"),
            Some("nosniff"),
            "{line}"
        );
        assert_eq!(
            answer.field("referrer-policy"),
            Some("no-referrer"),
            "{line}"
        );
        let embedders = if line == client {
            "cross-origin"
        } else {
            "same-origin"
        };
        let policy = answer.field("cross-origin-resource-policy");
        assert_eq!(policy, Some(embedders), "{line}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_has_its_policy_and_gives_a_session_once() {
    let server = start().await;
    for (path, name) in [("/", "chat"), ("/inspect", "inspect")] {
        let page = ask(&server, &request(&format!("GET {path}"), "test", "")).await;
        assert_eq!(page.status(), 200, "{path}");
        let policy = page.field("content-security-policy").unwrap();
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
        assert!(policy.contains("default-src 'none'"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        let opener = page.field("cross-origin-opener-policy");
        assert_eq!(opener, Some("same-origin"), "{path}");
        let cookie = page.field("set-cookie").unwrap();
        let attributes = "; path=/; httponly; samesite=lax";
        assert!(cookie.ends_with(attributes), "{cookie}");
        let app = format!(r#"<div id="app" class="page" data-page="{name}" data-max-handle="#);
        assert!(page.body.contains(&app), "{page:?}");
        assert!(page.body.contains(r#"<script type="importmap">"#), "{path}");

        let known = "Cookie: wireglass=abc\r\n";
        let page = ask(&server, &request(&format!("GET {path}"), "test", known)).await;
        assert_eq!(page.field("set-cookie"), None, "{path}");
    }
}

/// Whoever has no script finds the way to everything that the page would show.
#[tokio::test(flavor = "multi_thread")]
async fn the_inspector_s_page_leads_to_what_it_shows() {
    let server = start().await;
    let page = ask(&server, &request("GET /inspect", "test", "")).await;
    for path in [
        "/",
        "/inspector/records",
        "/inspector/connections",
        "/inspector/export.jsonl",
        "/inspector/export.har",
        "/inspector/export.pcapng",
    ] {
        let link = format!(r#"<a href="{path}">"#);
        assert!(page.body.contains(&link), "{path}");
        let (status, _) = server.request(&format!("GET {path} HTTP/1.1")).await;
        assert_eq!(status, 200, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn paths_that_lead_nowhere_say_so() {
    let server = start().await;
    for path in [
        "/chat/nowhere",
        "/inspector/nowhere",
        "/inspector/assets/nowhere.js",
        "/inspector/records/nothing",
        "/nowhere",
        "/socket.io.js",
        "/socket.io/nowhere.js",
    ] {
        let answer = ask(&server, &request(&format!("GET {path}"), "test", "")).await;
        assert_eq!(answer.status(), 404, "{path}");
        assert_eq!(answer.code(), "not_found", "{path}");
    }
    let browser = "Accept: text/html,application/xhtml+xml,*/*;q=0.8\r\n";
    let page = ask(&server, &request("GET /now&here", "test", browser)).await;
    assert_eq!(page.status(), 404);
    assert_eq!(page.field("content-type"), Some("text/html; charset=utf-8"));
    assert!(page.field("content-security-policy").is_some(), "{page:?}");
    assert!(page.body.contains("/now&#38;here"), "{page:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_in_a_wrong_way_is_told_so() {
    let server = start().await;
    for (line, status, code) in [
        ("POST /metrics", 405, "method_not_allowed"),
        ("PUT /inspector/assets/app.js", 405, "method_not_allowed"),
        ("DELETE /chat/messages", 405, "method_not_allowed"),
        ("GET /inspector/records?limit=none", 400, "bad_request"),
        ("GET /inspector/records?limit=0", 400, "bad_request"),
        (
            "GET /inspector/export.har?filter=a&filter=b",
            400,
            "bad_request",
        ),
        ("GET /inspector/export.har?filter=a", 400, "bad_filter"),
    ] {
        let answer = ask(&server, &request(line, "test", "")).await;
        assert_eq!(answer.status(), status, "{line}: {answer:?}");
        assert_eq!(answer.code(), code, "{line}");
    }
    for hosts in ["", "Host: test\r\nHost: evil.test\r\n"] {
        let head = format!("GET / HTTP/1.1\r\n{hosts}Connection: close\r\n\r\n");
        let answer = ask(&server, &head).await;
        assert_eq!(answer.status(), 400, "{hosts}");
        assert_eq!(answer.code(), "bad_request", "{hosts}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_count_what_happened() {
    let server = start().await;
    let mut client = server.connect().await;
    client.upgrade("/ws/echo").await;
    client.send(&frame(0x81, b"hello")).await;
    client.read_until(|bytes| bytes == b"\x81\x05hello").await;
    let answer = ask(&server, &request("GET /metrics", "test", "")).await;
    let format = answer.field("content-type").unwrap();
    assert!(
        format.starts_with("application/openmetrics-text"),
        "{format}"
    );
    let text = &answer.body;
    for line in [
        "# TYPE wireglass_connections counter",
        "wireglass_connections_total 2",
        "# TYPE wireglass_connections_open gauge",
        "wireglass_connections_open 2",
        r#"wireglass_answers_total{status="101"} 1"#,
        r#"wireglass_participants{transport="short-polling"} 0"#,
        r#"wireglass_participants{transport="socketio-websocket"} 0"#,
        "wireglass_chat_messages_total 0",
        "# TYPE wireglass_records counter",
        "wireglass_records_lost_total 0",
        "wireglass_records_lost_bytes_total 0",
        "# TYPE wireglass_received_bytes counter",
        "wireglass_inspector_bytes_total 0",
        "wireglass_capture_memory_limit_bytes 67108864",
        "# EOF",
    ] {
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
    let help = text
        .lines()
        .filter(|line| line.starts_with("# HELP "))
        .count();
    let kinds = text
        .lines()
        .filter(|line| line.starts_with("# TYPE "))
        .count();
    assert_eq!(help, kinds);
    drop(client);
    // Nobody but who asks.
    becomes(&server, "wireglass_connections_open", 1).await;
    let records = server.closed_connection().await;
    let newest = records.last().unwrap()["seq"].as_u64().unwrap();
    // And the opening and the request of the one that asks.
    let counted = metric(&server, "wireglass_records_total").await;
    assert_eq!(counted, newest + 2);
    let records = server.closed_connection().await;
    let received = support::total(&records, "to_server");
    let counted = metric(&server, "wireglass_received_bytes_total").await;
    let asking = request("GET /metrics", &server.address.to_string(), "").len();
    assert_eq!(counted, received + asking as u64);
}
