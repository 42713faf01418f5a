//! The filter language over real sockets: the same records over HTTP and in the feed.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that fails panics"
)]

mod support;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use support::{PATIENCE, Running, config, contains, frame, start, start_with, story, upgrade};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{WebSocketStream, client_async, tungstenite::Message};
use wireglass::config::{Config, Memory};

const COOKIE: &str = "Cookie: wireglass=0123456789abcdef\r\n";

/// A chat over Engine.IO's polling, which goes over to WebSocket in the end.
async fn chat(server: &Running) {
    let (_, body) = server
        .request("GET /socket.io/?EIO=4&transport=polling HTTP/1.1")
        .await;
    let open: Value = serde_json::from_slice(&body[1..]).unwrap();
    let sid = open["sid"].as_str().unwrap();
    let target = format!("/socket.io/?EIO=4&transport=polling&sid={sid}");
    let hello = r#"420["send_message",{"handle":"ann","message":"Hello"}]"#;
    for (post, answer) in [("40", "40{"), (hello, "ann: Hello")] {
        let length = post.len();
        let request =
            format!("POST {target} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n");
        let mut client = server.connect().await;
        client.send((request + post).as_bytes()).await;
        client.read_until(|bytes| bytes.ends_with(b"ok")).await;
        let mut heard = Vec::new();
        while !contains(&heard, answer.as_bytes()) {
            let (_, body) = server.request(&format!("GET {target} HTTP/1.1")).await;
            heard.extend(body);
        }
    }
    let mut client = server.connect().await;
    client
        .upgrade(&target.replace("polling", "websocket"))
        .await;
    client.send(&frame(0x81, b"2probe")).await;
    client.read_until(|bytes| contains(bytes, b"3probe")).await;
    client.send(&frame(0x81, b"5")).await;
    client.send(&frame(0x88, b"\x03\xe8")).await;
    client.read_to_end().await;
}

/// Raw frames to the echo: good ones from a browser with a session, then one that breaks a rule.
async fn echo(server: &Running) {
    let mut client = server.connect().await;
    client.send(upgrade("/ws/echo", COOKIE).as_bytes()).await;
    client
        .read_until(|bytes| contains(bytes, b"\r\n\r\n"))
        .await;
    let frames = [
        frame(0x81, b"hello"),
        frame(0x82, &[7; 126]),
        frame(0x89, b"are you there?"),
        frame(0x88, b"\x03\xe9going"),
    ];
    client.send(&frames.concat()).await;
    client.read_to_end().await;

    let mut client = server.connect().await;
    client.upgrade("/ws/echo").await;
    client.send(b"\x81\x05HELLO").await;
    client.read_to_end().await;
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02x}")).collect()
}

async fn records(server: &Running, filter: &str, more: &str) -> Vec<Value> {
    let answer = page(server, filter, more).await;
    answer["records"].as_array().unwrap().clone()
}

async fn page(server: &Running, filter: &str, more: &str) -> Value {
    let filter = encoded(filter);
    let head = format!("GET /inspector/records?filter={filter}{more} HTTP/1.1\r\n{COOKIE}X: y");
    let (status, body) = server.request(&head).await;
    assert_eq!(status, 200, "{}", String::from_utf8_lossy(&body));
    serde_json::from_slice(&body).unwrap()
}

fn seqs(records: &[Value]) -> Vec<u64> {
    let seqs = records.iter().map(|record| record["seq"].as_u64().unwrap());
    seqs.collect()
}

/// Whether one of a record's packets has a value.
fn any(packets: &Value, key: &str, value: impl Into<Value>) -> bool {
    let value = value.into();
    let packets = packets.as_array();
    packets.is_some_and(|packets| packets.iter().any(|packet| packet[key] == value))
}

type Meaning = fn(&Value) -> bool;

#[tokio::test(flavor = "multi_thread")]
async fn each_filter_selects_its_records() {
    let server = start().await;
    chat(&server).await;
    echo(&server).await;
    server
        .records_until(|records| {
            records
                .iter()
                .filter(|record| record["kind"] == "closed")
                .count()
                == records
                    .iter()
                    .filter(|record| record["kind"] == "opened")
                    .count()
        })
        .await;
    let all = records(&server, "", "&limit=1000").await;

    // A filter, what it stands for in the terms of docs/api.md, and how many there are at least.
    let filters: [(&str, Meaning, usize); 24] = [
        (
            "ws.opcode == close && ws.close.code == 1001",
            |record| record["websocket"]["close"]["code"] == 1001,
            2,
        ),
        (
            "http.status == 101",
            |record| record["http"]["status"] == 101,
            2,
        ),
        (
            "sio.event == \"message\"",
            |record| any(&record["socketio"], "event", "message"),
            1,
        ),
        (
            "eio.type == ping",
            |record| any(&record["engineio"], "type", "ping"),
            1,
        ),
        ("eio.sid", |record| record["sid"].is_string(), 12),
        (
            "chat.id == 1 && chat.role in {sent delivered}",
            |record| {
                any(&record["chat"], "role", "sent") || any(&record["chat"], "role", "delivered")
            },
            2,
        ),
        (
            "upgrade == \"probe answer\"",
            |record| record["upgrade"] == "probe answer",
            1,
        ),
        (
            "eio.type == open or sio.type == CONNECT",
            |record| {
                any(&record["engineio"], "type", "open")
                    || any(&record["socketio"], "type", "CONNECT")
            },
            3,
        ),
        ("conn == 1", |record| record["connection"] == 1, 4),
        ("mine", |record| record["mine"] == true, 8),
        (
            "not mine and kind in {request response}",
            |record| record["mine"] == false && record["layer"] == "http",
            8,
        ),
        (
            "length > 125",
            |record| record["length"].as_u64() > Some(125),
            4,
        ),
        ("violation", |record| record["violations"].is_array(), 1),
        (
            "violation.section == \"RFC 6455 5.1\" and violation.by == client",
            |record| record["violations"][0]["section"] == "RFC 6455 5.1",
            1,
        ),
        (
            "text ~ \"hello\"",
            |record| {
                record["text"]
                    .as_str()
                    .is_some_and(|text| text.to_lowercase().contains("hello"))
            },
            5,
        ),
        (
            "ws.opcode in {ping pong}",
            |record| matches!(record["websocket"]["opcode"].as_u64(), Some(9 | 10)),
            2,
        ),
        (
            "ws.opcode >= 8",
            |record| record["websocket"]["opcode"].as_u64() >= Some(8),
            4,
        ),
        (
            "ws.payload_length in {126..65535}",
            |record| record["websocket"]["length_bits"] == 16,
            2,
        ),
        (
            "ws.masked == false and direction == to_server",
            |record| record["websocket"]["masked"] == false && record["direction"] == "to_server",
            1,
        ),
        (
            "http.header == \"sec-websocket-KEY\"",
            |record| {
                record["http"]["headers"]
                    .to_string()
                    .contains("\"Sec-WebSocket-Key\"")
            },
            2,
        ),
        (
            "http.path == \"/socket.io/\" and http.method != \"GET\"",
            |record| record["http"]["method"] == "POST",
            2,
        ),
        (
            "kind == closed and not tcp.end == reset",
            |record| record["tcp"]["end"] == "fin",
            4,
        ),
        ("owner", |record| record["owner"].is_string(), 8),
        (
            "(sio.id == 0 || ws.close.reason ~ \"GO\") and !(kind == response)",
            |record| {
                let is_first = any(&record["socketio"], "id", 0);
                let is_going = record["websocket"]["close"]["reason"] == "going";
                (is_first || is_going) && record["kind"] != "response"
            },
            3,
        ),
    ];
    for (filter, meaning, at_least) in filters {
        let expected: Vec<Value> = all
            .iter()
            .filter(|record| meaning(record))
            .cloned()
            .collect();
        let found = records(&server, filter, "&limit=1000").await;
        assert_eq!(story(&found), story(&expected), "{filter}");
        assert_eq!(seqs(&found), seqs(&expected), "{filter}");
        assert!(found.len() >= at_least, "{filter}: {:#?}", story(&all));

        // `limit` counts records that pass, and `after` goes on behind them.
        let first = records(&server, filter, "&limit=1").await;
        assert_eq!(seqs(&first), seqs(&expected[..1]), "{filter}");
        let rest = records(
            &server,
            filter,
            &format!("&limit=1000&after={}", first[0]["seq"]),
        )
        .await;
        assert_eq!(seqs(&rest), seqs(&expected[1..]), "{filter}");

        // `before` goes back in front of them, and counts what is left there.
        let index = expected.len() - 1;
        let place = format!("&limit=1&before={}", expected[index]["seq"]);
        let answer = page(&server, filter, &place).await;
        let found = answer["records"].as_array().unwrap();
        assert_eq!(
            seqs(found),
            seqs(&expected[index.saturating_sub(1)..index]),
            "{filter}"
        );
        assert_eq!(answer["earlier"], index.saturating_sub(1), "{filter}");

        // The feed says the same.
        let mut feed = feed(&server).await;
        let (told, earlier) = watch(&mut feed, filter, expected.len()).await;
        assert_eq!((seqs(&told), earlier), (seqs(&expected), 0), "{filter}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_points_at_the_character() {
    let server = start().await;
    let target = format!(
        "/inspector/records?filter={}",
        encoded("mine or ws.opcod == ü")
    );
    let (status, body) = server.request(&format!("GET {target} HTTP/1.1")).await;
    let answer: Value = serde_json::from_slice(&body).unwrap();
    let message = "`ws.opcod` is no field; did you mean `ws.opcode`?";
    assert_eq!(status, 400);
    let expected = json!({ "error": message, "code": "bad_filter", "at": [8, 16] });
    assert_eq!(answer, expected);

    let mut feed = feed(&server).await;
    watch(&mut feed, "", 0).await;
    say(&mut feed, &json!({ "type": "watch", "filter": "ws.opcod" })).await;
    let error = next_of(&mut feed, "error").await;
    assert_eq!(
        error,
        json!({ "type": "error", "error": message, "at": [0, 8] })
    );
    // What was watched before goes on.
    server.request("GET /healthz HTTP/1.1").await;
    let records = next_of(&mut feed, "records").await;
    assert_eq!(records["records"][0]["kind"], "opened");
}

/// The page goes back from the oldest record that it has, until there are none before it.
#[tokio::test(flavor = "multi_thread")]
async fn earlier_records_come_page_by_page() {
    let server = start_with(Config {
        capture_memory: Memory(1024 * 1024),
        ..config()
    })
    .await;
    let mut client = server.connect().await;
    client.upgrade("/ws/echo").await;
    let message = frame(0x82, &[7; 1_000]);
    for _ in 0..600 {
        client.send(&message).await;
        client.read_until(|bytes| bytes.len() == 1_004).await;
    }
    for filter in ["", "length > 1", "ws.masked"] {
        let forward = records(&server, filter, "&limit=1000").await;
        let mut back: Vec<Value> = Vec::new();
        let mut place = "&limit=100&before=1000000".to_owned();
        loop {
            let answer = page(&server, filter, &place).await;
            let mut front = answer["records"].as_array().unwrap().clone();
            let are_records = |record: &&Value| record["kind"] != "gap";
            let found = front.iter().filter(are_records).count();
            let earlier = answer["earlier"].as_u64().unwrap();
            let all = forward.iter().filter(are_records).count();
            let had = back.iter().filter(are_records).count();
            assert_eq!(had + found + earlier as usize, all, "{filter}");
            front.append(&mut back);
            back = front;
            if earlier == 0 {
                break;
            }
            assert_eq!(found, 100, "{filter}");
            place = format!("&limit=100&before={}", back[0]["seq"]);
        }
        // What was lost is told once, where it was.
        assert!(back.iter().any(|record| record["kind"] == "gap"));
        assert_eq!(back, forward, "{filter}");
    }
    let (status, body) = server
        .request("GET /inspector/records?before=5&after=1 HTTP/1.1")
        .await;
    let answer: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!((status, &answer["code"]), (400, &json!("bad_request")));
    for before in [0, 1] {
        let answer = page(&server, "", &format!("&before={before}")).await;
        assert_eq!(
            (&answer["records"], &answer["earlier"]),
            (&json!([]), &json!(0))
        );
    }
}

/// More than a newcomer is shown: the newest come, the others are counted; then what is new.
#[tokio::test(flavor = "multi_thread")]
async fn the_feed_begins_with_the_newest_that_pass() {
    let server = start().await;
    let mut client = server.connect().await;
    client.upgrade("/ws/echo").await;
    for _ in 0..10 {
        let mut frames = Vec::new();
        for _ in 0..70 {
            frames.extend(frame(0x81, b"hello").repeat(3));
            frames.extend(frame(0x8a, b""));
        }
        client.send(&frames).await;
        let echoed = 210 * 7;
        client.read_until(|bytes| bytes.len() >= echoed).await;
    }
    let filter = "ws.opcode == text and direction == to_server and conn == 1";
    let mut feed = feed(&server).await;
    let (told, earlier) = watch(&mut feed, filter, 2_000).await;
    assert_eq!(earlier, 100);
    assert!(told.iter().all(|record| record["websocket"]["opcode"] == 1));
    assert_eq!(told.len(), 2_000);
    assert!(seqs(&told).is_sorted_by(|one, next| one < next));

    client.send(&frame(0x89, b"")).await;
    client.send(&frame(0x81, b"news")).await;
    let news = next_of(&mut feed, "records").await;
    assert_eq!(news["records"].as_array().unwrap().len(), 1);
    assert_eq!(news["records"][0]["text"], "news");
    assert!(news["earlier"].is_null());

    // Totals are of the connections that `conn` lets pass, whatever else the filter says.
    server.request("GET /healthz HTTP/1.1").await;
    say(&mut feed, &json!({ "type": "watch", "filter": filter })).await;
    assert_eq!(next_of(&mut feed, "totals").await["connections"], 1);
    say(
        &mut feed,
        &json!({ "type": "watch", "filter": "ws.opcode == text" }),
    )
    .await;
    assert_eq!(next_of(&mut feed, "totals").await["connections"], 2);
    // They are of those that are listed.
    let listed = server.get("/inspector/connections").await;
    assert_eq!(listed["connections"].as_array().map(Vec::len), Some(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_fields_are_listed_for_machines() {
    let server = start().await;
    let answer = server.get("/inspector/filter").await;
    let fields = answer["fields"].as_array().unwrap();
    let named = |name: &str| fields.iter().find(|field| field["name"] == name).unwrap();
    assert_eq!(named("conn")["type"], "number");
    assert!(named("conn")["values"].is_null());
    assert_eq!(named("mine")["values"], json!(["false", "true"]));
    assert_eq!(named("text")["operators"], json!(["==", "!=", "~", "in"]));
    assert_eq!(named("ws.opcode")["values"][3], "close");
    // Whatever is listed can be asked for.
    for field in fields {
        let name = field["name"].as_str().unwrap();
        let value = match (field["type"].as_str().unwrap(), &field["values"][0]) {
            ("number", _) => "1".to_owned(),
            ("text", _) => "\"a\"".to_owned(),
            (_, word) => word.to_string(),
        };
        for operator in field["operators"].as_array().unwrap() {
            let filter = match operator.as_str().unwrap() {
                "in" => format!("{name} in {{{value}}}"),
                operator => format!("{name} {operator} {value}"),
            };
            records(&server, &filter, "").await;
        }
    }
}

type Socket = WebSocketStream<TcpStream>;

async fn feed(server: &Running) -> Socket {
    let stream = TcpStream::connect(server.address).await.unwrap();
    let mut request =
        tokio_tungstenite::tungstenite::client::IntoClientRequest::into_client_request(format!(
            "ws://{}/inspector/feed",
            server.address
        ))
        .unwrap();
    let cookie = COOKIE.trim().strip_prefix("Cookie: ").unwrap();
    request
        .headers_mut()
        .insert("cookie", cookie.parse().unwrap());
    client_async(request, stream).await.unwrap().0
}

async fn say(feed: &mut Socket, message: &Value) {
    feed.send(Message::text(message.to_string())).await.unwrap();
}

/// The next message of a type. Totals go on coming, so it is the whole wait that has an end.
async fn next_of(feed: &mut Socket, kind: &str) -> Value {
    let waiting = async {
        loop {
            let message = feed.next().await.unwrap().unwrap();
            let message: Value = serde_json::from_str(message.to_text().unwrap()).unwrap();
            if message["type"] == kind {
                return message;
            }
        }
    };
    timeout(PATIENCE, waiting)
        .await
        .expect("such a message comes")
}

/// Begins to watch; gives the first records, so many, and how many stood before them.
async fn watch(feed: &mut Socket, filter: &str, count: usize) -> (Vec<Value>, u64) {
    say(feed, &json!({ "type": "watch", "filter": filter })).await;
    let mut records = Vec::new();
    let mut earlier = None;
    while earlier.is_none() || records.len() < count {
        let message = next_of(feed, "records").await;
        earlier = earlier.or(message["earlier"].as_u64());
        records.extend(message["records"].as_array().unwrap().iter().cloned());
    }
    (records, earlier.unwrap())
}
