//! A ring of records and a ring of their bytes. What is new takes the place of what is oldest, and that is counted.

use std::collections::VecDeque;

use super::record::Record;

/// Records and bytes, both bounded.
#[derive(Debug)]
pub struct Ring {
    /// Each record, and where its bytes begin: a position that only rises.
    entries: VecDeque<(Record, u64)>,
    max_entries: usize,
    bytes: Box<[u8]>,
    /// Where the next record's bytes go.
    head: u64,
    lost_records: u64,
    lost_bytes: u64,
}

impl Ring {
    /// A ring that takes `memory` bytes: two thirds for the records' bytes, one third for the records.
    pub fn new(memory: usize) -> Self {
        let max_entries = (memory / 3 / size_of::<(Record, u64)>()).max(16);
        Self {
            entries: VecDeque::with_capacity(max_entries),
            max_entries,
            bytes: vec![0; memory - memory / 3].into_boxed_slice(),
            head: 0,
            lost_records: 0,
            lost_bytes: 0,
        }
    }

    /// Adds a record and the bytes that were kept of it; more than the ring can hold are cut off.
    pub fn push(&mut self, mut record: Record, bytes: &[u8]) {
        let bytes = &bytes[..bytes.len().min(self.bytes.len())];
        record.kept = bytes.len() as u32;
        while self.entries.len() == self.max_entries || self.used() + bytes.len() > self.bytes.len()
        {
            self.evict();
        }
        self.entries.push_back((record, self.head));
        let start = self.index(self.head);
        let first = bytes.len().min(self.bytes.len() - start);
        self.bytes[start..start + first].copy_from_slice(&bytes[..first]);
        self.bytes[..bytes.len() - first].copy_from_slice(&bytes[first..]);
        self.head += bytes.len() as u64;
    }

    fn evict(&mut self) {
        if let Some((record, _)) = self.entries.pop_front() {
            self.lost_records += 1;
            self.lost_bytes += record.length;
        }
    }

    /// Forgets everything, losses too.
    pub fn clear(&mut self) {
        self.entries.clear();
        self.lost_records = 0;
        self.lost_bytes = 0;
    }

    /// The number of records.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// The record at an index from the oldest.
    pub fn get(&self, index: usize) -> Option<&Record> {
        self.entries.get(index).map(|(record, _)| record)
    }

    /// The index of the first record with a greater `seq`.
    pub fn after(&self, seq: u64) -> usize {
        self.entries
            .partition_point(|(record, _)| record.seq <= seq)
    }

    /// A copy of the bytes kept of the record at an index.
    pub fn bytes(&self, index: usize) -> Vec<u8> {
        let Some((record, start)) = self.entries.get(index) else {
            return Vec::new();
        };
        let start = self.index(*start);
        let length = record.kept as usize;
        let first = length.min(self.bytes.len() - start);
        let mut out = Vec::with_capacity(length);
        out.extend_from_slice(&self.bytes[start..start + first]);
        out.extend_from_slice(&self.bytes[..length - first]);
        out
    }

    /// Records that had to go, and their bytes on the wire.
    pub fn lost(&self) -> (u64, u64) {
        (self.lost_records, self.lost_bytes)
    }

    /// Bytes taken by records and their bytes.
    pub fn memory_used(&self) -> usize {
        self.used() + self.entries.len() * size_of::<(Record, u64)>()
    }

    fn used(&self) -> usize {
        self.entries
            .front()
            .map_or(0, |(_, start)| (self.head - start) as usize)
    }

    fn index(&self, position: u64) -> usize {
        (position % self.bytes.len() as u64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(seq: u64, length: u64) -> Record {
        Record {
            seq,
            ..Record::sample(1, length)
        }
    }

    #[test]
    fn the_oldest_make_room_and_are_counted() {
        let mut ring = Ring::new(30_000);
        let bytes: Vec<u8> = (0..9_000).map(|byte| byte as u8).collect();
        for seq in 1..=5 {
            ring.push(record(seq, 9_000), &bytes);
        }
        assert_eq!(ring.len(), 2);
        assert_eq!(ring.lost(), (3, 27_000));
        assert_eq!(ring.get(0).unwrap().seq, 4);
        assert_eq!(ring.bytes(0), bytes);
        assert_eq!(ring.bytes(1), bytes);
        assert!(ring.memory_used() <= 30_000);
    }

    #[test]
    fn the_number_of_records_is_bounded_too() {
        let mut ring = Ring::new(30_000);
        for seq in 1..=10_000 {
            ring.push(record(seq, 0), &[]);
        }
        assert!(ring.len() * size_of::<(Record, u64)>() <= 10_000);
        assert_eq!(ring.lost().0 + ring.len() as u64, 10_000);
        let oldest = ring.get(0).unwrap().seq;
        assert_eq!(ring.after(oldest), 1);
        assert_eq!(ring.after(0), 0);
    }

    #[test]
    fn a_record_larger_than_the_ring_is_cut() {
        let mut ring = Ring::new(3_000);
        ring.push(record(1, 5_000), &[7; 5_000]);
        assert!(ring.get(0).unwrap().is_truncated());
        assert_eq!(ring.bytes(0).len(), 2_000);
    }
}
