//! The capture as a file that other programs open. docs/export.md describes the three formats.
//!
//! An export goes through the capture twice: the survey notes which records there are, in a few bytes each;
//! then they are fetched one by one and written. So a file can be in an order of its own, and never stands
//! in memory whole.

pub mod har;
pub mod jsonl;
pub mod pcapng;

use std::{borrow::Cow, sync::Arc};

use parking_lot::Mutex;
use serde_json::Value;

use crate::{
    capture::{Connection, Item, Owner, Record, Store},
    dissect::{self, Dissection, reader::Reader, redact},
    filter::Filter,
    view::{CONNECTIONS, ConnectionsView, Viewer},
};

/// Records that the survey takes at a time.
const STEP: usize = 1_000;

/// Bytes, and pieces, after which a chunk goes out.
const CHUNK: usize = 64 * 1024;
const PIECES: usize = 200;

/// A file format.
pub trait Format: Default + Send + 'static {
    /// How the file's name ends.
    const EXTENSION: &'static str;
    const MEDIA_TYPE: &'static str;

    /// Every record and every gap is shown once, in the capture's order, before anything is written.
    fn survey(&mut self, seen: Seen);

    /// The next piece of the file; `None` after the last.
    fn write(&mut self, source: &Source) -> Option<Vec<u8>>;
}

/// What the survey comes across.
#[derive(Debug, Clone, Copy)]
pub enum Seen {
    Record {
        record: Record,
        /// The filter lets it pass.
        passes: bool,
    },
    /// So many records are missing, from this number on.
    Gap { seq: u64, records: u64 },
}

/// What is exported, and for whom.
#[derive(Debug)]
pub struct Source {
    pub store: Arc<Store>,
    pub reader: Arc<Mutex<Reader>>,
    pub filter: Filter,
    /// The filter as it was written.
    pub filter_text: String,
    /// Records are shown with their fields, where the format has a place for them.
    pub has_fields: bool,
    pub me: Option<Owner>,
}

/// A record that was fetched.
#[derive(Debug)]
pub struct Found {
    pub record: Record,
    pub connection: Option<Arc<Connection>>,
    /// The bytes kept of it, without secrets.
    pub wire: Vec<u8>,
    /// A compressed frame's payload data, inflated, without secrets.
    pub inflated: Option<Vec<u8>>,
    /// The same as `wire`, with secrets: whoever looks at them takes those out again.
    bytes: Vec<u8>,
}

impl Source {
    /// A record by its number, unless it has made room for newer ones since the survey.
    pub fn find(&self, seq: u64) -> Option<Found> {
        let (record, bytes) = self.store.get(seq)?;
        let connection = self.store.connection(record.connection);
        let reader = self.reader.lock();
        let context = reader.context(&record, connection.as_deref());
        let redacted = redact::redact(&record, &bytes, context.notes);
        let (wire, inflated) = (redacted.wire.into_owned(), redacted.inflated);
        Some(Found {
            record,
            wire,
            inflated: inflated.map(Cow::into_owned),
            bytes,
            connection,
        })
    }

    /// What a record means.
    pub fn dissect(&self, found: &Found) -> Dissection {
        let reader = self.reader.lock();
        let context = reader.context(&found.record, found.connection.as_deref());
        dissect::dissect(&found.record, &found.bytes, context)
    }

    /// A record as the API shows it, with its bytes.
    pub fn view(&self, found: &Found) -> Value {
        self.look(|viewer| viewer.with_bytes(&found.record, &found.bytes))
    }

    /// The same with its fields.
    pub fn whole(&self, found: &Found) -> Value {
        self.look(|viewer| viewer.whole(&found.record, &found.bytes))
    }

    /// The connections of which a record may pass. Others have the reader between some of them and the next.
    pub fn connections(&self) -> ConnectionsView {
        let (connections, forgotten) = self.store.connections();
        let chunks = connections.chunks(CONNECTIONS);
        let shown =
            chunks.flat_map(|some| self.look(|viewer| viewer.connections(some, &self.filter)));
        ConnectionsView::new(&self.store, shown.collect(), forgotten)
    }

    /// Whether the filter lets a record pass; it is dissected only where that is needed to tell.
    fn passes(&self, record: &Record, item: &Item) -> bool {
        let is_told = || self.look(|viewer| viewer.seq_that_passes(&self.filter, item).is_some());
        self.filter.may_pass(record, self.me) && (!self.filter.needs_dissection() || is_told())
    }

    fn look<T>(&self, look: impl FnOnce(&Viewer) -> T) -> T {
        look(&Viewer {
            store: &self.store,
            reader: &self.reader.lock(),
            me: self.me,
        })
    }
}

/// An export on its way: an iterator over the file's chunks. A step of it takes about a millisecond, so that
/// others can work in between; one that brings no bytes is not the end.
#[derive(Debug)]
pub struct Export<F> {
    source: Source,
    format: F,
    /// The newest record that was surveyed, and the newest that is to be.
    after: u64,
    through: u64,
    is_surveyed: bool,
}

impl<F: Format> Export<F> {
    /// An export of everything that was captured and read until now.
    pub fn new(source: Source) -> Self {
        let through = source.reader.lock().position();
        Self {
            source,
            format: F::default(),
            after: 0,
            through,
            is_surveyed: false,
        }
    }

    fn survey(&mut self) {
        let source = &self.source;
        let page = source.store.page(self.after, self.through, STEP, |_| true);
        for item in &page.items {
            self.format.survey(match item {
                Item::Record(record, _) => Seen::Record {
                    record: *record,
                    passes: source.passes(record, item),
                },
                Item::Gap { seq, records } => Seen::Gap {
                    seq: *seq,
                    records: *records,
                },
            });
        }
        self.after = page.after;
        self.is_surveyed = page.is_last;
    }
}

impl<F: Format> Iterator for Export<F> {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        if !self.is_surveyed {
            self.survey();
            return Some(Vec::new());
        }
        let mut chunk = self.format.write(&self.source)?;
        for _ in 1..PIECES {
            if chunk.len() >= CHUNK {
                break;
            }
            match self.format.write(&self.source) {
                Some(piece) => chunk.extend(piece),
                None => break,
            }
        }
        Some(chunk)
    }
}
