//! Golden captures: what the dissection says of them, and what must hold of every one. After a change that
//! is meant, `UPDATE_GOLDEN=1 cargo test --test golden` writes the expected files anew, to be read.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that fails panics"
)]

#[path = "support/capture_file.rs"]
mod capture_file;
#[path = "support/fuzz_input.rs"]
mod fuzz_input;
#[path = "support/replay.rs"]
mod replay;
#[path = "support/tiling.rs"]
mod tiling;

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use capture_file::{Capture, Direction, End, Side, What};
use proptest::{prelude::ProptestConfig, prop_assert_eq, test_runner::TestRunner};
use replay::{Replay, story};
use serde_json::Value;
use similar::TextDiff;
use tiling::tiles;
use wireglass::{
    dissect,
    export::{har::Har, jsonl::JsonLines, pcapng::Pcapng},
    wire::{field::hex, layer::Layer, violation},
};

const CAPTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/captures");

/// Set to write the expected files instead of comparing with them.
const UPDATE: &str = "UPDATE_GOLDEN";

/// A capture and the file that it stands in.
struct Golden {
    path: PathBuf,
    capture: Capture,
}

/// The captures of a folder, in the order of their names.
fn folder(name: &str) -> Vec<Golden> {
    let files = fs::read_dir(Path::new(CAPTURES).join(name)).unwrap();
    let mut paths: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|kind| kind == "capture"));
    paths.sort();
    let read = |path: PathBuf| {
        let capture = fs::read_to_string(&path).unwrap().parse();
        let capture = capture.unwrap_or_else(|error| panic!("{}, {error}", path.display()));
        Golden { path, capture }
    };
    paths.into_iter().map(read).collect()
}

fn all() -> Vec<Golden> {
    let mut all = folder("ok");
    all.extend(folder("violation"));
    all
}

/// Checks every capture, and fails with what was found in each of them.
fn check(captures: &[Golden], check: impl Fn(&Golden) -> Result<(), String>) {
    assert!(!captures.is_empty());
    let found: Vec<String> = captures
        .iter()
        .filter_map(|golden| {
            let error = check(golden).err()?;
            let name = golden.path.strip_prefix(CAPTURES).unwrap();
            Some(format!("{}: {error}", name.display()))
        })
        .collect();
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

/// Not a byte is lost on the way into a file.
#[test]
fn everything_is_in_the_exports() {
    check(&all(), |golden| {
        let replay = || Replay::new(&golden.capture);
        let records = replay().records();
        let lines = replay().export::<JsonLines>();
        let lines = String::from_utf8(lines).unwrap().lines().count();
        same("lines", lines, 1 + records.len())?;

        let har: Value = serde_json::from_slice(&replay().export::<Har>()).unwrap();
        let entries = har["log"]["entries"].as_array().unwrap();
        let in_entry = |entry: &Value| entry["_wireglassFrames"].as_array().map_or(0, Vec::len);
        let is_frame = |(_, record): &&(String, Value)| record["layer"] == "websocket";
        let frames = records.iter().filter(is_frame).count();
        same("frames", entries.iter().map(in_entry).sum(), frames)?;

        let passed = golden.capture.events.iter().map(|event| match &event.what {
            What::Passed(_, bytes) => bytes.len(),
            _ => 0,
        });
        let sent = passed.sum();
        same("bytes", payloads(&replay().export::<Pcapng>()), sent)
    });
}

/// Messages of a real client and server that negotiated permessage-deflate are readable in HAR.
#[test]
fn compressed_messages_are_inflated_in_har() {
    let captures = folder("ok");
    let golden = captures
        .iter()
        .find(|golden| golden.path.ends_with("ws-deflate-fragments.capture"));
    let replay = Replay::new(&golden.unwrap().capture);
    let records = replay.records();
    let har: Value = serde_json::from_slice(&replay.export::<Har>()).unwrap();
    let messages = &har["log"]["entries"][0]["_webSocketMessages"];
    let messages = messages.as_array().unwrap();
    let data = |message: &Value| match (message["data"].as_str().unwrap(), &message["opcode"]) {
        (text, opcode) if *opcode == 1 => text.as_bytes().to_vec(),
        (base64, _) => BASE64_STANDARD.decode(base64).unwrap(),
    };
    assert!(
        messages
            .iter()
            .all(|message| message["_compressed"].is_null())
    );
    let is_joined = |(_, record): &&(String, Value)| {
        record["bytes"]["message"].is_string() && record["websocket"]["compressed"] == true
    };
    let joined: Vec<_> = records.iter().filter(is_joined).collect();
    assert!(!joined.is_empty());
    for (_, record) in joined {
        let expected = record["bytes"]["message"].as_str().unwrap();
        let is_same = |message: &Value| hex(&data(message)) == expected;
        assert!(messages.iter().any(is_same), "{expected}");
    }
}

/// A response that was recorded in parts is one entry, which tells whether it was whole.
#[test]
fn an_event_stream_is_one_entry_in_har() {
    let captures = folder("ok");
    let golden = captures
        .iter()
        .find(|golden| golden.path.ends_with("event-stream-in-parts.capture"));
    let entries = |capture: &Capture| -> Vec<Value> {
        let file = Replay::new(capture).export::<Har>();
        let mut har: Value = serde_json::from_slice(&file).unwrap();
        serde_json::from_value(har["log"]["entries"].take()).unwrap()
    };
    let mut capture = golden.unwrap().capture.clone();
    let whole = entries(&capture);
    assert_eq!(whole.len(), 5);
    let response = |index: usize| &whole[index]["response"];
    let text = response(0)["content"]["text"].as_str().unwrap();
    assert!(text.starts_with("retry: 2000\n\nevent: presence\n"));
    assert!(text.contains("\"message\":\"in two chunks\"") && text.ends_with("\n\n"));
    assert_eq!(response(0)["content"]["size"], text.len());
    assert_eq!(response(0)["comment"], Value::Null);
    assert_eq!(
        whole[0]["_wireglassRecords"]["parts"]
            .as_array()
            .map(Vec::len),
        Some(8)
    );
    assert_eq!(whole[0]["timings"]["wait"], 1.0);
    assert_eq!(whole[0]["timings"]["receive"], 16_998.0);
    assert_eq!(whole[0]["time"], 16_999.0);
    // What came without a body, with a length, until the close, and cut off.
    for (index, size, comment) in [
        (1, 0, Value::Null),
        (2, 96, Value::Null),
        (3, 68, Value::Null),
        (4, 36, "the connection ended before it was whole".into()),
    ] {
        assert_eq!(response(index)["content"]["size"], size);
        assert_eq!(response(index)["comment"], comment);
    }
    // While it lasts, it is told as far as it came.
    capture.events.truncate(5);
    let open = entries(&capture);
    let text = open[0]["response"]["content"]["text"].as_str().unwrap();
    assert!(text.ends_with("\"replayed\":2}\n\n"));
    let comment = "it goes on: this is what there was of it";
    assert_eq!(open[0]["response"]["comment"], comment);
}

/// The capture says where its secrets are; neither half of one is in any file, masked or not.
#[test]
fn no_secret_of_a_capture_is_in_any_file() {
    let captures = folder("ok");
    let golden = captures
        .iter()
        .find(|golden| golden.path.ends_with("secrets-everywhere.capture"));
    let replay = || Replay::new(&golden.unwrap().capture);
    let records: Vec<Value> = replay()
        .records()
        .into_iter()
        .map(|(_, record)| record)
        .collect();
    let files = [
        ("records", serde_json::to_vec(&records).unwrap()),
        ("jsonl", replay().export::<JsonLines>()),
        ("har", replay().export::<Har>()),
        ("pcapng", replay().export::<Pcapng>()),
    ];
    let key = [0x37, 0xfa, 0x21, 0x3d];
    let mut halves: Vec<Vec<u8>> = vec![b"Xsec".to_vec(), b"retX".to_vec()];
    for turn in 0..4 {
        for half in [b"Xsec", b"retX"] {
            let bytes = half.iter().enumerate();
            halves.push(
                bytes
                    .map(|(index, byte)| byte ^ key[(index + turn) % 4])
                    .collect(),
            );
        }
    }
    for (name, file) in &files {
        let contains = |part: &[u8]| file.windows(part.len()).any(|window| window == part);
        for half in &halves {
            assert!(
                !contains(half) && !contains(hex(half).as_bytes()),
                "{name}: {half:x?}"
            );
        }
        assert!(
            contains(b"********") || contains(hex(b"********").as_bytes()),
            "{name}"
        );
    }
}

fn same(what: &str, found: usize, expected: usize) -> Result<(), String> {
    match found == expected {
        true => Ok(()),
        false => Err(format!("{found} {what} instead of {expected}")),
    }
}

/// Bytes of TCP payload in a pcapng file.
fn payloads(mut file: &[u8]) -> usize {
    let number = |bytes: &[u8]| u32::from_le_bytes(bytes.try_into().unwrap()) as usize;
    let mut payloads = 0;
    while !file.is_empty() {
        let (block, rest) = file.split_at(number(&file[4..8]));
        // An Enhanced Packet Block: its packet is IPv4 without options, then TCP.
        if number(&block[..4]) == 6 {
            let headers = 20 + 4 * usize::from(block[28 + 32] >> 4);
            payloads += number(&block[20..24]) - headers;
        }
        file = rest;
    }
    payloads
}

#[test]
fn everything_is_as_expected() {
    check(&all(), |golden| {
        let path = golden.path.with_extension("expected");
        let actual = Replay::new(&golden.capture).render();
        if std::env::var_os(UPDATE).is_some() {
            return fs::write(&path, actual).map_err(|error| error.to_string());
        }
        let expected = fs::read_to_string(&path).map_err(|error| error.to_string())?;
        if actual == expected {
            return Ok(());
        }
        let diff = TextDiff::from_lines(&expected, &actual);
        Err(format!("- expected, + now\n{}", diff.unified_diff()))
    });
}

#[test]
fn every_expected_file_has_its_capture() {
    for folder in ["ok", "violation"] {
        for file in fs::read_dir(Path::new(CAPTURES).join(folder)).unwrap() {
            let path = file.unwrap().path();
            assert!(
                path.with_extension("capture").exists(),
                "{}",
                path.display()
            );
        }
    }
}

#[test]
fn the_leaves_of_the_fields_tile_every_buffer() {
    check(&all(), |golden| {
        let mut result = Ok(());
        Replay::new(&golden.capture).each(|record, bytes, context| {
            let tiled = tiles(&dissect::anatomy(record, bytes, context));
            let tiled = tiled.map_err(|error| format!("record {}: {error}", record.seq));
            result = result.clone().and(tiled);
        });
        result
    });
}

/// The leaves of a record's fields by buffer and layer, in bits. A field without a layer has that of the one
/// it stands in.
fn bits_by_layer(fields: &Value, above: Option<&str>, into: &mut BTreeMap<(String, String), u64>) {
    for field in fields.as_array().into_iter().flatten() {
        let layer = field["layer"].as_str().or(above);
        if field["children"].is_array() {
            bits_by_layer(&field["children"], layer, into);
            continue;
        }
        let bits = field["bits"][1].as_u64().unwrap() - field["bits"][0].as_u64().unwrap();
        let buffer = field["buffer"].as_str().unwrap().to_owned();
        let layer = layer.unwrap_or_default().to_owned();
        *into.entry((buffer, layer)).or_default() += bits;
    }
}

/// Bytes by layer as the fields tell them. What the wire's leaves do not tell stands in another buffer: masked
/// payload data, and the content of a chunked body.
fn layers_of_fields(record: &Value) -> BTreeMap<String, u64> {
    let mut bits = BTreeMap::new();
    bits_by_layer(&record["fields"], None, &mut bits);
    let is_frame = record["kind"] == "frame";
    let elsewhere = if is_frame { "unmasked" } else { "message" };
    let mut layers: BTreeMap<String, u64> = BTreeMap::new();
    for ((buffer, layer), bits) in &bits {
        if (buffer == "wire" && !layer.is_empty()) || buffer == elsewhere {
            *layers.entry(layer.clone()).or_default() += bits;
        }
    }
    for bits in layers.values_mut() {
        assert_eq!(*bits % 8, 0, "{record}");
        *bits /= 8;
    }
    layers
}

/// A record's bytes by layer.
fn layers_of(record: &Value) -> BTreeMap<String, u64> {
    let layers = record["layers"].as_object().unwrap().iter();
    layers
        .map(|(layer, bytes)| (layer.clone(), bytes.as_u64().unwrap()))
        .collect()
}

/// The layers add up to the length, and the fields say the same: all bytes are kept here.
fn layers_agree(record: &Value) -> Result<(), String> {
    let (layers, fields) = (layers_of(record), layers_of_fields(record));
    let total: u64 = layers.values().sum();
    match record["length"] == total && layers == fields {
        true => Ok(()),
        false => Err(format!("{layers:?}, fields {fields:?} of {record}")),
    }
}

#[test]
fn layers_add_up_to_the_length_and_agree_with_the_fields() {
    let told = RefCell::new(BTreeSet::new());
    check(&all(), |golden| {
        for (_, record) in Replay::new(&golden.capture).records() {
            layers_agree(&record)?;
            told.borrow_mut().extend(layers_of(&record).into_keys());
        }
        Ok(())
    });
    let names = Layer::ALL.iter().map(|layer| layer.name().to_owned());
    let names: BTreeSet<_> = names.collect();
    assert_eq!(told.into_inner(), names, "a layer that no capture shows");
}

/// The same of what no sender means to send: now and then one bit of the captures is wrong.
#[test]
fn layers_agree_with_the_fields_whatever_is_garbled() {
    check(&all(), |golden| {
        for distance in [13, 61, 211] {
            let mut capture = golden.capture.clone();
            let passed = capture
                .events
                .iter_mut()
                .flat_map(|event| match &mut event.what {
                    What::Passed(_, bytes) => bytes.as_mut_slice(),
                    _ => &mut [],
                });
            for (index, byte) in passed.skip(distance / 2).step_by(distance).enumerate() {
                *byte ^= 1 << (index % 8);
            }
            for (_, record) in Replay::new(&capture).records() {
                layers_agree(&record)?;
            }
        }
        Ok(())
    });
}

/// What the reader added up is what the tap counted: nothing is lost here.
#[test]
fn connections_are_the_sums_of_their_records() {
    check(&all(), |golden| {
        let replay = Replay::new(&golden.capture);
        let mut sums: BTreeMap<(u64, String, String), u64> = BTreeMap::new();
        for (_, record) in replay.records() {
            for (layer, bytes) in record["layers"].as_object().unwrap() {
                let connection = record["connection"].as_u64().unwrap();
                let direction = record["direction"].as_str().unwrap().to_owned();
                let sum = sums.entry((connection, direction, layer.clone()));
                *sum.or_default() += bytes.as_u64().unwrap();
            }
        }
        for connection in replay.connections() {
            for direction in ["to_server", "to_client"] {
                let way = &connection[direction];
                let layers = way["layers"].as_object().unwrap();
                for (layer, bytes) in layers {
                    let id = connection["id"].as_u64().unwrap();
                    let sum = sums.remove(&(id, direction.to_owned(), layer.clone()));
                    if sum != bytes.as_u64() {
                        return Err(format!("{sum:?} of {layer} in {connection}"));
                    }
                }
                let total: u64 = layers.values().filter_map(Value::as_u64).sum();
                if way["unread"] != 0 || way["bytes"] != total {
                    return Err(format!("{connection}"));
                }
            }
        }
        match sums.is_empty() {
            true => Ok(()),
            false => Err(format!("{sums:?} in no connection")),
        }
    });
}

/// The rule is broken by those answers that do not agree with their key, and by no others.
#[test]
fn a_handshake_agrees_unless_it_breaks_the_rule() {
    let disagree = RefCell::new(0);
    check(&all(), |golden| {
        for (_, record) in Replay::new(&golden.capture).records() {
            let handshake = &record["handshake"];
            let is_broken = |rule: &str| golden.capture.violates.contains(rule);
            let agrees = handshake["sent"].is_null() || handshake["agrees"] == true;
            let has_key = handshake["key"].is_string() == handshake["accept"].is_string();
            if (!agrees && !is_broken("ACCEPT_WRONG")) || !has_key {
                return Err(format!("{handshake}"));
            }
            *disagree.borrow_mut() += u32::from(handshake["agrees"] == false);
        }
        Ok(())
    });
    assert!(disagree.into_inner() >= 2, "both halves say it");
}

#[test]
fn every_field_says_what_it_means_and_where_that_is_written() {
    check(&all(), |golden| {
        for (_, record) in Replay::new(&golden.capture).records() {
            let mut fields: Vec<&Value> = record["fields"].as_array().unwrap().iter().collect();
            while let Some(field) = fields.pop() {
                if field["meaning"].is_null() || field["section"].is_null() {
                    return Err(format!("record {}: {field}", record["seq"]));
                }
                fields.extend(field["children"].as_array().into_iter().flatten());
            }
        }
        Ok(())
    });
}

#[test]
fn a_capture_that_becomes_a_fuzzers_input_stays_the_same() {
    check(&all(), |golden| {
        let happened = |capture: &Capture| -> Vec<(u32, What)> {
            let events = capture.events.iter();
            events
                .map(|event| (event.connection, event.what.clone()))
                .collect()
        };
        let read = Capture::from_input(&golden.capture.to_input());
        match happened(&read) == happened(&golden.capture) {
            true => Ok(()),
            false => Err(format!("{read:?}")),
        }
    });
}

#[test]
fn a_fuzzers_input_says_what_happens() {
    let read = Capture::from_input(b"ab\xf5<c\xf5<\xf5\xf5\xf5\xf51\xf5F\xf5x\xf5");
    let events: Vec<_> = read
        .events
        .into_iter()
        .map(|event| (event.connection, event.what))
        .collect();
    let to_server = |bytes: &[u8]| What::Passed(Direction::ToServer, bytes.to_vec());
    let to_client = |bytes: &[u8]| What::Passed(Direction::ToClient, bytes.to_vec());
    assert_eq!(
        events,
        [
            (1, What::Opened),
            (1, to_server(b"ab")),
            (1, to_client(b"c")),
            (1, to_client(b"\xf5\xf51")),
            (1, What::Ended(End::Fin, Side::Server)),
            (2, What::Opened),
            (2, to_client(b"\xf5x\xf5")),
        ]
    );
}

#[test]
fn lengths_add_up_to_the_streams() {
    check(&all(), |golden| {
        let mut lengths: BTreeMap<(u32, Direction), usize> = BTreeMap::new();
        for (_, record) in Replay::new(&golden.capture).records() {
            let direction = match record["direction"].as_str() {
                Some("to_server") => Direction::ToServer,
                _ => Direction::ToClient,
            };
            let connection = record["connection"].as_u64().unwrap() as u32;
            *lengths.entry((connection, direction)).or_default() +=
                record["length"].as_u64().unwrap() as usize;
        }
        for event in &golden.capture.events {
            for direction in [Direction::ToServer, Direction::ToClient] {
                let stream = golden.capture.length(event.connection, direction);
                let records = lengths.get(&(event.connection, direction));
                if records.copied().unwrap_or_default() != stream {
                    let connection = event.connection;
                    return Err(format!("{records:?} of {stream} bytes on {connection}"));
                }
            }
        }
        Ok(())
    });
}

/// What is told of a capture: records, notes, fields and times.
fn told(capture: &Capture) -> Vec<Value> {
    story(Replay::new(capture).records())
}

#[test]
fn byte_by_byte_tells_the_same_as_the_whole() {
    check(&all(), |golden| {
        for whole in [golden.capture.clone(), golden.capture.joined()] {
            differ(&told(&whole), &told(&whole.split(&[1])))?;
        }
        Ok(())
    });
}

#[test]
fn any_split_tells_the_same() {
    let config = ProptestConfig {
        cases: 8,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let cuts = proptest::collection::vec(1_usize..60, 1..30);
    check(&all(), |golden| {
        let whole = golden.capture.joined();
        let expected = told(&whole);
        let result = TestRunner::new(config.clone()).run(&cuts, |cuts| {
            prop_assert_eq!(differ(&expected, &told(&whole.split(&cuts))), Ok(()));
            Ok(())
        });
        result.map_err(|error| error.to_string())
    });
}

/// Whatever an event stream consists of, and wherever its chunks and reads end: every bit has its field, and the
/// story is the same.
#[test]
fn any_event_stream_is_told_in_any_split() {
    let config = ProptestConfig {
        cases: 150,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let words = [
        "data", "id", ":", ": ", "\r", "\n", "\r\n", "\u{feff}", "{}", "é", "0", "\n\n",
    ];
    let streams = proptest::collection::vec(proptest::sample::select(words.to_vec()), 1..40);
    let cuts = proptest::collection::vec(1_usize..20, 1..20);
    let framing =
        proptest::sample::select(&["Transfer-Encoding: chunked", "Content-Length: 20", "X: y"]);
    let result =
        TestRunner::new(config).run(&(streams, cuts, framing), |(words, cuts, framing)| {
            let head =
                format!("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n{framing}\r\n\r\n");
            let stream = words.concat().into_bytes();
            let body = match framing.ends_with("chunked") {
                true => chunked(&stream, &cuts),
                false => stream,
            };
            let mut capture: Capture = "1 open 0\n1 > 0.1\n61\n1 < 0.2\n61\n1 fin server 0.3\n"
                .parse()
                .unwrap();
            let passed = [
                b"GET / HTTP/1.1\r\n\r\n".to_vec(),
                [head.into_bytes(), body].concat(),
            ];
            let events = capture
                .events
                .iter_mut()
                .filter_map(|event| match &mut event.what {
                    What::Passed(_, bytes) => Some(bytes),
                    _ => None,
                });
            for (event, bytes) in events.zip(passed) {
                *event = bytes;
            }
            let mut tiled = Ok(());
            Replay::new(&capture).each(|record, bytes, context| {
                let told = tiles(&dissect::anatomy(record, bytes, context));
                tiled = tiled.clone().and(told);
                assert!(!dissect::dissect(record, bytes, context).summary.is_empty());
            });
            prop_assert_eq!(tiled, Ok(()));
            for (_, record) in Replay::new(&capture).records() {
                prop_assert_eq!(layers_agree(&record), Ok(()));
            }
            prop_assert_eq!(
                differ(&told(&capture), &told(&capture.split(&cuts))),
                Ok(())
            );
            Ok(())
        });
    assert_eq!(result.map_err(|error| error.to_string()), Ok(()));
}

/// Bytes in chunks of such sizes, and now and then without the last one.
fn chunked(mut bytes: &[u8], sizes: &[usize]) -> Vec<u8> {
    let mut body = Vec::new();
    for size in sizes.iter().cycle() {
        let (chunk, rest) = bytes.split_at((*size).min(bytes.len()));
        if chunk.is_empty() {
            break;
        }
        body.extend(format!("{:x}\r\n", chunk.len()).into_bytes());
        body.extend([chunk, b"\r\n"].concat());
        bytes = rest;
    }
    if sizes.len().is_multiple_of(2) {
        body.extend(b"0\r\nX-Token: a\r\n\r\n");
    }
    body
}

/// Says where two stories differ first.
fn differ(one: &[Value], other: &[Value]) -> Result<(), String> {
    for (one, other) in one.iter().zip(other) {
        if one != other {
            return Err(format!("\n  {one}\n  {other}"));
        }
    }
    match one.len() == other.len() {
        true => Ok(()),
        false => Err(format!("{} records, {} records", one.len(), other.len())),
    }
}

#[test]
fn who_comes_late_reads_the_same() {
    check(&all(), |golden| {
        let mut replay = Replay::new(&golden.capture);
        let along = story(replay.records());
        replay.read_again();
        differ(&along, &story(replay.records()))
    });
}

#[test]
fn exactly_the_rules_are_broken_that_the_header_names() {
    let names: BTreeMap<&str, &str> = violation::NAMES
        .iter()
        .map(|(name, violation)| (violation.rule, *name))
        .collect();
    check(&all(), |golden| {
        let records = Replay::new(&golden.capture).records();
        let broken: BTreeSet<String> = records
            .iter()
            .flat_map(|(_, record)| record["violations"].as_array().into_iter().flatten())
            .map(|violation| names[violation["rule"].as_str().unwrap()].to_owned())
            .collect();
        match broken == golden.capture.violates {
            true => Ok(()),
            false => Err(format!("{broken:?}")),
        }
    });
}

#[test]
fn nothing_that_is_ok_breaks_a_rule() {
    check(&folder("ok"), |golden| {
        match golden.capture.violates.is_empty() {
            true => Ok(()),
            false => Err("belongs to the violations".to_owned()),
        }
    });
}

/// A file is named after the rule that it shows, and may go on with how it is broken.
#[test]
fn every_rule_is_shown_to_be_broken() {
    let captures = folder("violation");
    let shown = |name: &&str| {
        captures.iter().any(|golden| {
            let stem = golden.path.file_stem().unwrap().to_string_lossy();
            stem.starts_with(&name.replace('_', "-").to_lowercase())
                && golden.capture.violates.contains(*name)
        })
    };
    let rules = violation::NAMES.iter().map(|(name, _)| *name);
    let missing: Vec<&str> = rules.filter(|name| !shown(name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn what_is_no_capture_is_refused_with_its_line() {
    let open = "# a comment\n1 open 0.5\n1 > 0.6\n";
    for (text, error) in [
        (
            "16 03",
            "bytes follow a line with their connection, direction and time",
        ),
        ("1 > 0.6", "connection 1 is not open"),
        ("2 open 0.6", "connection 1 is the next to open"),
        (
            "x open 0.6",
            "connection \"x\": invalid digit found in string",
        ),
        ("1 open soon", "time \"soon\": invalid float literal"),
    ] {
        assert_eq!(text.parse::<Capture>(), Err(format!("line 1: {error}")));
    }
    for (line, error) in [
        ("61 6g", "\"6g\" is not two hexadecimal digits"),
        ("+1", "\"+1\" is not two hexadecimal digits"),
        ("61 62 |ac|", "the bytes are |ab|"),
        ("1 < 0.55", "time goes back"),
        ("1 sideways 0.7", "\"1\" is not two hexadecimal digits"),
    ] {
        let capture = format!("{open}{line}").parse::<Capture>();
        assert_eq!(capture, Err(format!("line 4: {error}")));
    }
}
