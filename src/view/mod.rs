//! Records, connections and the capture as JSON: the shapes of docs/api.md.
//!
//! # Layout
//!
//! ```text
//! record       one record in short, or a gap
//! fields       the tree of its fields
//! handshake    an opening handshake, worked out
//! connection   a connection with its totals
//! story        the same in one line of words
//! ```

mod connection;
mod fields;
mod handshake;
mod record;
mod story;

use std::sync::Arc;

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

pub use self::{
    connection::{CONNECTIONS, ConnectionsView, shown_connections},
    record::RecordView,
};
use crate::{
    capture::{Connection, Item, Owner, Record, Store},
    dissect::{self, Anatomy, Dissection, layers::Layers, notes::Closing, reader::Reader},
    filter::{self, Filter, FilterError},
    time,
    wire::field::{Buffer, hex},
};

/// Seconds, from nanoseconds.
pub fn seconds(nanoseconds: u64) -> f64 {
    (nanoseconds / 1_000) as f64 / 1e6
}

/// State of the capture.
#[derive(Debug, Serialize)]
pub struct CaptureView {
    started: String,
    oldest: u64,
    newest: u64,
    lost: LostView,
    memory: MemoryView,
}

#[derive(Debug, Serialize)]
struct LostView {
    records: u64,
    bytes: u64,
}

#[derive(Debug, Serialize)]
struct MemoryView {
    used: usize,
    limit: usize,
}

impl CaptureView {
    /// The capture as it stands.
    pub fn new(store: &Store) -> Self {
        let status = store.status();
        Self {
            started: time::rfc3339(store.started_at),
            oldest: status.oldest,
            newest: status.newest,
            lost: LostView {
                records: status.lost_records,
                bytes: status.lost_bytes,
            },
            memory: MemoryView {
                used: status.memory_used,
                limit: status.memory_limit,
            },
        }
    }
}

/// Bytes by the names of their layers, of those that have any.
#[derive(Debug, PartialEq)]
struct LayersView(Layers);

impl Serialize for LayersView {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(layer, bytes)| (layer.name(), bytes)))
    }
}

/// How a WebSocket ended.
#[derive(Debug, Serialize, PartialEq)]
struct ClosingView {
    #[serde(skip_serializing_if = "Option::is_none")]
    began: Option<&'static str>,
    answered: bool,
    clean: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<u16>,
    meaning: String,
}

impl ClosingView {
    fn new(closing: &Closing) -> Self {
        Self {
            began: closing.first.map(|(closer, _)| closer.name()),
            answered: closing.answer.is_some(),
            clean: closing.is_clean(),
            code: closing.first.and_then(|(_, close)| close.code),
            meaning: closing.meaning(),
        }
    }
}

/// Looks records up and shows them to one asker.
#[derive(Debug, Clone, Copy)]
pub struct Viewer<'a> {
    pub store: &'a Store,
    pub reader: &'a Reader,
    pub me: Option<Owner>,
}

/// A record's meaning, and its connection while that is remembered.
#[derive(Debug)]
struct Seen {
    dissection: Dissection,
    connection: Option<Arc<Connection>>,
}

impl Viewer<'_> {
    /// A record in short.
    pub fn record(&self, record: &Record, bytes: &[u8]) -> RecordView {
        self.show(record, self.dissect(record, bytes))
    }

    /// A record in short, if it passes.
    pub fn record_that_passes(
        &self,
        filter: &Filter,
        record: &Record,
        bytes: &[u8],
    ) -> Option<RecordView> {
        let seen = self.dissect(record, bytes);
        let passes = filter.passes(record, &seen.dissection, self.me);
        passes.then(|| self.show(record, seen))
    }

    /// The number of an item that is a record and passes.
    pub fn seq_that_passes(&self, filter: &Filter, item: &Item) -> Option<u64> {
        let Item::Record(record, bytes) = item else {
            return None;
        };
        let dissection = self.dissect(record, bytes).dissection;
        filter
            .passes(record, &dissection, self.me)
            .then_some(record.seq)
    }

    /// The one dissection from which both filter and view are served.
    fn dissect(&self, record: &Record, bytes: &[u8]) -> Seen {
        let connection = self.store.connection(record.connection);
        let context = self.reader.context(record, connection.as_deref());
        Seen {
            dissection: dissect::dissect(record, bytes, context),
            connection,
        }
    }

    fn show(&self, record: &Record, seen: Seen) -> RecordView {
        RecordView::new(record, seen.dissection, seen.connection.as_deref(), self.me)
    }

    /// A record with its fields and bytes.
    pub fn whole(&self, record: &Record, bytes: &[u8]) -> Value {
        let (mut view, anatomy) = self.with_anatomy(record, bytes);
        view["fields"] = fields::fields(&anatomy).into();
        view
    }

    /// A record with its bytes.
    pub fn with_bytes(&self, record: &Record, bytes: &[u8]) -> Value {
        self.with_anatomy(record, bytes).0
    }

    /// A record with its bytes, and what they are made of.
    fn with_anatomy<'a>(&self, record: &Record, bytes: &'a [u8]) -> (Value, Anatomy<'a>) {
        let connection = self.store.connection(record.connection);
        let context = self.reader.context(record, connection.as_deref());
        let anatomy = dissect::anatomy(record, bytes, context);
        let dissection = dissect::dissect(record, bytes, context);
        let handshake = self.handshake(record, &dissection, context);
        let short = RecordView::new(record, dissection, connection.as_deref(), self.me);
        let mut view = serde_json::to_value(short).unwrap_or_default();
        let redacted = anatomy.redacted.iter();
        let redacted = redacted.map(|range| json!([range.start, range.end]));
        view["bytes"] = buffers(&anatomy);
        view["redacted"] = redacted.collect();
        if let Some(handshake) = handshake {
            view["handshake"] = serde_json::to_value(handshake).unwrap_or_default();
        }
        (view, anatomy)
    }
}

/// The buffers that there are, in hexadecimal.
fn buffers(anatomy: &Anatomy) -> Value {
    let buffers = [
        (Buffer::Wire, Some(&*anatomy.wire)),
        (Buffer::Unmasked, anatomy.unmasked.as_deref()),
        (Buffer::Inflated, anatomy.inflated.as_deref()),
        (Buffer::Message, anatomy.message.as_deref()),
    ];
    let shown = buffers.into_iter();
    let shown = shown.filter_map(|(buffer, bytes)| Some((buffer.name(), hex(bytes?))));
    shown.collect()
}

/// What is wrong with a filter, and where.
pub fn error(error: &FilterError) -> Value {
    json!({ "error": error.message, "at": [error.at.start, error.at.end] })
}

/// A field of the filter language, for completion.
pub fn filter_field(field: &filter::field::Field) -> Value {
    let mut view = json!({
        "name": field.name,
        "type": field.kind.name(),
        "description": field.description,
        "operators": field.kind.operators(),
    });
    let words = field.kind.words().iter().map(|word| word.name);
    if words.len() > 0 {
        view["values"] = words.collect();
    }
    view
}
