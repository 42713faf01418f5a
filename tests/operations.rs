//! The program as it is run: what its log says of a connection, and what it asks of the system.
#![cfg(unix)]
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that fails panics"
)]

mod support;

use std::{net::SocketAddr, process::Stdio, time::Duration};

use support::{Client, PATIENCE, frame, upgrade};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines},
    net::TcpStream,
    process::{Child, ChildStderr, ChildStdout, Command},
    time::timeout,
};

struct Program {
    child: Child,
    address: SocketAddr,
    log: Lines<BufReader<ChildStderr>>,
    /// Kept open: the program goes on to write.
    _output: Lines<BufReader<ChildStdout>>,
}

impl Program {
    /// Starts it from a shell, after what `before` sets up there.
    async fn start(before: &str, options: &str) -> Self {
        let binary = env!("CARGO_BIN_EXE_wireglass");
        let line = format!("{before} exec '{binary}' --listen 127.0.0.1:0 {options}");
        let mut child = Command::new("sh")
            .args(["-c", &line])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = timeout(PATIENCE, lines.next_line()).await.unwrap();
        let first = first.unwrap().expect("the program says where it is");
        let address = first.trim_start_matches("Wireglass is at http://");
        Self {
            address: address.trim_end_matches('/').parse().unwrap(),
            log: BufReader::new(child.stderr.take().unwrap()).lines(),
            child,
            _output: lines,
        }
    }

    async fn connect(&self) -> Client {
        Client {
            stream: TcpStream::connect(self.address).await.unwrap(),
            sent: 0,
            received: Vec::new(),
        }
    }

    /// The lines of the log as far as one that holds these words.
    async fn log_until(&mut self, words: &str) -> Vec<String> {
        let mut lines = Vec::new();
        loop {
            let line = timeout(PATIENCE, self.log.next_line()).await;
            let line = line.unwrap_or_else(|_| panic!("no {words:?} in {lines:#?}"));
            lines.push(line.unwrap().expect("the program goes on"));
            if lines.last().unwrap().contains(words) {
                return lines;
            }
        }
    }
}

/// Looks for words in lines, in this order.
fn assert_told(lines: &[String], words: &[&str]) {
    let mut rest = lines.iter();
    for words in words {
        let found = rest.any(|line| words.split('|').all(|word| line.contains(word)));
        assert!(
            found,
            "{words:?} is missing, or comes too early: {lines:#?}"
        );
    }
}

#[tokio::test]
async fn the_log_tells_the_life_of_a_connection_by_its_number() {
    let mut program = Program::start("", "--log wireglass=debug").await;
    let mut client = program.connect().await;
    let local = client.stream.local_addr().unwrap();
    let request = b"GET /healthz HTTP/1.1\r\nHost: test\r\n\r\n";
    client.send(request).await;
    client.read_until(|bytes| bytes.ends_with(b"ok")).await;
    client.upgrade("/ws/echo").await;
    client.send(&frame(0x81, b"hello")).await;
    client.read_until(|bytes| bytes.ends_with(b"hello")).await;
    // Against RFC 6455 5.2, which is worth a line.
    client.send(&frame(0x83, b"")).await;
    client.read_to_end().await;
    let (sent, received) = (client.sent, client.received.len());
    drop(client);
    let lines = program.log_until("closed").await;
    let of_it: Vec<_> = (lines.into_iter())
        .filter(|line| {
            let mut words = line.split([' ', '{', '}']);
            words.any(|word| word == "connection=1")
        })
        .collect();
    assert_told(
        &of_it,
        &[
            &format!("DEBUG|accepted|peer={local}"),
            "DEBUG|method=GET path=\"/healthz\"|asked",
            "DEBUG|method=GET path=\"/healthz\"|answered status=200",
            "DEBUG|method=GET path=\"/ws/echo\"|answered status=101",
            "DEBUG|upgraded to WebSocket",
            "DEBUG|path=\"/ws/echo\"|WebSocket failed",
            &format!("DEBUG|closed|lasted=|received={sent} sent={received}"),
        ],
    );
}

#[tokio::test]
async fn the_log_says_without_being_asked_who_is_refused_and_let_go() {
    let mut program = Program::start("", "--patience 1 --max-connections 1").await;
    let mut client = program.connect().await;
    client.upgrade("/ws/echo").await;
    let mut surplus = program.connect().await;
    surplus.send(upgrade("/ws/echo", "").as_bytes()).await;
    surplus.read_to_end().await;
    let flood = frame(0x82, &[0; 1_000_000]);
    let flooding = async { while client.stream.write_all(&flood).await.is_ok() {} };
    timeout(PATIENCE, flooding)
        .await
        .expect("the server closes");
    let lines = program.log_until("let go").await;
    assert_told(
        &lines,
        &[
            "INFO|refused connection=2 |too many connections: at most 1",
            r#"INFO|let go connection=1 reason="reads too slowly""#,
        ],
    );
    // The place is free as soon as the connection is closed.
    let refused = async {
        loop {
            let mut foreign = program.connect().await;
            let head = upgrade(
                "/ws/echo",
                "Origin: http://evil.test\r\nConnection: close\r\n",
            );
            foreign.send(head.as_bytes()).await;
            let answer = String::from_utf8(foreign.read_to_end().await).unwrap();
            if answer.starts_with("HTTP/1.1 403 ") {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(PATIENCE, refused).await.expect("a place is free");
    let lines = program.log_until("foreign_origin").await;
    let refusal = lines.last().unwrap();
    assert!(refusal.contains("INFO"), "{refusal}");
    assert!(refusal.contains("connection="), "{refusal}");
}

#[tokio::test]
async fn no_more_connections_than_files_can_be_open() {
    let mut program = Program::start("ulimit -n 200;", "").await;
    let lines = program.log_until("open files").await;
    assert_told(&lines, &["WARN|at most 136 connections|open_files=200"]);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn as_many_files_as_the_system_allows() {
    let program = Program::start("ulimit -Sn 100;", "").await;
    let limits = format!("/proc/{}/limits", program.child.id().unwrap());
    let limits = std::fs::read_to_string(limits).unwrap();
    let mut lines = limits.lines();
    let files = lines
        .find_map(|line| line.strip_prefix("Max open files"))
        .unwrap();
    let [soft, hard] = *files.split_whitespace().take(2).collect::<Vec<_>>() else {
        panic!("{files}");
    };
    assert_eq!(soft, hard);
    assert_ne!(soft, "100");
}
