//! The notes on records, by their number. When there are too many, those on the oldest records go.

use std::collections::BTreeMap;

use crate::dissect::notes::Notes;

/// What a note takes besides its data: itself and its place in the map.
const OVERHEAD: usize = size_of::<Notes>() + 64;

/// Notes within a bound of memory.
#[derive(Debug)]
pub struct Notebook {
    notes: BTreeMap<u64, Notes>,
    memory: usize,
    used: usize,
    /// Notes up to this record had to go while it may still be kept.
    forgotten: u64,
}

impl Notebook {
    /// A notebook of so many bytes.
    pub fn new(memory: usize) -> Self {
        Self {
            notes: BTreeMap::new(),
            memory,
            used: 0,
            forgotten: 0,
        }
    }

    /// What was noted on a record.
    pub fn get(&self, seq: u64) -> Option<&Notes> {
        self.notes.get(&seq)
    }

    /// Whether there may have been a note that had to go.
    pub fn is_forgotten(&self, seq: u64) -> bool {
        seq <= self.forgotten
    }

    /// Adds to the notes on a record.
    pub fn edit(&mut self, seq: u64, edit: impl FnOnce(&mut Notes)) {
        if self.is_forgotten(seq) {
            return;
        }
        let mut notes = self.notes.remove(&seq).unwrap_or_default();
        if !notes.is_empty() {
            self.used -= size(&notes);
        }
        edit(&mut notes);
        if !notes.is_empty() {
            self.used += size(&notes);
            self.notes.insert(seq, notes);
        }
        while self.used > self.memory {
            self.forget_oldest();
        }
    }

    /// The capture keeps no records before this one any more.
    pub fn forget_before(&mut self, oldest: u64) {
        while self
            .notes
            .first_key_value()
            .is_some_and(|(seq, _)| *seq < oldest)
        {
            self.drop_oldest();
        }
    }

    fn forget_oldest(&mut self) {
        if let Some(seq) = self.drop_oldest() {
            self.forgotten = seq;
        }
    }

    fn drop_oldest(&mut self) -> Option<u64> {
        let (seq, notes) = self.notes.pop_first()?;
        self.used -= size(&notes);
        Some(seq)
    }
}

/// Bytes that a note takes, as nearly as it matters.
fn size(notes: &Notes) -> usize {
    let data = |bytes: &Option<Box<[u8]>>| bytes.as_ref().map_or(0, |bytes| bytes.len());
    OVERHEAD
        + size_of_val(notes.links.as_slice())
        + size_of_val(notes.chat.as_slice())
        + size_of_val(notes.violations.as_slice())
        + data(&notes.inflated)
        + data(&notes.message)
        + notes.sid.as_ref().map_or(0, |sid| sid.len())
        + notes
            .request
            .as_ref()
            .map_or(0, |request| request.target.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_forgotten_and_that_is_known() {
        let mut notebook = Notebook::new(10 * (OVERHEAD + 100));
        for seq in 1..=30 {
            notebook.edit(seq, |notes| notes.message = Some(vec![0; 100].into()));
        }
        assert_eq!(
            (notebook.is_forgotten(20), notebook.is_forgotten(21)),
            (true, false)
        );
        assert!(notebook.get(20).is_none() && notebook.get(21).is_some());
        notebook.edit(25, |notes| notes.message = None);
        assert_eq!(notebook.used, 9 * (OVERHEAD + 100));
        notebook.forget_before(31);
        assert_eq!(notebook.used, 0);
    }
}
