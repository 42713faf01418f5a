//! pcapng, for Wireshark (draft-ietf-opsawg-pcapng).
//!
//! ```text
//!  Section Header · Interface Description · Enhanced Packet … · Interface Statistics
//! ```
//!
//! Wireshark understands a frame only when it has seen the handshake, so a filter picks whole connections here.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    fmt::Write,
    mem,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::{Duration, SystemTime},
};

use super::{
    Format, Found, Seen, Source,
    packet::{Flag, MAX_PAYLOAD, Segment},
};
use crate::capture::{Connection, Direction, End, EndKind, Kind, Record, Side};

const SECTION_HEADER: u32 = 0x0a0d_0d0a;
const INTERFACE_DESCRIPTION: u32 = 1;
const INTERFACE_STATISTICS: u32 = 5;
const ENHANCED_PACKET: u32 = 6;

/// Written in the writer's byte order, so that a reader finds out which it is.
const BYTE_ORDER_MAGIC: u32 = 0x1a2b_3c4d;

/// Packets begin with their IP header.
const LINKTYPE_RAW: u16 = 101;

const OPT_COMMENT: u16 = 1;
const SHB_USERAPPL: u16 = 4;
const IF_NAME: u16 = 2;
const IF_TSRESOL: u16 = 9;
const EPB_FLAGS: u16 = 2;
const EPB_DROPCOUNT: u16 = 4;
const ISB_IFRECV: u16 = 4;
const ISB_IFDROP: u16 = 5;

/// Times count units of 10^-9 seconds.
const NANOSECONDS: u8 = 9;

/// Ports where the real ones are not known.
const PLACEHOLDER_PORT: u16 = 49_152;
const SERVER_PORT: u16 = 80;

const PROGRAM: &str = concat!("Wireglass ", env!("CARGO_PKG_VERSION"));

/// Characters of a comment.
const MAX_COMMENT: usize = 1_000;

/// What is still to be written.
#[derive(Debug, Default)]
pub struct Pcapng {
    phase: Phase,
    lines: VecDeque<Line>,
    /// Connections of which a record passes the filter.
    passing: BTreeSet<u32>,
    conversations: BTreeMap<u32, Conversation>,
    written: u64,
    /// Records that are missing, and those of them that no packet has told yet.
    dropped: u64,
    untold: u64,
}

#[derive(Debug, Default, Clone, Copy)]
enum Phase {
    #[default]
    Header,
    Packets,
    End,
}

/// A record to be written.
#[derive(Debug, Clone, Copy)]
struct Line {
    at: u64,
    seq: u64,
    connection: u32,
    /// Records that are missing in front of it.
    dropped: u64,
}

impl Format for Pcapng {
    const EXTENSION: &'static str = "pcapng";
    const MEDIA_TYPE: &'static str = "application/x-pcapng";

    fn survey(&mut self, seen: Seen) {
        match seen {
            Seen::Gap { records, .. } => {
                self.dropped += records;
                self.untold += records;
            }
            Seen::Record { record, passes } => {
                if passes {
                    self.passing.insert(record.connection);
                }
                self.lines.push_back(Line {
                    at: record.at,
                    seq: record.seq,
                    connection: record.connection,
                    dropped: mem::take(&mut self.untold),
                });
            }
        }
    }

    fn write(&mut self, source: &Source) -> Option<Vec<u8>> {
        match self.phase {
            Phase::Header => {
                self.phase = Phase::Packets;
                self.arrange();
                Some([section_header(source), interface_description()].concat())
            }
            Phase::Packets => match self.lines.pop_front() {
                Some(line) => Some(self.record(line, source)),
                None => {
                    self.phase = Phase::End;
                    Some(self.statistics())
                }
            },
            Phase::End => None,
        }
    }
}

impl Pcapng {
    /// Keeps the connections that pass, and puts their records in the order of time.
    fn arrange(&mut self) {
        let mut dropped = 0;
        self.lines.retain_mut(|line| {
            dropped += line.dropped;
            let is_wanted = self.passing.contains(&line.connection);
            if is_wanted {
                line.dropped = mem::take(&mut dropped);
            }
            is_wanted
        });
        self.lines.make_contiguous().sort_by_key(|line| line.at);
    }

    /// The packets of a record.
    fn record(&mut self, line: Line, source: &Source) -> Vec<u8> {
        self.untold += line.dropped;
        let Some(found) = source.find(line.seq) else {
            self.dropped += 1;
            self.untold += 1;
            return Vec::new();
        };
        let record = &found.record;
        let conversation = self.conversations.entry(record.connection);
        let conversation = conversation.or_insert_with(|| Conversation::new(&found));
        let (packets, comment) = conversation.packets(&found, source);
        if record.kind == Kind::Closed {
            self.conversations.remove(&record.connection);
        }
        self.written += 1;
        let time = source.store.started_at + Duration::from_nanos(record.at);
        let mut blocks = Vec::new();
        for (index, (direction, packet)) in packets.into_iter().enumerate() {
            let mut options = Vec::new();
            if index == 0 {
                option(&mut options, OPT_COMMENT, comment.as_bytes());
            }
            option(&mut options, EPB_FLAGS, &flags(direction));
            if self.untold > 0 {
                let dropped = mem::take(&mut self.untold).to_le_bytes();
                option(&mut options, EPB_DROPCOUNT, &dropped);
            }
            blocks.extend(enhanced_packet(time, &packet, &options));
        }
        blocks
    }

    /// How many records there were, and how many are missing.
    fn statistics(&self) -> Vec<u8> {
        let mut body = Vec::new();
        body.extend(0_u32.to_le_bytes());
        body.extend(timestamp(SystemTime::now()));
        option(&mut body, ISB_IFRECV, &self.written.to_le_bytes());
        option(&mut body, ISB_IFDROP, &self.dropped.to_le_bytes());
        block(INTERFACE_STATISTICS, &body)
    }
}

/// The two ends of a connection.
#[derive(Debug)]
struct Conversation {
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
    fn new(found: &Found) -> Self {
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
    fn packets(&mut self, found: &Found, source: &Source) -> (Vec<(Direction, Vec<u8>)>, String) {
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
            _ => self.data(record.direction, &found.wire()),
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
        let (first, second) = match end.by {
            Side::Client => (Side::Client.sends(), Side::Server.sends()),
            Side::Server => (Side::Server.sends(), Side::Client.sends()),
        };
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

fn section_header(source: &Source) -> Vec<u8> {
    let status = source.store.status();
    let comment = format!(
        "Recorded above TCP by Wireglass: the TCP/IP headers are synthesised. Records bear the time of their \
         first byte. Secrets in HTTP heads are replaced by *. Lost before this export: {} records of {} \
         bytes. Filter: {}",
        status.lost_records,
        status.lost_bytes,
        match source.filter_text.as_str() {
            "" => "none",
            text => text,
        }
    );
    let mut body = Vec::new();
    body.extend(BYTE_ORDER_MAGIC.to_le_bytes());
    body.extend(1_u16.to_le_bytes());
    body.extend(0_u16.to_le_bytes());
    // The section's length is not known yet.
    body.extend(u64::MAX.to_le_bytes());
    option(&mut body, OPT_COMMENT, comment.as_bytes());
    option(&mut body, SHB_USERAPPL, PROGRAM.as_bytes());
    block(SECTION_HEADER, &body)
}

fn interface_description() -> Vec<u8> {
    let mut body = Vec::new();
    body.extend(LINKTYPE_RAW.to_le_bytes());
    body.extend(0_u16.to_le_bytes());
    // No limit to a packet's length.
    body.extend(0_u32.to_le_bytes());
    option(&mut body, IF_NAME, b"wireglass");
    option(&mut body, IF_TSRESOL, &[NANOSECONDS]);
    block(INTERFACE_DESCRIPTION, &body)
}

fn enhanced_packet(time: SystemTime, packet: &[u8], options: &[u8]) -> Vec<u8> {
    let mut body = Vec::with_capacity(packet.len() + options.len() + 64);
    body.extend(0_u32.to_le_bytes());
    body.extend(timestamp(time));
    // The length in the file, and on the wire.
    body.extend((packet.len() as u32).to_le_bytes());
    body.extend((packet.len() as u32).to_le_bytes());
    body.extend(packet);
    pad(&mut body);
    body.extend(options);
    block(ENHANCED_PACKET, &body)
}

/// Nanoseconds since 1970, the upper half first.
fn timestamp(time: SystemTime) -> [u8; 8] {
    let since = time
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    (since.as_nanos() as u64).rotate_left(32).to_le_bytes()
}

/// Bits 0 and 1 are the direction: 1 is inbound, 2 outbound.
fn flags(direction: Direction) -> [u8; 4] {
    match direction {
        Direction::ToServer => 1_u32,
        Direction::ToClient => 2,
    }
    .to_le_bytes()
}

fn option(body: &mut Vec<u8>, code: u16, value: &[u8]) {
    let value = &value[..value.len().min(usize::from(u16::MAX))];
    body.extend(code.to_le_bytes());
    body.extend((value.len() as u16).to_le_bytes());
    body.extend(value);
    pad(body);
}

/// The block ends with its length once more, so that a file can be read backwards.
fn block(kind: u32, body: &[u8]) -> Vec<u8> {
    let length = (body.len() as u32 + 12).to_le_bytes();
    [&kind.to_le_bytes(), &length, body, &length].concat()
}

/// Everything is padded to 32 bits.
fn pad(body: &mut Vec<u8>) {
    body.resize(body.len().next_multiple_of(4), 0);
}
