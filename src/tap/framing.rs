//! Cuts the two byte streams of a connection into requests, responses and frames.
//!
//! ```text
//!  to the server   Head ─▶ Body ─▶ Head …          upgrade asked: Held ─▶ Frames   (101)
//!  to the client   Head ─▶ Body ─▶ Head …                              └▶ Head     (refused)
//!                  Head ─▶ Stream ─▶ Head …       an event stream: a piece as soon as a part of it is whole
//!                  whatever loses the framing ─▶ Opaque
//! ```

use std::collections::VecDeque;

use crate::{
    capture::{Both, Direction, Kind, Layer, Owner, Part, Protocol, Upgrade},
    wire::{
        event_stream::Place,
        handshake::{Choice, Offer},
        http1::{self, BodyScanner, ChunkEnd, ChunkError, Head, HeadScanner, MAX_HEAD},
        websocket::{
            frame::{FrameHeader, MAX_HEADER},
            opcode::Opcode,
        },
    },
};

/// Bytes kept of one record; its length is exact all the same.
pub const MAX_KEPT: usize = 256 * 1024;

/// Requests of one connection that wait for their responses.
const MAX_PIPELINED: usize = 256;

/// Reads of bytes that wait for a response whose times are remembered one by one: the rest goes with the last.
const MAX_HELD_READS: usize = 64;

/// Requests below this path are the inspector's own: they never become records.
const INSPECTOR: &str = "/inspector/";

/// Requests below this path speak Engine.IO.
const ENGINE_IO: &str = "/socket.io";

/// The session cookie that says whose an exchange is.
pub const COOKIE: &str = "wireglass";

/// A piece of a stream with a beginning and an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    pub kind: Kind,
    pub layer: Layer,
    pub direction: Direction,
    /// When its first byte passed, in nanoseconds from the capture's start.
    pub at: u64,
    /// Bytes on the wire.
    pub length: u64,
    pub exchange: u64,
    pub owner: Option<Owner>,
    pub protocol: Protocol,
    /// The number of the frame's message in its direction; 0 for control frames and for what is no frame.
    pub message: u32,
    /// Which part of a response that lasts it is.
    pub part: Option<Part>,
    /// A frame's opcode.
    pub opcode: Option<Opcode>,
    pub incomplete: bool,
}

/// What the framing tells, and asks.
pub trait Sink {
    /// A piece is whole; `bytes` are those kept of it, from its front.
    fn piece(&mut self, piece: &Piece, bytes: &[u8]);
    /// So many bytes of the inspector's own traffic passed.
    fn inspector(&mut self, bytes: u64);
    /// A 101 confirmed this handshake.
    fn upgraded(&mut self, upgrade: Upgrade);
    /// A number for a new exchange.
    fn exchange(&mut self) -> u64;
    /// The owner that a session cookie stands for.
    fn owner(&mut self, cookie: &str) -> Owner;
    /// Asks to hold so many bytes of a piece that is not whole; what is `needed` is always granted.
    fn reserve(&mut self, bytes: usize, needed: bool) -> bool;
    /// Gives back what was reserved.
    fn release(&mut self, bytes: usize);
}

/// A request and the response to come.
#[derive(Debug, Clone)]
struct Exchange {
    id: u64,
    owner: Option<Owner>,
    protocol: Protocol,
    is_inspectors: bool,
    is_head: bool,
    upgrade: Option<Upgrade>,
}

/// What the next byte of a direction belongs to.
#[derive(Debug)]
enum State {
    /// A head, or what should become one.
    Head(HeadScanner),
    /// The body of this exchange's request or response.
    Body(BodyScanner, Box<Exchange>),
    /// The body of a response that may last: each part of it is told when it is whole.
    Stream(Box<Stream>),
    /// Bytes after a request to upgrade: the response decides what they are. Of each read, where it begins in
    /// what is pending, and when it passed.
    Held(Vec<(usize, u64)>),
    /// A WebSocket frame.
    Frames,
    /// The inspector's WebSocket.
    Inspector,
    /// Nothing that can be framed.
    Opaque,
}

/// An event stream on its way.
#[derive(Debug)]
struct Stream {
    body: BodyScanner,
    exchange: Exchange,
    /// The part that comes next, or is on its way.
    part: Part,
    /// Where in the stream the next byte stands.
    place: Place,
}

/// A head that was read: what follows it, and whose it is.
struct Message {
    body: Option<BodyScanner>,
    exchange: Exchange,
    is_event_stream: bool,
}

/// Bytes of a piece that is not whole yet.
#[derive(Debug, Default)]
struct Pending {
    at: u64,
    length: u64,
    kept: Vec<u8>,
    is_full: bool,
}

#[derive(Debug)]
struct Half {
    state: State,
    pending: Pending,
    /// When the bytes passed that are being looked at.
    now: u64,
    messages: u32,
}

/// The framing of one connection.
#[derive(Debug)]
pub struct Framing {
    halves: Both<Half>,
    exchanges: VecDeque<Exchange>,
    /// Whose the upgraded connection is, and what it speaks.
    upgraded: Option<(Option<Owner>, Protocol)>,
}

impl Default for Framing {
    fn default() -> Self {
        let half = || Half {
            state: State::Head(HeadScanner::default()),
            pending: Pending::default(),
            now: 0,
            messages: 0,
        };
        Self {
            halves: Both {
                to_server: half(),
                to_client: half(),
            },
            exchanges: VecDeque::new(),
            upgraded: None,
        }
    }
}

impl Framing {
    /// Takes bytes that passed at a time.
    pub fn feed(&mut self, direction: Direction, mut bytes: &[u8], at: u64, sink: &mut impl Sink) {
        while !bytes.is_empty() {
            let used = self.step(direction, bytes, at, sink);
            bytes = &bytes[used..];
        }
    }

    /// When the head began that the client is in the middle of.
    pub fn head_begun(&self) -> Option<u64> {
        let half = &self.halves.to_server;
        let is_inside = matches!(half.state, State::Head(_)) && half.pending.length > 0;
        is_inside.then_some(half.pending.at)
    }

    /// The connection ended: what is not whole is told as it is.
    pub fn finish(&mut self, sink: &mut impl Sink) {
        for direction in [Direction::ToServer, Direction::ToClient] {
            if self.halves[direction].pending.length > 0 {
                self.finish_half(direction, sink);
            }
        }
    }

    fn finish_half(&mut self, direction: Direction, sink: &mut impl Sink) {
        let half = &mut self.halves[direction];
        let state = std::mem::replace(&mut half.state, State::Opaque);
        let (at, length) = (half.pending.at, half.pending.length);
        let frame = match FrameHeader::parse(&half.pending.kept) {
            Ok(Some(header)) if matches!(state, State::Frames) => Some(header),
            _ => None,
        };
        let layer = if matches!(state, State::Frames) {
            Layer::WebSocket
        } else {
            Layer::Http
        };
        let mut piece = match (&frame, &state) {
            (Some(header), _) => self.frame_piece(direction, header, length),
            (None, State::Body(_, exchange)) => self
                .piece(direction, Kind::Opaque, layer, at, length)
                .of(exchange),
            (None, State::Stream(stream)) => {
                let piece = self.piece(direction, Kind::Opaque, layer, at, length);
                piece.of(&stream.exchange).part(stream.part)
            }
            _ => self.piece(direction, Kind::Opaque, layer, at, length),
        };
        // A body that lasts until the connection closes is whole now, and what has no framing is never more so.
        piece.incomplete = match &state {
            State::Body(body, _) => !matches!(body, BodyScanner::UntilClose),
            State::Stream(stream) => !matches!(stream.body, BodyScanner::UntilClose),
            state => !matches!(state, State::Opaque),
        };
        let mut pending = std::mem::take(&mut self.halves[direction].pending);
        match state {
            State::Body(_, exchange) if exchange.is_inspectors => sink.inspector(length),
            State::Held(_)
                if self
                    .exchanges
                    .back()
                    .is_some_and(|exchange| exchange.is_inspectors) =>
            {
                sink.inspector(length);
            }
            _ => sink.piece(&piece, &pending.kept),
        }
        pending.release(sink);
    }

    /// Takes some of the bytes, and says how many: none only where that ends a piece.
    fn step(&mut self, direction: Direction, bytes: &[u8], at: u64, sink: &mut impl Sink) -> usize {
        let half = &mut self.halves[direction];
        half.now = at;
        if half.pending.length == 0 {
            half.pending.at = at;
        }
        match &mut half.state {
            State::Head(scanner) => match scanner.find_end(bytes) {
                Some(end) if half.pending.length as usize + end <= MAX_HEAD => {
                    self.head(direction, &bytes[..end], sink);
                    end
                }
                None if half.pending.length as usize + bytes.len() <= MAX_HEAD => {
                    half.pending.push(bytes, MAX_HEAD, sink);
                    bytes.len()
                }
                _ => self.lose(direction, bytes, sink),
            },
            State::Body(scanner, _) => match scanner.advance(bytes) {
                Ok((used, ended)) => {
                    half.pending.push(&bytes[..used], 0, sink);
                    if ended {
                        self.body_ended(direction, sink);
                    }
                    used
                }
                Err(error) => self.break_off(direction, bytes, error, sink),
            },
            State::Stream(stream) => {
                let room = MAX_KEPT as u64 - half.pending.length.min(MAX_KEPT as u64);
                match stream.advance(bytes, room as usize) {
                    Ok((used, end)) => {
                        half.pending.push(&bytes[..used], 0, sink);
                        self.stream_goes_on(direction, end, sink);
                        used
                    }
                    Err(error) => self.break_off(direction, bytes, error, sink),
                }
            }
            State::Held(reads) => {
                if reads.len() < MAX_HELD_READS {
                    reads.push((half.pending.kept.len(), at));
                }
                half.pending.push(bytes, 0, sink);
                if half.pending.is_full {
                    return self.lose(direction, &[], sink).max(bytes.len());
                }
                bytes.len()
            }
            State::Frames => self.frame(direction, bytes, sink),
            State::Inspector => {
                sink.inspector(bytes.len() as u64);
                bytes.len()
            }
            State::Opaque => self.lose(direction, bytes, sink),
        }
    }

    /// The bytes end a head: `end` and what is pending.
    fn head(&mut self, direction: Direction, end: &[u8], sink: &mut impl Sink) {
        let half = &mut self.halves[direction];
        half.pending.push(end, MAX_HEAD, sink);
        let next = match direction {
            Direction::ToServer => self.request_head(sink),
            Direction::ToClient => self.response_head(sink),
        };
        let Some(message) = next else {
            self.lose(direction, &[], sink);
            return;
        };
        let exchange = message.exchange;
        match message.body {
            Some(body) if message.is_event_stream => {
                self.halves[direction].state = State::Stream(Box::new(Stream::new(body, exchange)));
                self.stream_goes_on(direction, ChunkEnd::Chunk, sink);
            }
            Some(body) => {
                self.halves[direction].state = State::Body(body, Box::new(exchange));
            }
            None => {
                self.halves[direction].state =
                    State::Body(BodyScanner::Length(0), Box::new(exchange));
                self.body_ended(direction, sink);
            }
        }
    }

    /// A response that lasts came so far: if a part of it ends here, that is told.
    fn stream_goes_on(&mut self, direction: Direction, end: ChunkEnd, sink: &mut impl Sink) {
        let half = &mut self.halves[direction];
        let State::Stream(stream) = &mut half.state else {
            return;
        };
        if end != ChunkEnd::None && half.pending.length > 0 {
            let mut pending = std::mem::take(&mut half.pending);
            let (part, exchange) = (stream.next_part(), stream.exchange.clone());
            let (at, length) = (pending.at, pending.length);
            let piece = self.piece(direction, Kind::Opaque, Layer::Http, at, length);
            sink.piece(&piece.of(&exchange).part(part), &pending.kept);
            pending.release(sink);
        }
        if end == ChunkEnd::Body {
            self.halves[direction].state = State::Head(HeadScanner::default());
            self.resume(sink);
        }
    }

    /// Reads a request's head: its body and its exchange, or nothing when it cannot be framed.
    fn request_head(&mut self, sink: &mut impl Sink) -> Option<Message> {
        if self.exchanges.len() == MAX_PIPELINED {
            return None;
        }
        let head = http1::parse_request(&self.halves.to_server.pending.kept).ok()??;
        let (method, target) = head.request()?;
        let framing = http1::request_body(&head)?;
        let path = http1::path(target);
        let is_inspectors = path.starts_with(INSPECTOR);
        let protocol = match path.strip_prefix(ENGINE_IO) {
            Some("" | "/") => Protocol::EngineIo,
            _ => Protocol::None,
        };
        let exchange = Exchange {
            id: if is_inspectors { 0 } else { sink.exchange() },
            owner: head.cookie(COOKIE).map(|cookie| sink.owner(cookie)),
            protocol,
            is_inspectors,
            is_head: method == "HEAD",
            upgrade: head
                .asks_for_websocket()
                .then(|| upgrade(&head, target, protocol)),
        };
        self.exchanges.push_back(exchange.clone());
        Some(Message {
            body: BodyScanner::new(framing),
            exchange,
            is_event_stream: false,
        })
    }

    /// Reads a response's head: its body and its exchange, or nothing when it cannot be framed.
    fn response_head(&mut self, sink: &mut impl Sink) -> Option<Message> {
        let head = http1::parse_response(&self.halves.to_client.pending.kept).ok()??;
        let status = head.status()?;
        // An interim response (RFC 9110 15.2) leaves the request waiting; 101 is the last of its exchange.
        let is_interim = (100..200).contains(&status) && status != 101;
        let exchange = match is_interim {
            true => self.exchanges.front().cloned(),
            false => self.exchanges.pop_front(),
        };
        // A server may answer bytes that were no request: then there is no exchange.
        let mut exchange = exchange.unwrap_or(Exchange {
            id: 0,
            owner: None,
            protocol: Protocol::None,
            is_inspectors: false,
            is_head: false,
            upgrade: None,
        });
        let method = exchange.is_head.then_some("HEAD");
        let framing = http1::response_body(&head, method)?;
        if is_interim || status != 101 {
            // Only the response that goes over to WebSocket keeps the handshake.
            exchange.upgrade = None;
        } else if let Some(upgrade) = exchange.upgrade.clone().filter(|_| !exchange.is_inspectors) {
            sink.upgraded(Upgrade {
                choice: Choice::of(&head),
                ..upgrade
            });
        }
        Some(Message {
            body: BodyScanner::new(framing),
            is_event_stream: !exchange.is_inspectors && http1::is_event_stream(&head),
            exchange,
        })
    }

    /// A body lost its framing: the request or response ends here, and what follows is opaque.
    fn break_off(
        &mut self,
        direction: Direction,
        bytes: &[u8],
        error: ChunkError,
        sink: &mut impl Sink,
    ) -> usize {
        let half = &mut self.halves[direction];
        half.pending.push(&bytes[..error.used], 0, sink);
        if half.pending.length > 0 {
            self.finish_half(direction, sink);
        }
        let half = &mut self.halves[direction];
        half.pending.at = half.now;
        self.lose(direction, &bytes[error.used..], sink) + error.used
    }

    /// A request or response is whole.
    fn body_ended(&mut self, direction: Direction, sink: &mut impl Sink) {
        let half = &mut self.halves[direction];
        let mut pending = std::mem::take(&mut half.pending);
        let fresh = State::Head(HeadScanner::default());
        let State::Body(_, exchange) = std::mem::replace(&mut half.state, fresh) else {
            return;
        };
        if exchange.is_inspectors {
            sink.inspector(pending.length);
        } else {
            let (at, length) = (pending.at, pending.length);
            let piece = self.piece(direction, Kind::Opaque, Layer::Http, at, length);
            sink.piece(&piece.of(&exchange), &pending.kept);
        }
        pending.release(sink);
        match direction {
            Direction::ToServer if exchange.upgrade.is_some() => {
                self.halves.to_server.state = self.after_upgrade_request();
            }
            Direction::ToClient if exchange.upgrade.is_some() => self.switch(&exchange, sink),
            Direction::ToClient => self.resume(sink),
            Direction::ToServer => {}
        }
    }

    /// What follows a request to upgrade: that depends on its response, which may be out already.
    fn after_upgrade_request(&self) -> State {
        match self.halves.to_client.state {
            _ if !self.exchanges.is_empty() => State::Held(Vec::new()),
            State::Frames => State::Frames,
            State::Inspector => State::Inspector,
            _ => State::Head(HeadScanner::default()),
        }
    }

    /// A 101 went out: both directions speak WebSocket now.
    fn switch(&mut self, exchange: &Exchange, sink: &mut impl Sink) {
        self.upgraded = Some((exchange.owner, exchange.protocol));
        let state = || match exchange.is_inspectors {
            true => State::Inspector,
            false => State::Frames,
        };
        self.halves.to_client.state = state();
        self.release_held(state(), sink);
    }

    /// A final response went out: if bytes are held, the upgrade was refused and they are HTTP.
    fn resume(&mut self, sink: &mut impl Sink) {
        if matches!(self.halves.to_server.state, State::Held(_)) && self.exchanges.is_empty() {
            self.release_held(State::Head(HeadScanner::default()), sink);
        }
    }

    /// What was held is read again, now that it is known what it is.
    fn release_held(&mut self, state: State, sink: &mut impl Sink) {
        let State::Held(reads) = &mut self.halves.to_server.state else {
            return;
        };
        let reads = std::mem::take(reads);
        self.halves.to_server.state = state;
        let bytes = std::mem::take(&mut self.halves.to_server.pending).kept;
        sink.release(bytes.len());
        let ends = reads.iter().skip(1).map(|(start, _)| *start);
        for ((start, at), end) in reads.iter().zip(ends.chain([bytes.len()])) {
            self.feed(Direction::ToServer, &bytes[*start..end], *at, sink);
        }
    }

    /// Takes one frame, or as much of it as is there.
    fn frame(&mut self, direction: Direction, bytes: &[u8], sink: &mut impl Sink) -> usize {
        let half = &mut self.halves[direction];
        let before = half.pending.length;
        let mut start = [0; MAX_HEADER];
        let header = match before {
            0 => FrameHeader::parse(bytes),
            _ => {
                let kept = half.pending.kept.len().min(MAX_HEADER);
                start[..kept].copy_from_slice(&half.pending.kept[..kept]);
                let more = bytes.len().min(MAX_HEADER - kept);
                start[kept..kept + more].copy_from_slice(&bytes[..more]);
                FrameHeader::parse(&start[..kept + more])
            }
        };
        let header = match header {
            Ok(Some(header)) => header,
            Ok(None) => {
                half.pending.push(bytes, MAX_HEADER, sink);
                return bytes.len();
            }
            Err(_) => return self.lose(direction, bytes, sink),
        };
        let missing = header.frame_length() - before;
        if missing > bytes.len() as u64 {
            half.pending.push(bytes, MAX_HEADER, sink);
            return bytes.len();
        }
        let used = missing as usize;
        if before == 0 {
            // Most frames come whole: they are never copied on the way.
            let piece = self.frame_piece(direction, &header, used as u64);
            sink.piece(&piece, &bytes[..used.min(MAX_KEPT)]);
        } else {
            half.pending.push(&bytes[..used], 0, sink);
            let piece = self.frame_piece(direction, &header, before + missing);
            let mut pending = std::mem::take(&mut self.halves[direction].pending);
            sink.piece(&piece, &pending.kept);
            pending.release(sink);
        }
        used
    }

    fn frame_piece(&mut self, direction: Direction, header: &FrameHeader, length: u64) -> Piece {
        let half = &mut self.halves[direction];
        if matches!(header.opcode, Opcode::Text | Opcode::Binary) {
            half.messages += 1;
        }
        let (message, at) = (half.messages, half.pending.at);
        let mut piece = self.piece(direction, Kind::Frame, Layer::WebSocket, at, length);
        piece.opcode = Some(header.opcode);
        if !header.opcode.is_control() {
            piece.message = message;
        }
        piece
    }

    /// The framing is lost, or was lost before: what is pending and these bytes are opaque.
    ///
    /// Opaque bytes of HTTP may hold field lines, and secrets in them: so lines are told whole, as far as that
    /// can be waited for.
    fn lose(&mut self, direction: Direction, bytes: &[u8], sink: &mut impl Sink) -> usize {
        let is_http = self.upgraded.is_none();
        let half = &mut self.halves[direction];
        half.state = State::Opaque;
        let line_end = bytes.iter().rposition(|byte| *byte == b'\n');
        let whole = match line_end {
            Some(feed) if is_http => feed + 1,
            _ => bytes.len(),
        };
        half.pending.push(&bytes[..whole], 0, sink);
        let is_waiting = is_http && line_end.is_none() && !bytes.is_empty();
        if is_waiting && !half.pending.is_full && half.pending.length <= MAX_HEAD as u64 {
            return bytes.len();
        }
        let mut pending = std::mem::take(&mut half.pending);
        half.pending.at = half.now;
        half.pending.push(&bytes[whole..], 0, sink);
        if pending.length > 0 {
            let layer = if is_http {
                Layer::Http
            } else {
                Layer::WebSocket
            };
            let piece = self.piece(direction, Kind::Opaque, layer, pending.at, pending.length);
            sink.piece(&piece, &pending.kept);
        }
        pending.release(sink);
        bytes.len()
    }

    fn piece(&self, direction: Direction, kind: Kind, layer: Layer, at: u64, length: u64) -> Piece {
        let (owner, protocol) = self.upgraded.unwrap_or((None, Protocol::None));
        Piece {
            kind,
            layer,
            direction,
            at,
            length,
            exchange: 0,
            owner,
            protocol,
            message: 0,
            part: None,
            opcode: None,
            incomplete: false,
        }
    }
}

impl Stream {
    fn new(body: BodyScanner, exchange: Exchange) -> Self {
        let part = Part {
            number: 1,
            is_chunk: false,
            begins: Place::default(),
        };
        Self {
            body,
            exchange,
            part,
            place: Place::default(),
        }
    }

    /// Goes on to the end of a part: a chunk, or without chunks an event, which may be cut to fit into `room`.
    fn advance(&mut self, bytes: &[u8], room: usize) -> Result<(usize, ChunkEnd), ChunkError> {
        let mut place = self.place;
        let advanced = match &mut self.body {
            BodyScanner::Chunked(chunks) => chunks.advance_chunk(bytes, |data| place.pass(data))?,
            body => {
                let mut left = body.clone();
                let (there, _) = left.advance(&bytes[..bytes.len().min(room)])?;
                let event = place.find_end(&bytes[..there]);
                let (used, is_last) = body.advance(&bytes[..event.unwrap_or(there)])?;
                let end = match (is_last, event) {
                    (true, _) => ChunkEnd::Body,
                    (false, Some(_)) => ChunkEnd::Chunk,
                    (false, None) if used == room => ChunkEnd::Chunk,
                    (false, None) => ChunkEnd::None,
                };
                (used, end)
            }
        };
        self.place = place;
        Ok(advanced)
    }

    /// The part that is whole now; another one begins here.
    fn next_part(&mut self) -> Part {
        let next = Part {
            number: self.part.number.saturating_add(1),
            is_chunk: matches!(self.body, BodyScanner::Chunked(_)),
            begins: self.place,
        };
        std::mem::replace(&mut self.part, next)
    }
}

impl Piece {
    /// The same piece as the request or response of an exchange.
    fn of(mut self, exchange: &Exchange) -> Self {
        self.kind = match self.direction {
            Direction::ToServer => Kind::Request,
            Direction::ToClient => Kind::Response,
        };
        self.exchange = exchange.id;
        self.owner = exchange.owner;
        self.protocol = exchange.protocol;
        self
    }

    /// The same piece as a part of a response.
    fn part(mut self, part: Part) -> Self {
        self.part = Some(part);
        self
    }
}

impl Pending {
    /// Counts the bytes, and keeps them while that is allowed. The first `needed` bytes of the piece are
    /// kept in any case: the framing cannot go on without them.
    fn push(&mut self, bytes: &[u8], needed: usize, sink: &mut impl Sink) {
        self.length += bytes.len() as u64;
        if self.is_full {
            return;
        }
        let mut granted = bytes.len().min(MAX_KEPT - self.kept.len());
        if !sink.reserve(granted, false) {
            granted = granted.min(needed.saturating_sub(self.kept.len()));
            sink.reserve(granted, true);
        }
        self.kept.extend_from_slice(&bytes[..granted]);
        self.is_full = (self.kept.len() as u64) < self.length;
    }

    fn release(&mut self, sink: &mut impl Sink) {
        sink.release(self.kept.len());
        self.kept = Vec::new();
    }
}

fn upgrade(head: &Head, target: &str, protocol: Protocol) -> Upgrade {
    Upgrade {
        target: target.to_owned(),
        offer: Offer::of(head),
        choice: Choice::default(),
        protocol,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::wire::event_stream::At;

    /// Collects pieces as a conversation that can be compared.
    #[derive(Default)]
    struct Told {
        pieces: Vec<(Piece, Vec<u8>)>,
        inspector: u64,
        upgrades: usize,
        exchanges: u64,
        held: usize,
        limit: Option<usize>,
    }

    impl Sink for Told {
        fn piece(&mut self, piece: &Piece, bytes: &[u8]) {
            self.pieces.push((*piece, bytes.to_vec()));
        }
        fn inspector(&mut self, bytes: u64) {
            self.inspector += bytes;
        }
        fn upgraded(&mut self, _: Upgrade) {
            self.upgrades += 1;
        }
        fn exchange(&mut self) -> u64 {
            self.exchanges += 1;
            self.exchanges
        }
        fn owner(&mut self, cookie: &str) -> Owner {
            Owner(std::num::NonZeroU64::new(cookie.len() as u64 + 1).unwrap())
        }
        fn reserve(&mut self, bytes: usize, needed: bool) -> bool {
            let granted = needed || self.limit.is_none_or(|limit| self.held + bytes <= limit);
            self.held += if granted { bytes } else { 0 };
            granted
        }
        fn release(&mut self, bytes: usize) {
            self.held -= bytes;
        }
    }

    use Direction::{ToClient, ToServer};

    const UPGRADE: &[u8] = b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\n\
        Cookie: wireglass=abc\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
    const SWITCHING: &[u8] = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\
        Connection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
    const HELLO: &[u8] = b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58";
    const POST: &[u8] =
        b"POST /chat HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
    const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    fn feed(conversation: &[(Direction, &[u8])]) -> Told {
        let mut told = Told::default();
        let mut framing = Framing::default();
        for (time, (direction, bytes)) in conversation.iter().enumerate() {
            framing.feed(*direction, bytes, time as u64, &mut told);
        }
        framing.finish(&mut told);
        assert_eq!(told.held, 0);
        told
    }

    #[test]
    fn what_had_to_wait_has_the_time_when_it_passed() {
        let told = feed(&[
            (ToServer, UPGRADE),
            (ToServer, HELLO),
            (ToServer, &HELLO[..3]),
            (ToServer, &HELLO[3..]),
            (ToClient, SWITCHING),
        ]);
        let times: Vec<u64> = told.pieces.iter().map(|(piece, _)| piece.at).collect();
        assert_eq!(times, [0, 4, 1, 2]);
    }

    #[test]
    fn no_more_times_are_remembered_than_are_allowed() {
        let mut conversation = vec![(ToServer, UPGRADE)];
        conversation.extend([(ToServer, HELLO); MAX_HELD_READS + 2]);
        conversation.push((ToClient, SWITCHING));
        let told = feed(&conversation);
        let last = told.pieces.last().map(|(piece, _)| piece.at);
        assert_eq!(told.pieces.len(), conversation.len());
        assert_eq!(last, Some(MAX_HELD_READS as u64));
    }

    fn kinds(told: &Told) -> Vec<(Direction, Kind, u64)> {
        let kind = |(piece, _): &(Piece, Vec<u8>)| (piece.direction, piece.kind, piece.length);
        told.pieces.iter().map(kind).collect()
    }

    #[test]
    fn a_conversation_that_upgrades() {
        let told = feed(&[
            (ToServer, POST),
            (ToClient, OK),
            (ToServer, UPGRADE),
            (ToClient, SWITCHING),
            (ToServer, HELLO),
            (ToClient, b"\x81\x05Hello\x88\x02\x03\xe8"),
        ]);
        assert_eq!(
            kinds(&told),
            [
                (ToServer, Kind::Request, POST.len() as u64),
                (ToClient, Kind::Response, OK.len() as u64),
                (ToServer, Kind::Request, UPGRADE.len() as u64),
                (ToClient, Kind::Response, SWITCHING.len() as u64),
                (ToServer, Kind::Frame, HELLO.len() as u64),
                (ToClient, Kind::Frame, 7),
                (ToClient, Kind::Frame, 4),
            ]
        );
        let (frame, bytes) = &told.pieces[4];
        assert_eq!(
            (frame.protocol, frame.opcode, frame.message),
            (Protocol::EngineIo, Some(Opcode::Text), 1)
        );
        assert_eq!(frame.owner, told.pieces[2].0.owner);
        assert_eq!(bytes, HELLO);
        assert_eq!(told.upgrades, 1);
    }

    #[test]
    fn frames_that_come_before_the_101_wait_for_it() {
        let told = feed(&[
            (ToServer, UPGRADE),
            (ToServer, HELLO),
            (ToClient, SWITCHING),
        ]);
        assert_eq!(kinds(&told)[2], (ToServer, Kind::Frame, HELLO.len() as u64));
        let refused = b"HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\n\r\n";
        let told = feed(&[(ToServer, UPGRADE), (ToServer, POST), (ToClient, refused)]);
        assert_eq!(
            kinds(&told)[2],
            (ToServer, Kind::Request, POST.len() as u64)
        );
    }

    #[test]
    fn pipelined_requests_meet_their_responses() {
        let told = feed(&[
            (ToServer, b"HEAD /a HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\n\r\n"),
            (
                ToClient,
                b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n",
            ),
            (ToClient, OK),
        ]);
        let exchanges: Vec<_> = told
            .pieces
            .iter()
            .map(|(piece, _)| piece.exchange)
            .collect();
        assert_eq!(exchanges, [1, 2, 1, 2, 2]);
    }

    #[test]
    fn the_inspector_is_only_counted() {
        let get =
            b"GET /inspector/feed HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
        let records = b"GET /inspector/records HTTP/1.1\r\n\r\n";
        let told = feed(&[
            (ToServer, records),
            (ToClient, OK),
            (ToServer, get),
            (ToClient, SWITCHING),
            (ToClient, b"\x81\x05Hello"),
            (ToServer, HELLO),
        ]);
        assert_eq!(told.pieces, []);
        let total = records.len() + OK.len() + get.len() + SWITCHING.len() + 7 + HELLO.len();
        assert_eq!(told.inspector, total as u64);
    }

    #[test]
    fn what_cannot_be_framed_is_opaque_and_every_byte_is_told() {
        let told = feed(&[(ToServer, b"\x16\x03\x01\n\r\n"), (ToServer, b"more")]);
        assert_eq!(
            kinds(&told),
            [(ToServer, Kind::Opaque, 6), (ToServer, Kind::Opaque, 4)]
        );
        let bad: &[u8] = b"\x82\xff\x80\0\0\0\0\0\0\0\0\0\0\0";
        let told = feed(&[(ToServer, UPGRADE), (ToClient, SWITCHING), (ToServer, bad)]);
        assert_eq!(kinds(&told)[2], (ToServer, Kind::Opaque, bad.len() as u64));
    }

    #[test]
    fn what_is_not_whole_at_the_end_is_told() {
        let told = feed(&[(ToServer, &POST[..POST.len() - 1])]);
        let (piece, _) = &told.pieces[0];
        assert_eq!((piece.kind, piece.incomplete), (Kind::Request, true));
        let told = feed(&[(ToServer, b"GET / HT")]);
        let (piece, _) = &told.pieces[0];
        assert_eq!(
            (piece.kind, piece.length, piece.incomplete),
            (Kind::Opaque, 8, true)
        );
        let told = feed(&[
            (ToServer, POST),
            (ToClient, b"HTTP/1.1 200 OK\r\n\r\nuntil the end"),
        ]);
        let (piece, _) = &told.pieces[1];
        assert_eq!((piece.kind, piece.incomplete), (Kind::Response, false));
    }

    #[test]
    fn a_long_frame_is_cut_and_its_length_is_exact() {
        let length = 3 * MAX_KEPT;
        let mut frame = b"\x82\x7f".to_vec();
        frame.extend((length as u64).to_be_bytes());
        frame.resize(10 + length, 7);
        for chunk in [10, 4_096, frame.len()] {
            let mut conversation = vec![(ToServer, UPGRADE), (ToClient, SWITCHING)];
            conversation.extend(frame.chunks(chunk).map(|chunk| (ToClient, chunk)));
            let told = feed(&conversation);
            let (piece, bytes) = &told.pieces[2];
            assert_eq!((piece.length, bytes.len()), (frame.len() as u64, MAX_KEPT));
        }
    }

    #[test]
    fn without_memory_the_framing_goes_on() {
        let mut told = Told {
            limit: Some(0),
            ..Told::default()
        };
        let mut framing = Framing::default();
        for byte in UPGRADE {
            framing.feed(ToServer, &[*byte], 0, &mut told);
        }
        for byte in SWITCHING {
            framing.feed(ToClient, &[*byte], 0, &mut told);
        }
        for byte in HELLO.repeat(2) {
            framing.feed(ToServer, &[byte], 0, &mut told);
        }
        assert_eq!(told.pieces.len(), 4);
        assert_eq!(told.pieces[3].0.length, HELLO.len() as u64);
    }

    const STREAM: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\
        Transfer-Encoding: chunked\r\n\r\n";
    const GET: &[u8] = b"GET /chat/stream HTTP/1.1\r\n\r\n";

    /// The parts of responses: number, bytes and whether it was cut short.
    fn parts(told: &Told) -> Vec<(u32, &str, bool)> {
        let parts = told.pieces.iter().filter_map(|(piece, bytes)| {
            assert_eq!(piece.length, bytes.len() as u64);
            let text = std::str::from_utf8(bytes).unwrap();
            Some((piece.part?.number, text, piece.incomplete))
        });
        parts.collect()
    }

    #[test]
    fn a_stream_is_told_while_it_lasts() {
        let mut told = Told::default();
        let mut framing = Framing::default();
        framing.feed(ToServer, GET, 0, &mut told);
        framing.feed(ToClient, STREAM, 1, &mut told);
        framing.feed(ToClient, b"4\r\n:h\n\n\r\n8;x=1\r\ndata: a", 2, &mut told);
        let head = std::str::from_utf8(STREAM).unwrap();
        let chunk = (2, "4\r\n:h\n\n\r\n", false);
        assert_eq!(parts(&told), [(1, head, false), chunk]);
        framing.feed(ToClient, b"\n\r\n0\r\nA: b\r\n\r\n", 3, &mut told);
        framing.feed(ToServer, POST, 4, &mut told);
        framing.feed(ToClient, OK, 5, &mut told);
        let rest = [
            (3, "8;x=1\r\ndata: a\n\r\n", false),
            (4, "0\r\nA: b\r\n\r\n", false),
        ];
        assert_eq!(parts(&told)[2..], rest);
        let exchanges = told.pieces.iter().map(|(piece, _)| piece.exchange);
        assert!(exchanges.eq([1, 1, 1, 1, 1, 2, 2]));
        let begins = told
            .pieces
            .iter()
            .filter_map(|(piece, _)| Some(piece.part?.begins.at));
        assert!(begins.eq([At::Stream, At::Stream, At::Event, At::Line]));
        assert_eq!(told.held, 0);
    }

    #[test]
    fn a_stream_without_chunks_is_told_event_by_event() {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n";
        let until_close = format!("{head}\r\n");
        let events = b"data: a\r\n\r\ndata: b\r\rdata: c\n";
        let told = feed(&[
            (ToServer, GET),
            (ToClient, until_close.as_bytes()),
            (ToClient, events),
        ]);
        let expected = [
            (2, "data: a\r\n\r\n", false),
            (3, "data: b\r\r", false),
            // The connection's end is the body's, so nothing is missing.
            (4, "data: c\n", false),
        ];
        assert_eq!(parts(&told)[1..], expected);
        let counted = format!("{head}Content-Length: 14\r\n\r\n:a\n\ndata: b\r\n\r");
        let told = feed(&[
            (ToServer, GET),
            (ToClient, counted.as_bytes()),
            (ToClient, OK),
        ]);
        let last = (3, "data: b\r\n\r", false);
        assert_eq!(parts(&told)[2..], [last]);
        assert_eq!(told.pieces.len(), 5);
    }

    #[test]
    fn a_stream_that_is_cut_off_is_incomplete_and_one_that_breaks_is_opaque() {
        let told = feed(&[(ToServer, GET), (ToClient, STREAM), (ToClient, b"5\r\nda")]);
        assert_eq!(parts(&told)[1..], [(2, "5\r\nda", true)]);
        let told = feed(&[
            (ToServer, GET),
            (ToClient, STREAM),
            (ToClient, b"1\r\nab\r\n"),
        ]);
        assert_eq!(parts(&told)[1..], [(2, "1\r\na", true)]);
        let (opaque, bytes) = told.pieces.last().unwrap();
        assert_eq!(
            (opaque.kind, bytes.as_slice()),
            (Kind::Opaque, b"b\r\n".as_slice())
        );
    }

    #[test]
    fn an_event_without_end_is_cut_into_pieces() {
        let head: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";
        let event = vec![b'a'; 2 * MAX_KEPT + 1];
        for size in [1_000, event.len()] {
            let mut conversation = vec![(ToServer, GET), (ToClient, head)];
            conversation.extend(event.chunks(size).map(|bytes| (ToClient, bytes)));
            let told = feed(&conversation);
            let lengths = told.pieces[2..].iter().map(|(piece, bytes)| {
                assert_eq!(piece.length, bytes.len() as u64);
                bytes.len()
            });
            assert!(lengths.eq([MAX_KEPT, MAX_KEPT, 1]));
        }
    }

    #[test]
    fn the_inspector_s_and_encoded_streams_are_as_other_responses() {
        let get = b"GET /inspector/x HTTP/1.1\r\n\r\n";
        let told = feed(&[
            (ToServer, get),
            (ToClient, STREAM),
            (ToClient, b"1\r\na\r\n"),
        ]);
        assert_eq!(told.pieces, []);
        let encoded = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\
            Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n\n\n";
        let told = feed(&[(ToServer, GET), (ToClient, encoded)]);
        assert_eq!(
            kinds(&told)[1],
            (ToClient, Kind::Response, encoded.len() as u64)
        );
        assert_eq!(told.pieces[1].0.part, None);
    }

    proptest! {
        /// Any split of the bytes gives the same pieces.
        #[test]
        fn any_split_tells_the_same(cuts in proptest::collection::vec(1_usize..40, 0..60)) {
            let counted = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 27\r\n\r\n\
                id: 1\rdata\r\rid: 2\r\n\r\n\r\n:\n\n\r";
            let whole: &[(Direction, &[u8])] = &[
                (ToServer, GET), (ToClient, STREAM), (ToClient, b"9\r\ndata: a\n\n\r\n"),
                (ToClient, b"2\r\n:\r\r\n5;x\n\n\r\n\r\n\r\n0\r\nA: b\r\n\r\n"),
                (ToServer, GET), (ToClient, counted),
                (ToServer, POST), (ToClient, OK), (ToServer, UPGRADE), (ToClient, SWITCHING),
                (ToServer, HELLO), (ToServer, b"\x01\x80abcd\x89\x80abcd\x80\x80abcd"),
                (ToClient, b"\x81\x05Hello\x82\x7e\x00\x80"), (ToClient, &[9; 128]),
                (ToClient, b"\x88\x02\x03\xe8"), (ToServer, b"\x82\xff\x80"),
            ];
            let mut cuts = cuts.iter().copied().cycle();
            let mut split = Vec::new();
            for (direction, bytes) in whole {
                let mut rest = *bytes;
                while !rest.is_empty() {
                    let (piece, left) = rest.split_at(cuts.next().unwrap_or(1).min(rest.len()));
                    split.push((*direction, piece));
                    rest = left;
                }
            }
            let timeless = |told: Told| -> Vec<(Piece, Vec<u8>)> {
                told.pieces.into_iter().map(|(piece, bytes)| (Piece { at: 0, ..piece }, bytes)).collect()
            };
            let told = timeless(feed(whole));
            prop_assert_eq!(told.len(), 25);
            prop_assert_eq!(timeless(feed(&split)), told);
        }
    }
}
