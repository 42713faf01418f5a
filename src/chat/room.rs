//! One room: everybody's messages in one order, and who is here.

use std::{
    collections::VecDeque,
    pin::Pin,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    task::{Context, Poll, ready},
    time::{Instant, SystemTime},
};

use parking_lot::Mutex;
use tokio::sync::{oneshot, watch};

use super::{
    database::{Addressee, NewMessage},
    history::{Newest, Question},
    house::Shared,
    limits::{self, Refusal},
    person::{Person, PersonId, Visitor},
    presence::Presence,
    subscription::{Start, Subscription},
};

/// Most messages, and bytes of text, of which a room reminds itself without asking the database.
const MAX_TAIL: usize = 500;
const MAX_TAIL_BYTES: usize = 128 * 1024;

/// A message that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Rises strictly, over all rooms and across restarts.
    pub id: u64,
    pub sender: Person,
    /// Whom a private message is for.
    pub recipient: Option<Person>,
    pub message: String,
    pub at: SystemTime,
}

impl Message {
    /// Whether somebody may read it.
    pub fn is_for(&self, viewer: Option<&PersonId>) -> bool {
        match (&self.recipient, viewer) {
            (None, _) => true,
            (Some(recipient), Some(viewer)) => *viewer == recipient.id || *viewer == self.sender.id,
            (Some(_), None) => false,
        }
    }
}

/// What somebody wants to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    pub handle: String,
    pub message: String,
    /// Chosen by the client: a retry with the same one is not said twice.
    pub client_offset: Option<String>,
    /// Only for this person.
    pub to: Option<PersonId>,
}

/// A message on its way into the history; as a future it gives the message's id.
#[derive(Debug)]
pub struct Pending {
    answer: oneshot::Receiver<Result<u64, Refusal>>,
    /// Who said it, under the name that was taken.
    pub sender: Person,
}

impl Future for Pending {
    type Output = Result<u64, Refusal>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let answer = ready!(Pin::new(&mut self.answer).poll(cx));
        Poll::Ready(answer.unwrap_or(Err(Refusal::HistoryFailed)))
    }
}

/// The newest messages of a room.
#[derive(Debug, Default)]
struct Tail {
    messages: VecDeque<Arc<Message>>,
    bytes: usize,
    /// Every message after this id is here.
    base: u64,
}

impl Tail {
    fn push(&mut self, message: Arc<Message>) {
        self.bytes += message.message.len();
        self.messages.push_back(message);
        while self.messages.len() > MAX_TAIL || self.bytes > MAX_TAIL_BYTES {
            let Some(oldest) = self.messages.pop_front() else {
                return;
            };
            self.bytes -= oldest.message.len();
            self.base = oldest.id;
        }
    }
}

/// A room.
#[derive(Debug)]
pub struct Room {
    name: Arc<str>,
    shared: Arc<Shared>,
    tail: Mutex<Tail>,
    /// The newest id, as soon as it is known.
    newest: watch::Sender<Option<u64>>,
    /// What that was when the room began to be.
    first: OnceLock<u64>,
    /// Its history could not be read.
    is_closed: AtomicBool,
    pub presence: Presence,
}

impl Room {
    pub(super) fn new(name: Arc<str>, shared: Arc<Shared>) -> Self {
        Self {
            name,
            shared,
            tail: Mutex::default(),
            newest: watch::Sender::new(None),
            first: OnceLock::new(),
            is_closed: AtomicBool::new(false),
            presence: Presence::default(),
        }
    }

    /// Its name, as it stands in a link.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A handle as it is used here, without what nobody sees.
    pub fn check_handle(&self, handle: &str) -> Result<String, Refusal> {
        self.shared.limits.check_handle(handle)
    }

    /// Says something. Who calls one after the other is heard in that order.
    pub fn post(&self, visitor: &Visitor, draft: Draft) -> Result<Pending, Refusal> {
        let handle = self.check_handle(&draft.handle)?;
        let message = self.shared.limits.check_message(&draft.message)?;
        limits::client_offset(draft.client_offset.as_deref())?;
        let to = match draft.to {
            None => Addressee::Everyone,
            Some(id) => match self.presence.find(&id) {
                Some(person) => Addressee::Person(person),
                None => Addressee::Nobody,
            },
        };
        let sender = Person {
            id: visitor.id(&handle),
            handle,
        };
        self.shared
            .buckets
            .lock()
            .take(&sender.id, visitor.address, Instant::now())?;
        let answer = self.shared.history.append(NewMessage {
            room: self.name.clone(),
            sender: sender.clone(),
            to,
            message,
            client_offset: draft.client_offset,
            at: SystemTime::now(),
        })?;
        Ok(Pending { answer, sender })
    }

    /// Follows the room. Without a viewer no private message is given.
    pub fn subscribe(self: &Arc<Self>, start: Start, viewer: Option<PersonId>) -> Subscription {
        Subscription::new(self.clone(), start, viewer)
    }

    /// Tells the newest id of a room that has just begun to be.
    pub(super) fn furnish(&self, newest: u64) {
        self.tail.lock().base = newest;
        let _ = self.first.set(newest);
        self.newest.send_replace(Some(newest));
    }

    /// Its history cannot be read: whoever waits for it is told.
    pub(super) fn fail(&self) {
        self.is_closed.store(true, Relaxed);
        self.newest.send_replace(None);
    }

    pub(super) fn is_closed(&self) -> bool {
        self.is_closed.load(Relaxed)
    }

    /// Takes the token for a sign that others are told of.
    pub fn sign(&self, visitor: &Visitor, id: &PersonId) -> Result<(), Refusal> {
        self.shared
            .signs
            .lock()
            .take(id, visitor.address, Instant::now())
    }

    /// Takes messages that were written, oldest first.
    pub(super) fn publish(&self, messages: Vec<Arc<Message>>) {
        let mut tail = self.tail.lock();
        // Before its newest id is known, what was written is part of that.
        let (Some(last), Some(newest)) = (messages.last().map(|last| last.id), self.newest())
        else {
            return;
        };
        for message in messages {
            if message.id > newest {
                tail.push(message);
            }
        }
        drop(tail);
        self.newest.send_replace(Some(last.max(newest)));
    }

    /// The newest id, where it is known already.
    pub(super) fn newest(&self) -> Option<u64> {
        *self.newest.borrow()
    }

    /// The id that was the newest when the room began to be, where it is known already.
    pub(super) fn first(&self) -> Option<u64> {
        self.first.get().copied()
    }

    /// The newest id of all rooms, as far as it was told.
    pub(super) fn newest_of_all(&self) -> u64 {
        self.shared.history.newest()
    }

    /// Whether an id was given, by another program just now perhaps.
    pub(super) async fn is_given(&self, id: u64) -> Result<bool, Refusal> {
        Ok(id <= self.shared.history.newest_of_all().await?)
    }

    pub(super) fn watch(&self) -> watch::Receiver<Option<u64>> {
        self.newest.subscribe()
    }

    /// At most `limit` messages after an id, oldest first.
    pub(super) async fn page(
        &self,
        after: u64,
        limit: usize,
    ) -> Result<Vec<Arc<Message>>, Refusal> {
        {
            let tail = self.tail.lock();
            if after >= tail.base {
                let start = tail.messages.partition_point(|message| message.id <= after);
                let page = tail.messages.iter().skip(start).take(limit);
                return Ok(page.cloned().collect());
            }
        }
        let room = self.name.clone();
        let question = Question { room, after, limit };
        self.shared.history.page(question).await
    }

    pub(super) async fn before_newest(
        &self,
        viewer: Option<PersonId>,
        count: usize,
    ) -> Result<u64, Refusal> {
        let room = self.name.clone();
        let newest = Newest {
            room,
            viewer,
            count,
        };
        self.shared.history.before_newest(newest).await
    }
}
