//! Following who is here and who types, no faster than can be read.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::watch,
    time::{self, sleep_until},
};

use super::{
    person::PersonId,
    presence::{Here, Typing},
    room::Room,
};

/// The pause between two lists: longer, the more people there are to be told of.
const PAUSE: Duration = Duration::from_millis(200);
const PAUSE_PER_PERSON: Duration = Duration::from_millis(5);

/// What has changed about the people of a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    pub here: Option<Here>,
    pub typing: Option<Typing>,
}

/// The company of one person.
#[derive(Debug)]
pub struct Company {
    room: Arc<Room>,
    you: PersonId,
    changes: watch::Receiver<u64>,
    here: Option<Here>,
    typing: Typing,
    not_before: Option<time::Instant>,
}

impl Company {
    /// The first news are everything.
    pub fn new(room: Arc<Room>, you: PersonId) -> Self {
        Self {
            changes: room.presence.watch(),
            room,
            you,
            here: None,
            typing: Typing { people: Vec::new() },
            not_before: None,
        }
    }

    /// It is told to somebody else from now on: a guest has another name.
    pub fn set_you(&mut self, you: PersonId) {
        self.you = you;
    }

    /// What has changed, as soon as something has. Nothing is lost when the future is dropped.
    pub async fn next(&mut self) -> News {
        loop {
            if let Some(not_before) = self.not_before {
                sleep_until(not_before).await;
                self.not_before = None;
            }
            self.changes.borrow_and_update();
            let here = self.room.presence.here(&self.you);
            let typing = self.room.presence.typing(&self.you);
            let news = News {
                here: (self.here.as_ref() != Some(&here)).then_some(here),
                typing: (self.typing != typing).then_some(typing),
            };
            if news.here.is_some() || news.typing.is_some() {
                if let Some(here) = &news.here {
                    self.here = Some(here.clone());
                }
                if let Some(typing) = &news.typing {
                    self.typing = typing.clone();
                }
                let count = self.here.as_ref().map_or(0, |here| here.people.len());
                let pause = PAUSE + PAUSE_PER_PERSON * u32::try_from(count).unwrap_or(u32::MAX);
                self.not_before = Some(time::Instant::now() + pause);
                return news;
            }
            // The sender lives in the room that `self` holds, so this cannot fail.
            let _ = self.changes.changed().await;
        }
    }
}
