//! Puts what passes on one connection into the capture: the tap without its I/O.

use std::{
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Instant,
};

use super::framing::{Framing, Piece, Sink};
use crate::capture::{
    Connection, Direction, End, Kind, Layer, Owner, Protocol, Record, Store, Upgrade,
};

/// The framing of one connection, and where its pieces go.
#[derive(Debug)]
pub struct Recorder {
    framing: Framing,
    records: Records,
}

/// Makes records of pieces.
#[derive(Debug)]
struct Records {
    store: Arc<Store>,
    connection: Arc<Connection>,
    /// The record of the connection's opening was made: with the first piece, because a connection that
    /// only the inspector uses has none.
    is_open_told: bool,
}

impl Recorder {
    /// Records a connection.
    pub fn new(store: Arc<Store>, connection: Arc<Connection>) -> Self {
        Self {
            framing: Framing::default(),
            records: Records {
                store,
                connection,
                is_open_told: false,
            },
        }
    }

    /// The connection's number.
    pub fn connection(&self) -> u32 {
        self.records.connection.id
    }

    /// When the head began that the client is in the middle of.
    pub fn head_begun(&self) -> Option<u64> {
        self.framing.head_begun()
    }

    /// Bytes passed.
    pub fn passed(&mut self, direction: Direction, bytes: &[u8], time: Instant) {
        let at = self.records.store.at(time);
        self.framing.feed(direction, bytes, at, &mut self.records);
    }

    /// The connection is over.
    pub fn ended(&mut self, end: End, time: Instant) {
        self.framing.finish(&mut self.records);
        let at = self.records.store.at(time);
        self.records.closed(end, at);
    }
}

impl Records {
    fn append(&mut self, record: Record, bytes: &[u8]) {
        if !self.is_open_told {
            self.is_open_told = true;
            if record.kind != Kind::Closed {
                let _ = self.connection.first_used.set(record.at);
            }
            let opened = self.event(Kind::Opened, self.connection.opened, Direction::ToServer);
            self.store.append(
                Record {
                    owner: record.owner,
                    // The record that it is told with was counted already.
                    position: 0,
                    ..opened
                },
                &[],
            );
        }
        self.store.append(record, bytes);
    }

    /// The connection is over. One that carried nothing at all is told too.
    fn closed(&mut self, end: End, at: u64) {
        let is_inspectors = self.connection.is_inspectors();
        if !is_inspectors {
            let closed = self.event(Kind::Closed, at, end.by.sends());
            self.append(
                Record {
                    end: Some(end),
                    ..closed
                },
                &[],
            );
        }
        self.store.close(&self.connection, at, end);
    }

    /// How far a direction has come, in bytes that were recorded.
    fn position(&self, direction: Direction) -> u32 {
        self.connection.counters(direction).bytes.load(Relaxed) as u32
    }

    /// A record of TCP itself, which has no bytes.
    fn event(&self, kind: Kind, at: u64, direction: Direction) -> Record {
        Record {
            seq: 0,
            at,
            length: 0,
            exchange: 0,
            owner: self.connection.owner.get().copied(),
            connection: self.connection.id,
            position: self.position(direction),
            kept: 0,
            message: 0,
            part: None,
            kind,
            layer: Layer::Tcp,
            direction,
            protocol: Protocol::None,
            end: None,
            incomplete: false,
        }
    }
}

impl Sink for Records {
    fn piece(&mut self, piece: &Piece, bytes: &[u8]) {
        if let (Some(owner), Layer::Http) = (piece.owner, piece.layer) {
            let _ = self.connection.owner.set(owner);
        }
        let record = Record {
            seq: 0,
            at: piece.at,
            length: piece.length,
            exchange: piece.exchange,
            owner: piece.owner,
            connection: self.connection.id,
            position: self.position(piece.direction),
            kept: 0,
            message: piece.message,
            part: piece.part,
            kind: piece.kind,
            layer: piece.layer,
            direction: piece.direction,
            protocol: piece.protocol,
            end: None,
            incomplete: piece.incomplete,
        };
        self.connection.count(&record, piece.opcode);
        self.append(record, bytes);
    }

    fn inspector(&mut self, bytes: u64) {
        self.connection.inspector_bytes.fetch_add(bytes, Relaxed);
        self.store.inspector_bytes.fetch_add(bytes, Relaxed);
    }

    fn upgraded(&mut self, upgrade: Upgrade) {
        let _ = self.connection.upgrade.set(upgrade);
    }

    fn exchange(&mut self) -> u64 {
        self.store.next_exchange()
    }

    fn owner(&mut self, cookie: &str) -> Owner {
        self.store.owner(cookie)
    }

    fn reserve(&mut self, bytes: usize, needed: bool) -> bool {
        self.store.reserve(bytes, needed)
    }

    fn release(&mut self, bytes: usize) {
        self.store.release(bytes);
    }
}
