//! The chat over each of its transports, by raw requests.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that fails panics"
)]

mod support;

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use support::{
    Client, PATIENCE, Running, config, start, start_with,
    websocket::{next_json, open, say},
};
use tokio::{
    io::AsyncReadExt,
    time::{sleep, timeout},
};
use wireglass::config::Config;

const ANN: &str = "Cookie: wireglass=ann\r\n";
const BOB: &str = "Cookie: wireglass=bob\r\n";

impl Running {
    async fn says(&self, handle: &str, message: &str) -> u64 {
        let body = json!({"handle": handle, "message": message});
        let (status, answer) = self.post("/chat/messages", &body, "").await;
        assert_eq!(status, 201, "{answer}");
        answer["id"].as_u64().unwrap()
    }

    /// Asks, with a cookie.
    async fn asks(&self, target: &str, cookie: &str) -> Value {
        let head = format!("GET {target} HTTP/1.1\r\n{}", cookie.trim_end());
        let (status, body) = self.request(head.trim_end()).await;
        let text = String::from_utf8_lossy(&body);
        assert_eq!(status, 200, "{text}");
        serde_json::from_slice(&body).unwrap()
    }

    /// Begins a stream, and waits for its head.
    async fn stream(&self, query: &str, more: &str) -> Stream {
        let mut client = self.connect().await;
        let head = format!("GET /chat/stream{query} HTTP/1.1\r\nHost: test\r\n{more}\r\n");
        client.send(head.as_bytes()).await;
        let mut stream = Stream { client, read: 0 };
        let head = stream.until("retry: 2000\n\n").await;
        assert!(
            head.contains("content-type: text/event-stream\r\n"),
            "{head}"
        );
        assert!(head.contains("cache-control: no-store\r\n"), "{head}");
        stream
    }
}

/// A stream of events, read piece by piece.
struct Stream {
    client: Client,
    /// How much of what came was read.
    read: usize,
}

impl Stream {
    /// Reads on until a text is there, and gives what was read.
    async fn until(&mut self, text: &str) -> String {
        let coming = async {
            loop {
                let rest = &self.client.received[self.read..];
                let mut windows = rest.windows(text.len());
                if let Some(at) = windows.position(|window| window == text.as_bytes()) {
                    let end = at + text.len();
                    let piece = String::from_utf8_lossy(&rest[..end]).into_owned();
                    self.read += end;
                    return piece;
                }
                let stream = &mut self.client.stream;
                let read = stream.read_buf(&mut self.client.received).await.unwrap();
                assert_ne!(read, 0, "the server closed before {text:?}");
            }
        };
        timeout(PATIENCE, coming).await.unwrap()
    }
}

/// The texts of an answer's messages.
fn texts(answer: &Value) -> Vec<&str> {
    let messages = answer["messages"].as_array().unwrap();
    messages
        .iter()
        .map(|message| message["message"].as_str().unwrap())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn short_polling_goes_on_where_it_was() {
    let server = start().await;
    let empty = server.get("/chat/messages").await;
    assert_eq!(empty, json!({"messages": [], "newest": 0}));
    for index in 0..250 {
        server.says("ann", &index.to_string()).await;
    }
    let (mut after, mut heard) = (json!(0), Vec::new());
    loop {
        let answer = server.get(&format!("/chat/messages?after={after}")).await;
        let page = texts(&answer);
        assert_eq!(answer["more"].is_null(), page.len() < 100);
        heard.extend(page.iter().map(|text| text.parse::<u32>().unwrap()));
        after = answer["newest"].clone();
        if page.is_empty() {
            break;
        }
    }
    assert_eq!(heard, (0..250).collect::<Vec<_>>());
    let recent = server.get("/chat/messages?recent=2").await;
    assert_eq!(texts(&recent), ["248", "249"]);
    let message = &recent["messages"][1];
    let keys: Vec<_> = message.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["at", "handle", "id", "message"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_did_not_change_is_not_sent_again() {
    let server = start().await;
    server.says("ann", "hello").await;
    let ask = async |etag: &str| {
        let mut client = server.connect().await;
        let head = format!(
            "GET /chat/messages?after=0 HTTP/1.1\r\nHost: test\r\nConnection: close\r\nIf-None-Match: {etag}\r\n\r\n"
        );
        client.send(head.as_bytes()).await;
        String::from_utf8(client.read_to_end().await).unwrap()
    };
    let answer = ask("\"other\"").await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert!(answer.contains("cache-control: no-store\r\n"), "{answer}");
    let etag = answer.split("etag: ").nth(1).unwrap().split("\r\n").next();
    let etag = etag.unwrap();
    for names_it in [etag, &format!("\"other\", W/{etag}"), "*"] {
        let known = ask(names_it).await;
        assert!(known.starts_with("HTTP/1.1 304 "), "{known}");
        assert!(known.ends_with("\r\n\r\n"), "{known}");
    }
    server.says("ann", "news").await;
    assert!(ask(etag).await.starts_with("HTTP/1.1 200 "));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_poll_is_held_until_there_is_something() {
    let server = start().await;
    let held = server.get("/chat/messages?after=0&wait=60");
    let said = async {
        // The question is known to be held once its record is there.
        server
            .records_until(|records| records.iter().any(|record| record["kind"] == "request"))
            .await;
        server.says("ann", "released").await
    };
    let (answer, id) = timeout(PATIENCE, async { tokio::join!(held, said) })
        .await
        .unwrap();
    assert_eq!(texts(&answer), ["released"]);
    assert_eq!(answer["newest"], id);

    let start = Instant::now();
    let nothing = server
        .get(&format!("/chat/messages?after={id}&wait=1"))
        .await;
    assert_eq!(nothing, json!({"messages": [], "newest": id}));
    assert!(start.elapsed() >= Duration::from_secs(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_held_poll_is_answered_when_the_server_goes() {
    let server = start().await;
    let held = server.get("/chat/messages?after=0&wait=60");
    let going = async {
        server
            .records_until(|records| records.iter().any(|record| record["kind"] == "request"))
            .await;
        server.shutdown.cancel();
    };
    let (answer, ()) = timeout(PATIENCE, async { tokio::join!(held, going) })
        .await
        .unwrap();
    assert_eq!(texts(&answer), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_of_events_goes_on_after_its_last_one() {
    let server = start().await;
    let first = server.says("ann", "one\nof two lines").await;
    let mut stream = server.stream("?after=0", "").await;
    let event = stream.until("}\n\n").await;
    let expected = format!(
        "id: {first}\ndata: {{\"id\":{first},\"handle\":\"ann\",\"message\":\"one\\nof two lines\","
    );
    assert!(event.contains(&expected), "{event}");
    assert!(!event.contains("event:"), "{event}");

    let missed = server.says("ann", "missed").await;
    let mut again = server
        .stream("?after=0", &format!("Last-Event-ID: {first}\r\n"))
        .await;
    let event = again.until("}\n\n").await;
    assert!(event.contains(&format!("id: {missed}\n")), "{event}");

    server.shutdown.cancel();
    again.until("0\r\n\r\n").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everyone_hears_it_whatever_the_transport() {
    let server = start().await;
    let mut socket = open(&server, "/ws/chat").await;
    let mut stream = server.stream("", "").await;
    let held = server.get("/chat/messages?after=0&wait=60");
    let said = say(
        &mut socket,
        json!({"type":"send","handle":"ann","message":"all","clientOffset":"1"}),
    );
    let (answer, ()) = tokio::join!(held, said);
    assert_eq!(texts(&answer), ["all"]);
    stream.until("\"message\":\"all\"").await;
    let mut frames = [next_json(&mut socket).await, next_json(&mut socket).await];
    frames.sort_by_key(|frame| frame["type"].as_str().map(str::to_owned));
    assert_eq!(frames[0], json!({"type":"ack","clientOffset":"1","id":1}));
    assert_eq!(frames[1]["message"], "all");

    // A retry over another transport is the same message.
    let retry = json!({"handle":"ann","message":"all","clientOffset":"1"});
    assert_eq!(
        server.post("/chat/messages", &retry, "").await,
        (201, json!({"id":1}))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn rooms_are_apart() {
    let server = start().await;
    let mut red = open(&server, "/ws/chat?room=red").await;
    let body = json!({"handle":"ann","message":"hello, red","room":"red"});
    let (status, _) = server.post("/chat/messages", &body, "").await;
    assert_eq!(status, 201);
    assert_eq!(next_json(&mut red).await["message"], "hello, red");
    assert_eq!(texts(&server.get("/chat/messages").await), [""; 0]);
    let red = server.get("/chat/messages?room=red").await;
    assert_eq!(texts(&red), ["hello, red"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_here_and_who_types() {
    let server = start().await;
    let mut stream = server.stream("?handle=ann", ANN).await;
    stream.until("\"transports\":[\"sse\"]").await;
    let answer = server.asks("/chat/messages?handle=bob", BOB).await;
    let people = answer["presence"]["people"].as_array().unwrap();
    let listed: Vec<_> = people
        .iter()
        .map(|person| (person["handle"].as_str().unwrap(), &person["transports"][0]))
        .collect();
    assert_eq!(
        listed,
        [("ann", &json!("sse")), ("bob", &json!("short-polling"))]
    );
    assert_eq!(answer["presence"]["you"], people[1]["id"]);
    stream.until("\"handle\":\"bob\"").await;

    let state = answer["state"].as_str().unwrap();
    let same = server
        .asks(&format!("/chat/messages?handle=bob&state={state}"), BOB)
        .await;
    assert_eq!(
        (&same["state"], &same["presence"]),
        (&json!(state), &Value::Null)
    );

    // A sign of typing ends a poll that is held, and reaches the stream.
    let target = format!("/chat/messages?handle=bob&wait=60&state={state}");
    let held = server.asks(&target, BOB);
    let sign = json!({"handle":"ann"});
    let typed = server.post("/chat/typing", &sign, ANN);
    let (answer, (status, _)) = tokio::join!(held, typed);
    assert_eq!(status, 204);
    let answer = match answer["typing"]["people"].as_array().unwrap().is_empty() {
        false => answer,
        // That he polls otherwise than before was the first news.
        true => {
            let state = answer["state"].as_str().unwrap();
            let target = format!("/chat/messages?handle=bob&wait=60&state={state}");
            server.asks(&target, BOB).await
        }
    };
    assert_eq!(answer["typing"]["people"][0]["handle"], "ann");
    server
        .post("/chat/typing", &json!({"handle":"bob"}), BOB)
        .await;
    stream.until("event: typing").await;

    let rename = json!({"handle":"bob","to":"robert"});
    assert_eq!(server.post("/chat/rename", &rename, BOB).await.0, 204);
    stream.until("\"handle\":\"robert\"").await;
    assert_eq!(
        server
            .post("/chat/leave", &json!({"handle":"robert"}), BOB)
            .await
            .0,
        204
    );
    stream.until("\"count\":1").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_message_reaches_two() {
    let server = start().await;
    let mut bob = open(&server, "/ws/chat?handle=bob").await;
    let mut eve = open(&server, "/ws/chat?handle=eve").await;
    let presence = loop {
        let heard = next_json(&mut bob).await;
        if heard["count"] == 2 {
            break heard;
        }
    };
    let to = &presence["you"];
    let body = json!({"handle":"ann","message":"psst","to":to});
    assert_eq!(server.post("/chat/messages", &body, ANN).await.0, 201);
    server.says("ann", "all").await;
    let heard = async |socket: &mut support::websocket::Socket| loop {
        let heard = next_json(socket).await;
        if heard["type"] == "message" {
            break heard;
        }
    };
    let private = heard(&mut bob).await;
    assert_eq!(private["message"], "psst");
    assert_eq!(
        (&private["to"]["handle"], &private["to"]["id"]),
        (&json!("bob"), to)
    );
    assert_eq!(private["from"]["handle"], "ann");
    assert_eq!(heard(&mut eve).await["message"], "all");
    assert_eq!(texts(&server.get("/chat/messages").await), ["all"]);
    assert_eq!(
        texts(&server.asks("/chat/messages", ANN).await),
        ["psst", "all"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_has_a_code_everywhere() {
    let server = start().await;
    let say = |more: Value| {
        let mut body = json!({"handle":"ann","message":"hello"});
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        body
    };
    let posts = [
        (say(json!({"handle": " \u{200b}"})), 400, "handle_empty"),
        (
            say(json!({"handle": "x".repeat(33)})),
            400,
            "handle_too_long",
        ),
        (say(json!({"message": "\u{200d}\n"})), 400, "message_empty"),
        (
            say(json!({"message": "👩‍👧".repeat(2_001)})),
            400,
            "message_too_long",
        ),
        (say(json!({"clientOffset": ""})), 400, "client_offset_empty"),
        (
            say(json!({"clientOffset": "x".repeat(129)})),
            400,
            "client_offset_too_long",
        ),
        (say(json!({"room": "a b"})), 400, "bad_room"),
        (say(json!({"to": "nobody"})), 404, "unknown_person"),
        (say(json!({"message": 1})), 400, "bad_request"),
        (json!([]), 400, "bad_request"),
        (
            say(json!({"message": "x".repeat(65_536)})),
            413,
            "body_too_large",
        ),
    ];
    let mut socket = open(&server, "/ws/chat").await;
    for (body, status, code) in posts {
        let (answered, answer) = server.post("/chat/messages", &body, "").await;
        assert_eq!(
            (answered, &answer["code"]),
            (status, &json!(code)),
            "{answer}"
        );
        assert!(answer["error"].as_str().unwrap().contains(' '), "{answer}");
        if code == "bad_room" || status == 413 || body.is_array() {
            continue;
        }
        let mut frame = body.clone();
        frame["type"] = json!("send");
        support::websocket::say(&mut socket, frame).await;
        let refused = next_json(&mut socket).await;
        assert_eq!(
            (&refused["type"], &refused["code"]),
            (&json!("error"), &json!(code))
        );
        if code != "bad_request" {
            assert_eq!(refused["clientOffset"], body["clientOffset"], "{refused}");
        }
    }
    let gets = [
        ("/chat/messages?after=-1", "bad_after"),
        ("/chat/messages?recent=201", "bad_recent"),
        ("/chat/messages?wait=121", "bad_wait"),
        ("/chat/messages?wait=NaN", "bad_wait"),
        ("/chat/messages?after=1&after=2", "bad_request"),
        ("/chat/messages?room=", "bad_room"),
        ("/chat/stream?room=..%2f", "bad_room"),
        ("/chat/stream?after=x", "bad_after"),
        ("/chat/stream?handle=%20", "handle_empty"),
        ("/ws/chat?after=x", "bad_after"),
    ];
    for (target, code) in gets {
        let (status, body) = server.request(&format!("GET {target} HTTP/1.1")).await;
        let answer: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(
            (status, &answer["code"]),
            (400, &json!(code)),
            "{target}: {answer}"
        );
    }
    assert_eq!(texts(&server.get("/chat/messages").await), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sender_has_so_many_messages() {
    let server = start_with(Config {
        rate_limit: 0.001,
        rate_burst: 3,
        ..config()
    })
    .await;
    for _ in 0..3 {
        server.says("ann", "hello").await;
    }
    let body = json!({"handle":"ann","message":"hello"});
    let (status, answer) = server.post("/chat/messages", &body, "").await;
    assert_eq!((status, &answer["code"]), (429, &json!("rate_limited")));
    // The same sender over another transport, and another sender.
    let mut socket = open(&server, "/ws/chat").await;
    for (handle, kind) in [("ann", "error"), ("bob", "ack")] {
        say(
            &mut socket,
            json!({"type":"send","handle":handle,"message":"hello"}),
        )
        .await;
        let answer = loop {
            let heard = next_json(&mut socket).await;
            if heard["type"] != "message" {
                break heard;
            }
        };
        assert_eq!(answer["type"], kind, "{handle}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_of_a_private_message_is_known_when_its_reader_has_left() {
    let server = start().await;
    let answer = server.asks("/chat/messages?handle=bob", BOB).await;
    let to = &answer["presence"]["you"];
    let private =
        |offset: &str| json!({"handle":"ann","message":"psst","to":to,"clientOffset":offset});
    let first = server.post("/chat/messages", &private("1"), ANN).await;
    assert_eq!(first, (201, json!({"id":1})));
    server
        .post("/chat/leave", &json!({"handle":"bob"}), BOB)
        .await;
    let gone = async {
        while server.asks("/chat/messages?handle=ann", ANN).await["presence"]["count"] != 1 {
            sleep(Duration::from_millis(100)).await;
        }
    };
    timeout(Duration::from_secs(20), gone)
        .await
        .expect("bob is gone after a while");
    let retry = server.post("/chat/messages", &private("1"), ANN).await;
    assert_eq!(retry, first);
    let (status, other) = server.post("/chat/messages", &private("2"), ANN).await;
    assert_eq!((status, &other["code"]), (404, &json!("unknown_person")));
}

#[tokio::test(flavor = "multi_thread")]
async fn signs_are_limited_too() {
    let server = start_with(Config {
        rate_limit: 0.001,
        rate_burst: 3,
        ..config()
    })
    .await;
    let mut statuses = Vec::new();
    for _ in 0..5 {
        statuses.push(
            server
                .post("/chat/typing", &json!({"handle":"ann"}), ANN)
                .await
                .0,
        );
    }
    assert_eq!(statuses, [204, 204, 204, 429, 429]);
    server.says("ann", "messages are counted apart").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_that_poll_are_limited_as_connections_are() {
    let server = start_with(Config {
        max_connections_per_address: 3,
        ..config()
    })
    .await;
    // By one connection after the other, and none of them says CONNECT.
    let path = "/socket.io/?EIO=4&transport=polling";
    let mut sids = Vec::new();
    for _ in 0..3 {
        let (status, open) = server.request(&format!("GET {path} HTTP/1.1")).await;
        assert_eq!(status, 200);
        let open: Value = serde_json::from_slice(&open[1..]).unwrap();
        sids.push(open["sid"].as_str().unwrap().to_owned());
    }
    let (status, refusal) = server.request(&format!("GET {path} HTTP/1.1")).await;
    let refusal: Value = serde_json::from_slice(&refusal).unwrap();
    assert_eq!(
        (status, &refusal["code"]),
        (503, &json!("too_many_connections"))
    );
    let post = async |sid: &str, packet: &str| {
        let mut client = server.connect().await;
        let length = packet.len();
        let post = format!(
            "POST {path}&sid={sid} HTTP/1.1\r\nHost: test\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{packet}"
        );
        client.send(post.as_bytes()).await;
        String::from_utf8(client.read_to_end().await).unwrap()
    };
    assert!(
        post(&sids[0], "zzz")
            .await
            .contains(r#""code":"bad_request""#)
    );
    // Whoever ends a session gives its place back.
    assert!(post(&sids[1], "40").await.ends_with("ok"));
    assert!(post(&sids[1], "1").await.ends_with("ok"));
    let again = async {
        while server.request(&format!("GET {path} HTTP/1.1")).await.0 != 200 {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(Duration::from_secs(5), again)
        .await
        .expect("a place is free");
}
