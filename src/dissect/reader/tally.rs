//! What a connection came to: its records added up as they are read.

use std::sync::Arc;

use super::{Finding, MAX_SID};
use crate::{
    capture::{Both, Direction, Kind, Protocol, Record},
    dissect::{
        Dissection,
        chat::Said,
        http::CHAT_MESSAGES,
        layers::Layers,
        notes::{Closing, Notes, Relation, UpgradeStep},
    },
    wire::{http1, socketio::packet::PacketType, websocket::opcode::Opcode},
};

/// Engine.IO sessions that are named: a proxy may use one connection for any number.
const MAX_SIDS: usize = 8;

/// The sums of a connection. Records that were lost before they were read are in none of them.
#[derive(Debug, Default)]
pub struct Tally {
    pub ways: Both<Way>,
    /// When the newest of its records began that has bytes.
    pub last: Option<u64>,
    /// From the server's Pings to their Pongs, of WebSocket and of Engine.IO. Between a client's and the answer
    /// lies no way, because all times are taken at the server.
    pub round_trips: Times,
    /// From requests to their final responses.
    pub exchanges: Times,
    /// The Engine.IO sessions that were seen on it, in order.
    pub sids: Vec<Arc<str>>,
    /// It is the WebSocket that a session went over to.
    pub is_upgraded: bool,
    /// From that session's first request to the packet that says so.
    pub upgraded_after: Option<u64>,
    /// How its WebSocket ended.
    pub closing: Option<Closing>,
    /// What it was used for, in the order in which that began.
    pub uses: Vec<Use>,
}

/// What HTTP is used for, where that has a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// Engine.IO's.
    Polling,
    /// The chat's.
    ShortPolling,
    LongPolling,
    EventStream,
}

/// One direction.
#[derive(Debug, Default)]
pub struct Way {
    pub layers: Layers,
    /// Messages of the application.
    pub messages: u64,
    /// Those among them that are the chat's.
    pub chat: u64,
}

/// Times between two records each, in nanoseconds.
#[derive(Debug, Default, Clone, Copy)]
pub struct Times {
    pub count: u64,
    pub newest: u64,
    pub least: u64,
    pub greatest: u64,
    sum: u64,
}

impl Times {
    fn add(&mut self, time: u64) {
        self.least = match self.count {
            0 => time,
            _ => self.least.min(time),
        };
        self.greatest = self.greatest.max(time);
        self.newest = time;
        self.sum += time;
        self.count += 1;
    }

    /// None of none.
    pub fn mean(&self) -> Option<u64> {
        self.sum.checked_div(self.count)
    }
}

impl Tally {
    /// Adds a record, and what came to light with it.
    pub(super) fn add(
        &mut self,
        record: &Record,
        dissection: &Dissection,
        notes: &Notes,
        findings: &[Finding],
    ) {
        let way = &mut self.ways[record.direction];
        let chat = chat_messages(record, dissection);
        way.layers += dissection.layers;
        way.messages += messages(record, dissection).unwrap_or(chat);
        way.chat += chat;
        if record.length > 0 {
            self.last = self.last.max(Some(record.at));
        }
        if notes.closing.is_some() {
            self.closing.clone_from(&notes.closing);
        }
        let used = used_for(record, dissection).filter(|used| !self.uses.contains(used));
        self.uses.extend(used);
        self.name_session(dissection);
        for finding in findings {
            self.find(record, finding);
        }
    }

    fn name_session(&mut self, dissection: &Dissection) {
        let sid = dissection.sid.as_ref().filter(|sid| sid.len() <= MAX_SID);
        if let Some(sid) = sid
            && self.sids.len() < MAX_SIDS
            && !self.sids.contains(sid)
        {
            self.sids.push(sid.clone());
        }
    }

    fn find(&mut self, record: &Record, finding: &Finding) {
        match finding {
            Finding::Pair {
                earlier,
                this_is: Relation::Pong,
                ..
            } if record.direction == Direction::ToServer => {
                self.round_trips.add(record.at.abs_diff(earlier.at));
            }
            Finding::Exchange { took } => self.exchanges.add(*took),
            Finding::Upgrade { step, took } if *step == UpgradeStep::Upgraded => {
                self.is_upgraded = true;
                self.upgraded_after = *took;
            }
            _ => {}
        }
    }
}

/// What a request, or a response that lasts, tells of its connection's use.
fn used_for(record: &Record, dissection: &Dissection) -> Option<Use> {
    if record.part.is_some() {
        return Some(Use::EventStream);
    }
    let (method, target) = dissection.http.as_ref()?.head.request()?;
    let transport = http1::query_parameter(target, "transport");
    let wait = http1::query_parameter(target, "wait").and_then(|wait| wait.parse().ok());
    let is_poll = method == "GET" && http1::path(target) == CHAT_MESSAGES;
    match (record.protocol, transport, wait) {
        (Protocol::EngineIo, Some("polling"), _) => Some(Use::Polling),
        (Protocol::None, _, Some(1_u64..)) if is_poll => Some(Use::LongPolling),
        (Protocol::None, ..) if is_poll => Some(Use::ShortPolling),
        _ => None,
    }
}

/// How many messages of an application a record brings to their end; none where only those of the chat can be
/// told from other content.
fn messages(record: &Record, dissection: &Dissection) -> Option<u64> {
    match (record.protocol, record.kind) {
        (Protocol::EngineIo, _) => {
            let packets = dissection.socketio.iter();
            let is_event = |kind| matches!(kind, PacketType::Event | PacketType::BinaryEvent);
            Some(packets.filter(|packet| is_event(packet.kind)).count() as u64)
        }
        (Protocol::None, Kind::Frame) => {
            let header = dissection.websocket.as_ref().map(|frame| &frame.header);
            let is_last = header.is_some_and(|header| {
                let has_data = matches!(
                    header.opcode,
                    Opcode::Text | Opcode::Binary | Opcode::Continuation
                );
                header.fin && has_data && !record.incomplete
            });
            Some(u64::from(is_last))
        }
        (Protocol::None, _) => None,
    }
}

/// Messages of the chat that a record carries: from who wrote them, or to who reads them.
fn chat_messages(record: &Record, dissection: &Dissection) -> u64 {
    let packets = dissection.socketio.iter().filter_map(|packet| packet.said);
    let said = dissection.said.iter().copied().chain(packets);
    let is_carried = |said: &Said| {
        matches!(
            (said, record.direction),
            (Said::Send { .. }, Direction::ToServer) | (Said::Deliver { .. }, Direction::ToClient)
        )
    };
    said.filter(is_carried).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_summed_up() {
        let mut times = Times::default();
        assert_eq!(times.mean(), None);
        for time in [5, 1, 3] {
            times.add(time);
        }
        assert_eq!(
            (times.count, times.newest, times.least, times.greatest),
            (3, 3, 1, 5)
        );
        assert_eq!(times.mean(), Some(3));
    }

    #[test]
    fn only_so_many_sessions_are_named() {
        let mut tally = Tally::default();
        for number in 0..20 {
            let sid = Some(Arc::from(format!("session {}", number % 12)));
            let dissection = Dissection {
                sid,
                ..Dissection::default()
            };
            let record = Record::sample(1, 1);
            tally.add(&record, &dissection, &Notes::default(), &[]);
        }
        assert_eq!(tally.sids.len(), MAX_SIDS);
        assert_eq!(&*tally.sids[7], "session 7");
    }
}
