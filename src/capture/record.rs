//! One record: a small entry of fixed size; its bytes stand beside it in the ring.

use std::{
    num::NonZeroU64,
    ops::{Index, IndexMut},
};

use crate::wire::{
    event_stream::Place,
    violation::{By, Violation},
};

/// Which way the bytes went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    ToServer,
    ToClient,
}

impl Direction {
    /// The name that the API uses.
    pub fn name(self) -> &'static str {
        match self {
            Self::ToServer => "to_server",
            Self::ToClient => "to_client",
        }
    }

    /// The direction of what answers.
    pub fn other(self) -> Self {
        match self {
            Self::ToServer => Self::ToClient,
            Self::ToClient => Self::ToServer,
        }
    }
}

/// One for each direction.
#[derive(Debug, Clone, Default)]
pub struct Both<T> {
    pub to_server: T,
    pub to_client: T,
}

impl<T> Both<T> {
    /// One after the other.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        [&self.to_server, &self.to_client].into_iter()
    }

    /// One after the other, to be changed.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        [&mut self.to_server, &mut self.to_client].into_iter()
    }
}

impl<T> Index<Direction> for Both<T> {
    type Output = T;

    fn index(&self, direction: Direction) -> &T {
        match direction {
            Direction::ToServer => &self.to_server,
            Direction::ToClient => &self.to_client,
        }
    }
}

impl<T> IndexMut<Direction> for Both<T> {
    fn index_mut(&mut self, direction: Direction) -> &mut T {
        match direction {
            Direction::ToServer => &mut self.to_server,
            Direction::ToClient => &mut self.to_client,
        }
    }
}

/// One of the two ends of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Client,
    Server,
}

impl Side {
    /// The name that the API uses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Server => "server",
        }
    }

    /// Who broke a rule in bytes that went this way.
    pub fn that_broke(rule: &Violation, direction: Direction) -> Self {
        match rule.by {
            By::Client => Self::Client,
            By::Server => Self::Server,
            By::Sender => Self::that_sends(direction),
        }
    }

    /// Who sends in a direction.
    pub fn that_sends(direction: Direction) -> Self {
        match direction {
            Direction::ToServer => Self::Client,
            Direction::ToClient => Self::Server,
        }
    }

    /// The direction in which this side sends.
    pub fn sends(self) -> Direction {
        match self {
            Self::Client => Direction::ToServer,
            Self::Server => Direction::ToClient,
        }
    }
}

/// The lowest layer that gives the record its borders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layer {
    Tcp,
    Http,
    WebSocket,
}

impl Layer {
    /// The name that the API uses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Http => "http",
            Self::WebSocket => "websocket",
        }
    }
}

/// What a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The TCP connection was accepted.
    Opened,
    /// An HTTP request: head and body.
    Request,
    /// An HTTP response: head and body, or a part of one that lasts.
    Response,
    /// A WebSocket frame.
    Frame,
    /// Bytes that could not be framed.
    Opaque,
    /// The TCP connection ended.
    Closed,
}

impl Kind {
    /// The name that the API uses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Request => "request",
            Self::Response => "response",
            Self::Frame => "frame",
            Self::Opaque => "opaque",
            Self::Closed => "closed",
        }
    }
}

/// What speaks above HTTP or WebSocket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    None,
    /// Engine.IO, under Socket.IO's path.
    EngineIo,
}

/// How a TCP connection ended, and by whom first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct End {
    pub kind: EndKind,
    pub by: Side,
}

/// A FIN says "no more from me"; a reset drops what is still under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndKind {
    Fin,
    Reset,
}

impl EndKind {
    /// The name that the API uses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fin => "fin",
            Self::Reset => "reset",
        }
    }
}

/// The session that a record belongs to: a keyed hash of its cookie, never the cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Owner(pub NonZeroU64);

impl Owner {
    /// Whether what belongs to one session, or to none, is the asker's own.
    pub fn is_askers(owner: Option<Self>, asker: Option<Self>) -> bool {
        owner.is_some() && owner == asker
    }
}

/// Which part of a response that is recorded while it lasts a record is: its head, then a chunk or an event each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Counts from 1, which is the head.
    pub number: u32,
    /// It is a chunk, or the last chunk with its trailers; otherwise nothing but content.
    pub is_chunk: bool,
    /// Where in the event stream its content begins.
    pub begins: Place,
}

/// A record without its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record {
    /// Rises by one from record to record; 0 until the store gives it.
    pub seq: u64,
    /// Nanoseconds from the capture's start to the record's first byte.
    pub at: u64,
    /// Bytes on the wire.
    pub length: u64,
    /// Pairs a request with its response; 0 for none.
    pub exchange: u64,
    pub owner: Option<Owner>,
    pub connection: u32,
    /// Where its first byte stands among all recorded bytes of its connection and direction; modulo 2^32,
    /// as TCP's own sequence numbers.
    pub position: u32,
    /// Bytes kept, from the front; fewer than `length` when the record was truncated.
    pub kept: u32,
    /// Counts the WebSocket messages of a connection and direction, from 1; 0 for none.
    pub message: u32,
    pub part: Option<Part>,
    pub kind: Kind,
    pub layer: Layer,
    pub direction: Direction,
    pub protocol: Protocol,
    pub end: Option<End>,
    /// The connection ended before the record was whole.
    pub incomplete: bool,
}

impl Record {
    /// Which part of a response this is, when its head stands in an earlier record.
    pub fn later_part(&self) -> Option<Part> {
        self.part.filter(|part| part.number > 1)
    }

    /// Whether bytes are missing at the record's end.
    pub fn is_truncated(&self) -> bool {
        u64::from(self.kept) < self.length
    }
}

#[cfg(test)]
impl Record {
    /// A record for tests of what keeps records.
    pub fn sample(connection: u32, length: u64) -> Self {
        Self {
            seq: 0,
            at: 0,
            length,
            exchange: 0,
            owner: None,
            connection,
            position: 0,
            kept: 0,
            message: 0,
            part: None,
            kind: Kind::Opaque,
            layer: Layer::Http,
            direction: Direction::ToServer,
            protocol: Protocol::None,
            end: None,
            incomplete: false,
        }
    }
}
