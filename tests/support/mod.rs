//! A whole server on a free port, and clients that count what they send and receive.
#![allow(dead_code, reason = "each test binary uses a part of it")]

pub mod websocket;

use std::{net::SocketAddr, time::Duration};

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;
use wireglass::{Server, config::Config};

/// Nothing here takes this long unless it hangs.
pub const PATIENCE: Duration = Duration::from_secs(20);

pub struct Running {
    pub address: SocketAddr,
    pub shutdown: CancellationToken,
    pub serving: JoinHandle<std::io::Result<()>>,
}

pub async fn start() -> Running {
    start_with(config()).await
}

/// The defaults, but nothing is kept when the server ends, and any number of messages is taken.
pub fn config() -> Config {
    Config {
        database: Some(":memory:".into()),
        rate_limit: 0.0,
        ..Config::default()
    }
}

pub async fn start_with(config: Config) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = Server::new(&config).unwrap();
    let shutdown = server.shutdown();
    Running {
        address,
        shutdown,
        serving: tokio::spawn(server.serve(listener)),
    }
}

impl Running {
    pub async fn connect(&self) -> Client {
        Client {
            stream: TcpStream::connect(self.address).await.unwrap(),
            sent: 0,
            received: Vec::new(),
        }
    }

    /// Sends one request on a connection of its own; gives status and body.
    pub async fn request(&self, head: &str) -> (u16, Vec<u8>) {
        let mut client = self.connect().await;
        client
            .send(
                format!(
                    "{head}\r\nHost: {}\r\nConnection: close\r\n\r\n",
                    self.address
                )
                .as_bytes(),
            )
            .await;
        let answer = client.read_to_end().await;
        let head = wireglass::wire::http1::parse_response(&answer)
            .unwrap()
            .unwrap();
        (head.status().unwrap(), answer[head.length..].to_vec())
    }

    /// Posts JSON on a connection of its own; gives status and answer.
    pub async fn post(&self, target: &str, body: &Value, more: &str) -> (u16, Value) {
        let body = body.to_string();
        let mut client = self.connect().await;
        let head = format!(
            "POST {target} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\nConnection: close\r\n{more}\r\n",
            self.address,
            body.len()
        );
        client.send((head + &body).as_bytes()).await;
        let answer = client.read_to_end().await;
        let head = wireglass::wire::http1::parse_response(&answer)
            .unwrap()
            .unwrap();
        let body = serde_json::from_slice(&answer[head.length..]).unwrap_or_default();
        (head.status().unwrap(), body)
    }

    pub async fn get(&self, target: &str) -> Value {
        let (status, body) = self.request(&format!("GET {target} HTTP/1.1")).await;
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(&body));
        serde_json::from_slice(&body).unwrap()
    }

    pub async fn records(&self) -> Vec<Value> {
        let answer = self.get("/inspector/records?limit=1000").await;
        answer["records"].as_array().unwrap().clone()
    }

    /// Waits until the newest connection has ended, and gives its records.
    pub async fn closed_connection(&self) -> Vec<Value> {
        self.records_until(|records| {
            records
                .last()
                .is_some_and(|record| record["kind"] == "closed")
        })
        .await
    }

    pub async fn records_until(&self, done: impl Fn(&[Value]) -> bool) -> Vec<Value> {
        let waiting = async {
            loop {
                let records = self.records().await;
                if done(&records) {
                    return records;
                }
                sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(PATIENCE, waiting).await.expect("the records come")
    }
}

pub struct Client {
    pub stream: TcpStream,
    pub sent: u64,
    pub received: Vec<u8>,
}

impl Client {
    pub async fn send(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.unwrap();
        self.sent += bytes.len() as u64;
    }

    /// Reads until what came after `from` satisfies the condition.
    pub async fn read_until(&mut self, done: impl Fn(&[u8]) -> bool) -> Vec<u8> {
        let from = self.received.len();
        while !done(&self.received[from..]) {
            let read = timeout(PATIENCE, self.stream.read_buf(&mut self.received)).await;
            let seen = || String::from_utf8_lossy(&self.received[from..]).into_owned();
            let read = read.unwrap_or_else(|_| panic!("nothing more after {:?}", seen()));
            assert_ne!(read.unwrap(), 0, "the server closed after {:?}", seen());
        }
        self.received[from..].to_vec()
    }

    pub async fn read_to_end(&mut self) -> Vec<u8> {
        let from = self.received.len();
        timeout(PATIENCE, self.stream.read_to_end(&mut self.received))
            .await
            .expect("the server closes")
            .unwrap();
        self.received[from..].to_vec()
    }

    pub async fn upgrade(&mut self, target: &str) {
        self.send(upgrade(target, "").as_bytes()).await;
        let answer = self.read_until(|bytes| contains(bytes, b"\r\n\r\n")).await;
        assert!(
            answer.starts_with(b"HTTP/1.1 101 "),
            "{}",
            String::from_utf8_lossy(&answer)
        );
    }
}

pub fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// A handshake; `more` are further field lines.
pub fn upgrade(target: &str, more: &str) -> String {
    format!(
        "GET {target} HTTP/1.1\r\nHost: test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n{more}\r\n"
    )
}

/// A masked frame with the shortest length form; `first` is FIN, RSV and opcode.
pub fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let key = [0x37, 0xfa, 0x21, 0x3d];
    let mut frame = vec![first];
    match payload.len() {
        length @ 0..=125 => frame.push(0x80 | length as u8),
        length @ 126..=65_535 => {
            frame.push(0x80 | 126);
            frame.extend((length as u16).to_be_bytes());
        }
        length => {
            frame.push(0x80 | 127);
            frame.extend((length as u64).to_be_bytes());
        }
    }
    frame.extend(key);
    let mut masked = payload.to_vec();
    wireglass::wire::websocket::frame::mask(&mut masked, key);
    frame.extend(masked);
    frame
}

/// The sum of the records' lengths in a direction.
pub fn total(records: &[Value], direction: &str) -> u64 {
    let records = records
        .iter()
        .filter(|record| record["direction"] == direction);
    records
        .map(|record| record["length"].as_u64().unwrap())
        .sum()
}

/// Field by field: what each record says, without times and numbers.
pub fn story(records: &[Value]) -> Vec<String> {
    let line = |record: &Value| {
        let word = |key: &str| record[key].as_str().unwrap_or_default().to_owned();
        format!("{} {} {}", word("direction"), word("kind"), word("summary"))
    };
    records.iter().map(line).collect()
}
