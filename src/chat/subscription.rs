//! Following a room at one's own pace: however slow its holder is, a subscription holds nothing but a position.

use std::sync::Arc;

use tokio::sync::watch;

use super::{
    limits::Refusal,
    person::PersonId,
    room::{Message, Room},
};

/// Most messages that a subscription hands out at once: fewer than Socket.IO's buffer has places.
pub const PAGE: usize = 100;

/// Most bytes of text that it hands out at once, unless one message alone has more: they wait in memory until a
/// slow client has read them.
pub const PAGE_BYTES: usize = 256 * 1024;

/// Most messages that somebody may ask to begin before.
pub const MAX_RECENT: usize = 200;

/// Where a subscription begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// After a message's id. One that was not given yet is of another history: then at the beginning.
    After(u64),
    /// With the newest so many.
    Recent(usize),
    /// With what comes from now on.
    Now,
}

/// What a subscription tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// At least one message, oldest first.
    Messages(Vec<Arc<Message>>),
    /// Everything that was there at the beginning has been told.
    CaughtUp {
        /// The newest id at the beginning.
        newest: u64,
        /// How many messages of those there were.
        replayed: usize,
    },
}

/// Follows a room.
#[derive(Debug)]
pub struct Subscription {
    room: Arc<Room>,
    newest: watch::Receiver<Option<u64>>,
    viewer: Option<PersonId>,
    position: Position,
}

#[derive(Debug, Clone, Copy)]
enum Position {
    /// The room does not know its newest id yet, or the history has to be asked where to begin.
    Unknown {
        start: Start,
        /// The newest id when the subscription began.
        known: Option<u64>,
    },
    /// What was there at the beginning is being told.
    Replay {
        after: u64,
        until: u64,
        replayed: usize,
    },
    Live {
        after: u64,
    },
}

impl Subscription {
    pub(super) fn new(room: Arc<Room>, start: Start, viewer: Option<PersonId>) -> Self {
        let newest = room.watch();
        let known = *newest.borrow();
        let position = match known.and_then(|newest| begin(start, newest, room.newest_of_all())) {
            Some(position) => position,
            None => Position::Unknown { start, known },
        };
        Self {
            room,
            newest,
            viewer,
            position,
        }
    }

    /// What comes next, as soon as there is something. Nothing is lost when the future is dropped.
    pub async fn next(&mut self) -> Result<Event, Refusal> {
        loop {
            if let Some(event) = self.ready().await? {
                return Ok(event);
            }
            self.changed().await;
        }
    }

    /// What comes next, where there is something already.
    pub async fn ready(&mut self) -> Result<Option<Event>, Refusal> {
        loop {
            let newest = self.known().await?;
            let (after, limit) = match self.position {
                Position::Unknown { start, known } => {
                    // Whoever came before the first was known came then: what was said since is news.
                    let newest = known.or(self.room.first()).unwrap_or(newest);
                    self.position = self.find(start, newest).await?;
                    continue;
                }
                Position::Replay {
                    after,
                    until,
                    replayed,
                } if after >= until => {
                    self.position = Position::Live { after };
                    let newest = until;
                    return Ok(Some(Event::CaughtUp { newest, replayed }));
                }
                Position::Live { after } if after >= newest => return Ok(None),
                Position::Replay { after, until, .. } => (after, until),
                Position::Live { after } => (after, u64::MAX),
            };
            let mut page = self.room.page(after, PAGE).await?;
            let is_last = page.len() < PAGE;
            page.truncate(fitting(&page));
            page.retain(|message| message.id <= limit);
            let end = match page.last() {
                Some(last) => last.id,
                None if is_last => limit.min(newest),
                None => limit,
            };
            page.retain(|message| message.is_for(self.viewer.as_ref()));
            self.advance(end.max(after), page.len());
            if !page.is_empty() {
                return Ok(Some(Event::Messages(page)));
            }
        }
    }

    /// The id up to which everything was told.
    pub fn position(&self) -> u64 {
        match self.position {
            Position::Unknown {
                start: Start::After(after),
                ..
            }
            | Position::Replay { after, .. }
            | Position::Live { after } => after,
            Position::Unknown { .. } => 0,
        }
    }

    /// Whose private messages it gives from now on.
    pub fn set_viewer(&mut self, viewer: PersonId) {
        self.viewer = Some(viewer);
    }

    /// Whether more was written than was told.
    pub fn is_behind(&self) -> bool {
        self.position() < self.room.newest().unwrap_or_default()
    }

    /// Waits until something may have been written since `ready` had nothing.
    pub async fn changed(&mut self) {
        // The sender lives in the room that `self` holds, so this cannot fail.
        let _ = self.newest.changed().await;
    }

    /// The room's newest id, as soon as it is known.
    async fn known(&mut self) -> Result<u64, Refusal> {
        loop {
            if let Some(newest) = *self.newest.borrow_and_update() {
                return Ok(newest);
            }
            if self.room.is_closed() {
                return Err(Refusal::HistoryFailed);
            }
            self.changed().await;
        }
    }

    async fn find(&self, start: Start, newest: u64) -> Result<Position, Refusal> {
        if let Some(position) = begin(start, newest, self.room.newest_of_all()) {
            return Ok(position);
        }
        let after = match start {
            Start::After(after) if self.room.is_given(after).await? => after,
            Start::After(_) => 0,
            Start::Recent(count) => {
                let (viewer, count) = (self.viewer.clone(), count.min(MAX_RECENT));
                self.room.before_newest(viewer, count).await?
            }
            Start::Now => newest,
        };
        Ok(Position::Replay {
            after,
            until: newest.max(after),
            replayed: 0,
        })
    }

    fn advance(&mut self, to: u64, told: usize) {
        match &mut self.position {
            Position::Replay {
                after, replayed, ..
            } => {
                *after = to;
                *replayed += told;
            }
            Position::Live { after } => *after = to,
            Position::Unknown { .. } => {}
        }
    }
}

/// How many of these messages are a page.
fn fitting(messages: &[Arc<Message>]) -> usize {
    let mut bytes = 0;
    let fits = |message: &&Arc<Message>| {
        bytes += message.message.len();
        bytes <= PAGE_BYTES
    };
    messages.iter().take_while(fits).count().max(1)
}

/// Where to begin, if that can be told without asking the history.
fn begin(start: Start, newest: u64, newest_of_all: u64) -> Option<Position> {
    let after = match start {
        Start::After(after) if after > newest_of_all => return None,
        Start::After(after) => after,
        Start::Now | Start::Recent(0) => newest,
        Start::Recent(_) => return None,
    };
    Some(Position::Replay {
        after,
        until: newest,
        replayed: 0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::{Draft, House, Limits, Visitor, attendance::Attendance, database::Place};

    fn house() -> House {
        House::open(&Place::Memory, u64::MAX, Limits::WITHOUT_RATE).unwrap()
    }

    fn visitor() -> Visitor {
        Visitor {
            session: None,
            address: [127, 0, 0, 1].into(),
        }
    }

    async fn say(room: &Arc<Room>, handle: &str, message: &str, to: Option<PersonId>) -> u64 {
        let draft = Draft {
            handle: handle.into(),
            message: message.into(),
            client_offset: None,
            to,
        };
        room.post(&visitor(), draft).unwrap().await.unwrap()
    }

    /// The texts of what comes, until the replay is done.
    async fn replayed(subscription: &mut Subscription) -> Vec<String> {
        let mut texts = Vec::new();
        loop {
            match subscription.next().await.unwrap() {
                Event::Messages(page) => {
                    texts.extend(page.iter().map(|message| message.message.clone()));
                }
                Event::CaughtUp { replayed, .. } => {
                    assert_eq!(replayed, texts.len());
                    return texts;
                }
            }
        }
    }

    async fn next(subscription: &mut Subscription) -> Vec<String> {
        match subscription.next().await.unwrap() {
            Event::Messages(page) => page.iter().map(|one| one.message.clone()).collect(),
            Event::CaughtUp { .. } => panic!("already caught up"),
        }
    }

    #[tokio::test]
    async fn everything_comes_in_order_from_the_database_and_from_memory() {
        let house = house();
        let room = house.room("lobby").unwrap();
        for number in 0..1_234 {
            say(&room, "ann", &number.to_string(), None).await;
        }
        let numbers = |from: usize| (from..1_234).map(|n| n.to_string()).collect::<Vec<_>>();
        for start in [0, 1, 700, 734, 735, 1_233, 1_234] {
            let mut subscription = room.subscribe(Start::After(start as u64), None);
            assert_eq!(replayed(&mut subscription).await, numbers(start), "{start}");
        }
        let mut live = room.subscribe(Start::Now, None);
        assert_eq!(replayed(&mut live).await, numbers(1_234));
        say(&room, "ann", "live", None).await;
        assert_eq!(next(&mut live).await, ["live"]);
        let mut recent = room.subscribe(Start::Recent(3), None);
        assert_eq!(replayed(&mut recent).await.len(), 3);
    }

    #[tokio::test]
    async fn a_room_that_begins_anew_knows_its_history() {
        let house = house();
        let room = house.room("lobby").unwrap();
        say(&room, "ann", "before", None).await;
        drop(room);
        house.sweep(std::time::Instant::now());
        let room = house.room("lobby").unwrap();
        let mut late = room.subscribe(Start::Now, None);
        let mut early = room.subscribe(Start::After(0), None);
        assert_eq!(replayed(&mut early).await, ["before"]);
        assert_eq!(replayed(&mut late).await, [""; 0]);
        say(&room, "ann", "after", None).await;
        assert_eq!(next(&mut late).await, ["after"]);
    }

    #[tokio::test]
    async fn whoever_enters_a_new_room_misses_nothing_that_is_said_before_they_listen() {
        let house = house();
        let room = house.room("lobby").unwrap();
        let mut early = room.subscribe(Start::Now, None);
        say(&room, "ann", "first", None).await;
        assert_eq!(replayed(&mut early).await, [""; 0]);
        assert_eq!(next(&mut early).await, ["first"]);
    }

    #[tokio::test]
    async fn an_id_of_another_history_hides_nothing_but_one_of_another_room_does() {
        let house = house();
        let (lobby, other) = (house.room("lobby").unwrap(), house.room("other").unwrap());
        say(&lobby, "ann", "1", None).await;
        let elsewhere = say(&other, "ann", "2", None).await;
        let mut lost = lobby.subscribe(Start::After(30), None);
        assert_eq!(replayed(&mut lost).await, ["1"]);
        let mut moved = lobby.subscribe(Start::After(elsewhere), None);
        assert_eq!(replayed(&mut moved).await, [""; 0]);
        say(&lobby, "ann", "3", None).await;
        assert_eq!(next(&mut moved).await, ["3"]);
    }

    #[tokio::test]
    async fn what_another_program_has_just_written_is_of_the_same_history() {
        let name = format!("wireglass-two-programs-{}.db", std::process::id());
        let path = std::env::temp_dir().join(name);
        let open =
            || House::open(&Place::File(path.clone()), u64::MAX, Limits::WITHOUT_RATE).unwrap();
        let (one, other) = (open(), open());
        let [here, there] = [&one, &other].map(|house| house.room("lobby").unwrap());
        say(&there, "ann", "the first", None).await;
        for number in 0..20 {
            let id = say(&here, "ann", &number.to_string(), None).await;
            let mut known = there.subscribe(Start::After(id), None);
            assert_eq!(replayed(&mut known).await, [""; 0]);
        }
        for end in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{end}", path.display()));
        }
    }

    #[tokio::test]
    async fn a_page_of_long_messages_is_short() {
        let house = house();
        let room = house.room("lobby").unwrap();
        let family = "👨\u{200d}👩\u{200d}👧".repeat(1_990);
        for number in 0..40 {
            say(&room, "ann", &format!("{family}{number}"), None).await;
        }
        let mut subscription = room.subscribe(Start::After(0), None);
        let mut pages = Vec::new();
        while let Some(Event::Messages(page)) = subscription.ready().await.unwrap() {
            pages.push(page.len());
        }
        assert_eq!(pages, [7, 7, 7, 7, 7, 5]);
    }

    #[tokio::test]
    async fn private_messages_are_for_two() {
        let house = house();
        let room = house.room("lobby").unwrap();
        let bob = Attendance::new(room.clone(), visitor(), "websocket", Some("bob")).unwrap();
        say(&room, "ann", "psst", bob.id()).await;
        say(&room, "ann", "all", None).await;
        let heard_by = async |handle: &str| {
            let viewer = Some(visitor().id(handle));
            replayed(&mut room.subscribe(Start::After(0), viewer)).await
        };
        assert_eq!(heard_by("bob").await, ["psst", "all"]);
        assert_eq!(heard_by("ann").await, ["psst", "all"]);
        assert_eq!(heard_by("eve").await, ["all"]);
        let nobody = Draft {
            handle: "ann".into(),
            message: "psst".into(),
            client_offset: None,
            to: Some(PersonId::named("nobody")),
        };
        let refused = room.post(&visitor(), nobody).unwrap().await;
        assert_eq!(refused, Err(Refusal::UnknownPerson));
    }

    #[tokio::test]
    async fn private_messages_of_others_hold_nobody_up() {
        let house = house();
        let room = house.room("lobby").unwrap();
        let bob = Attendance::new(room.clone(), visitor(), "websocket", Some("bob")).unwrap();
        for _ in 0..250 {
            say(&room, "ann", "psst", bob.id()).await;
        }
        let mut eve = room.subscribe(Start::After(0), None);
        assert_eq!(replayed(&mut eve).await, [""; 0]);
        assert_eq!(eve.ready().await, Ok(None));
        assert!(!eve.is_behind());
    }
}
