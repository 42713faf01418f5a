//! HAR 1.2, for the network panels of browsers.
//!
//! An entry is an exchange; one that went over to WebSocket has the connection's messages as Chrome writes
//! them, and its frames as the API shows them. A filter picks the entries that a passing record belongs to.

mod exchange;
mod parts;
mod socket;

use std::collections::{BTreeMap, btree_map};

use serde_json::{Value, json};

use self::parts::Parts;
use super::{Format, Seen, Source};
use crate::{
    capture::{Direction, Kind, Layer, Record},
    time,
    view::CaptureView,
};

const VERSION: &str = "1.2";

/// All entries belong to this page: a server does not know which page of a browser asked.
const PAGE: &str = "capture";

/// What HAR writes for a time or a size that is not known.
const UNKNOWN: i64 = -1;

/// What is still to be written.
#[derive(Debug, Default)]
pub struct Har {
    stage: Stage,
    /// By exchange while the survey lasts; then what is written is taken from the front.
    entries: Vec<Entry>,
    exchanges: BTreeMap<u64, usize>,
    /// The last entry of each connection: frames belong to the exchange that came before them.
    last: BTreeMap<u32, usize>,
    /// Something stands before in the array that is being written.
    needs_comma: bool,
    /// The first Close frame of the entry that is being written.
    close: Option<Value>,
    lost: u64,
    left_out: u64,
}

/// What is written next: of the entry in question, from this frame on.
#[derive(Debug, Default, Clone, Copy)]
enum Stage {
    #[default]
    Begin,
    Entry(usize),
    Messages(usize, usize),
    Frames(usize, usize),
    End,
    Done,
}

/// Records that belong together, by their numbers.
#[derive(Debug, Default)]
struct Entry {
    started: u64,
    connection: u32,
    request: Option<u64>,
    /// The last response: those before it were interim.
    response: Option<u64>,
    /// What follows its head, when it was recorded while it lasted.
    parts: Vec<u64>,
    frames: Vec<Frame>,
    passes: bool,
}

#[derive(Debug, Clone, Copy)]
struct Frame {
    seq: u64,
    /// 0 for control frames.
    message: u32,
    direction: Direction,
}

impl Format for Har {
    const EXTENSION: &'static str = "har";
    const MEDIA_TYPE: &'static str = "application/json";

    fn survey(&mut self, seen: Seen) {
        let Seen::Record { record, passes } = seen else {
            return;
        };
        let entry = match (record.kind, record.layer) {
            (Kind::Request | Kind::Response, _) if record.exchange > 0 => self.exchange(&record),
            (Kind::Frame, _) | (Kind::Opaque, Layer::WebSocket) => self.socket(&record),
            (Kind::Opened | Kind::Closed, _) => return,
            _ => {
                self.left_out += 1;
                return;
            }
        };
        let entry = &mut self.entries[entry];
        entry.passes |= passes;
        match record.kind {
            Kind::Request => entry.request = Some(record.seq),
            Kind::Response if record.later_part().is_some() => entry.parts.push(record.seq),
            Kind::Response => entry.response = Some(record.seq),
            _ => entry.frames.push(Frame {
                seq: record.seq,
                message: record.message,
                direction: record.direction,
            }),
        }
    }

    fn write(&mut self, source: &Source) -> Option<Vec<u8>> {
        Some(match self.stage {
            Stage::Begin => self.begin(source),
            Stage::Entry(index) => self.entry(index, source),
            Stage::Messages(index, at) => self.message(index, at, source),
            Stage::Frames(index, at) => self.frame(index, at, source),
            Stage::End => self.end(source),
            Stage::Done => return None,
        })
    }
}

impl Har {
    /// The entry of a request's or response's exchange.
    fn exchange(&mut self, record: &Record) -> usize {
        let index = match self.exchanges.entry(record.exchange) {
            btree_map::Entry::Occupied(known) => *known.get(),
            btree_map::Entry::Vacant(new) => *new.insert(self.entries.len()),
        };
        self.open(index, record)
    }

    /// The entry of a frame's handshake; one without a handshake when that was lost.
    fn socket(&mut self, record: &Record) -> usize {
        let known = self.last.get(&record.connection).copied();
        self.open(known.unwrap_or(self.entries.len()), record)
    }

    fn open(&mut self, index: usize, record: &Record) -> usize {
        if index == self.entries.len() {
            self.entries.push(Entry {
                started: record.at,
                connection: record.connection,
                ..Entry::default()
            });
        }
        let entry = &mut self.entries[index];
        entry.started = entry.started.min(record.at);
        self.last.insert(record.connection, index);
        index
    }

    fn begin(&mut self, source: &Source) -> Vec<u8> {
        self.exchanges.clear();
        self.last.clear();
        self.entries.retain(|entry| entry.passes);
        self.entries.sort_by_key(|entry| entry.started);
        self.stage = Stage::Entry(0);
        let program = json!({ "name": "Wireglass", "version": env!("CARGO_PKG_VERSION") });
        let page = json!({
            "startedDateTime": time::rfc3339(source.store.started_at),
            "id": PAGE,
            "title": "Wireglass: what the server saw",
            "pageTimings": { "onContentLoad": UNKNOWN, "onLoad": UNKNOWN },
        });
        format!(
            r#"{{"log":{{"version":"{VERSION}","creator":{program},"browser":{program},"pages":[{page}],"entries":["#
        )
        .into_bytes()
    }

    /// An entry; of one with frames, what stands before them.
    fn entry(&mut self, index: usize, source: &Source) -> Vec<u8> {
        let Some(entry) = self.entries.get(index) else {
            self.stage = Stage::End;
            return b"]".to_vec();
        };
        let find = |seq: Option<u64>| seq.and_then(|seq| source.find(seq));
        let (request, response) = (find(entry.request), find(entry.response));
        self.lost += u64::from(entry.request.is_some() && request.is_none());
        self.lost += u64::from(entry.response.is_some() && response.is_none());
        let (parts, lost) = Parts::find(entry, source);
        self.lost += lost;
        let json = exchange::json(entry, request.as_ref(), response.as_ref(), &parts, source);
        let text = self.separated(&json);
        if json["_resourceType"] != exchange::WEBSOCKET {
            self.stage = Stage::Entry(index + 1);
            return text;
        }
        self.stage = Stage::Messages(index, 0);
        self.needs_comma = false;
        // The object goes on.
        let open = text.strip_suffix(b"}").unwrap_or(&text);
        [open, br#","_webSocketMessages":["#].concat()
    }

    fn message(&mut self, index: usize, at: usize, source: &Source) -> Vec<u8> {
        let frames = &self.entries[index].frames;
        if at == frames.len() {
            self.stage = Stage::Frames(index, 0);
            self.needs_comma = false;
            return br#"],"_wireglassFrames":["#.to_vec();
        }
        self.stage = Stage::Messages(index, at + 1);
        let message = socket::message(frames, at, source);
        message.map_or(Vec::new(), |message| self.separated(&message))
    }

    fn frame(&mut self, index: usize, at: usize, source: &Source) -> Vec<u8> {
        let entry = &self.entries[index];
        let Some(frame) = entry.frames.get(at) else {
            let close = self.close.take();
            let close = close.or_else(|| socket::abort(entry.connection, source));
            self.stage = Stage::Entry(index + 1);
            self.needs_comma = true;
            return match close {
                Some(close) => format!(r#"],"_webSocketClose":{close}}}"#).into_bytes(),
                None => b"]}".to_vec(),
            };
        };
        self.stage = Stage::Frames(index, at + 1);
        let Some(found) = source.find(frame.seq) else {
            self.lost += 1;
            return Vec::new();
        };
        if self.close.is_none() {
            self.close = socket::close(&found, source);
        }
        self.separated(&source.view(&found))
    }

    fn end(&mut self, source: &Source) -> Vec<u8> {
        self.stage = Stage::Done;
        let status = source.store.status();
        let comment = format!(
            "{} records of {} bytes had to make room for newer ones; {} of them while this was written. {} \
             records are neither exchanges nor frames, and HAR has no place for them. Secrets are replaced by *.",
            status.lost_records, status.lost_bytes, self.lost, self.left_out
        );
        let about = json!({
            "capture": CaptureView::new(&source.store),
            "filter": source.filter_text,
            "lostWhileExporting": self.lost,
            "leftOut": self.left_out,
        });
        let comment = Value::from(comment);
        format!(r#","comment":{comment},"_wireglass":{about}}}}}"#).into_bytes()
    }

    /// An element of the array that is being written.
    fn separated(&mut self, element: &Value) -> Vec<u8> {
        let comma = if self.needs_comma { "," } else { "" };
        self.needs_comma = true;
        format!("{comma}{element}").into_bytes()
    }
}
