//! The capture: one ring for each worker thread, so that workers do not wait for each other.
//!
//! A record gets its number while its ring is locked, and a reader locks all rings for a short, bounded
//! copy: so a reader never sees a number before a smaller one, and what is missing between two numbers is
//! what was lost.

use std::{
    hash::{BuildHasher, RandomState},
    net::SocketAddr,
    num::NonZeroU64,
    sync::{
        Arc,
        atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering::Relaxed},
    },
    time::{Duration, Instant, SystemTime},
};

use crossbeam_utils::CachePadded;
use parking_lot::{Mutex, MutexGuard};

use super::{
    connection::{Connection, Registry},
    record::{Both, End, Owner, Record},
    ring::Ring,
};

/// Most records that a reader looks at while it holds the rings.
const MAX_LOOKED_AT: usize = 4_096;

/// Most bytes that a reader copies while it holds the rings (the first record is copied whole).
const MAX_COPIED: usize = 256 * 1024;

/// The smallest capture memory that is of use.
pub const MIN_MEMORY: usize = 1024 * 1024;

/// Everything that was captured.
#[derive(Debug)]
pub struct Store {
    pub started: Instant,
    pub started_at: SystemTime,
    memory: usize,
    /// Apart from each other in memory, so that workers do not share cache lines either.
    rings: Box<[CachePadded<Mutex<Ring>>]>,
    next_seq: CachePadded<AtomicU64>,
    next_exchange: AtomicU64,
    next_connection: AtomicU32,
    /// The last number that was given when the capture was cleared.
    cleared: AtomicU64,
    connections: Mutex<Registry>,
    /// Bytes of requests, responses and frames that are not whole yet.
    pending: AtomicUsize,
    /// Bytes of the inspector's own traffic, on all connections there ever were.
    pub inspector_bytes: AtomicU64,
    owners: RandomState,
}

/// What a reader gets.
#[derive(Debug)]
pub enum Item {
    /// A record and the bytes kept of it.
    Record(Record, Vec<u8>),
    /// So many records are missing, from this number on.
    Gap { seq: u64, records: u64 },
}

/// Some items in order.
#[derive(Debug)]
pub struct Page {
    pub items: Vec<Item>,
    /// Where to go on.
    pub after: u64,
    /// Nothing newer was there.
    pub is_last: bool,
}

/// State of the capture as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status {
    /// The oldest and newest numbers kept; 0 when there are none.
    pub oldest: u64,
    pub newest: u64,
    pub lost_records: u64,
    pub lost_bytes: u64,
    /// Bytes of memory taken, and allowed.
    pub memory_used: usize,
    pub memory_limit: usize,
    /// The last number that was cleared.
    pub cleared: u64,
}

/// Everything there ever was, whether it is still kept or not.
#[derive(Debug, Clone)]
pub struct Totals {
    pub records: u64,
    /// The records' lengths.
    pub bytes: Both<u64>,
}

impl Store {
    /// A capture of at most `memory` bytes in `rings` rings.
    pub fn new(memory: usize, rings: usize) -> Self {
        let rings = rings.clamp(1, 16);
        let memory = memory.max(MIN_MEMORY);
        Self {
            started: Instant::now(),
            started_at: SystemTime::now(),
            memory,
            rings: (0..rings)
                .map(|_| CachePadded::new(Mutex::new(Ring::new(memory / rings))))
                .collect(),
            next_seq: CachePadded::new(AtomicU64::new(1)),
            next_exchange: AtomicU64::new(1),
            next_connection: AtomicU32::new(1),
            cleared: AtomicU64::new(0),
            connections: Mutex::default(),
            pending: AtomicUsize::new(0),
            inspector_bytes: AtomicU64::new(0),
            owners: RandomState::new(),
        }
    }

    /// Bytes that it may take.
    pub fn memory(&self) -> usize {
        self.memory
    }

    /// Nanoseconds from the start to `time`.
    pub fn at(&self, time: Instant) -> u64 {
        time.saturating_duration_since(self.started).as_nanos() as u64
    }

    /// Such a time by the clock on the wall, as it stood when the capture began.
    pub fn time(&self, at: u64) -> SystemTime {
        self.started_at + Duration::from_nanos(at)
    }

    /// Registers an accepted connection.
    pub fn open(&self, peer: SocketAddr, opened: u64) -> Arc<Connection> {
        let id = self.next_connection.fetch_add(1, Relaxed);
        let connection = Arc::new(Connection::new(id, peer, opened));
        self.connections.lock().insert(connection.clone());
        connection
    }

    /// Notes that a connection ended.
    pub fn close(&self, connection: &Connection, at: u64, end: End) {
        let _ = connection.closed.set((at, end));
        self.connections.lock().close(connection);
    }

    /// The connections that are remembered, oldest first, and how many are not.
    pub fn connections(&self) -> (Vec<Arc<Connection>>, u64) {
        self.connections.lock().list()
    }

    /// A connection by its number.
    pub fn connection(&self, id: u32) -> Option<Arc<Connection>> {
        self.connections.lock().get(id)
    }

    /// A number for an exchange of request and response.
    pub fn next_exchange(&self) -> u64 {
        self.next_exchange.fetch_add(1, Relaxed)
    }

    /// The owner that a session cookie stands for, in this process.
    pub fn owner(&self, cookie: &str) -> Owner {
        let hash = self.owners.hash_one(cookie);
        Owner(NonZeroU64::new(hash).unwrap_or(NonZeroU64::MIN))
    }

    /// Adds a record to the ring of the current worker.
    pub fn append(&self, mut record: Record, bytes: &[u8]) {
        let mut ring = self.rings[worker() % self.rings.len()].lock();
        record.seq = self.next_seq.fetch_add(1, Relaxed);
        ring.push(record, bytes);
    }

    /// Asks to hold bytes of something that is not whole yet; refused beyond a quarter of the memory,
    /// unless they are needed.
    pub fn reserve(&self, bytes: usize, needed: bool) -> bool {
        let before = self.pending.fetch_add(bytes, Relaxed);
        let granted = needed || before + bytes <= self.memory / 4;
        if !granted {
            self.release(bytes);
        }
        granted
    }

    /// Gives back what was reserved.
    pub fn release(&self, bytes: usize) {
        self.pending.fetch_sub(bytes, Relaxed);
    }

    /// Forgets every record, and what was lost.
    pub fn clear(&self) {
        let mut rings = self.lock();
        for ring in &mut rings {
            ring.clear();
        }
        self.cleared.store(self.next_seq.load(Relaxed) - 1, Relaxed);
    }

    /// Where the capture stands.
    pub fn status(&self) -> Status {
        let rings = self.lock();
        let ends = |pick: fn(&Ring) -> Option<&Record>| {
            rings
                .iter()
                .filter_map(move |ring| pick(ring))
                .map(|record| record.seq)
        };
        let lost = rings.iter().map(|ring| ring.lost());
        Status {
            oldest: ends(|ring| ring.get(0)).min().unwrap_or(0),
            newest: ends(|ring| ring.get(ring.len().checked_sub(1)?))
                .max()
                .unwrap_or(0),
            lost_records: lost.clone().map(|(records, _)| records).sum(),
            lost_bytes: lost.map(|(_, bytes)| bytes).sum(),
            memory_used: rings.iter().map(|ring| ring.memory_used()).sum(),
            memory_limit: self.memory,
            cleared: self.cleared.load(Relaxed),
        }
    }

    /// What was recorded in all.
    pub fn totals(&self) -> Totals {
        Totals {
            records: self.next_seq.load(Relaxed) - 1,
            bytes: self.connections.lock().bytes(),
        }
    }

    /// The records after a number, through another, that `wanted` picks, at most `limit`; gaps stand where
    /// records are missing. A page may hold fewer and not be the last: go on from its `after`.
    pub fn page(
        &self,
        after: u64,
        through: u64,
        limit: usize,
        wanted: impl Fn(&Record) -> bool,
    ) -> Page {
        let rings = self.lock();
        let mut next: Vec<usize> = rings.iter().map(|ring| ring.after(after)).collect();
        let mut page = Page {
            items: Vec::new(),
            after,
            is_last: false,
        };
        let mut expected = after.max(self.cleared.load(Relaxed)) + 1;
        let (mut found, mut copied) = (0, 0);
        for _ in 0..MAX_LOOKED_AT {
            if found == limit || copied > MAX_COPIED {
                return page;
            }
            let next_record = first(&rings, &next).filter(|(_, record)| record.seq <= through);
            let Some((index, record)) = next_record else {
                page.is_last = true;
                return page;
            };
            if record.seq > expected {
                page.items.push(Item::Gap {
                    seq: expected,
                    records: record.seq - expected,
                });
            }
            if wanted(&record) {
                found += 1;
                copied += record.kept as usize;
                page.items
                    .push(Item::Record(record, rings[index].bytes(next[index])));
            }
            next[index] += 1;
            expected = record.seq + 1;
            page.after = record.seq;
        }
        page
    }

    /// The number after which the newest `limit` records that `wanted` picks begin, of those before a number,
    /// and how many such records stand before it.
    pub fn tail(
        &self,
        mut before: u64,
        limit: usize,
        wanted: impl Fn(&Record) -> bool,
    ) -> (u64, u64) {
        let (mut start, mut found, mut earlier) = (u64::MAX, 0, 0);
        loop {
            let rings = self.lock();
            let mut next: Vec<usize> = rings
                .iter()
                .map(|ring| ring.after(before.saturating_sub(1)))
                .collect();
            for _ in 0..MAX_LOOKED_AT {
                let Some((index, record)) = last(&rings, &next) else {
                    let start = if earlier == 0 { 0 } else { start - 1 };
                    return (start, earlier);
                };
                next[index] -= 1;
                before = record.seq;
                if wanted(&record) && found < limit {
                    found += 1;
                    start = record.seq;
                } else if wanted(&record) {
                    earlier += 1;
                }
            }
        }
    }

    /// One record and its bytes.
    pub fn get(&self, seq: u64) -> Option<(Record, Vec<u8>)> {
        self.lock().iter().find_map(|ring| {
            let index = ring.after(seq.checked_sub(1)?);
            let record = *ring.get(index)?;
            (record.seq == seq).then(|| (record, ring.bytes(index)))
        })
    }

    fn lock(&self) -> Vec<MutexGuard<'_, Ring>> {
        self.rings.iter().map(|ring| ring.lock()).collect()
    }
}

/// The record with the smallest number among those that come next, and its ring.
fn first(rings: &[MutexGuard<'_, Ring>], next: &[usize]) -> Option<(usize, Record)> {
    let candidates = rings.iter().zip(next).enumerate();
    candidates
        .filter_map(|(index, (ring, next))| Some((index, *ring.get(*next)?)))
        .min_by_key(|(_, record)| record.seq)
}

/// The record with the greatest number in front of those that come next, and its ring.
fn last(rings: &[MutexGuard<'_, Ring>], next: &[usize]) -> Option<(usize, Record)> {
    let candidates = rings.iter().zip(next).enumerate();
    candidates
        .filter_map(|(index, (ring, next))| Some((index, *ring.get(next.checked_sub(1)?)?)))
        .max_by_key(|(_, record)| record.seq)
}

/// A small number for the current thread.
fn worker() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    thread_local!(static WORKER: usize = NEXT.fetch_add(1, Relaxed));
    WORKER.with(|worker| *worker)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every sequence number that the pages from `after` on speak for, in order.
    fn walk(store: &Store, mut after: u64) -> Vec<u64> {
        let mut seen = Vec::new();
        loop {
            let page = store.page(after, u64::MAX, 100, |_| true);
            for item in &page.items {
                match item {
                    Item::Record(record, _) => seen.push(record.seq),
                    Item::Gap { seq, records } => seen.extend(*seq..seq + records),
                }
            }
            if page.is_last {
                return seen;
            }
            after = page.after;
        }
    }

    #[test]
    fn workers_share_one_order_and_every_loss_is_told() {
        let store = Arc::new(Store::new(MIN_MEMORY, 3));
        let writers: Vec<_> = (0..4)
            .map(|writer| {
                let store = store.clone();
                std::thread::spawn(move || {
                    for _ in 0..5_000 {
                        store.append(Record::sample(writer, 300), &[0; 300]);
                    }
                })
            })
            .collect();
        for writer in writers {
            writer.join().unwrap();
        }
        let status = store.status();
        assert!(status.lost_records > 0);
        assert_eq!(status.lost_bytes, status.lost_records * 300);
        assert!(status.memory_used <= status.memory_limit);
        assert_eq!(walk(&store, 0), (1..=20_000).collect::<Vec<_>>());
    }

    #[test]
    fn what_was_cleared_is_not_a_gap() {
        let store = Store::new(MIN_MEMORY, 2);
        for _ in 0..10 {
            store.append(Record::sample(1, 1), b"x");
        }
        store.clear();
        store.append(Record::sample(1, 1), b"y");
        assert_eq!(walk(&store, 0), [11]);
        assert_eq!(store.status().lost_records, 0);
        assert!(store.get(10).is_none());
        assert_eq!(store.get(11).unwrap().1, b"y");
    }

    #[test]
    fn the_tail_counts_what_stands_before_it() {
        let store = Store::new(MIN_MEMORY, 2);
        for index in 0..10 {
            store.append(Record::sample(index % 2, 1), b"x");
        }
        assert_eq!(
            store.tail(u64::MAX, 3, |record| record.connection == 1),
            (5, 2)
        );
        assert_eq!(store.tail(u64::MAX, 100, |_| true), (0, 0));
        assert_eq!(store.tail(u64::MAX, 10, |_| true), (0, 0));
    }

    #[test]
    fn what_is_not_whole_yet_is_bounded() {
        let store = Store::new(MIN_MEMORY, 1);
        assert!(store.reserve(MIN_MEMORY / 4, false));
        assert!(!store.reserve(1, false));
        store.release(1);
        assert!(store.reserve(1, false));
        assert!(store.reserve(1, true));
    }
}
