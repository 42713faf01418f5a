//! Gives a golden capture to the recorder and the reader, as if its bytes passed now, and shows what they
//! make of it.
#![allow(dead_code, reason = "each program that includes it uses a part of it")]

use std::{
    collections::BTreeMap,
    fmt::Write,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};

use parking_lot::Mutex;
use serde_json::Value;
use wireglass::{
    capture::{self, Item, Record, Store},
    dissect::{Context, reader::Reader},
    export::{Export, Format, Source},
    filter::Filter,
    tap::Recorder,
    view::Viewer,
};

use super::capture_file::{Capture, Direction, End, Side, What};

/// Enough for every golden capture, so that nothing is lost.
const MEMORY: usize = 16 * 1024 * 1024;

/// Records of one page.
const PAGE: usize = 1_000;

/// A capture that was recorded and read.
pub struct Replay {
    store: Arc<Store>,
    reader: Reader,
}

impl Replay {
    /// Records a capture; the reader follows every piece.
    pub fn new(capture: &Capture) -> Self {
        Self::within(MEMORY, capture)
    }

    /// The same in so many bytes of memory.
    pub fn within(memory: usize, capture: &Capture) -> Self {
        let store = Arc::new(Store::new(memory, 1));
        let mut reader = Reader::new(memory);
        let mut recorders = BTreeMap::new();
        for event in &capture.events {
            let time = store.started + event.at;
            let recorder = recorders.entry(event.connection).or_insert_with(|| {
                let port = 50_000 + event.connection as u16;
                let peer = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
                let connection = store.open(peer, store.at(time));
                Recorder::new(store.clone(), connection)
            });
            match &event.what {
                What::Opened => {}
                What::Passed(direction, bytes) => recorder.passed((*direction).into(), bytes, time),
                What::Ended(end, side) => recorder.ended(self::end(*end, *side), time),
            }
            while !reader.catch_up(&store) {}
        }
        Self { store, reader }
    }

    /// The same records, read all at once when everything was over.
    pub fn read_again(&mut self) {
        self.reader = Reader::new(self.store.memory());
        while !self.reader.catch_up(&self.store) {}
    }

    /// The capture as a file.
    pub fn export<F: Format>(self) -> Vec<u8> {
        let export = Export::<F>::new(Source {
            store: self.store,
            reader: Arc::new(Mutex::new(self.reader)),
            filter: Filter::default(),
            filter_text: String::new(),
            has_fields: false,
            me: None,
        });
        export.flatten().collect()
    }

    /// Every record in short, as text of JSON, and with its fields and bytes.
    pub fn records(&self) -> Vec<(String, Value)> {
        let viewer = Viewer {
            store: &self.store,
            reader: &self.reader,
            me: None,
        };
        let mut records = Vec::new();
        let missing = self.each(|record, bytes, _| {
            let short = serde_json::to_string(&viewer.record(record, bytes)).unwrap();
            records.push((short, viewer.whole(record, bytes)));
        });
        assert_eq!(missing, 0, "the capture is too long for the memory");
        records
    }

    /// Shows every record with what is known of it, and says how many had to make room.
    pub fn each(&self, mut see: impl FnMut(&Record, &[u8], Context)) -> u64 {
        let (mut after, mut missing) = (0, 0);
        loop {
            let page = self.store.page(after, u64::MAX, PAGE, |_| true);
            for item in &page.items {
                match item {
                    Item::Record(record, bytes) => {
                        let connection = self.store.connection(record.connection);
                        let context = self.reader.context(record, connection.as_deref());
                        see(record, bytes, context);
                    }
                    Item::Gap { records, .. } => missing += records,
                }
            }
            if page.is_last {
                return missing;
            }
            after = page.after;
        }
    }

    /// Every connection with its totals.
    pub fn connections(&self) -> Vec<Value> {
        let viewer = Viewer {
            store: &self.store,
            reader: &self.reader,
            me: None,
        };
        let (connections, _) = self.store.connections();
        let shown = viewer.connections(&connections, &Filter::default());
        let shown = shown.iter().map(serde_json::to_value);
        shown.map(Result::unwrap).collect()
    }

    /// The expected file: for each record a line of JSON, and below it the buffers that are not on the wire
    /// and the tree of fields; at the end a line for each connection.
    pub fn render(&self) -> String {
        let mut text = String::new();
        for (short, whole) in self.records() {
            writeln!(text, "{short}").unwrap();
            for (name, bytes) in whole["bytes"].as_object().unwrap() {
                if name != "wire" && !bytes.as_str().unwrap().is_empty() {
                    writeln!(text, "  {name} buffer: {}", bytes.as_str().unwrap()).unwrap();
                }
            }
            if whole["redacted"] != Value::Array(Vec::new()) {
                writeln!(text, "  redacted bytes: {}", whole["redacted"]).unwrap();
            }
            for field in whole["fields"].as_array().unwrap() {
                render_field(field, 1, &mut text);
            }
            text.push('\n');
        }
        for connection in self.connections() {
            writeln!(text, "{connection}").unwrap();
        }
        text
    }
}

/// One line for each field: its bits, its name, its value and where it is specified.
fn render_field(field: &Value, depth: usize, text: &mut String) {
    let bits = format!(
        "{} {}..{}",
        field["buffer"].as_str().unwrap(),
        field["bits"][0],
        field["bits"][1]
    );
    let name = field["name"].as_str().unwrap();
    let value = field["value"].as_str().unwrap();
    let section = match field["section"].as_str() {
        Some(section) => format!("  ({section})"),
        None => String::new(),
    };
    let indent = "  ".repeat(depth);
    writeln!(text, "{indent}{name} [{bits}] {value:?}{section}").unwrap();
    for child in field["children"].as_array().into_iter().flatten() {
        render_field(child, depth + 1, text);
    }
}

/// What must not depend on how the bytes were split: everything. Only bytes without framing come in
/// records as they were read, so that neighbours among those are told as one.
pub fn story(records: Vec<(String, Value)>) -> Vec<Value> {
    let mut story: Vec<Value> = Vec::new();
    let mut numbers = BTreeMap::new();
    for (_, record) in records {
        let seq = record["seq"].as_u64().unwrap();
        match story.last_mut() {
            Some(before) if is_same_opaque(before, &record) => join(before, &record),
            _ => story.push(record),
        }
        numbers.insert(seq, story.len());
    }
    for (index, record) in story.iter_mut().enumerate() {
        record["seq"] = (index + 1).into();
        for link in record
            .get_mut("links")
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
        {
            link["seq"] = numbers[&link["seq"].as_u64().unwrap()].into();
        }
        if record["kind"] == "opaque" {
            for key in ["at", "fields", "summary", "text"] {
                record.as_object_mut().unwrap().remove(key);
            }
        }
    }
    story
}

fn is_same_opaque(before: &Value, record: &Value) -> bool {
    let keys = ["kind", "connection", "direction"];
    record["kind"] == "opaque" && keys.iter().all(|key| before[key] == record[key])
}

fn join(before: &mut Value, record: &Value) {
    let length = before["length"].as_u64().unwrap() + record["length"].as_u64().unwrap();
    before["length"] = length.into();
    before["layers"]["opaque"] = length.into();
    let hex = |record: &Value| record["bytes"]["wire"].as_str().unwrap().to_owned();
    before["bytes"]["wire"] = (hex(before) + &hex(record)).into();
}

impl From<Direction> for capture::Direction {
    fn from(direction: Direction) -> Self {
        match direction {
            Direction::ToServer => Self::ToServer,
            Direction::ToClient => Self::ToClient,
        }
    }
}

fn end(end: End, side: Side) -> capture::End {
    capture::End {
        kind: match end {
            End::Fin => capture::EndKind::Fin,
            End::Reset => capture::EndKind::Reset,
        },
        by: match side {
            Side::Client => capture::Side::Client,
            Side::Server => capture::Side::Server,
        },
    }
}
