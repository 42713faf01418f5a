//! What a client asked of the chat's WebSocket, until the server answers it.

use std::collections::VecDeque;

use super::{Seen, conversation::remember};
use crate::dissect::chat::Said;

/// What waits for its answer, oldest first.
#[derive(Debug, Default)]
pub struct Unanswered {
    waiting: VecDeque<Waiting>,
}

#[derive(Debug)]
struct Waiting {
    seen: Seen,
    asked: Asked,
    /// Tells the client's name for it.
    offset: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    Message,
    Rename,
    Unreadable,
}

impl Unanswered {
    /// Keeps what is asked, and gives where it was asked what is answered. A clientOffset says which that was;
    /// without one, what is asked is answered in the order of its kind: a message once it is written, all else
    /// at once.
    pub fn follow(&mut self, seen: Seen, said: &Said) -> Option<Seen> {
        match *said {
            Said::Send { offset, .. } => self.ask(seen, Asked::Message, offset),
            Said::Rename => self.ask(seen, Asked::Rename, None),
            Said::Unreadable { offset } => self.ask(seen, Asked::Unreadable, offset),
            Said::Taken { offset, .. } => self.answer(offset, |asked| asked == Asked::Message),
            Said::Renamed => self.answer(None, |asked| asked == Asked::Rename),
            Said::Refused {
                offset,
                is_unreadable,
            } => self.refuse(offset, is_unreadable),
            Said::Deliver { .. } => None,
        }
    }

    /// Records are missing: an answer may be for what was asked in them.
    pub fn lose(&mut self) {
        self.waiting.clear();
    }

    fn ask(&mut self, seen: Seen, asked: Asked, offset: Option<u64>) -> Option<Seen> {
        let waiting = Waiting {
            seen,
            asked,
            offset,
        };
        remember(&mut self.waiting, waiting);
        None
    }

    fn answer(&mut self, offset: Option<u64>, is_meant: impl Fn(Asked) -> bool) -> Option<Seen> {
        let index = self
            .waiting
            .iter()
            .position(|waiting| waiting.offset == offset && is_meant(waiting.asked))?;
        self.waiting.remove(index).map(|waiting| waiting.seen)
    }

    /// What was asked after a message may be refused before it. Where either can be meant, nothing is said, of
    /// neither of them.
    fn refuse(&mut self, offset: Option<u64>, is_unreadable: Option<bool>) -> Option<Seen> {
        let is_meant = |asked| {
            is_unreadable.is_none_or(|is_unreadable| (asked == Asked::Unreadable) == is_unreadable)
        };
        let is_possible = |waiting: &Waiting| waiting.offset == offset && is_meant(waiting.asked);
        let mut possible = self.waiting.iter().filter(|waiting| is_possible(waiting));
        let first = possible.next()?.asked;
        if first == Asked::Message && possible.any(|waiting| waiting.asked != first) {
            self.waiting.retain(|waiting| !is_possible(waiting));
            return None;
        }
        self.answer(offset, is_meant)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEND: Said = send(None);
    const TAKEN: Said = taken(None);

    const fn send(offset: Option<u64>) -> Said {
        Said::Send { content: 0, offset }
    }

    const fn taken(offset: Option<u64>) -> Said {
        Said::Taken { id: 1, offset }
    }

    const fn refused(offset: Option<u64>, is_unreadable: Option<bool>) -> Said {
        Said::Refused {
            offset,
            is_unreadable,
        }
    }

    /// Of what is said, which each answers: the number of what was asked, from 0.
    fn answered(said: &[Said]) -> Vec<Option<u64>> {
        let mut unanswered = Unanswered::default();
        let mut answered = Vec::new();
        for (seq, said) in (0..).zip(said) {
            let seen = Seen { seq, at: 0 };
            let asked = unanswered.follow(seen, said);
            let is_question = matches!(
                said,
                Said::Send { .. } | Said::Rename | Said::Unreadable { .. }
            );
            if !is_question {
                answered.push(asked.map(|asked| asked.seq));
            }
        }
        answered
    }

    #[test]
    fn each_kind_is_answered_in_its_order() {
        let said = [SEND, Said::Rename, SEND, Said::Renamed, TAKEN, TAKEN, TAKEN];
        assert_eq!(answered(&said), [Some(1), Some(0), Some(2), None]);
    }

    #[test]
    fn an_offset_says_what_is_meant() {
        let said = [
            send(Some(7)),
            SEND,
            send(Some(8)),
            refused(Some(8), None),
            TAKEN,
            taken(Some(9)),
            taken(Some(7)),
        ];
        assert_eq!(answered(&said), [Some(2), Some(1), None, Some(0)]);
    }

    #[test]
    fn what_cannot_be_read_is_told_from_what_is_refused() {
        let unreadable = Said::Unreadable { offset: None };
        let said = [
            SEND,
            unreadable,
            refused(None, Some(true)),
            refused(None, Some(false)),
        ];
        assert_eq!(answered(&said), [Some(1), Some(0)]);
    }

    #[test]
    fn of_two_that_may_be_refused_neither_is_said_to_be() {
        let either = refused(None, Some(false));
        assert_eq!(answered(&[SEND, Said::Rename, either, TAKEN]), [None, None]);
        // What is asked first but for messages is answered first.
        assert_eq!(
            answered(&[Said::Rename, SEND, either, TAKEN]),
            [Some(0), Some(1)]
        );
    }
}
