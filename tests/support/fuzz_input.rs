//! Captures as the bytes that a fuzzer changes.
//!
//! What passed stands as it is. Marks of two bytes stand between, and say what happens:
//!
//! ```text
//! f5 30 … f5 39    what follows belongs to this one of ten connections, which opens unless it is open
//! f5 3e, f5 3c     > or <: what follows goes to the server, or to the client, and comes with a read of its own
//! f5 66, f5 46     f or F: the client, or the server, ends the connection with FIN
//! f5 72, f5 52     r or R: the client, or the server, resets it
//! f5 f5            the byte f5 itself, which UTF-8 never has
//! ```
//!
//! Before any other byte, f5 is a byte like all. So everything is a capture, and a byte that the fuzzer adds or
//! takes away leaves what follows as it was, as it would not with lengths. A millisecond lies between events.
#![allow(dead_code, reason = "each program that includes it uses a part of it")]

use std::time::Duration;

use super::capture_file::{Capture, Direction, End, Event, Side, What};

/// What marks begin with.
const MARK: u8 = 0xf5;

/// Connections that are open at the same time.
const SLOTS: u32 = 10;

const ENDS: [(u8, End, Side); 4] = [
    (b'f', End::Fin, Side::Client),
    (b'F', End::Fin, Side::Server),
    (b'r', End::Reset, Side::Client),
    (b'R', End::Reset, Side::Server),
];

impl Capture {
    /// The input that stands for a capture, but for its times.
    pub fn to_input(&self) -> Vec<u8> {
        let mut input = Vec::new();
        for event in &self.events {
            let slot = (event.connection - 1) % SLOTS;
            input.extend([MARK, b'0' + slot as u8]);
            match &event.what {
                What::Opened => {}
                What::Passed(direction, bytes) => {
                    let mark = match direction {
                        Direction::ToServer => b'>',
                        Direction::ToClient => b'<',
                    };
                    input.extend([MARK, mark]);
                    for byte in bytes {
                        let copies = if *byte == MARK { 2 } else { 1 };
                        input.extend(std::iter::repeat_n(*byte, copies));
                    }
                }
                What::Ended(end, side) => {
                    let is_this = |(_, of, by): &&(u8, End, Side)| (of, by) == (end, side);
                    let mark = ENDS.iter().find(is_this).map(|(mark, ..)| [MARK, *mark]);
                    input.extend(mark.into_iter().flatten());
                }
            }
        }
        input
    }

    /// The capture that an input stands for.
    pub fn from_input(input: &[u8]) -> Self {
        let mut reading = Reading::default();
        let mut rest = input;
        while let Some((byte, after)) = rest.split_first() {
            rest = after;
            match after.split_first() {
                Some((mark, after)) if *byte == MARK && reading.mark(*mark) => rest = after,
                _ => reading.byte(*byte),
            }
        }
        reading.capture
    }
}

/// How far an input is read.
#[derive(Default)]
struct Reading {
    capture: Capture,
    /// The open connections.
    open: [Option<u32>; SLOTS as usize],
    opened: u32,
    slot: usize,
    is_to_client: bool,
    /// The next byte goes on with the last event.
    goes_on: bool,
}

impl Reading {
    /// Does what a mark says; false when it is none.
    fn mark(&mut self, mark: u8) -> bool {
        match mark {
            MARK => self.byte(MARK),
            b'0'..=b'9' => {
                self.slot = usize::from(mark - b'0');
                self.goes_on = false;
                self.connection();
            }
            b'>' | b'<' => {
                self.is_to_client = mark == b'<';
                self.goes_on = false;
            }
            _ => match ENDS.into_iter().find(|(end, ..)| *end == mark) {
                Some((_, end, side)) => {
                    self.event(What::Ended(end, side));
                    self.open[self.slot] = None;
                }
                None => return false,
            },
        }
        true
    }

    fn byte(&mut self, byte: u8) {
        if !self.goes_on {
            let direction = match self.is_to_client {
                false => Direction::ToServer,
                true => Direction::ToClient,
            };
            self.event(What::Passed(direction, Vec::new()));
            self.goes_on = true;
        }
        if let Some(What::Passed(_, bytes)) =
            self.capture.events.last_mut().map(|last| &mut last.what)
        {
            bytes.push(byte);
        }
    }

    /// The connection of this slot.
    fn connection(&mut self) -> u32 {
        if let Some(open) = self.open[self.slot] {
            return open;
        }
        self.opened += 1;
        self.open[self.slot] = Some(self.opened);
        self.push(self.opened, What::Opened);
        self.opened
    }

    fn event(&mut self, what: What) {
        let connection = self.connection();
        self.push(connection, what);
        self.goes_on = false;
    }

    fn push(&mut self, connection: u32, what: What) {
        let at = Duration::from_millis(self.capture.events.len() as u64);
        self.capture.events.push(Event {
            connection,
            at,
            what,
        });
    }
}
