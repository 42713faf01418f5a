//! What the capture says of raw connections: every byte of them, and nothing else.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that fails panics"
)]

mod support;

use serde_json::{Value, json};
use support::{Client, Running, config, contains, frame, start, start_with, story, total, upgrade};
use wireglass::{
    config::{Config, Memory},
    wire::field::hex,
};

/// A conversation with everything in it, over one connection.
async fn converse(client: &mut Client, chunk: usize) {
    let mut bytes = b"GET /healthz HTTP/1.1\r\nHost: test\r\n\r\n".to_vec();
    bytes.extend(b"POST /nowhere HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
    bytes.extend(upgrade("/ws/echo", "Cookie: wireglass=abc\r\n").as_bytes());
    for piece in bytes.chunks(chunk) {
        client.send(piece).await;
    }
    client
        .read_until(|bytes| {
            bytes.windows(14).any(|window| window == b"HTTP/1.1 101 S")
                && bytes.ends_with(b"\r\n\r\n")
        })
        .await;
    let mut bytes = Vec::new();
    for length in [0, 1, 125, 126, 65_535, 65_536] {
        bytes.extend(frame(0x82, &vec![7; length]));
    }
    bytes.extend(frame(0x01, b"Hel"));
    bytes.extend(frame(0x89, b"are you there?"));
    bytes.extend(frame(0x80, b"lo"));
    bytes.extend(frame(0x88, b"\x03\xe8bye"));
    for piece in bytes.chunks(chunk) {
        client.send(piece).await;
    }
    client.read_to_end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lengths_add_up_to_the_stream_however_it_is_split() {
    let mut stories = Vec::new();
    for chunk in [usize::MAX, 1_460, 13] {
        let server = start().await;
        let mut client = server.connect().await;
        converse(&mut client, chunk).await;
        let records = server.closed_connection().await;
        assert_eq!(total(&records, "to_server"), client.sent);
        assert_eq!(total(&records, "to_client"), client.received.len() as u64);

        let connections = server.get("/inspector/connections").await;
        let connection = &connections["connections"][0];
        assert_eq!(connection["to_server"]["bytes"], client.sent);
        assert_eq!(
            connection["to_client"]["bytes"],
            client.received.len() as u64
        );
        assert_eq!(connection["to_server"]["frames"]["binary"], 6);
        assert_eq!(connection["to_server"]["frames"]["ping"], 1);
        assert_eq!(connection["to_client"]["frames"]["pong"], 1);
        assert_eq!(connection["to_server"]["requests"], 3);
        assert_eq!(connections["connections"].as_array().unwrap().len(), 1);

        assert_eq!(
            records
                .iter()
                .filter(|record| !record["violations"].is_null())
                .count(),
            0
        );
        for record in &records {
            assert_tiled(&server, record).await;
        }
        let mut story = story(&records);
        story.sort();
        stories.push(story);
    }
    assert_eq!(stories[0], stories[1]);
    assert_eq!(stories[0], stories[2]);
}

/// Every bit of the buffers belongs to exactly one leaf.
async fn assert_tiled(server: &Running, record: &Value) {
    let whole = server
        .get(&format!("/inspector/records/{}", record["seq"]))
        .await;
    let mut leaves = Vec::new();
    collect_leaves(&whole["fields"], &mut leaves);
    for buffer in ["wire", "unmasked"] {
        let Some(hex) = whole["bytes"][buffer].as_str() else {
            continue;
        };
        let mut ranges: Vec<(u64, u64)> = leaves
            .iter()
            .filter(|leaf| leaf["buffer"] == buffer)
            .map(|leaf| {
                (
                    leaf["bits"][0].as_u64().unwrap(),
                    leaf["bits"][1].as_u64().unwrap(),
                )
            })
            .collect();
        ranges.sort_unstable();
        let mut at = 0;
        for (start, end) in ranges {
            assert_eq!(start, at, "{buffer} of {}", record["summary"]);
            assert!(end > start, "{buffer} of {}", record["summary"]);
            at = end;
        }
        assert_eq!(
            at,
            hex.len() as u64 * 4,
            "{buffer} of {}",
            record["summary"]
        );
    }
}

fn collect_leaves(fields: &Value, into: &mut Vec<Value>) {
    for field in fields.as_array().into_iter().flatten() {
        match field["children"].is_null() {
            true => into.push(field.clone()),
            false => collect_leaves(&field["children"], into),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_polling_session_is_read_packet_by_packet() {
    let server = start().await;
    let open = "GET /socket.io/?EIO=4&transport=polling HTTP/1.1";
    let (_, body) = server.request(open).await;
    let open: Value = serde_json::from_slice(&body[1..]).unwrap();
    let sid = open["sid"].as_str().unwrap();
    let target = format!("/socket.io/?EIO=4&transport=polling&sid={sid}");
    let post = async |body: &str| {
        let length = body.len();
        let mut client = server.connect().await;
        let head =
            format!("POST {target} HTTP/1.1\r\nHost: test\r\nContent-Length: {length}\r\n\r\n");
        client.send((head + body).as_bytes()).await;
        client.read_until(|bytes| bytes.ends_with(b"ok")).await;
    };
    let poll_until = async |text: &str| {
        let mut heard = Vec::new();
        while !contains(&heard, text.as_bytes()) {
            let (status, body) = server.request(&format!("GET {target} HTTP/1.1")).await;
            assert_eq!(status, 200, "{}", String::from_utf8_lossy(&body));
            heard.extend(body);
        }
    };
    post("40").await;
    poll_until("40{").await;
    post("3\u{1e}420[\"send_message\",{\"handle\":\"ann\",\"message\":\"hi\"}]").await;
    poll_until("ann: hi").await;
    server
        .request("GET /socket.io/?EIO=4&transport=polling&sid=AAAAAAAAAAAAAAAA HTTP/1.1")
        .await;

    let records = server.records().await;
    let find = |summary: &str| {
        let found = records
            .iter()
            .find(|record| record["summary"].as_str().unwrap().contains(summary));
        found.unwrap_or_else(|| panic!("{summary} in {:#?}", story(&records)))
    };
    assert_eq!(find("200 OK · Engine.IO open")["engineio"][0]["sid"], sid);
    let post = find("Engine.IO pong, EVENT send_message (ack id 0)");
    assert_eq!(post["engineio"][1]["sid"], sid);
    assert_eq!(post["socketio"][0]["event"], "send_message");
    assert_eq!(post["socketio"][0]["id"], 0);
    let packets = find("EVENT message")["socketio"].clone();
    let mut packets = packets.as_array().unwrap().iter();
    assert!(packets.any(|packet| packet["type"] == "EVENT"));
    find("400 Bad Request · Engine.IO error 1");
    for record in &records {
        assert_tiled(&server, record).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_inspector_does_not_inspect_itself() {
    let server = start().await;
    server.records().await;
    server
        .request("GET /inspector/assets/app.js HTTP/1.1")
        .await;
    let mut feed = server.connect().await;
    feed.upgrade("/inspector/feed").await;
    feed.send(&frame(0x81, br#"{"type":"watch"}"#)).await;
    feed.read_until(|bytes| contains(bytes, b"\"records\""))
        .await;
    drop(feed);
    let mut mixed = server.connect().await;
    mixed
        .send(b"GET /inspector/connections HTTP/1.1\r\nHost: test\r\n\r\n")
        .await;
    mixed.read_until(|bytes| bytes.ends_with(b"}")).await;
    assert_eq!(server.records().await, Vec::<Value>::new());

    let before = mixed.sent + mixed.received.len() as u64;
    mixed
        .send(b"GET /healthz HTTP/1.1\r\nHost: test\r\n\r\n")
        .await;
    mixed.read_until(|bytes| bytes.ends_with(b"ok")).await;
    let records = server.records_until(|records| records.len() == 3).await;
    assert_eq!(records[0]["kind"], "opened");
    assert!(records[0]["at"].as_f64() < records[1]["at"].as_f64());
    let connections = server.get("/inspector/connections").await;
    assert_eq!(connections["connections"][0]["inspector_bytes"], before);
}

#[tokio::test(flavor = "multi_thread")]
async fn ends_are_told_with_who_and_how() {
    let server = start().await;
    drop(server.connect().await);
    let records = server.closed_connection().await;
    assert_eq!(records.len(), 2);
    assert_eq!(records[1]["tcp"]["end"], "fin");
    assert_eq!(records[1]["tcp"]["by"], "client");

    server.request("DELETE /inspector/records HTTP/1.1").await;
    let client = server.connect().await;
    let socket = socket2::SockRef::from(&client.stream);
    socket.set_linger(Some(std::time::Duration::ZERO)).unwrap();
    drop(client);
    let records = server.closed_connection().await;
    assert_eq!(records[1]["tcp"]["end"], "reset");
    assert_eq!(records[1]["tcp"]["by"], "client");

    server.request("DELETE /inspector/records HTTP/1.1").await;
    let mut client = server.connect().await;
    client
        .send(b"GET /healthz HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")
        .await;
    client.read_to_end().await;
    let records = server.closed_connection().await;
    assert_eq!(records.last().unwrap()["tcp"]["by"], "server");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_http_is_opaque_and_adds_up() {
    let server = start().await;
    for garbage in [
        &b"\x16\x03\x01 not http\n\n"[..],
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET / HT",
    ] {
        server.request("DELETE /inspector/records HTTP/1.1").await;
        let mut client = server.connect().await;
        client.send(garbage).await;
        tokio::io::AsyncWriteExt::shutdown(&mut client.stream)
            .await
            .unwrap();
        client.read_to_end().await;
        let records = server.closed_connection().await;
        assert_eq!(
            total(&records, "to_server"),
            client.sent,
            "{:#?}",
            story(&records)
        );
        assert_eq!(total(&records, "to_client"), client.received.len() as u64);
        assert!(records.iter().any(|record| record["kind"] == "opaque"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn memory_is_bounded_and_losses_are_counted() {
    let server = start_with(Config {
        capture_memory: Memory(1 << 20),
        ..config()
    })
    .await;
    let mut client = server.connect().await;
    client.upgrade("/ws/echo").await;
    for _ in 0..100 {
        client.send(&frame(0x82, &[7; 20_000])).await;
        client.read_until(|bytes| bytes.len() >= 20_004).await;
    }
    let answer = server.get("/inspector/records?limit=1000").await;
    let capture = &answer["capture"];
    let records = answer["records"].as_array().unwrap();
    let gaps: u64 = records
        .iter()
        .filter_map(|record| record["gap"]["records"].as_u64())
        .sum();
    let kept = records
        .iter()
        .filter(|record| record["kind"] != "gap")
        .count() as u64;
    assert!(gaps > 0);
    assert_eq!(capture["lost"]["records"], gaps);
    assert_eq!(capture["newest"], gaps + kept);
    assert!(capture["memory"]["used"].as_u64() <= capture["memory"]["limit"].as_u64());
    let lost = capture["lost"]["bytes"].as_u64().unwrap();
    let sums = total(records, "to_server") + total(records, "to_client");
    assert_eq!(lost + sums, client.sent + client.received.len() as u64);
}

/// What is too long to be kept has a length and a layer all the same.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_kept_counts_for_its_layer() {
    let server = start().await;
    let mut client = server.connect().await;
    let head = "POST /nowhere HTTP/1.1\r\nHost: test\r\nContent-Length: 300000\r\n\r\n";
    client.send(head.as_bytes()).await;
    client.send(&vec![b'a'; 300_000]).await;
    client
        .read_until(|bytes| bytes.starts_with(b"HTTP/1.1 4"))
        .await;
    let mut socket = server.connect().await;
    socket.upgrade("/ws/echo").await;
    socket.send(&frame(0x82, &[7; 300_000])).await;
    socket.read_until(|bytes| bytes.len() == 300_010).await;
    let truncated = |records: &[Value]| -> Vec<Value> {
        let records = records.iter();
        let truncated = records.filter(|record| record["truncated"] == true);
        truncated.map(|record| record["layers"].clone()).collect()
    };
    let records = server
        .records_until(|records| truncated(records).len() == 3)
        .await;
    assert_eq!(
        truncated(&records),
        [
            json!({ "http": head.len(), "application": 300_000 }),
            json!({ "websocket": 14, "application": 300_000 }),
            json!({ "websocket": 10, "application": 300_000 }),
        ]
    );
}

/// The connections, oldest first, once the newest has ended.
async fn connections(server: &Running, query: &str) -> Vec<Value> {
    server.closed_connection().await;
    let answer = server.get(&format!("/inspector/connections{query}")).await;
    let now = answer["now"].as_f64().unwrap();
    let connections = answer["connections"].as_array().unwrap().clone();
    for connection in &connections {
        assert!(connection["last"].as_f64().is_none_or(|last| last <= now));
        for way in ["to_server", "to_client"] {
            let layers = connection[way]["layers"].as_object().unwrap();
            let sum: u64 = layers.values().filter_map(Value::as_u64).sum();
            let unread = connection[way]["unread"].as_u64().unwrap();
            assert_eq!(connection[way]["bytes"], sum + unread);
        }
    }
    connections
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_tell_what_they_cost_and_how_they_went() {
    let server = start().await;
    let mut client = server.connect().await;
    for connection in ["keep-alive", "close"] {
        let head =
            format!("GET /healthz HTTP/1.1\r\nHost: test\r\nConnection: {connection}\r\n\r\n");
        client.send(head.as_bytes()).await;
        client.read_until(|bytes| bytes.ends_with(b"ok")).await;
    }
    client.read_to_end().await;
    server.closed_connection().await;
    let mut socket = server.connect().await;
    socket.upgrade("/ws/chat").await;
    let words = br#"{"type":"send","handle":"ann","message":"hi"}"#;
    let said = frame(0x81, words);
    socket.send(&said).await;
    socket
        .read_until(|bytes| contains(bytes, br#""message":"hi""#))
        .await;
    let ping = frame(0x89, b"there?");
    socket.send(&ping).await;
    socket
        .read_until(|bytes| contains(bytes, b"\x8a\x06there?"))
        .await;
    let close = frame(0x88, b"\x03\xe8");
    socket.send(&close).await;
    socket.read_to_end().await;

    let [http, socket] = &*connections(&server, "").await else {
        panic!("two connections");
    };
    assert_eq!(http["story"], "HTTP, 2 requests, ended by the server");
    assert_eq!(http["exchanges"]["count"], 2);
    assert!(http["exchanges"]["mean"].as_f64() <= http["exchanges"]["longest"].as_f64());
    let body =
        json!({ "http": http["to_client"]["bytes"].as_u64().unwrap() - 4, "application": 4 });
    assert_eq!(http["to_client"]["layers"], body);
    assert_eq!(http["to_client"]["messages"], 0);
    assert_eq!(http["sids"], json!([]));
    for key in ["round_trips", "closing", "upgraded_after"] {
        assert_eq!(http[key], Value::Null);
    }

    let sent = &socket["to_server"];
    assert_eq!(sent["layers"]["http"], upgrade("/ws/chat", "").len());
    let headers = said.len() - words.len() + ping.len() + close.len();
    assert_eq!(sent["layers"]["websocket"], headers);
    assert_eq!(sent["layers"]["application"], words.len());
    assert_eq!((&sent["messages"], &sent["chat"]), (&json!(1), &json!(1)));
    assert_eq!(socket["to_client"]["chat"], 1);
    // What the client asked tells the server of no way there and back.
    assert_eq!(socket["round_trips"], Value::Null);
    assert_eq!(socket["exchanges"]["count"], 1);
    assert_eq!(socket["closing"]["code"], 1000);
    assert_eq!(socket["closing"]["clean"], true);
    let messages = 1 + socket["to_client"]["messages"].as_u64().unwrap();
    let story = format!("WebSocket, {messages} messages, closed by the client 1000");
    assert_eq!(socket["story"], story);

    let filter = format!("?filter=conn%20==%20{}", socket["id"]);
    let one = connections(&server, &filter).await;
    assert_eq!(one, std::slice::from_ref(socket));
    let (status, _) = server
        .request("GET /inspector/connections?filter=nonsense HTTP/1.1")
        .await;
    assert_eq!(status, 400);
}

/// What was cleared before anybody read it is in no layer, and the numbers say so.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_never_read_is_told_of_a_connection() {
    let server = start().await;
    let mut client = server.connect().await;
    let get = b"GET /healthz HTTP/1.1\r\nHost: test\r\n\r\n";
    client.send(get).await;
    client.read_until(|bytes| bytes.ends_with(b"ok")).await;
    let (status, _) = server.request("DELETE /inspector/records HTTP/1.1").await;
    assert_eq!(status, 204);
    client.send(get).await;
    client.read_until(|bytes| bytes.ends_with(b"ok")).await;
    drop(client);
    let connection = &connections(&server, "").await[0];
    assert_eq!(connection["to_server"]["unread"], get.len());
    assert_eq!(
        connection["to_server"]["layers"],
        json!({ "http": get.len() })
    );
    let story = connection["story"].as_str().unwrap();
    assert!(
        story.starts_with("HTTP, 2 requests, ") && story.contains(" bytes unread, "),
        "{story}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn both_halves_of_a_handshake_work_it_out() {
    let server = start().await;
    let mut client = server.connect().await;
    let extensions = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits, x\r\n";
    client
        .send(upgrade("/ws/echo", extensions).as_bytes())
        .await;
    client
        .read_until(|bytes| bytes.ends_with(b"\r\n\r\n"))
        .await;
    // Another version is refused: there is nothing to agree with.
    let refused = upgrade("/ws/echo", "").replace("Version: 13", "Version: 8");
    let mut other = server.connect().await;
    other.send(refused.as_bytes()).await;
    other.read_until(|bytes| contains(bytes, b"\r\n\r\n")).await;
    // Who knows no WebSocket there answers as if nothing had been asked for.
    let mut ignored = server.connect().await;
    ignored.send(upgrade("/healthz", "").as_bytes()).await;
    ignored.read_until(|bytes| bytes.ends_with(b"ok")).await;
    let plain = b"GET /healthz HTTP/1.1\r\nHost: test\r\n\r\n";
    ignored.send(plain).await;
    ignored.read_until(|bytes| bytes.ends_with(b"ok")).await;
    let records = server
        .records_until(|records| {
            let responses = records.iter().filter(|record| record["kind"] == "response");
            responses.count() == 4
        })
        .await;
    let halves = |connection: u64| -> Vec<u64> {
        let records = records.iter();
        let of_it = records.filter(|record| record["connection"] == connection);
        let halves = of_it.filter(|record| record["layer"] == "http");
        halves
            .map(|record| record["seq"].as_u64().unwrap())
            .collect()
    };
    let key = "dGhlIHNhbXBsZSBub25jZQ==";
    let guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    // RFC 6455 1.3 works this key out.
    let mut expected = json!({
        "key": key,
        "guid": guid,
        "concatenated": format!("{key}{guid}"),
        "sha1": "b37a4f2cc0624f1690f64606cf385945b2bec4ea",
        "accept": "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
        "sent": "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
        "agrees": true,
        "offered": ["permessage-deflate; client_max_window_bits", "x"],
        "accepted": [],
        "request": halves(1)[0],
        "response": halves(1)[1],
    });
    for seq in halves(1) {
        let record = server.get(&format!("/inspector/records/{seq}")).await;
        assert_eq!(record["handshake"], expected);
    }
    expected["sent"] = Value::Null;
    expected["agrees"] = Value::Null;
    expected["offered"] = json!([]);
    for connection in [2, 3] {
        let halves = &halves(connection)[..2];
        expected["request"] = halves[0].into();
        expected["response"] = halves[1].into();
        for seq in halves {
            let record = server.get(&format!("/inspector/records/{seq}")).await;
            assert_eq!(record["handshake"], expected);
        }
    }
    for seq in [1, halves(3)[2], halves(3)[3]] {
        let not_one = server.get(&format!("/inspector/records/{seq}")).await;
        assert_eq!(not_one["handshake"], Value::Null);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_are_redacted_everywhere() {
    let server = start().await;
    let mut client = server.connect().await;
    let secrets =
        "Cookie: wireglass=topsecret1; other=topsecret2\r\nAuthorization: Bearer topsecret3\r\n";
    client
        .send(format!("GET / HTTP/1.1\r\nHost: test\r\n{secrets}\r\n").as_bytes())
        .await;
    client
        .read_until(|bytes| bytes.ends_with(b"</html>\n") || bytes.ends_with(b"</html>"))
        .await;
    client
        .send(format!("NOT HTTP\r\n{secrets}\r\n").as_bytes())
        .await;
    client.read_to_end().await;
    server.request("GET / HTTP/1.1").await;
    let records = server.closed_connection().await;
    let request = records
        .iter()
        .find(|record| record["kind"] == "request")
        .unwrap();
    assert_eq!(
        request["http"]["headers"][1][1],
        "wireglass=**********; other=**********"
    );
    let text = hex(b"topsecret");
    for record in &records {
        let whole = server
            .get(&format!("/inspector/records/{}", record["seq"]))
            .await
            .to_string();
        assert!(
            !whole.contains("topsecret") && !whole.contains(&text),
            "{whole}"
        );
        let name_at = whole.to_lowercase().find("set-cookie");
        assert!(
            name_at.is_none() || whole.contains("wireglass=****"),
            "{whole}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn mine_is_what_my_cookie_says() {
    let server = start().await;
    let mut client = server.connect().await;
    client
        .send(upgrade("/ws/echo", "Cookie: wireglass=me\r\n").as_bytes())
        .await;
    client
        .read_until(|bytes| bytes.ends_with(b"\r\n\r\n"))
        .await;
    client.send(&frame(0x81, b"hello")).await;
    client.read_until(|bytes| bytes.ends_with(b"hello")).await;
    server.request("GET /healthz HTTP/1.1").await;

    let ask = async |cookie: &str| {
        let head =
            format!("GET /inspector/records?filter=mine HTTP/1.1\r\nCookie: wireglass={cookie}");
        let answer: Value = serde_json::from_slice(&server.request(&head).await.1).unwrap();
        answer["records"].as_array().unwrap().clone()
    };
    let mine = ask("me").await;
    assert_eq!(mine.len(), 5, "{:#?}", story(&mine));
    assert!(
        mine.iter()
            .all(|record| record["mine"] == true && record["owner"].is_string())
    );
    assert_eq!(ask("somebody else").await, Vec::<Value>::new());
    let (status, body) = server
        .request("GET /inspector/records?filter=nonsense HTTP/1.1")
        .await;
    assert_eq!(status, 400);
    assert!(String::from_utf8_lossy(&body).contains("nonsense"));
}
