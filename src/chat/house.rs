//! All rooms, under one roof.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use parking_lot::Mutex;

use super::{
    database::{Database, DatabaseError, Place},
    history::History,
    limits::{self, Buckets, Limits, Refusal},
    room::Room,
};

/// The room of those who name none.
pub const LOBBY: &str = "lobby";

/// How often a house has to be swept.
pub const SWEEPING: Duration = Duration::from_millis(500);

/// Most rooms with somebody in them.
const MAX_ROOMS: usize = 4_096;

/// What the rooms share.
#[derive(Debug)]
pub struct Shared {
    pub limits: Limits,
    pub history: History,
    pub buckets: Mutex<Buckets>,
    /// The same for signs: who comes, who types, who takes another name.
    pub signs: Mutex<Buckets>,
}

/// The rooms that are in use, by name.
#[derive(Debug, Default)]
pub struct Rooms(Mutex<HashMap<Arc<str>, Arc<Room>>>);

impl Rooms {
    /// Closes a room whose history cannot be read: whoever comes next tries again.
    pub(super) fn close(&self, name: &str) {
        if let Some(room) = self.0.lock().remove(name) {
            room.fail();
        }
    }

    /// A room that is in use.
    pub fn find(&self, name: &str) -> Option<Arc<Room>> {
        self.0.lock().get(name).cloned()
    }
}

/// The chat as a whole.
#[derive(Debug, Clone)]
pub struct House {
    shared: Arc<Shared>,
    rooms: Arc<Rooms>,
}

/// The chat cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum HouseError {
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error("the thread for the history could not be started")]
    Thread(#[from] std::io::Error),
}

impl House {
    /// Opens the history, and the house with it.
    pub fn open(place: &Place, capacity: u64, limits: Limits) -> Result<Self, HouseError> {
        let rooms = Arc::new(Rooms::default());
        let database = Database::open(place, capacity)?;
        let shared = Shared {
            limits,
            history: History::start(database, place, Arc::downgrade(&rooms))?,
            buckets: Mutex::new(Buckets::new(limits)),
            signs: Mutex::new(Buckets::new(limits)),
        };
        Ok(Self {
            shared: Arc::new(shared),
            rooms,
        })
    }

    /// A room by its name; it begins to be when somebody enters.
    pub fn room(&self, name: &str) -> Result<Arc<Room>, Refusal> {
        limits::room(name)?;
        let mut rooms = self.rooms.0.lock();
        if let Some(room) = rooms.get(name) {
            return Ok(room.clone());
        }
        if rooms.len() >= MAX_ROOMS {
            rooms.retain(|_, room| is_in_use(room));
        }
        if rooms.len() >= MAX_ROOMS && name != LOBBY {
            return Err(Refusal::TooManyRooms);
        }
        let name: Arc<str> = name.into();
        // Before anybody can say something in it, which is then no part of what was there.
        self.shared.history.furnish(name.clone())?;
        let room = Arc::new(Room::new(name.clone(), self.shared.clone()));
        rooms.insert(name, room.clone());
        Ok(room)
    }

    /// How many messages were written since the program began, retries left out.
    pub fn written(&self) -> u64 {
        self.shared.history.written()
    }

    /// Bytes of memory of messages that wait to be written.
    pub fn waiting(&self) -> usize {
        self.shared.history.waiting()
    }

    /// Sees to what ends with time: who has left, who no longer types, rooms that nobody is in.
    pub fn sweep(&self, now: Instant) {
        self.rooms.0.lock().retain(|_, room| {
            room.presence.sweep(now);
            is_in_use(room)
        });
    }
}

/// Whether somebody is in a room, or is just asking for it.
fn is_in_use(room: &Arc<Room>) -> bool {
    !room.presence.is_empty() || Arc::strong_count(room) > 1
}
