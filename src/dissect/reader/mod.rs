//! Goes through the capture in order and remembers what later records need: one reader for all who watch.
//!
//! # Layout
//!
//! ```text
//! conversation   one connection: exchanges, messages in fragments, pings, the closing handshake
//! session        one Engine.IO session: on whatever connections its packets travel
//! notebook       what was noted on each record, within a bound of memory
//! ```

mod conversation;
mod notebook;
mod session;

use std::{num::NonZeroUsize, sync::Arc};

use lru::LruCache;

use self::{conversation::Conversation, notebook::Notebook, session::Session};
use super::{
    Context, Dissection, dissect,
    notes::{Chat, Link, Notes, Relation, UpgradeStep},
};
use crate::{
    capture::{Connection, Item, Kind, Protocol, Record, Store},
    wire::{engineio::packet::PacketType, violation::Violation},
};

/// Records of one step.
const STEP: usize = 1_000;

/// Connections, and Engine.IO sessions, that are remembered: those that were used last.
const MAX_REMEMBERED: NonZeroUsize = NonZeroUsize::new(20_000).unwrap();

/// Bytes of the longest session ID that is followed: any longer one is no server's.
const MAX_SID: usize = 256;

/// Reads a capture.
#[derive(Debug)]
pub struct Reader {
    /// The newest record that was read.
    position: u64,
    conversations: LruCache<u32, Conversation>,
    sessions: LruCache<Arc<str>, Session>,
    notebook: Notebook,
    /// What stands for notes that had to go.
    forgotten: Notes,
}

/// A record that others refer to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Seen {
    seq: u64,
    at: u64,
}

impl Seen {
    fn new(record: &Record) -> Self {
        Self {
            seq: record.seq,
            at: record.at,
        }
    }
}

/// What reading one record brought to light.
#[derive(Debug)]
enum Finding {
    /// This record and an earlier one belong together.
    Pair {
        earlier: Seen,
        earlier_is: Relation,
        this_is: Relation,
    },
    /// An earlier record, or this one, carries a chat message.
    Chat {
        seq: u64,
        chat: Chat,
    },
    Violation(Violation),
    Upgrade(UpgradeStep),
}

impl Reader {
    /// A reader whose notes take at most so many bytes.
    pub fn new(memory: usize) -> Self {
        Self {
            position: 0,
            conversations: LruCache::new(MAX_REMEMBERED),
            sessions: LruCache::new(MAX_REMEMBERED),
            notebook: Notebook::new(memory),
            forgotten: Notes {
                is_context_lost: true,
                ..Notes::default()
            },
        }
    }

    /// Goes on for some records; true once nothing newer was there.
    pub fn catch_up(&mut self, store: &Store) -> bool {
        let status = store.status();
        if status.cleared > self.position {
            self.position = status.cleared;
            self.lose();
        }
        self.notebook.forget_before(status.oldest);
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

    /// The newest record that was read.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// What is known of a record besides its bytes.
    pub fn context<'a>(
        &'a self,
        record: &Record,
        connection: Option<&'a Connection>,
    ) -> Context<'a> {
        let is_forgotten = self.notebook.is_forgotten(record.seq);
        let conversation = self.conversations.peek(&record.connection);
        Context {
            connection,
            notes: match is_forgotten {
                true => Some(&self.forgotten),
                false => self.notebook.get(record.seq),
            },
            sid: conversation.and_then(|conversation| conversation.sid.as_ref()),
        }
    }

    /// Reads one record: the one after all that were read before.
    pub fn read(
        &mut self,
        record: &Record,
        bytes: &[u8],
        connection: Option<&Connection>,
    ) -> Dissection {
        if record.kind == Kind::Opened {
            let conversation = Conversation::from_its_beginning();
            self.conversations.put(record.connection, conversation);
        }
        let conversation = self
            .conversations
            .get_or_insert_mut(record.connection, Conversation::from_its_middle);
        let mut findings = Vec::new();
        let mut notes = conversation.notes(record, bytes, connection, &mut findings);
        let context = Context {
            connection,
            notes: Some(&notes),
            sid: conversation.sid.as_ref(),
        };
        let dissection = dissect(record, bytes, context);
        conversation.follow(record, &dissection, &mut findings);
        if record.protocol == Protocol::EngineIo {
            self.follow_session(record, &dissection, &mut notes, &mut findings);
        }
        self.note(record, notes, findings);
        dissection
    }

    /// Follows the Engine.IO session that a record belongs to.
    fn follow_session(
        &mut self,
        record: &Record,
        dissection: &Dissection,
        notes: &mut Notes,
        findings: &mut Vec<Finding>,
    ) {
        let sid = dissection.sid.clone();
        let Some(sid) = sid.filter(|sid| sid.len() <= MAX_SID) else {
            return;
        };
        let first = dissection.engineio.first();
        let is_beginning = first.is_some_and(|packet| packet.kind == PacketType::Open);
        let session = self
            .sessions
            .get_or_insert_mut(sid.clone(), || Session::new(is_beginning));
        session.follow(record, dissection, notes, findings);
        match record.kind {
            Kind::Response => notes.sid = Some(sid),
            Kind::Frame => {
                if let Some(conversation) = self.conversations.peek_mut(&record.connection) {
                    conversation.sid.get_or_insert(sid);
                }
            }
            _ => {}
        }
    }

    /// Writes down what was found.
    fn note(&mut self, record: &Record, mut notes: Notes, findings: Vec<Finding>) {
        for finding in findings {
            match finding {
                // Packets of one polling body need no link to each other.
                Finding::Pair { earlier, .. } if earlier.seq == record.seq => {}
                Finding::Pair {
                    earlier,
                    earlier_is,
                    this_is,
                } => {
                    let apart = record.at.abs_diff(earlier.at);
                    let link = |relation, seq| Link {
                        relation,
                        seq,
                        apart,
                    };
                    notes.links.push(link(earlier_is, earlier.seq));
                    self.notebook.edit(earlier.seq, |notes| {
                        notes.links.push(link(this_is, record.seq));
                    });
                }
                Finding::Chat { seq, chat } if seq == record.seq => notes.chat.push(chat),
                Finding::Chat { seq, chat } => {
                    self.notebook.edit(seq, |notes| notes.chat.push(chat));
                }
                Finding::Violation(violation) => notes.violations.push(violation),
                Finding::Upgrade(step) => notes.upgrade = Some(step),
            }
        }
        if !notes.is_empty() {
            self.notebook.edit(record.seq, |noted| *noted = notes);
        }
    }

    /// Records are missing here: nothing that was remembered can be relied on.
    fn lose(&mut self) {
        for (_, conversation) in &mut self.conversations {
            conversation.lose();
        }
        for (_, session) in &mut self.sessions {
            session.lose();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_id_of_any_length_is_not_followed() {
        for (length, sessions) in [(MAX_SID, 1), (MAX_SID + 1, 0)] {
            let packet = format!(r#"0{{"sid":"{}"}}"#, "a".repeat(length));
            let size = (packet.len() as u16).to_be_bytes();
            let frame = [&[0x81, 0x7e], &size[..], packet.as_bytes()].concat();
            let record = Record {
                kind: Kind::Frame,
                protocol: Protocol::EngineIo,
                ..Record::sample(1, frame.len() as u64)
            };
            let mut reader = Reader::new(1024 * 1024);
            reader.read(&record, &frame, None);
            assert_eq!(reader.sessions.len(), sessions);
        }
    }
}
