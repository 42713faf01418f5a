//! One connection: which response answers which request, what frames make up, how it ends.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

use super::{Finding, Seen, sendings::Place, unanswered::Unanswered};
use crate::{
    capture::{Both, Connection, Direction, Kind, Layer, Record, Side},
    dissect::{
        Dissection,
        chat::Said,
        notes::{Close, Closing, Link, Notes, Relation, Requested},
        redact::CONNECT,
        websocket::unmasked,
    },
    wire::{
        handshake,
        http1::{self, StartLine},
        violation,
        websocket::{
            close,
            deflate::Parameters,
            frame::{FrameHeader, MAX_CONTROL},
            message::{Messages, Told},
            opcode::Opcode,
        },
    },
};

/// Requests that wait for their responses, Pings for their Pongs, events for their acknowledgements.
const MAX_WAITING: usize = 64;

/// Characters of a request's target that are remembered.
const MAX_TARGET: usize = 2_048;

/// What is remembered of a connection.
#[derive(Debug)]
pub struct Conversation {
    /// The Engine.IO session of its WebSocket.
    pub sid: Option<Arc<str>>,
    /// Requests by their exchange.
    asked: BTreeMap<u64, Asked>,
    /// Responses that came before their request was whole, by their exchange.
    early: BTreeMap<u64, Early>,
    /// Set with the first frame.
    halves: Both<Option<Half>>,
    /// The framing of a direction is lost.
    is_framing_lost: Both<bool>,
    /// When the server's 101 went out.
    switched: Option<u64>,
    closing: Closing,
    first_close: Option<Seen>,
    /// What the client asked of the chat's WebSocket.
    unanswered: Unanswered,
    /// Nothing of it is missing.
    is_whole: bool,
}

#[derive(Debug)]
struct Asked {
    seen: Seen,
    requested: Arc<Requested>,
}

#[derive(Debug)]
struct Early {
    seen: Seen,
    is_final: bool,
}

/// One direction of a WebSocket.
#[derive(Debug)]
struct Half {
    messages: Messages,
    /// The first frame of the message that is not whole.
    start: Option<Seen>,
    /// What that message's data begins with, as far as it matters; `None` when that is not known.
    front: Option<Vec<u8>>,
    /// Pings of this direction, and their data, that no Pong has answered.
    pings: VecDeque<(Seen, Box<[u8]>)>,
}

impl Conversation {
    /// A connection that was seen to open.
    pub fn from_its_beginning() -> Self {
        Self {
            sid: None,
            asked: BTreeMap::new(),
            early: BTreeMap::new(),
            halves: Both::default(),
            is_framing_lost: Both::default(),
            switched: None,
            closing: Closing::default(),
            first_close: None,
            unanswered: Unanswered::default(),
            is_whole: true,
        }
    }

    /// A connection whose earlier records are missing.
    pub fn from_its_middle() -> Self {
        Self {
            is_whole: false,
            ..Self::from_its_beginning()
        }
    }

    /// Records are missing here, perhaps of this connection.
    pub fn lose(&mut self) {
        self.is_whole = false;
        for half in self.halves.iter_mut().flatten() {
            half.messages.lose();
            half.start = None;
            half.pings.clear();
        }
        self.unanswered.lose();
    }

    /// What has to be known before a record can be read.
    pub fn notes(
        &mut self,
        record: &Record,
        bytes: &[u8],
        connection: Option<&Connection>,
        findings: &mut Vec<Finding>,
    ) -> Notes {
        match record.kind {
            Kind::Response => self.response(record),
            Kind::Frame => match FrameHeader::parse(bytes) {
                Ok(Some(header)) => self.frame(record, &header, bytes, connection, findings),
                _ => Notes::default(),
            },
            Kind::Opaque if record.layer == Layer::WebSocket => self.opaque(record, bytes),
            Kind::Closed
                if connection.is_some_and(|connection| connection.upgrade.get().is_some()) =>
            {
                Notes {
                    closing: (self.is_whole || self.closing.answer.is_some())
                        .then(|| self.closing.clone()),
                    is_context_lost: !self.is_whole,
                    ..Notes::default()
                }
            }
            _ => Notes::default(),
        }
    }

    fn response(&self, record: &Record) -> Notes {
        let asked = self.asked.get(&record.exchange);
        let request = asked.map(|asked| asked.requested.clone());
        let sid = request
            .as_ref()
            .and_then(|request| http1::query_parameter(&request.target, "sid"));
        // A stream may go on for days: its request is not told of every part.
        let link = asked
            .filter(|_| record.later_part().is_some())
            .map(|asked| Link {
                relation: Relation::Request,
                seq: asked.seen.seq,
                apart: record.at.abs_diff(asked.seen.at),
            });
        Notes {
            sid: sid.map(Arc::from),
            request,
            links: link.into_iter().collect(),
            ..Notes::default()
        }
    }

    fn frame(
        &mut self,
        record: &Record,
        header: &FrameHeader,
        bytes: &[u8],
        connection: Option<&Connection>,
        findings: &mut Vec<Finding>,
    ) -> Notes {
        let payload = unmasked(header, bytes);
        let is_whole = self.is_whole;
        let half = self.halves[record.direction]
            .get_or_insert_with(|| Half::new(record.direction, connection, is_whole));
        let told = half.messages.frame(header, &payload);
        let may_be_connect = half.may_be_connect(header, &payload, &told);
        if let Some(part) = told.part {
            half.link_fragments(record, part.index, header.fin, findings);
        }
        match header.opcode {
            // What no Ping may carry is not kept for a Pong either: that could be any amount of data.
            Opcode::Ping if header.payload_length <= MAX_CONTROL => {
                remember(&mut half.pings, (Seen::new(record), payload.into()));
            }
            Opcode::Pong => self.pong(record, &payload, findings),
            Opcode::Close => self.close(record, header, &payload, findings),
            _ => {}
        }
        let mut violations = told.violations;
        // A client waits for the answer to its handshake before it sends anything else (RFC 6455 4.1).
        if record.direction == Direction::ToServer
            && self.switched.is_some_and(|switched| record.at < switched)
        {
            violations.push(violation::SENT_BEFORE_ANSWER);
        }
        let is_alone = told
            .part
            .is_none_or(|part| part.index == 1 && part.is_last && !part.is_compressed);
        Notes {
            part: told.part.filter(|_| !is_alone),
            inflated: told.inflated.map(Vec::into_boxed_slice),
            message: told.message.map(Vec::into_boxed_slice),
            may_be_connect,
            violations,
            is_context_lost: told.is_context_lost,
            ..Notes::default()
        }
    }

    /// The first bytes that have no frame say why: nothing but a length with its top bit set loses the framing
    /// of a WebSocket (RFC 6455 5.2). What was cut off by the end of the connection broke no rule.
    fn opaque(&mut self, record: &Record, bytes: &[u8]) -> Notes {
        let is_first = !std::mem::replace(&mut self.is_framing_lost[record.direction], true);
        let is_known = self.is_whole && is_first && FrameHeader::parse(bytes).is_err();
        Notes {
            violations: is_known
                .then_some(violation::LENGTH_TOP_BIT)
                .into_iter()
                .collect(),
            ..Notes::default()
        }
    }

    /// A Pong answers a Ping with its data, of equal ones the oldest. Those from before it need no answer any
    /// more (RFC 6455 5.5.3).
    fn pong(&mut self, record: &Record, payload: &[u8], findings: &mut Vec<Finding>) {
        let Some(asker) = &mut self.halves[record.direction.other()] else {
            return;
        };
        let is_answered = |(_, data): &(Seen, Box<[u8]>)| **data == *payload;
        if let Some(index) = asker.pings.iter().position(is_answered) {
            let answered = asker.pings.drain(..=index).next_back();
            findings.extend(answered.map(|(ping, _)| Finding::Pair {
                earlier: ping,
                earlier_is: Relation::Ping,
                this_is: Relation::Pong,
            }));
        }
    }

    fn close(
        &mut self,
        record: &Record,
        header: &FrameHeader,
        payload: &[u8],
        findings: &mut Vec<Finding>,
    ) {
        let side = Side::that_sends(record.direction);
        let is_kept = payload.len() as u64 == header.payload_length;
        let close = Close {
            code: close::parse(payload).map(|body| body.code),
            is_wrong: is_kept && !close::violations(payload).is_empty(),
        };
        match self.closing.first {
            None => {
                self.closing.first = Some((side, close));
                self.first_close = Some(Seen::new(record));
            }
            Some((first, _)) if first != side && self.closing.answer.is_none() => {
                self.closing.answer = Some(close);
                findings.extend(self.first_close.map(|earlier| Finding::Pair {
                    earlier,
                    earlier_is: Relation::Close,
                    this_is: Relation::Close,
                }));
            }
            Some(_) => {}
        }
    }

    /// What follows from a record, now that it is read.
    pub fn follow(
        &mut self,
        record: &Record,
        dissection: &Dissection,
        findings: &mut Vec<Finding>,
    ) {
        let head = dissection.http.as_ref().map(|http| &http.head);
        match (record.kind, head.map(|head| &head.start)) {
            (Kind::Request, Some(StartLine::Request { method, target })) => {
                let requested = Requested {
                    method: method.clone(),
                    target: target.chars().take(MAX_TARGET).collect(),
                    tries_handshake: head.is_some_and(handshake::is_tried),
                    is_handshake: is_handshake(dissection),
                    has_wrong_version: dissection.violations.contains(&violation::VERSION_WRONG),
                };
                let asked = Asked {
                    seen: Seen::new(record),
                    requested: Arc::new(requested),
                };
                insert(&mut self.asked, record.exchange, asked);
                send(record, dissection, findings);
                if let Some(early) = self.early.remove(&record.exchange) {
                    findings.push(Finding::Pair {
                        earlier: early.seen,
                        earlier_is: Relation::Response,
                        this_is: Relation::Request,
                    });
                    findings.extend(exchange(record, early.seen, early.is_final));
                }
            }
            (Kind::Response, Some(StartLine::Response { status, .. })) => {
                self.answered(record, *status, dissection, findings);
            }
            (Kind::Response, _) => deliver(dissection, findings),
            (Kind::Frame, _) => self.chat(record, dissection, findings),
            (Kind::Closed, _) => self.end(),
            _ => {}
        }
    }

    /// The connection is over: what waits for more waits in vain, and would fill the memory.
    fn end(&mut self) {
        *self = Self {
            sid: self.sid.take(),
            ..Self::from_its_middle()
        };
    }

    /// An interim response leaves its request waiting (RFC 9110 15.2).
    fn answered(
        &mut self,
        record: &Record,
        status: u16,
        dissection: &Dissection,
        findings: &mut Vec<Finding>,
    ) {
        let is_final = !(100..200).contains(&status) || status == 101;
        let Some(asked) = self.asked.get(&record.exchange) else {
            let seen = Seen::new(record);
            insert(&mut self.early, record.exchange, Early { seen, is_final });
            return;
        };
        let request = asked.seen;
        findings.push(Finding::Pair {
            earlier: request,
            earlier_is: Relation::Request,
            this_is: Relation::Response,
        });
        findings.extend(exchange(record, request, is_final));
        match dissection.said.as_slice() {
            [Said::Taken { id, .. }] => findings.push(answered(request, Some(*id))),
            _ if status >= 400 => findings.push(answered(request, None)),
            _ => {}
        }
        deliver(dissection, findings);
        if status == 101 {
            self.switched = Some(record.at);
        }
        if is_final {
            // Responses come in the order of their requests. The parts of one that lasts still ask for its own.
            let is_over = record.part.is_none();
            self.asked = self
                .asked
                .split_off(&(record.exchange + u64::from(is_over)));
        }
    }

    /// What the chat's WebSocket is asked for, and what it answers.
    fn chat(&mut self, record: &Record, dissection: &Dissection, findings: &mut Vec<Finding>) {
        for said in &dissection.said {
            let Some(asked) = self.unanswered.follow(Seen::new(record), said) else {
                continue;
            };
            findings.push(Finding::Pair {
                earlier: asked,
                earlier_is: Relation::Sending,
                this_is: Relation::Acknowledgement,
            });
            let id = match said {
                Said::Taken { id, .. } => Some(*id),
                _ => None,
            };
            findings.push(answered(asked, id));
        }
        send(record, dissection, findings);
        deliver(dissection, findings);
    }

    /// Bytes that are held for what is not whole, and for inflating.
    pub fn held(&self) -> usize {
        let halves = self.halves.iter().flatten();
        halves.map(|half| half.messages.held()).sum()
    }

    /// Gives up what is held: later records say that their context is lost.
    pub fn give_up(&mut self) {
        for half in self.halves.iter_mut().flatten() {
            half.messages.give_up();
        }
    }
}

/// Notes the chat messages that a record sends, and that are answered one by one.
fn send(record: &Record, dissection: &Dissection, findings: &mut Vec<Finding>) {
    for said in &dissection.said {
        if let Said::Send { content, .. } = said {
            findings.push(Finding::Sent {
                place: place(Seen::new(record)),
                content: *content,
                needs_answer: true,
            });
        }
    }
}

/// Notes the chat messages that a record passes on.
fn deliver(dissection: &Dissection, findings: &mut Vec<Finding>) {
    for said in &dissection.said {
        if let Said::Deliver { id, content } = *said {
            findings.push(Finding::Delivered { id, content });
        }
    }
}

/// The time between a request and its response, whichever of the two this is.
fn exchange(record: &Record, other: Seen, is_final: bool) -> Option<Finding> {
    let took = record.at.abs_diff(other.at);
    is_final.then_some(Finding::Exchange { took })
}

fn answered(sending: Seen, id: Option<u64>) -> Finding {
    Finding::Answered {
        place: place(sending),
        id,
    }
}

/// Where a record without packets sends a message.
fn place(seen: Seen) -> Place {
    Place { seen, packet: 0 }
}

impl Half {
    fn new(direction: Direction, connection: Option<&Connection>, is_whole: bool) -> Self {
        let upgrade = connection.and_then(|connection| connection.upgrade.get());
        let deflate = upgrade.and_then(|upgrade| upgrade.choice.deflate());
        let mut messages = Messages::new(deflate.as_ref().map(match direction {
            Direction::ToServer => Parameters::client,
            Direction::ToClient => Parameters::server,
        }))
        .with_unknown_extension(
            upgrade.is_some_and(|upgrade| upgrade.choice.has_unknown_extension()),
        );
        if !is_whole {
            messages.lose();
        }
        Self {
            messages,
            start: None,
            front: None,
            pings: VecDeque::new(),
        }
    }

    /// Whether a fragment may be of a CONNECT: unless what its message begins with is known to be something else.
    fn may_be_connect(&mut self, header: &FrameHeader, payload: &[u8], told: &Told) -> bool {
        if header.opcode.is_control() || (header.fin && header.opcode != Opcode::Continuation) {
            return false;
        }
        let Some(part) = told.part.filter(|part| part.index > 0) else {
            return true;
        };
        if part.index == 1 {
            self.front = Some(Vec::new());
        }
        let is_kept = payload.len() as u64 == header.payload_length;
        let data = match (&told.inflated, part.is_compressed) {
            (Some(inflated), _) => Some(inflated.as_slice()),
            (None, is_compressed) => Some(payload).filter(|_| is_kept && !is_compressed),
        };
        self.front = self.front.take().and_then(|mut front| {
            let missing = CONNECT.len() - front.len();
            if missing > 0 {
                front.extend(data?.iter().take(missing));
            }
            Some(front)
        });
        let is_binary = part.is_text == Some(false);
        !is_binary && self.front.as_ref().is_none_or(|front| front == CONNECT)
    }

    /// Links a message's later frames with its first one.
    fn link_fragments(
        &mut self,
        record: &Record,
        index: u32,
        is_last: bool,
        findings: &mut Vec<Finding>,
    ) {
        if index == 1 {
            self.start = (!is_last).then(|| Seen::new(record));
            return;
        }
        findings.extend(self.start.map(|earlier| Finding::Pair {
            earlier,
            earlier_is: Relation::MessageStart,
            this_is: if is_last {
                Relation::MessageEnd
            } else {
                Relation::MessagePart
            },
        }));
        if is_last {
            self.start = None;
        }
    }
}

/// Whether a request may be answered with 101 (RFC 6455 4.2.2). Extensions may be declined all the same.
fn is_handshake(request: &Dissection) -> bool {
    let needed = [
        violation::METHOD_NOT_GET,
        violation::HOST_MISSING,
        violation::KEY_INVALID,
        violation::VERSION_WRONG,
    ];
    let http = request.http.as_ref();
    http.is_some_and(|http| http.head.asks_for_websocket())
        && !needed.iter().any(|rule| request.violations.contains(rule))
}

/// Adds to what waits by its exchange; the oldest exchange makes room.
fn insert<T>(waiting: &mut BTreeMap<u64, T>, exchange: u64, item: T) {
    waiting.insert(exchange, item);
    if waiting.len() > MAX_WAITING {
        waiting.pop_first();
    }
}

/// Adds to what waits; what has waited longest makes room.
pub fn remember<T>(waiting: &mut VecDeque<T>, item: T) {
    if waiting.len() == MAX_WAITING {
        waiting.pop_front();
    }
    waiting.push_back(item);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A conversation in which such records went by.
    fn after(records: &[(Kind, &[u8])]) -> Conversation {
        let mut conversation = Conversation::from_its_beginning();
        for (kind, bytes) in records {
            let record = Record {
                kind: *kind,
                ..Record::sample(1, bytes.len() as u64)
            };
            let mut findings = Vec::new();
            conversation.notes(&record, bytes, None, &mut findings);
            conversation.follow(&record, &Dissection::default(), &mut findings);
        }
        conversation
    }

    #[test]
    fn what_no_ping_may_carry_is_not_kept() {
        let ping = [b"\x89\x7d".as_slice(), &[0; 125]].concat();
        let long = [b"\x89\x7e\x00\x7e".as_slice(), &[0; 126]].concat();
        let half = after(&[(Kind::Frame, &ping), (Kind::Frame, &long)])
            .halves
            .to_server;
        assert_eq!(half.map(|half| half.pings.len()), Some(1));
    }

    #[test]
    fn nothing_waits_on_a_connection_that_is_over() {
        let open: &[(Kind, &[u8])] = &[(Kind::Frame, b"\x01\x01a")];
        assert!(after(open).halves.to_server.is_some());
        assert!(
            after(&[open, &[(Kind::Closed, b"")]].concat())
                .halves
                .to_server
                .is_none()
        );
    }
}
