//! Goes through the capture in order and remembers what later records need: one reader for all who watch.

use std::collections::BTreeMap;

use super::notes::Notes;
use crate::capture::{Connection, Item, Record, Store};

/// Records of one step.
const STEP: usize = 1_000;

/// Reads a capture.
#[derive(Debug, Default)]
pub struct Reader {
    /// The newest record that was read.
    position: u64,
    notes: BTreeMap<u64, Notes>,
}

impl Reader {
    /// Goes on for some records; true once nothing newer was there.
    pub fn catch_up(&mut self, store: &Store) -> bool {
        let page = store.page(self.position, u64::MAX, STEP, |_| true);
        for item in &page.items {
            match item {
                Item::Record(record, bytes) => {
                    let connection = store.connection(record.connection);
                    self.read(record, bytes, connection.as_deref());
                }
                Item::Gap { .. } => self.lose(),
            }
        }
        self.position = page.after;
        page.is_last
    }

    /// What was noted about a record.
    pub fn notes(&self, seq: u64) -> Option<&Notes> {
        self.notes.get(&seq)
    }

    /// The newest record that was read.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Reads one record.
    pub fn read(&mut self, record: &Record, bytes: &[u8], connection: Option<&Connection>) {
        let _ = (record, bytes, connection);
    }

    /// Records are missing here: nothing that was remembered can be relied on.
    fn lose(&mut self) {}
}
