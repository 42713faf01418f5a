//! The room: everybody's messages in one order, and subscriptions that follow it at their own pace.

use std::{sync::Arc, time::SystemTime};

use parking_lot::Mutex;
use tokio::sync::watch;

use super::{
    history::{History, Message},
    limits::{self, Refusal},
};

/// Most messages that a subscription hands out at once.
const PAGE: usize = 100;

/// What somebody wants to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    pub handle: String,
    pub message: String,
    /// Chosen by the client: a retry with the same one is not said twice.
    pub client_offset: Option<String>,
}

/// A room.
#[derive(Debug)]
pub struct Room {
    history: Mutex<History>,
    newest: watch::Sender<u64>,
}

impl Default for Room {
    fn default() -> Self {
        Self {
            history: Mutex::default(),
            newest: watch::Sender::new(0),
        }
    }
}

impl Room {
    /// Says something to everybody. Who calls one after the other is heard in that order.
    pub fn post(&self, draft: Draft) -> Result<u64, Refusal> {
        let draft = limits::check(draft)?;
        let mut history = self.history.lock();
        let id = history.push(draft, SystemTime::now());
        self.newest.send_replace(history.newest());
        Ok(id)
    }

    /// Follows the room: after a message's id, or from now on. An id that was not given yet is from before
    /// a restart, when the count began anew: then everything is new.
    pub fn subscribe(self: &Arc<Self>, after: Option<u64>) -> Subscription {
        let newest = self.newest.subscribe();
        let given = *newest.borrow();
        let after = match after {
            None => given,
            Some(after) if after > given => 0,
            Some(after) => after,
        };
        Subscription {
            room: self.clone(),
            newest,
            after,
        }
    }
}

/// Follows a room. However slow its holder is, it holds nothing but a position.
#[derive(Debug)]
pub struct Subscription {
    room: Arc<Room>,
    newest: watch::Receiver<u64>,
    after: u64,
}

impl Subscription {
    /// The next messages, in order, as soon as there are any.
    pub async fn next(&mut self) -> Vec<Arc<Message>> {
        loop {
            self.newest.borrow_and_update();
            let page = self.room.history.lock().after(self.after, PAGE);
            if let Some(last) = page.last() {
                self.after = last.id;
                return page;
            }
            // The sender lives in the room that `self` holds, so this cannot fail.
            let _ = self.newest.changed().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(message: &str, client_offset: Option<&str>) -> Draft {
        Draft {
            handle: "ann".into(),
            message: message.into(),
            client_offset: client_offset.map(str::to_owned),
        }
    }

    #[tokio::test]
    async fn a_subscription_gets_all_in_order() {
        let room = Arc::new(Room::default());
        room.post(draft("before", None)).unwrap();
        let mut late = room.subscribe(None);
        let mut early = room.subscribe(Some(0));
        for index in 0..250 {
            room.post(draft(&index.to_string(), None)).unwrap();
        }
        let mut ids = Vec::new();
        while ids.len() < 251 {
            ids.extend(early.next().await.iter().map(|message| message.id));
        }
        assert_eq!(ids, (1..=251).collect::<Vec<_>>());
        assert_eq!(late.next().await[0].message, "0");
    }

    #[tokio::test]
    async fn an_id_from_before_a_restart_hides_nothing() {
        let room = Arc::new(Room::default());
        let mut subscription = room.subscribe(Some(30));
        room.post(draft("hi", None)).unwrap();
        assert_eq!(subscription.next().await[0].id, 1);
    }

    #[tokio::test]
    async fn a_retry_is_not_said_twice() {
        let room = Arc::new(Room::default());
        let id = room.post(draft("hi", Some("a-1"))).unwrap();
        assert_eq!(room.post(draft("hi", Some("a-1"))), Ok(id));
        assert_eq!(room.subscribe(Some(0)).next().await.len(), 1);
    }

    #[test]
    fn what_is_not_taken() {
        let room = Room::default();
        let long = "x".repeat(2_001);
        assert_eq!(room.post(draft(" \n", None)), Err(Refusal::MessageEmpty));
        assert_eq!(room.post(draft(&long, None)), Err(Refusal::MessageTooLong));
        assert_eq!(room.post(draft(&"ü".repeat(2_000), None)), Ok(1));
        let nobody = Draft {
            handle: String::new(),
            ..draft("hi", None)
        };
        assert_eq!(room.post(nobody), Err(Refusal::HandleEmpty));
    }
}
