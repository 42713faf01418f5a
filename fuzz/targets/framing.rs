//! Any bytes, in any split, through the framing: lengths add up, what was held is given back, and the pieces
//! do not depend on the split.
#![no_main]

use std::{collections::BTreeMap, num::NonZeroU64};

use libfuzzer_sys::fuzz_target;
use wireglass::{
    capture::{Kind, Owner, Upgrade},
    tap::framing::{Framing, Piece, Sink},
};
use wireglass_fuzz::capture_file::{Capture, What};

fuzz_target!(|input: &[u8]| {
    let capture = Capture::from_input(input);
    let told = tell(&capture, usize::MAX, usize::MAX);
    assert_eq!(told, tell(&capture, 1, usize::MAX));
    assert_eq!(told, tell(&capture.joined(), usize::MAX, usize::MAX));
    // With less memory than it asks for, the framing keeps less, but loses count of nothing.
    tell(&capture, 10, 100);
});

/// What is told of each connection when at most `size` bytes come at once, and `limit` may be held of what is
/// not whole.
fn tell(capture: &Capture, size: usize, limit: usize) -> Vec<Told> {
    let mut connections: BTreeMap<u32, (Framing, Told)> = BTreeMap::new();
    for event in &capture.events {
        let (framing, told) = connections.entry(event.connection).or_insert_with(|| {
            let told = Told {
                limit,
                ..Told::default()
            };
            (Framing::default(), told)
        });
        match &event.what {
            What::Opened => {}
            What::Passed(direction, bytes) => {
                told.missing += bytes.len() as u64;
                for read in bytes.chunks(size) {
                    framing.feed((*direction).into(), read, 0, told);
                }
            }
            What::Ended(..) => framing.finish(told),
        }
    }
    let finish = |(mut framing, mut told): (Framing, Told)| {
        framing.finish(&mut told);
        assert_eq!((told.missing, told.held), (0, 0));
        told
    };
    connections.into_values().map(finish).collect()
}

/// What the framing told of a connection.
#[derive(Debug, Default, PartialEq)]
struct Told {
    pieces: Vec<(Piece, Vec<u8>)>,
    /// Bytes that passed and belong to nothing yet.
    missing: u64,
    inspector: u64,
    upgrades: Vec<String>,
    exchanges: u64,
    held: usize,
    limit: usize,
}

impl Sink for Told {
    fn piece(&mut self, piece: &Piece, bytes: &[u8]) {
        assert!(piece.length > 0 && piece.length <= self.missing);
        assert!(bytes.len() as u64 <= piece.length);
        self.missing -= piece.length;
        // Only bytes without framing come as they were read.
        match self.pieces.last_mut() {
            Some((before, kept))
                if piece.kind == Kind::Opaque
                    && Piece {
                        length: before.length,
                        ..*piece
                    } == *before =>
            {
                before.length += piece.length;
                kept.extend(bytes);
            }
            _ => self.pieces.push((*piece, bytes.to_vec())),
        }
    }

    fn inspector(&mut self, bytes: u64) {
        assert!(bytes <= self.missing);
        self.missing -= bytes;
        self.inspector += bytes;
    }

    fn upgraded(&mut self, upgrade: Upgrade) {
        self.upgrades.push(format!("{upgrade:?}"));
    }

    fn exchange(&mut self) -> u64 {
        self.exchanges += 1;
        self.exchanges
    }

    fn owner(&mut self, cookie: &str) -> Owner {
        Owner(NonZeroU64::MIN.saturating_add(cookie.len() as u64))
    }

    fn reserve(&mut self, bytes: usize, needed: bool) -> bool {
        let granted = needed || self.held.saturating_add(bytes) <= self.limit;
        self.held += if granted { bytes } else { 0 };
        granted
    }

    fn release(&mut self, bytes: usize) {
        self.held = self
            .held
            .checked_sub(bytes)
            .expect("more was released than was reserved");
    }
}
