//! pcapng, for Wireshark (draft-ietf-opsawg-pcapng).
//!
//! ```text
//!  Section Header · Interface Description · Enhanced Packet … · Interface Statistics
//! ```
//!
//! Wireshark understands a frame only when it has seen the handshake, so a filter picks whole connections here.

mod block;
mod conversation;
mod packet;

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    mem,
    time::SystemTime,
};

use self::{
    block::{block, options, pad},
    conversation::Conversation,
};
use super::{Format, Seen, Source};
use crate::capture::{Direction, Kind};

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

/// The number of the only interface.
const INTERFACE: [u8; 4] = [0; 4];

/// Times count units of 10^-9 seconds.
const NANOSECONDS: u8 = 9;

const PROGRAM: &str = concat!("Wireglass ", env!("CARGO_PKG_VERSION"));

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
        let time = source.store.time(record.at);
        let mut blocks = Vec::new();
        for (index, (direction, packet)) in packets.into_iter().enumerate() {
            let flags = flags(direction);
            let mut list: Vec<(u16, &[u8])> = vec![(EPB_FLAGS, &flags)];
            if index == 0 {
                list.push((OPT_COMMENT, comment.as_bytes()));
            }
            let dropped = mem::take(&mut self.untold).to_le_bytes();
            if dropped != [0; 8] {
                list.push((EPB_DROPCOUNT, &dropped));
            }
            blocks.extend(enhanced_packet(time, &packet, &options(&list)));
        }
        blocks
    }

    /// How many records there were, and how many are missing.
    fn statistics(&self) -> Vec<u8> {
        let counts = [
            (ISB_IFRECV, &self.written.to_le_bytes()[..]),
            (ISB_IFDROP, &self.dropped.to_le_bytes()),
        ];
        block(
            INTERFACE_STATISTICS,
            &[&INTERFACE, &timestamp(SystemTime::now()), &options(&counts)],
        )
    }
}

fn section_header(source: &Source) -> Vec<u8> {
    let status = source.store.status();
    let comment = format!(
        "Recorded above TCP by Wireglass: the TCP/IP headers are synthesised. Records bear the time of their \
         first byte. Secrets are replaced by *. Lost before this export: {} records of {} \
         bytes. Filter: {}",
        status.lost_records,
        status.lost_bytes,
        match source.filter_text.as_str() {
            "" => "none",
            text => text,
        }
    );
    let version = [1_u16.to_le_bytes(), 0_u16.to_le_bytes()].concat();
    // The section's length is not known yet.
    let length = u64::MAX.to_le_bytes();
    let options = options(&[
        (OPT_COMMENT, comment.as_bytes()),
        (SHB_USERAPPL, PROGRAM.as_bytes()),
    ]);
    let magic = BYTE_ORDER_MAGIC.to_le_bytes();
    block(SECTION_HEADER, &[&magic, &version, &length, &options])
}

fn interface_description() -> Vec<u8> {
    let options = options(&[(IF_NAME, b"wireglass"), (IF_TSRESOL, &[NANOSECONDS])]);
    // Two bytes are reserved; no limit to a packet's length.
    let kind = [LINKTYPE_RAW.to_le_bytes(), [0; 2]].concat();
    block(INTERFACE_DESCRIPTION, &[&kind, &[0; 4], &options])
}

fn enhanced_packet(time: SystemTime, packet: &[u8], options: &[u8]) -> Vec<u8> {
    // In the file, and on the wire.
    let lengths = [packet.len() as u32; 2].map(u32::to_le_bytes).concat();
    let mut padded = packet.to_vec();
    pad(&mut padded);
    block(
        ENHANCED_PACKET,
        &[&INTERFACE, &timestamp(time), &lengths, &padded, options],
    )
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
