//! Golden captures: connections as text that people can write and read.
//!
//! ```text
//! # RFC 6455 5.7: a masked text message.           what is shown, and where the bytes come from
//! # violates: OPCODE_RESERVED, LENGTH_TOP_BIT      the rules that they break, if they break any
//!
//! 1 open 0.000                                     connection, what happened, after how many seconds
//! 1 > 0.001                                        bytes to the server (< to the client), as follows
//! 81 85 37 fa 21 3d 7f 9f 4d 51 58                 |..7.!=..MQX|
//! 1 fin client 0.002                               the end (fin or reset), and who ended first
//! ```
//!
//! Connections are numbered from 1 in the order in which they open. Empty lines mean nothing; comments may
//! stand everywhere. What stands between the bars is for people, and may be left out; where it stands, it
//! must agree with the bytes.
#![allow(dead_code, reason = "each program that includes it uses a part of it")]

use std::{collections::BTreeSet, str::FromStr, time::Duration};

/// What a comment begins with that names the rules which the capture breaks.
const VIOLATES: &str = "# violates:";

/// What passed, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Capture {
    /// The names of the rules that are broken.
    pub violates: BTreeSet<String>,
    pub events: Vec<Event>,
}

/// Something that happened to a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub connection: u32,
    /// Since the capture began.
    pub at: Duration,
    pub what: What,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    Opened,
    Passed(Direction, Vec<u8>),
    Ended(End, Side),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    ToServer,
    ToClient,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    Fin,
    Reset,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Client,
    Server,
}

impl FromStr for Capture {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut capture = Self::default();
        for (index, line) in text.lines().enumerate() {
            capture
                .line(line)
                .map_err(|error| format!("line {}: {error}", index + 1))?;
        }
        Ok(capture)
    }
}

impl Capture {
    fn line(&mut self, line: &str) -> Result<(), String> {
        if let Some(names) = line.strip_prefix(VIOLATES) {
            let names = names.split(',').map(|name| name.trim().to_owned());
            self.violates.extend(names);
            return Ok(());
        }
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            [] => Ok(()),
            [word, ..] if word.starts_with('#') => Ok(()),
            [connection, "open", at] => self.event(connection, at, What::Opened),
            [connection, way @ (">" | "<"), at] => {
                let direction = match way {
                    ">" => Direction::ToServer,
                    _ => Direction::ToClient,
                };
                self.event(connection, at, What::Passed(direction, Vec::new()))
            }
            [
                connection,
                end @ ("fin" | "reset"),
                side @ ("client" | "server"),
                at,
            ] => {
                let end = if end == "fin" { End::Fin } else { End::Reset };
                let side = match side {
                    "client" => Side::Client,
                    _ => Side::Server,
                };
                self.event(connection, at, What::Ended(end, side))
            }
            _ => self.bytes(line),
        }
    }

    fn event(&mut self, connection: &str, at: &str, what: What) -> Result<(), String> {
        let connection = connection
            .parse()
            .map_err(|error| format!("connection {connection:?}: {error}"))?;
        let at = at
            .parse()
            .map_err(|error| format!("time {at:?}: {error}"))?;
        let at = Duration::try_from_secs_f64(at).map_err(|error| error.to_string())?;
        if self.events.last().is_some_and(|before| before.at > at) {
            return Err("time goes back".to_owned());
        }
        self.check_state(connection, &what)?;
        self.events.push(Event {
            connection,
            at,
            what,
        });
        Ok(())
    }

    /// Connections open one after the other, and nothing passes on one that is not open.
    fn check_state(&self, connection: u32, what: &What) -> Result<(), String> {
        let opened = |event: &&Event| event.what == What::Opened;
        let next = self.events.iter().filter(opened).count() as u32 + 1;
        let of_connection = |event: &&Event| event.connection == connection;
        let last = self.events.iter().rfind(of_connection);
        let is_open = last.is_some_and(|event| !matches!(event.what, What::Ended(..)));
        match what {
            What::Opened if connection == next => Ok(()),
            What::Opened => Err(format!("connection {next} is the next to open")),
            _ if is_open => Ok(()),
            _ => Err(format!("connection {connection} is not open")),
        }
    }

    /// A line of bytes belongs to the event above it.
    fn bytes(&mut self, line: &str) -> Result<(), String> {
        let Some(What::Passed(_, passed)) = self.events.last_mut().map(|event| &mut event.what)
        else {
            return Err("bytes follow a line with their connection, direction and time".to_owned());
        };
        let (hex, ascii) = match line.split_once('|') {
            Some((hex, ascii)) => (hex, Some(ascii)),
            None => (line, None),
        };
        let bytes: Vec<u8> = hex.split_whitespace().map(byte).collect::<Result<_, _>>()?;
        let shown = format!(
            "{}|",
            bytes.iter().copied().map(printable).collect::<String>()
        );
        if ascii.is_some_and(|ascii| ascii.trim_end() != shown) {
            return Err(format!("the bytes are |{shown}"));
        }
        passed.extend(bytes);
        Ok(())
    }

    /// Neighbours of the same connection and direction made one, so that as much as possible comes at once.
    pub fn joined(&self) -> Self {
        let mut joined = Self::default();
        for event in &self.events {
            match (joined.events.last_mut(), &event.what) {
                (
                    Some(Event {
                        connection,
                        what: What::Passed(before, passed),
                        ..
                    }),
                    What::Passed(direction, bytes),
                ) if *connection == event.connection && before == direction => {
                    passed.extend(bytes);
                }
                _ => joined.events.push(event.clone()),
            }
        }
        joined
    }

    /// The same bytes at the same times, in pieces of these lengths, over and over.
    pub fn split(&self, lengths: &[usize]) -> Self {
        let mut lengths = lengths.iter().cycle();
        let mut split = Self::default();
        for event in &self.events {
            let What::Passed(direction, bytes) = &event.what else {
                split.events.push(event.clone());
                continue;
            };
            let mut rest = bytes.as_slice();
            while !rest.is_empty() {
                let length = lengths
                    .next()
                    .map_or(1, |length| (*length).clamp(1, rest.len()));
                let (piece, left) = rest.split_at(length);
                split.events.push(Event {
                    what: What::Passed(*direction, piece.to_vec()),
                    ..*event
                });
                rest = left;
            }
        }
        split
    }

    /// Bytes that passed on a connection in a direction.
    pub fn length(&self, connection: u32, direction: Direction) -> usize {
        let of_connection = |event: &&Event| event.connection == connection;
        let events = self.events.iter().filter(of_connection);
        events
            .map(|event| match &event.what {
                What::Passed(way, bytes) if *way == direction => bytes.len(),
                _ => 0,
            })
            .sum()
    }
}

fn byte(hex: &str) -> Result<u8, String> {
    let is_byte = hex.len() == 2 && hex.bytes().all(|digit| digit.is_ascii_hexdigit());
    match u8::from_str_radix(hex, 16) {
        Ok(byte) if is_byte => Ok(byte),
        _ => Err(format!("{hex:?} is not two hexadecimal digits")),
    }
}

fn printable(byte: u8) -> char {
    match byte {
        b' '..=b'~' => char::from(byte),
        _ => '.',
    }
}
