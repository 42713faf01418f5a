//! A connection as TCP packets, one record after another.

use std::{
    fmt::Write,
    mem,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};

use super::packet::{Flag, MAX_PAYLOAD, Segment};
use crate::{
    capture::{Connection, Direction, End, EndKind, Kind, Record},
    export::{Found, Source},
};

/// Ports where the real ones are not known.
const PLACEHOLDER_PORT: u16 = 49_152;
const SERVER_PORT: u16 = 80;

/// Characters of a comment.
const MAX_COMMENT: usize = 1_000;

/// The two ends of a connection.
#[derive(Debug)]
pub(super) struct Conversation {
    client: Half,
    server: Half,
    /// What is not known of the addresses.
    made_up: Option<&'static str>,
}

/// One end, and what it sends next.
#[derive(Debug)]
struct Half {
    address: SocketAddr,
    /// The initial sequence number.
    initial: u32,
    next: u32,
}

impl Half {
    fn new(address: SocketAddr, initial: u32) -> Self {
        Self {
            address,
            initial,
            next: initial.wrapping_add(1),
        }
    }

    /// The sequence number of the byte at a position: the SYN takes the first.
    fn sequence(&self, position: u32) -> u32 {
        self.initial.wrapping_add(1).wrapping_add(position)
    }
}

impl Conversation {
    pub(super) fn new(found: &Found) -> Self {
        let id = found.record.connection;
        let (client, server, made_up) = addresses(id, found.connection.as_deref());
        // Another for each connection, so that a port which is used again begins elsewhere.
        let initial = id.wrapping_mul(0x9e37_79b1);
        Self {
            client: Half::new(client, initial),
            server: Half::new(server, !initial),
            made_up,
        }
    }

    /// Who sends in a direction, and who receives.
    fn halves(&mut self, direction: Direction) -> (&mut Half, &mut Half) {
        match direction {
            Direction::ToServer => (&mut self.client, &mut self.server),
            Direction::ToClient => (&mut self.server, &mut self.client),
        }
    }

    /// The packets of a record, each with its direction, and what is to be said of them.
    pub(super) fn packets(
        &mut self,
        found: &Found,
        source: &Source,
    ) -> (Vec<(Direction, Vec<u8>)>, String) {
        use Direction::{ToClient, ToServer};
        let record = &found.record;
        let jump = self.go_to(record);
        let packets = match (record.kind, record.end) {
            (Kind::Opened, _) => vec![
                self.segment(ToServer, Flag::Syn, &[]),
                self.segment(ToClient, Flag::Syn, &[]),
                self.segment(ToServer, Flag::Ack, &[]),
            ],
            (Kind::Closed, Some(end)) => self.end(end),
            _ => self.data(record.direction, &found.wire),
        };
        (packets, self.comment(found, jump, source))
    }

    /// Goes to where the record stands in its stream, and gives the bytes that are missing in between: then
    /// Wireshark says that a segment was not captured, and goes on with this one.
    fn go_to(&mut self, record: &Record) -> u32 {
        let (from, _) = self.halves(record.direction);
        let sequence = from.sequence(record.position);
        sequence.wrapping_sub(mem::replace(&mut from.next, sequence))
    }

    /// The record's bytes, as far as they were kept: the next record's position makes up for the others.
    fn data(&mut self, direction: Direction, wire: &[u8]) -> Vec<(Direction, Vec<u8>)> {
        if wire.is_empty() {
            return vec![self.segment(direction, Flag::Ack, &[])];
        }
        wire.chunks(MAX_PAYLOAD)
            .map(|chunk| self.segment(direction, Flag::Push, chunk))
            .collect()
    }

    /// The capture knows who ended first, and when it was over for both.
    fn end(&mut self, end: End) -> Vec<(Direction, Vec<u8>)> {
        let first = end.by.sends();
        let second = first.other();
        match end.kind {
            EndKind::Reset => vec![self.segment(first, Flag::Reset, &[])],
            EndKind::Fin => vec![
                self.segment(first, Flag::Fin, &[]),
                self.segment(second, Flag::Fin, &[]),
                self.segment(first, Flag::Ack, &[]),
            ],
        }
    }

    fn segment(
        &mut self,
        direction: Direction,
        flag: Flag,
        payload: &[u8],
    ) -> (Direction, Vec<u8>) {
        let (from, to) = self.halves(direction);
        let is_first = flag == Flag::Syn && direction == Direction::ToServer;
        let sequence = match flag {
            Flag::Syn => from.initial,
            _ => from.next,
        };
        let segment = Segment {
            from: from.address,
            to: to.address,
            sequence,
            acknowledges: (!is_first).then_some(to.next),
            flag,
            payload,
        };
        // A FIN takes a sequence number, as a byte does.
        let taken = payload.len() + usize::from(flag == Flag::Fin);
        from.next = from.next.wrapping_add(taken as u32);
        (direction, segment.packet())
    }

    /// What the record means, in a line, and what of its packets is not as it was on the wire.
    fn comment(&mut self, found: &Found, jump: u32, source: &Source) -> String {
        let record = &found.record;
        let mut comment = format!("#{} {}", record.seq, source.dissect(found).summary);
        if jump > 0 {
            let _ = write!(comment, " [{jump} bytes before this are missing]");
        }
        if record.is_truncated() {
            let _ = write!(
                comment,
                " [{} of {} bytes kept]",
                record.kept, record.length
            );
        }
        comment += self.made_up.take().unwrap_or_default();
        comment.chars().take(MAX_COMMENT).collect()
    }
}

/// The addresses of a connection's client and server, and which of them are placeholders: those that are
/// reserved for documentation (RFC 5737, RFC 3849), one for each connection.
fn addresses(
    id: u32,
    connection: Option<&Connection>,
) -> (SocketAddr, SocketAddr, Option<&'static str>) {
    let documentation = |id: u32| {
        let [high, low] = [(id >> 16) as u16, id as u16];
        IpAddr::from(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, high, low))
    };
    let Some(connection) = connection else {
        let client = SocketAddr::new(documentation(id), PLACEHOLDER_PORT);
        let server = SocketAddr::new(documentation(0), SERVER_PORT);
        return (client, server, Some(" [both addresses are placeholders]"));
    };
    if let Some(local) = connection.local.get() {
        return (connection.peer, *local, None);
    }
    let server = match connection.peer {
        SocketAddr::V4(_) => Ipv4Addr::new(192, 0, 2, 1).into(),
        SocketAddr::V6(_) => documentation(0),
    };
    (
        connection.peer,
        SocketAddr::new(server, SERVER_PORT),
        Some(" [the server's address is a placeholder]"),
    )
}
