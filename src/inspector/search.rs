//! Records that pass a filter, a page at a time: between pages others may work.

use std::collections::VecDeque;

use tokio::task::yield_now;

use super::Inspector;
use crate::{
    capture::{Item, Owner, Record},
    filter::Filter,
    view::{RecordView, Viewer},
};

/// Most records that are dissected for one page.
const STEP: usize = 1_000;

/// Records that passed, and gaps.
#[derive(Debug)]
pub struct Found {
    pub items: Vec<RecordView>,
    /// How many of the items are records.
    pub records: usize,
    /// Where to go on.
    pub after: u64,
    /// Nothing newer was there.
    pub is_last: bool,
}

impl Viewer<'_> {
    /// Records after a number and before another that pass, at most `limit`, and gaps. There may be fewer, and
    /// yet more behind.
    pub fn find(&self, filter: &Filter, after: u64, before: u64, limit: usize) -> Found {
        let step = match filter.needs_dissection() {
            true => STEP,
            false => limit,
        };
        let may_pass = |record: &Record| record.seq < before && filter.may_pass(record, self.me);
        // A gap is told with the record that comes after it.
        let through = self.reader.position().min(before);
        let page = self.store.page(after, through, step, may_pass);
        let mut found = Found {
            items: Vec::new(),
            records: 0,
            after: page.after,
            is_last: page.is_last,
        };
        for item in &page.items {
            match item {
                Item::Gap { seq, records } => found.items.push(RecordView::gap(*seq, *records)),
                Item::Record(record, bytes) => {
                    let Some(view) = self.record_that_passes(filter, record, bytes) else {
                        continue;
                    };
                    found.items.push(view);
                    found.records += 1;
                    if found.records == limit {
                        found.after = record.seq;
                        found.is_last = false;
                        break;
                    }
                }
            }
        }
        found
    }
}

/// The number after which the newest `limit` records that pass begin, of those before a number, and how many
/// such records stand before it.
pub async fn tail(
    inspector: &Inspector,
    filter: &Filter,
    me: Option<Owner>,
    before: u64,
    limit: usize,
) -> (u64, u64) {
    let may_pass = |record: &Record| filter.may_pass(record, me);
    if !filter.needs_dissection() {
        return inspector.store.tail(before, limit, may_pass);
    }
    inspector.catch_up().await;
    let position = inspector.reader.lock().position();
    let through = position.min(before.saturating_sub(1));
    let (mut newest, mut earlier, mut after) = (VecDeque::new(), 0, 0);
    loop {
        let page = inspector.store.page(after, through, STEP, may_pass);
        inspector.look(me, |viewer| {
            let passing = page
                .items
                .iter()
                .filter_map(|item| viewer.seq_that_passes(filter, item));
            newest.extend(passing);
        });
        while newest.len() > limit {
            newest.pop_front();
            earlier += 1;
        }
        if page.is_last || inspector.shutdown.is_cancelled() {
            let first = newest.front().filter(|_| earlier > 0);
            return (first.map_or(0, |seq| seq - 1), earlier);
        }
        after = page.after;
        yield_now().await;
    }
}
