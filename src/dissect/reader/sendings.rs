//! Chat messages that were sent, and whose number is not known yet.

use std::collections::VecDeque;

use super::Seen;

/// Messages that wait for their number.
const MAX_WAITING: usize = 1_000;

/// Where a message was sent: in which record, and in which of its packets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub seen: Seen,
    pub packet: usize,
}

/// A message that was sent.
#[derive(Debug, Clone, Copy)]
pub struct Sending {
    pub place: Place,
    /// Tells the sender from others.
    pub sender: u64,
    /// Tells what it says from what others say.
    pub content: u64,
    /// Only an answer can say its number.
    pub needs_answer: bool,
}

/// The messages of all senders: two of them may say the same.
#[derive(Debug, Default)]
pub struct Sendings {
    waiting: VecDeque<Sending>,
    /// The newest number that was passed on.
    newest: u64,
}

impl Sendings {
    /// Somebody sent a message.
    pub fn sent(&mut self, sending: Sending) {
        if self.waiting.len() == MAX_WAITING {
            self.waiting.pop_front();
        }
        self.waiting.push_back(sending);
    }

    /// The server answered what was sent there; whether that was a message.
    pub fn answered(&mut self, place: Place) -> bool {
        let index = self
            .waiting
            .iter()
            .position(|sending| sending.place == place);
        index.and_then(|index| self.waiting.remove(index)).is_some()
    }

    /// A message is passed on. The first time, its text tells which record sent it, if none but one sender can
    /// be meant: the room keeps the order of each. Where it cannot be known, nothing is said.
    pub fn delivered(&mut self, id: u64, content: u64) -> Option<Seen> {
        if id <= self.newest {
            return None;
        }
        self.newest = id;
        let mut same = self
            .waiting
            .iter()
            .filter(|sending| sending.content == content);
        let first = *same.next()?;
        let is_meant = !first.needs_answer
            && same.all(|other| other.sender == first.sender && !other.needs_answer);
        if is_meant {
            self.answered(first.place);
            return Some(first.place.seen);
        }
        self.waiting
            .retain(|sending| sending.content != content || sending.needs_answer);
        None
    }

    /// Records are missing: somebody else may have sent the same.
    pub fn lose(&mut self) {
        self.waiting.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sending(seq: u64, sender: u64, needs_answer: bool) -> Sending {
        Sending {
            place: Place {
                seen: Seen { seq, at: 0 },
                packet: 0,
            },
            sender,
            content: 7,
            needs_answer,
        }
    }

    fn first_of(sent: &[Sending]) -> Option<u64> {
        let mut sendings = Sendings::default();
        for sending in sent {
            sendings.sent(*sending);
        }
        sendings.delivered(1, 7).map(|seen| seen.seq)
    }

    #[test]
    fn a_text_tells_its_sender_only_where_there_is_one() {
        assert_eq!(first_of(&[sending(1, 1, false)]), Some(1));
        assert_eq!(
            first_of(&[sending(1, 1, false), sending(2, 1, false)]),
            Some(1)
        );
        assert_eq!(
            first_of(&[sending(1, 1, false), sending(2, 2, false)]),
            None
        );
        assert_eq!(first_of(&[sending(1, 1, false), sending(2, 2, true)]), None);
        assert_eq!(first_of(&[sending(1, 1, true)]), None);
        assert_eq!(first_of(&[]), None);
    }

    #[test]
    fn only_the_first_copy_tells() {
        let mut sendings = Sendings::default();
        assert_eq!(sendings.delivered(3, 7), None);
        sendings.sent(sending(1, 1, false));
        assert_eq!(sendings.delivered(3, 7), None);
        assert_eq!(sendings.delivered(4, 7).map(|seen| seen.seq), Some(1));
    }
}
