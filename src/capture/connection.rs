//! What is known of a connection, and its exact counters. They go on counting when records are gone.

use std::{
    collections::{BTreeMap, VecDeque},
    net::SocketAddr,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use super::record::{Both, Direction, End, Kind, Owner, Protocol, Record};
use crate::wire::{
    handshake::{Choice, Offer},
    websocket::opcode::Opcode,
};

/// How many closed connections are remembered.
const MAX_CLOSED: usize = 10_000;

/// One accepted TCP connection.
#[derive(Debug)]
pub struct Connection {
    pub id: u32,
    pub peer: SocketAddr,
    /// The server's own address, where the connection is a real one.
    pub local: OnceLock<SocketAddr>,
    /// Nanoseconds from the capture's start.
    pub opened: u64,
    /// When the first byte of its first record passed, in the same time.
    pub first_used: OnceLock<u64>,
    /// When and how it ended.
    pub closed: OnceLock<(u64, End)>,
    /// The handshake, once a 101 has confirmed it.
    pub upgrade: OnceLock<Upgrade>,
    /// The session of the first exchange that had one.
    pub owner: OnceLock<Owner>,
    counters: Both<Counters>,
    /// Bytes of the inspector's own traffic, both directions.
    pub inspector_bytes: AtomicU64,
}

/// An opening handshake, for whoever reads the frames that follow.
#[derive(Debug, Clone)]
pub struct Upgrade {
    pub target: String,
    pub offer: Offer,
    pub choice: Choice,
    pub protocol: Protocol,
}

/// Counters of one direction. Inspector traffic is not among them. What each frame touches stands in one
/// cache line.
#[derive(Debug, Default)]
#[repr(C, align(64))]
pub struct Counters {
    /// The sum of the records' lengths.
    pub bytes: AtomicU64,
    frames: [AtomicU64; FRAMES.len()],
    /// Requests to the server, responses to the client.
    pub messages: AtomicU64,
}

/// How frames are counted: by opcode, all reserved ones together at the end.
const FRAMES: [Opcode; 7] = [
    Opcode::Continuation,
    Opcode::Text,
    Opcode::Binary,
    Opcode::Close,
    Opcode::Ping,
    Opcode::Pong,
    Opcode::Reserved(0),
];

impl Counters {
    /// How many frames of each kind there were.
    pub fn frames(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let counts = self.frames.iter().map(|count| count.load(Relaxed));
        FRAMES.iter().map(|opcode| opcode.name()).zip(counts)
    }

    fn count_frame(&self, opcode: Opcode) {
        let kind = FRAMES.iter().position(|kind| *kind == opcode);
        self.frames[kind.unwrap_or(FRAMES.len() - 1)].fetch_add(1, Relaxed);
    }
}

impl Connection {
    /// A connection that was accepted now.
    pub fn new(id: u32, peer: SocketAddr, opened: u64) -> Self {
        Self {
            id,
            peer,
            local: OnceLock::new(),
            opened,
            first_used: OnceLock::new(),
            closed: OnceLock::new(),
            upgrade: OnceLock::new(),
            owner: OnceLock::new(),
            counters: Both::default(),
            inspector_bytes: AtomicU64::new(0),
        }
    }

    /// The counters of a direction.
    pub fn counters(&self, direction: Direction) -> &Counters {
        &self.counters[direction]
    }

    /// Counts a record; `opcode` is a frame's.
    pub fn count(&self, record: &Record, opcode: Option<Opcode>) {
        let counters = self.counters(record.direction);
        counters.bytes.fetch_add(record.length, Relaxed);
        let is_message = matches!(record.kind, Kind::Request | Kind::Response);
        if is_message && record.later_part().is_none() {
            counters.messages.fetch_add(1, Relaxed);
        }
        if let Some(opcode) = opcode {
            counters.count_frame(opcode);
        }
    }

    /// Whether the inspector's traffic is all that it carried.
    pub fn is_inspectors(&self) -> bool {
        self.inspector_bytes.load(Relaxed) > 0 && self.carried_nothing()
    }

    /// It has no record yet: its opening is told with the first, or with its end.
    pub fn is_untold(&self) -> bool {
        self.closed.get().is_none() && self.carried_nothing()
    }

    fn carried_nothing(&self) -> bool {
        let mut counters = self.counters.iter();
        counters.all(|counters| counters.bytes.load(Relaxed) == 0)
    }
}

/// The connections that are open, and those that closed last.
#[derive(Debug, Default)]
pub struct Registry {
    connections: BTreeMap<u32, Arc<Connection>>,
    closed: VecDeque<u32>,
    forgotten: u64,
    /// Bytes of the records of connections that are not remembered.
    forgotten_bytes: Both<u64>,
}

impl Registry {
    /// Adds a connection.
    pub fn insert(&mut self, connection: Arc<Connection>) {
        self.connections.insert(connection.id, connection);
    }

    /// Remembers that a connection closed; those that closed first are forgotten first. One that carried
    /// nothing but the inspector's traffic is forgotten at once.
    pub fn close(&mut self, connection: &Connection) {
        if connection.is_inspectors() {
            self.connections.remove(&connection.id);
            return;
        }
        self.closed.push_back(connection.id);
        while self.closed.len() > MAX_CLOSED {
            let oldest = self.closed.pop_front();
            if let Some(connection) = oldest.and_then(|id| self.connections.remove(&id)) {
                self.forgotten += 1;
                add(&mut self.forgotten_bytes, &connection);
            }
        }
    }

    /// The lengths of all records there ever were, added up.
    pub fn bytes(&self) -> Both<u64> {
        let mut bytes = self.forgotten_bytes.clone();
        for connection in self.connections.values() {
            add(&mut bytes, connection);
        }
        bytes
    }

    /// A connection by its number.
    pub fn get(&self, id: u32) -> Option<Arc<Connection>> {
        self.connections.get(&id).cloned()
    }

    /// All that are remembered, oldest first, and how many are not.
    pub fn list(&self) -> (Vec<Arc<Connection>>, u64) {
        (self.connections.values().cloned().collect(), self.forgotten)
    }
}

fn add(bytes: &mut Both<u64>, connection: &Connection) {
    bytes.to_server += connection.counters.to_server.bytes.load(Relaxed);
    bytes.to_client += connection.counters.to_client.bytes.load(Relaxed);
}
