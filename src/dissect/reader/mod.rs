//! Goes through the capture in order and remembers what later records need: one reader for all who watch.
//!
//! # Layout
//!
//! ```text
//! conversation   one connection: exchanges, messages in fragments, pings, the closing handshake
//! session        one Engine.IO session: on whatever connections its packets travel
//! unanswered     which answer of the chat's WebSocket is for what
//! sendings       which record sent which message of the chat
//! tally          what each connection came to
//! notebook       what was noted on each record, within a bound of memory
//! ```

mod conversation;
mod notebook;
mod sendings;
mod session;
mod tally;
mod unanswered;

use std::{num::NonZeroUsize, sync::Arc};

use lru::LruCache;

pub use self::tally::{Tally, Times, Use, Way};
use self::{
    conversation::Conversation,
    notebook::Notebook,
    sendings::{Place, Sending, Sendings},
    session::Session,
};
use super::{
    Context, Dissection, dissect, fingerprint,
    notes::{Chat, Link, Notes, Relation, Role, UpgradeStep},
};
use crate::{
    capture::{Connection, Item, Kind, Protocol, Record, Store},
    wire::{engineio::packet::PacketType, violation::Violation},
};

/// Records of one step.
const STEP: usize = 1_000;

/// Connections, and Engine.IO sessions, that are remembered: those that were used last.
const MAX_REMEMBERED: NonZeroUsize = NonZeroUsize::new(10_000).unwrap();

/// Bytes of the longest session ID that is followed: any longer one is no server's.
const MAX_SID: usize = 256;

/// Reads a capture.
#[derive(Debug)]
pub struct Reader {
    /// The newest record that was read.
    position: u64,
    conversations: LruCache<u32, Conversation>,
    sessions: LruCache<Arc<str>, Session>,
    sendings: Sendings,
    tallies: LruCache<u32, Tally>,
    notebook: Notebook,
    /// Bytes that all conversations hold for what is not whole, and how many they may.
    held: usize,
    memory: usize,
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
    /// A chat message was sent.
    Sent {
        place: Place,
        content: u64,
        needs_answer: bool,
    },
    /// The server answered what was sent there, with the number of the message if it was one and was taken.
    Answered {
        place: Place,
        id: Option<u64>,
    },
    /// A chat message is passed on.
    Delivered {
        id: u64,
        content: u64,
    },
    Violation(Violation),
    /// A request has its final response, so many nanoseconds after it.
    Exchange {
        took: u64,
    },
    /// A step of an upgrade, so many nanoseconds after the session's first request.
    Upgrade {
        step: UpgradeStep,
        took: Option<u64>,
    },
}

impl Reader {
    /// A reader whose notes take at most so many bytes.
    pub fn new(memory: usize) -> Self {
        Self {
            position: 0,
            conversations: LruCache::new(MAX_REMEMBERED),
            sessions: LruCache::new(MAX_REMEMBERED),
            sendings: Sendings::default(),
            tallies: LruCache::new(MAX_REMEMBERED),
            notebook: Notebook::new(memory),
            held: 0,
            memory,
            forgotten: Notes {
                is_context_lost: true,
                may_be_connect: true,
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

    /// What a connection came to, as far as its records were read and are not forgotten.
    pub fn tally(&self, connection: u32) -> Option<&Tally> {
        self.tallies.peek(&connection)
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
        self.make_room(record.connection);
        let conversation = self
            .conversations
            .get_or_insert_mut(record.connection, || match record.kind {
                Kind::Opened => Conversation::from_its_beginning(),
                _ => Conversation::from_its_middle(),
            });
        let held_before = conversation.held();
        let mut findings = Vec::new();
        let mut notes = conversation.notes(record, bytes, connection, &mut findings);
        let context = Context {
            connection,
            notes: Some(&notes),
            sid: conversation.sid.as_ref(),
        };
        let dissection = dissect(record, bytes, context);
        conversation.follow(record, &dissection, &mut findings);
        self.held = self.held + conversation.held() - held_before;
        if self.held > self.memory {
            self.held -= conversation.held();
            conversation.give_up();
        }
        if record.protocol == Protocol::EngineIo {
            self.follow_session(record, &dissection, &mut notes, &mut findings);
        }
        self.tallies
            .get_or_insert_mut(record.connection, Tally::default)
            .add(record, &dissection, &notes, &findings);
        self.note(record, notes, &dissection, findings);
        dissection
    }

    /// A connection that is not remembered yet takes the place of the one that was used least lately.
    fn make_room(&mut self, connection: u32) {
        let is_full = self.conversations.len() == MAX_REMEMBERED.get();
        if is_full && !self.conversations.contains(&connection) {
            let over = self.conversations.pop_lru();
            self.held -= over.map_or(0, |(_, conversation)| conversation.held());
        }
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
    fn note(
        &mut self,
        record: &Record,
        mut notes: Notes,
        dissection: &Dissection,
        findings: Vec<Finding>,
    ) {
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
                Finding::Sent {
                    place,
                    content,
                    needs_answer,
                } => self.sendings.sent(Sending {
                    place,
                    sender: sender(record, dissection),
                    content,
                    needs_answer,
                }),
                Finding::Answered { place, id } => {
                    let was_message = self.sendings.answered(place);
                    if let Some(id) = id.filter(|_| was_message) {
                        let role = Role::Acknowledged;
                        notes.chat.push(Chat { id, role });
                        self.note_sender(place.seen.seq, id);
                    }
                }
                Finding::Delivered { id, content } => {
                    if let Some(sender) = self.sendings.delivered(id, content) {
                        self.note_sender(sender.seq, id);
                    }
                }
                Finding::Violation(violation) => notes.violations.push(violation),
                Finding::Upgrade { step, .. } => notes.upgrade = Some(step),
                Finding::Exchange { .. } => {}
            }
        }
        let mut carried = Vec::new();
        if notes
            .part
            .is_some_and(|part| part.is_last && part.index > 1)
        {
            carried.extend(dissection.chat.iter().chain(&notes.chat));
        }
        if !notes.is_empty() {
            self.notebook.edit(record.seq, |noted| *noted = notes);
        }
        for chat in carried {
            self.note_frames_before(record.seq, chat);
        }
    }

    /// A record sent the message of this number.
    fn note_sender(&mut self, seq: u64, id: u64) {
        let chat = Chat {
            id,
            role: Role::Sent,
        };
        self.notebook.edit(seq, |notes| notes.chat.push(chat));
        self.note_frames_before(seq, chat);
    }

    /// A chat message that was read at the last frame of a WebSocket message was carried by those before it too.
    fn note_frames_before(&mut self, last: u64, chat: Chat) {
        let linked = |seq, relation| -> Vec<u64> {
            let notes = self.notebook.get(seq);
            notes.map_or(Vec::new(), |notes| notes.linked(relation).collect())
        };
        let mut frames = linked(last, Relation::MessageStart);
        if let Some(start) = frames.first() {
            frames.extend(linked(*start, Relation::MessagePart));
        }
        for seq in frames {
            self.notebook.edit(seq, |notes| notes.chat.push(chat));
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
        self.sendings.lose();
    }
}

/// Tells who sent a record from others: a session, or a connection.
fn sender(record: &Record, dissection: &Dissection) -> u64 {
    match &dissection.sid {
        Some(sid) => fingerprint(sid),
        None => u64::from(record.connection),
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

    #[test]
    fn messages_that_never_end_take_bounded_memory() {
        let memory = 1024 * 1024;
        let mut reader = Reader::new(memory);
        let mut frame = b"\x01\x7f".to_vec();
        frame.extend(200_000_u64.to_be_bytes());
        frame.resize(10 + 200_000, b'a');
        for connection in 1..=100 {
            let record = Record {
                kind: Kind::Frame,
                ..Record::sample(connection, frame.len() as u64)
            };
            reader.read(&record, &frame, None);
            let held = reader.conversations.iter();
            let held: usize = held.map(|(_, conversation)| conversation.held()).sum();
            assert_eq!(reader.held, held);
            assert!(held <= memory);
        }
    }
}
