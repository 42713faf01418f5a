//! What was said, in memory and bounded.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
    time::SystemTime,
};

use super::room::Draft;

/// Most messages that are remembered.
const MAX_MESSAGES: usize = 5_000;

/// Most bytes of text that are remembered.
const MAX_BYTES: usize = 8 * 1024 * 1024;

/// A message that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Rises by one from message to message, from 1.
    pub id: u64,
    pub handle: String,
    pub message: String,
    pub at: SystemTime,
    client_offset: Option<String>,
}

impl Message {
    fn bytes(&self) -> usize {
        self.handle.len() + self.message.len() + self.client_offset.as_ref().map_or(0, String::len)
    }
}

/// The newest messages, and which retry belongs to which.
#[derive(Debug, Default)]
pub struct History {
    messages: VecDeque<Arc<Message>>,
    by_client_offset: HashMap<String, u64>,
    newest: u64,
    bytes: usize,
}

impl History {
    /// Takes a message and gives its id; a retry of one that was taken gets the same id.
    pub fn push(&mut self, draft: Draft, at: SystemTime) -> u64 {
        let Draft {
            handle,
            message,
            client_offset,
        } = draft;
        if let Some(id) = client_offset
            .as_ref()
            .and_then(|offset| self.by_client_offset.get(offset))
        {
            return *id;
        }
        self.newest += 1;
        let message = Message {
            id: self.newest,
            handle,
            message,
            at,
            client_offset,
        };
        if let Some(offset) = &message.client_offset {
            self.by_client_offset.insert(offset.clone(), message.id);
        }
        self.bytes += message.bytes();
        self.messages.push_back(Arc::new(message));
        while self.messages.len() > MAX_MESSAGES || self.bytes > MAX_BYTES {
            self.forget_oldest();
        }
        self.newest
    }

    fn forget_oldest(&mut self) {
        let Some(oldest) = self.messages.pop_front() else {
            return;
        };
        self.bytes -= oldest.bytes();
        if let Some(offset) = &oldest.client_offset {
            self.by_client_offset.remove(offset);
        }
    }

    /// The messages after an id, oldest first, at most `limit`.
    pub fn after(&self, id: u64, limit: usize) -> Vec<Arc<Message>> {
        let start = self.messages.partition_point(|message| message.id <= id);
        self.messages
            .iter()
            .skip(start)
            .take(limit)
            .cloned()
            .collect()
    }

    /// The id that was given last; 0 before the first.
    pub fn newest(&self) -> u64 {
        self.newest
    }
}
