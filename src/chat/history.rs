//! The thread that owns the database. It writes what waits in one transaction, tells the rooms, and only
//! then are the senders told that their messages were taken.

use std::{
    io,
    sync::{
        Arc, Weak,
        atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed},
        mpsc::{self, Receiver, RecvTimeoutError, Sender, TryRecvError},
    },
    thread,
    time::{Duration, Instant},
};

use tokio::sync::oneshot;

use super::{
    database::{Database, NewMessage, Place},
    house::Rooms,
    limits::Refusal,
    person::PersonId,
    room::{Message, Room},
};

/// Most bytes of messages that wait to be written.
const MAX_WAITING: usize = 16 * 1024 * 1024;

/// Bytes that a waiting message takes besides its text, in round numbers.
const OVERHEAD: usize = 512;

/// Most messages in one transaction.
const MAX_BATCH: usize = 512;

/// How often to look whether another program wrote to the same file.
const LOOK: Duration = Duration::from_millis(100);

/// Most messages that are read at once for the rooms.
const PAGE: usize = 1_000;

/// What the thread is asked for.
#[derive(Debug)]
enum Job {
    Append(NewMessage, oneshot::Sender<Result<u64, Refusal>>),
    Page(
        Question,
        oneshot::Sender<Result<Vec<Arc<Message>>, Refusal>>,
    ),
    BeforeNewest(Newest, oneshot::Sender<Result<u64, Refusal>>),
    NewestOfAll(oneshot::Sender<Result<u64, Refusal>>),
    /// A new room asks for its newest id.
    Furnish(Arc<str>),
}

/// A page of a room's messages.
#[derive(Debug)]
pub struct Question {
    pub room: Arc<str>,
    pub after: u64,
    pub limit: usize,
}

/// A room's newest messages.
#[derive(Debug)]
pub struct Newest {
    pub room: Arc<str>,
    pub viewer: Option<PersonId>,
    pub count: usize,
}

/// The way to the thread; it ends when all of these are gone.
#[derive(Debug, Clone)]
pub struct History {
    jobs: Sender<Job>,
    counts: Arc<Counts>,
}

/// What the thread and those who ask it both look at.
#[derive(Debug, Default)]
struct Counts {
    /// Bytes of messages that wait to be written.
    waiting: AtomicUsize,
    /// The newest id of all rooms.
    newest: AtomicU64,
    /// Messages written since the program began, retries left out.
    written: AtomicU64,
}

impl History {
    /// Starts the thread.
    pub fn start(database: Database, place: &Place, rooms: Weak<Rooms>) -> io::Result<Self> {
        let (jobs, queue) = mpsc::channel();
        let told = database.newest_of_all().unwrap_or_default();
        let counts = Arc::new(Counts::default());
        counts.newest.store(told, Relaxed);
        let archivist = Archivist {
            told,
            version: database.version().unwrap_or_default(),
            database,
            rooms,
            counts: counts.clone(),
        };
        let is_shared = matches!(place, Place::File(_));
        thread::Builder::new()
            .name("history".to_owned())
            .spawn(move || archivist.work(&queue, is_shared))?;
        Ok(Self { jobs, counts })
    }

    /// How many messages were written since the program began, retries left out.
    pub fn written(&self) -> u64 {
        self.counts.written.load(Relaxed)
    }

    /// Bytes of memory of messages that wait to be written.
    pub fn waiting(&self) -> usize {
        self.counts.waiting.load(Relaxed)
    }

    /// The newest id of all rooms, as far as it was told.
    pub fn newest(&self) -> u64 {
        self.counts.newest.load(Relaxed)
    }

    /// Queues a message; the answer is its id, once it is written. Messages are written in the order of calls.
    pub fn append(
        &self,
        message: NewMessage,
    ) -> Result<oneshot::Receiver<Result<u64, Refusal>>, Refusal> {
        let bytes = weight(&message);
        if self.counts.waiting.fetch_add(bytes, Relaxed) + bytes > MAX_WAITING {
            self.counts.waiting.fetch_sub(bytes, Relaxed);
            return Err(Refusal::Busy);
        }
        let (reply, answer) = oneshot::channel();
        self.send(Job::Append(message, reply))?;
        Ok(answer)
    }

    /// A page of a room's messages, oldest first.
    pub async fn page(&self, question: Question) -> Result<Vec<Arc<Message>>, Refusal> {
        self.ask(|reply| Job::Page(question, reply)).await
    }

    /// The id after which a room's newest messages begin.
    pub async fn before_newest(&self, newest: Newest) -> Result<u64, Refusal> {
        self.ask(|reply| Job::BeforeNewest(newest, reply)).await
    }

    /// The newest id of all rooms: another program may have written it just now.
    pub async fn newest_of_all(&self) -> Result<u64, Refusal> {
        self.ask(Job::NewestOfAll).await
    }

    /// Has a new room told its newest id.
    pub fn furnish(&self, room: Arc<str>) -> Result<(), Refusal> {
        self.send(Job::Furnish(room))
    }

    async fn ask<T>(
        &self,
        job: impl FnOnce(oneshot::Sender<Result<T, Refusal>>) -> Job,
    ) -> Result<T, Refusal> {
        let (reply, answer) = oneshot::channel();
        self.send(job(reply))?;
        answer.await.unwrap_or(Err(Refusal::HistoryFailed))
    }

    fn send(&self, job: Job) -> Result<(), Refusal> {
        self.jobs.send(job).map_err(|_| Refusal::HistoryFailed)
    }
}

fn weight(message: &NewMessage) -> usize {
    message.message.len() + OVERHEAD
}

/// Works on the thread.
struct Archivist {
    database: Database,
    /// Not held: the rooms hold the way to this thread, which ends with them.
    rooms: Weak<Rooms>,
    counts: Arc<Counts>,
    /// The newest id of which the rooms were told.
    told: u64,
    /// The database's, when it was looked at last.
    version: i64,
}

impl Archivist {
    fn work(mut self, queue: &Receiver<Job>, is_shared: bool) {
        let mut looked = Instant::now();
        loop {
            if is_shared && looked.elapsed() >= LOOK {
                self.look();
                looked = Instant::now();
            }
            let job = match is_shared {
                true => match queue.recv_timeout(LOOK) {
                    Err(RecvTimeoutError::Timeout) => continue,
                    Err(RecvTimeoutError::Disconnected) => return,
                    Ok(job) => job,
                },
                false => match queue.recv() {
                    Err(_) => return,
                    Ok(job) => job,
                },
            };
            let mut next = Some(job);
            while let Some(job) = next.take() {
                next = match job {
                    Job::Append(message, reply) => self.append(message, reply, queue),
                    job => {
                        self.answer(job);
                        None
                    }
                };
            }
        }
    }

    /// Writes a message and those that wait behind it, and gives the job that came next.
    fn append(
        &mut self,
        message: NewMessage,
        reply: oneshot::Sender<Result<u64, Refusal>>,
        queue: &Receiver<Job>,
    ) -> Option<Job> {
        let (mut messages, mut replies) = (vec![message], vec![reply]);
        let next = loop {
            match (messages.len() < MAX_BATCH).then(|| queue.try_recv()) {
                Some(Ok(Job::Append(message, reply))) => {
                    messages.push(message);
                    replies.push(reply);
                }
                Some(Ok(job)) => break Some(job),
                None | Some(Err(TryRecvError::Empty | TryRecvError::Disconnected)) => break None,
            }
        };
        let written = self.database.append(&messages);
        self.counts
            .waiting
            .fetch_sub(messages.iter().map(weight).sum(), Relaxed);
        match written {
            Ok(ids) => {
                let written = self.database.written();
                self.counts.written.store(written, Relaxed);
                self.tell();
                if let Err(error) = self.database.prune() {
                    tracing::error!(%error, "no room was made in the history");
                }
                for (reply, id) in replies.into_iter().zip(ids) {
                    let _ = reply.send(id.ok_or(Refusal::UnknownPerson));
                }
            }
            Err(error) => {
                tracing::error!(%error, messages = replies.len(), "messages were not written");
                for reply in replies {
                    let _ = reply.send(Err(Refusal::HistoryFailed));
                }
            }
        }
        next
    }

    fn answer(&self, job: Job) {
        // Whoever asked may be gone.
        match job {
            Job::Page(Question { room, after, limit }, reply) => {
                let page = self.database.after(&room, after, limit);
                let page = page.map(|messages| messages.into_iter().map(Arc::new).collect());
                let _ = reply.send(page.map_err(failed));
            }
            Job::BeforeNewest(newest, reply) => {
                let Newest {
                    room,
                    viewer,
                    count,
                } = newest;
                let before = self.database.before_newest(&room, viewer.as_ref(), count);
                let _ = reply.send(before.map_err(failed));
            }
            Job::NewestOfAll(reply) => {
                let _ = reply.send(self.database.newest_of_all().map_err(failed));
            }
            Job::Furnish(name) => {
                let newest = self.database.newest(&name).map_err(failed);
                match newest {
                    Ok(newest) => {
                        if let Some(room) = self.room(&name) {
                            room.furnish(newest);
                        }
                    }
                    Err(_) => {
                        if let Some(rooms) = self.rooms.upgrade() {
                            rooms.close(&name);
                        }
                    }
                }
            }
            Job::Append(..) => {}
        }
    }

    /// A room that is in use.
    fn room(&self, name: &str) -> Option<Arc<Room>> {
        self.rooms.upgrade()?.find(name)
    }

    /// Tells the rooms what another program wrote.
    fn look(&mut self) {
        match self.database.version() {
            Ok(version) if version != self.version => {
                self.version = version;
                self.tell();
            }
            Ok(_) => {}
            Err(error) => tracing::error!(%error, "the history cannot be read"),
        }
    }

    /// Tells each room what was written in it since the last time, in the order of ids: of other programs too.
    fn tell(&mut self) {
        loop {
            let messages = match self.database.after_in_all(self.told, PAGE) {
                Ok(messages) => messages,
                Err(error) => {
                    _ = failed(error);
                    return;
                }
            };
            let count = messages.len();
            let mut messages = messages.into_iter().peekable();
            while let Some((name, message)) = messages.next() {
                let mut page = vec![Arc::new(message)];
                while let Some((_, message)) = messages.next_if(|(next, _)| *next == name) {
                    page.push(Arc::new(message));
                }
                self.told = page.last().map_or(self.told, |message| message.id);
                self.counts.newest.store(self.told, Relaxed);
                if let Some(room) = self.room(&name) {
                    room.publish(page);
                }
            }
            if count < PAGE {
                return;
            }
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn failed(error: rusqlite::Error) -> Refusal {
    tracing::error!(%error, "the history cannot be read");
    Refusal::HistoryFailed
}
